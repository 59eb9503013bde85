"""What tests of the web ask for: an application around a newsroom with people of every role and one story."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.newsroom import EVERYBODY, HARBOUR, POLITICS_EDITOR, SPORTS_EDITOR, note, record
from tests.web.visiting import hire
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.wsgi import create_app


@pytest.fixture
def tracker(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracker]:
    """A whole tracker on one database: a page does not know which it is."""
    # Passwords of tests are hashed quickly, and stay so when somebody signs in.
    monkeypatch.setattr("tracker.accounts.signing_in.is_outdated", lambda kept, hasher: False)
    started = start(
        Settings.from_environment({"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32})
    )
    hire(started, *EVERYBODY, POLITICS_EDITOR, SPORTS_EDITOR)
    yield started
    started.engine.dispose()


@pytest.fixture
def app(tracker: Tracker) -> Flask:
    """The application around `tracker`."""
    return create_app(tracker)


@pytest.fixture
def harbour(tracker: Tracker) -> Tracker:
    """The harbour story, open, with one note on it that the newsroom may see."""
    record(tracker, HARBOUR, note("n1", headline="The contract was signed at night"))
    return tracker
