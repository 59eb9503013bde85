"""Views of the log: they may be thrown away and made anew, and say what a replay would say."""
