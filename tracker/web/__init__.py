"""Pages for people: every one works without JavaScript, and better with it."""
