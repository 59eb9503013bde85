"""Celery workers: they decide when, `tracker` decides what."""
