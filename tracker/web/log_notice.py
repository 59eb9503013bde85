"""What an admin sees on every page while the log is not what was written."""

from flask import Flask

from tracker.accounts.permissions import may
from tracker.archive import verifications
from tracker.archive.verifications import Verification
from tracker.db import reading
from tracker.web.current import principal, tracker


def prepare(app: Flask) -> None:
    """Let the templates of an application ask whether the log was found wrong."""
    app.jinja_env.globals.update(found_wrong=found_wrong)


def found_wrong() -> Verification | None:
    """The last check of the log where it found something, for whoever keeps the tracker; one indexed row a page."""
    if not may(principal(), "administer"):
        return None
    with reading(tracker().engine) as connection:
        return next((last for last in verifications.latest(connection, 1) if not last.well), None)
