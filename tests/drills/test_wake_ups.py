"""Wake-ups get lost, come twice, come late, or find nobody: the views get there all the same, and no editor waits."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable

import pytest
import redis

from tests.newsroom import HARBOUR, note, requests
from tests.servers import Redis, redis_program, until
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import reading
from tracker.projections import following
from tracker.serving import follow

pytestmark = pytest.mark.drill


def test_wake_ups_that_are_dropped_tripled_and_shuffled_change_nothing(
    tracker: Tracker, note_down: Callable[..., None]
) -> None:
    chance, held, announce = random.Random(7), list[int](), tracker.announce
    stopping = threading.Event()
    follower = threading.Thread(target=follow, args=(tracker, stopping))
    follower.start()
    try:
        tracker.handling.handle(requests(tracker, HARBOUR), "ana")
        for n in range(40):
            tracker.handling.handle(requests(tracker, note(f"n{n}")), "ana")
            held += [tracker.store.position()] * chance.choice((0, 0, 1, 3))
            if n % 5 == 0:
                chance.shuffle(held)
                for position in held:
                    announce(position)
                held.clear()
        until(lambda: _lag(tracker) == 0)
    finally:
        stopping.set()
        follower.join()

    assert differences(tracker.engine)[2] == []
    note_down(events=tracker.store.position(), differences=0)


@pytest.mark.skipif(not redis_program(), reason="there is no Redis server to halt")
def test_a_redis_that_hangs_or_was_emptied_costs_no_editor_a_moment(
    sqlite_database: str, note_down: Callable[..., None]
) -> None:
    with Redis() as server:
        settings = {"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_REDIS_URL": server.url}
        here = start(Settings.from_environment({**settings, "TRACKER_SECRET_KEY": "s" * 32}))
        here.record(requests(here, HARBOUR), "ana")
        answering = [_seconds_to_record(here, f"a{n}") for n in range(10)]

        os.kill(server.pid, signal.SIGSTOP)
        hanging = [_seconds_to_record(here, f"h{n}") for n in range(10)]
        os.kill(server.pid, signal.SIGCONT)
        with redis.Redis.from_url(server.url) as client:
            client.flushall()
            heard = client.pubsub()
            heard.subscribe("tracker:appended")
            heard.get_message(timeout=5)
            here.announce(here.store.position())
            until(lambda: (heard.get_message(timeout=1) or {}).get("data") == b"21")
            heard.close()

    # Told in the appending thread, each would wait the quarter of a second that Redis is given.
    assert min(hanging) < 0.2
    assert sorted(hanging)[5] < 0.25
    assert _lag(here) == 0
    note_down(milliseconds=round(1000 * sorted(answering)[5]), while_hanging=round(1000 * sorted(hanging)[5]))
    here.engine.dispose()


def _seconds_to_record(tracker: Tracker, key: str) -> float:
    began = time.perf_counter()
    tracker.record(requests(tracker, note(key)), "ana")
    return time.perf_counter() - began


def _lag(tracker: Tracker) -> int:
    with reading(tracker.engine) as connection:
        return tracker.store.position() - following.position(connection)
