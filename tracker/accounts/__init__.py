"""People, their roles, how they sign in, and who may see what."""
