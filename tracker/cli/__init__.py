"""The command line, one file for each group of commands; a new command gets its line in `root.py`."""

from tracker.cli.root import cli, main

__all__ = ["cli", "main"]
