"""A newsroom with subscribers, and a mail server for those of its alerts that are really sent."""

from collections.abc import Iterator

import pytest

from tests.alerts.delivering import Delivering
from tests.alerts.desk import CLEO, Desk
from tests.alerts.mailboxes import Mailboxes, mailboxes
from tests.newsroom import EDITOR, HARBOUR, POLITICS_EDITOR, REPORTER, SPORTS_EDITOR
from tests.web.visiting import hire
from tracker.bootstrap import Tracker


@pytest.fixture
def desk(tracker: Tracker) -> Desk:
    """The harbour story, open; reporters Ben and Cleo, editors Ana, Pia (politics) and Sam (sports)."""
    hire(tracker, EDITOR, REPORTER, CLEO, POLITICS_EDITOR, SPORTS_EDITOR)
    found = Desk(tracker)
    found.record(HARBOUR)
    return found


@pytest.fixture
def server() -> Iterator[Mailboxes]:
    """A mail server with its mailboxes."""
    with mailboxes() as running:
        yield running


@pytest.fixture
def post(desk: Desk, server: Mailboxes) -> Delivering:
    """The desk, whose alerts are sent for real."""
    return Delivering(desk, server.url)
