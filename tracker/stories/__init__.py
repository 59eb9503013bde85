"""The story domain: what may be recorded, and what a story is once it has been. Pure: nothing here does I/O."""
