"""What a request is served with: the tracker, and who is asking."""

from flask import current_app, g

from tracker.accounts.people import Principal
from tracker.bootstrap import Tracker


def tracker() -> Tracker:
    """The tracker this application was made around."""
    found: Tracker = current_app.extensions["tracker"]
    return found


def principal() -> Principal:
    """Who is asking."""
    found: Principal = g.principal
    return found
