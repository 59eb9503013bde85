"""Following the log: what is done with an event and how far the follower got are one thing."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text

from tests.eventstore.examples import asked, some
from tests.eventstore.following import NAME, agree, create_view, positions_seen, reached, stopping, view
from tests.servers import until
from tracker.db import connect, reading, writing
from tracker.eventstore import subscriptions
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_all
from tracker.eventstore.store import EventStore
from tracker.eventstore.subscriptions import catch_up, checkpoint, reset, start_at


@pytest.fixture
def log(engine: Engine) -> EventStore:
    """A log of ten events, and an empty view of it."""
    store = EventStore(engine)
    store.append(asked(*some(10)))
    create_view(engine)
    return store


def test_a_follower_handles_every_event_once(engine: Engine, log: EventStore) -> None:
    first = catch_up(engine, NAME, view, page=3)
    again = catch_up(engine, NAME, view, page=3)
    log.append(asked(*some(2)))
    more = catch_up(engine, NAME, view, page=3)

    assert (first, again, more) == (10, 0, 2)
    assert positions_seen(engine) == list(range(1, 13))
    assert reached(engine) == 12


def test_a_follower_of_an_empty_log_has_nothing_to_do(engine: Engine) -> None:
    assert catch_up(engine, NAME, lambda *_: pytest.fail("nothing to handle")) == 0
    assert reached(engine) == 0


def test_events_come_in_pages_in_the_order_of_the_log(engine: Engine, log: EventStore) -> None:
    pages: list[list[int]] = []

    catch_up(engine, NAME, lambda _, events: pages.append([e.position for e in events]), page=4)

    assert pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]


def test_the_checkpoint_moves_in_the_views_own_transaction(engine: Engine, log: EventStore) -> None:
    seen_from_outside: list[tuple[list[int], int]] = []

    def handle(connection: Connection, events: list[RecordedEvent]) -> None:
        view(connection, events)
        seen_from_outside.append((positions_seen(engine), reached(engine)))

    catch_up(engine, NAME, handle, page=5)

    assert seen_from_outside == [([], 0), ([1, 2, 3, 4, 5], 5)]
    assert agree(engine)


@pytest.mark.parametrize("before", [True, False], ids=["before the row", "after the row"])
def test_an_error_leaves_the_checkpoint_and_goes_to_the_caller(engine: Engine, log: EventStore, before: bool) -> None:
    def fail() -> None:
        raise RuntimeError("no such thing")

    with pytest.raises(RuntimeError):
        catch_up(engine, NAME, stopping(5, before, fail), page=3)

    assert (positions_seen(engine), reached(engine)) == ([1, 2, 3], 3)
    assert catch_up(engine, NAME, view) == 7
    assert positions_seen(engine) == list(range(1, 11))


def test_two_runners_of_one_name_never_double_anything(engine: Engine, log: EventStore) -> None:
    runners, ready = 4, threading.Barrier(5)

    def run() -> None:
        ready.wait(30)
        while reached(engine) < 40:
            catch_up(engine, NAME, view, page=2)

    with ThreadPoolExecutor(runners) as pool:
        running = [pool.submit(run) for _ in range(runners)]
        ready.wait(30)
        for _ in range(3):
            log.append(asked(*some(10)))
        for done in running:
            done.result()

    assert positions_seen(engine) == list(range(1, 41))


def test_a_runner_who_comes_second_does_not_get_the_page(postgresql_database: str) -> None:
    engine = connect(postgresql_database)
    EventStore(engine).append(asked(*some(10)))
    create_view(engine)
    second: list[int] = []

    def handle(connection: Connection, events: list[RecordedEvent]) -> None:
        view(connection, events)
        second.append(catch_up(engine, NAME, view))

    assert catch_up(engine, NAME, handle) == 10

    assert second == [0]
    assert positions_seen(engine) == list(range(1, 11))
    engine.dispose()


def test_what_comes_in_while_a_runner_finds_nothing_is_not_forgotten(
    postgresql_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever brings the event meets the runner's lock and goes away; so the runner has to look again."""
    engine = connect(postgresql_database)
    store = EventStore(engine)
    store.append(asked(*some(1)))
    create_view(engine)
    met: list[int] = []

    def read_nothing_once(
        connection: Connection, after: int, limit: int, upto: int | None = None
    ) -> list[RecordedEvent]:
        if met:
            return read_all(connection, after, limit, upto)
        store.append(asked(*some(1)))
        met.append(0)
        met.append(catch_up(engine, NAME, view))
        return []

    monkeypatch.setattr(subscriptions, "read_all", read_nothing_once)
    handled = catch_up(engine, NAME, view)

    assert (met, handled) == ([0, 0], 2)
    assert positions_seen(engine) == [1, 2]
    engine.dispose()


def test_a_follower_does_not_wait_for_events_that_were_cut_off(engine: Engine, log: EventStore) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE head SET position = 12"))

    assert catch_up(engine, NAME, view, page=4) == 10
    assert reached(engine) == 10


def test_a_follower_may_begin_later(engine: Engine, log: EventStore) -> None:
    with writing(engine) as connection:
        start_at(connection, NAME, 7)

    assert catch_up(engine, NAME, view) == 3
    assert positions_seen(engine) == [8, 9, 10]


def test_followers_do_not_know_of_each_other(engine: Engine, log: EventStore) -> None:
    catch_up(engine, "board", lambda *_: None)

    with reading(engine) as connection:
        assert (checkpoint(connection, "board"), checkpoint(connection, NAME)) == (10, 0)


def test_a_follower_may_begin_again(engine: Engine, log: EventStore) -> None:
    catch_up(engine, NAME, view)

    with writing(engine) as connection:
        reset(connection, NAME)

    assert catch_up(engine, NAME, view) == 10
    assert len(positions_seen(engine)) == 20


def test_nothing_is_locked_to_find_that_there_is_nothing_to_do(engine: Engine, log: EventStore) -> None:
    catch_up(engine, NAME, view)

    with writing(engine), ThreadPoolExecutor(1) as pool:
        handled = pool.submit(catch_up, engine, NAME, view)
        until(handled.done)

    assert handled.result() == 0
