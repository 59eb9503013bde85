"""The log: what was recorded, in streams and in one order over all, never changed afterwards."""
