"""JSON for machines: the same commands and views as the pages."""
