"""Formats that outlive us: each file writes one, from stories as somebody may see them."""
