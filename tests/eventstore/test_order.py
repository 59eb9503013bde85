"""The order of the log is the order of commits: nobody who follows it misses an event."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from tests.eventstore.examples import MEETING, asked, clock_showing, note, some
from tests.servers import until
from tracker.db import reading
from tracker.eventstore.store import EventStore


def a_writer_waits(engine: Engine) -> bool:
    """Whether PostgreSQL holds a transaction up for another's lock."""
    with reading(engine) as connection:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(connection.execute(text(waiting)).scalar())


def test_a_later_append_is_not_seen_before_an_earlier_one(engine: Engine) -> None:
    """With positions from a sequence the second would commit first, and a reader at 2 would never see 1."""
    store, first_is_in, go_on = EventStore(engine), threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        first_is_in.set()
        assert go_on.wait(30)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.append, asked(note("First."), stream="story/a"), also=hold)
        assert first_is_in.wait(30)
        second = pool.submit(store.append, asked(note("Second."), stream="story/b"))
        if engine.dialect.name == "postgresql":
            until(lambda: a_writer_waits(engine))

        seen_meanwhile, second_done_meanwhile = store.read_all(), second.done()
        go_on.set()
        receipts = first.result() + second.result()

    assert (seen_meanwhile, second_done_meanwhile) == ([], False)
    assert [receipt.first_position for receipt in receipts] == [1, 2]
    assert [e.stream for e in store.read_all()] == ["story/a", "story/b"]


def test_a_follower_beside_eight_writers_loses_nothing(engine: Engine) -> None:
    store, writers, each, per_append = EventStore(engine), 8, 10, 3
    total = writers * each * per_append

    def write(writer: int) -> None:
        for _ in range(each):
            store.append(asked(*some(per_append), stream=f"story/{writer % 3}"))

    def follow() -> list[int]:
        seen: list[int] = []
        while len(seen) < total and not failed.is_set():
            seen += [e.position for e in store.read_all(after=seen[-1] if seen else 0, limit=7)]
        return seen

    failed = threading.Event()
    with ThreadPoolExecutor(writers + 1) as pool:
        follower = pool.submit(follow)
        try:
            for done in [pool.submit(write, writer) for writer in range(writers)]:
                done.result()
        except BaseException:
            failed.set()
            raise
        seen = follower.result()

    lost = set(range(1, total + 1)) - set(seen)
    assert len(lost) == 0
    assert seen == sorted(seen)


def test_recorded_at_does_not_go_back_when_the_clock_does(engine: Engine) -> None:
    clock = clock_showing("2017-03-01T10:00:00.000005Z", "2017-03-01T09:00:00.000000Z", "2017-03-01T10:00:00.000006Z")
    store = EventStore(engine, clock)

    for _ in range(3):
        store.append(asked(note()))

    assert [e.recorded_at for e in store.read_all()] == [
        "2017-03-01T10:00:00.000005Z",
        "2017-03-01T10:00:00.000005Z",
        "2017-03-01T10:00:00.000006Z",
    ]
    assert [e.learned_at for e in store.read_all()] == [e.recorded_at for e in store.read_all()]


def test_nothing_is_recorded_before_it_was_learned(engine: Engine) -> None:
    store = EventStore(engine, clock_showing("2017-03-01T10:00:00.000000Z", "2017-03-01T10:00:01.000000Z"))

    store.append(asked(note(learned_at="2017-03-01T10:00:05.000000Z")))
    store.append(asked(note(learned_at="2016-07-20T00:00:00.000000Z")))

    ahead, late = store.read_all()
    assert ahead.recorded_at == late.recorded_at == "2017-03-01T10:00:05.000000Z"
    assert late.learned_at == "2016-07-20T00:00:00.000000Z"


@pytest.mark.parametrize("step", [1, 3, 10, 11])
def test_pages_of_any_size_give_every_event_once(engine: Engine, step: int) -> None:
    store = EventStore(engine)
    store.append(asked(*some(4)), asked(*some(6), stream="story/other"))

    pages, after = [], 0
    while page := store.read_all(after=after, limit=step):
        pages.append(page)
        after = page[-1].position

    assert [e.position for e in itertools.chain(*pages)] == list(range(1, 11))
    assert store.read_all(after=10) == []


def test_a_page_ends_where_it_is_told_to(engine: Engine) -> None:
    store = EventStore(engine)
    store.append(asked(*some(9)))

    assert [e.position for e in store.read_all(after=3, limit=100, upto=6)] == [4, 5, 6]
    assert [e.position for e in store.read_all(after=3, limit=2, upto=6)] == [4, 5]
    assert store.read_all(after=6, upto=6) == []
    assert [e.version for e in store.read_stream(MEETING, after=3, upto=6)] == [4, 5, 6]
