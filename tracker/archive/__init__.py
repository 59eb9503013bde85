"""What outlives us: replays on every clock, checks, and formats to export and import."""
