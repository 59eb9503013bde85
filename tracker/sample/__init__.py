"""The story a newcomer finds in the demo, told in records."""
