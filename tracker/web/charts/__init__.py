"""Drawings made on the server: geometry here, in pure functions; SVG in templates."""
