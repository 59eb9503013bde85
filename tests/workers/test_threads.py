"""Without Redis the same followers run in a thread of the web process."""

from tests.newsroom import HARBOUR, note, requests
from tests.servers import until
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections import following
from tracker.serving import follow_in_background


def test_the_thread_catches_up_when_woken_and_without_being_woken(tracker: Tracker) -> None:
    stopping = follow_in_background(tracker)
    try:
        tracker.handling.handle(requests(tracker, HARBOUR), "ana")
        tracker.announce(1)
        until(lambda: _reached(tracker) == 1)

        tracker.handling.handle(requests(tracker, note("n1")), "ana")
        until(lambda: _reached(tracker) == 2)
    finally:
        stopping.set()

    assert differences(tracker.engine)[2] == []


def _reached(tracker: Tracker) -> int:
    with reading(tracker.engine) as connection:
        return following.position(connection)
