"""Without Redis the same followers run in a thread of the web process."""

import threading

import pytest
from sqlalchemy import Engine

from tests.newsroom import HARBOUR, note, requests
from tests.servers import until
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections import following
from tracker.serving import follow_in_background


def test_the_thread_catches_up_when_woken_and_without_being_woken(tracker: Tracker) -> None:
    stop = follow_in_background(tracker)
    try:
        tracker.handling.handle(requests(tracker, HARBOUR), "ana")
        tracker.announce(1)
        until(lambda: _reached(tracker) == 1)

        tracker.handling.handle(requests(tracker, note("n1")), "ana")
        until(lambda: _reached(tracker) == 2)
    finally:
        stop()

    assert differences(tracker.engine)[2] == []


def test_whoever_stops_them_waits_for_the_round_they_are_in(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, released, order = threading.Event(), threading.Event(), list[str]()

    def follow(_engine: Engine) -> int:
        entered.set()
        released.wait()
        order.append("round over")
        return 0

    monkeypatch.setitem(vars(tracker), "followers", (follow,))
    stop = follow_in_background(tracker)
    entered.wait()
    stopping = threading.Thread(target=lambda: (stop(), order.append("stopped")))
    stopping.start()
    released.set()
    stopping.join()

    assert order[0] == "round over"
    assert order[-1] == "stopped"


def _reached(tracker: Tracker) -> int:
    with reading(tracker.engine) as connection:
        return following.position(connection)
