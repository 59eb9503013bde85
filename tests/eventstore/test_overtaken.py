"""Somebody else appends between a writer's look at the log and its insert (on SQLite nobody can)."""

from collections.abc import Iterator
from itertools import islice

import pytest
from sqlalchemy import Engine, event

from tests.eventstore.examples import MEETING, asked, note, nothing
from tracker import instants
from tracker.db import connect
from tracker.eventstore.errors import CommandReused, WrongExpectedVersion
from tracker.eventstore.events import Command, Receipt
from tracker.eventstore.store import EventStore
from tracker.instants import Instant


@pytest.fixture
def postgresql(postgresql_database: str) -> Iterator[Engine]:
    engine = connect(postgresql_database)
    yield engine
    engine.dispose()


def overtaken(engine: Engine, *by: Command) -> EventStore:
    """A store whose clock is looked at after the look at the log; that is when these get in, one at each try."""
    others = iter(by)

    def clock() -> Instant:
        for command in islice(others, 1):
            EventStore(engine).append(command)
        return instants.now()

    return EventStore(engine, clock)


def test_a_writer_who_does_not_mind_comes_after_the_other(postgresql: Engine) -> None:
    store = overtaken(postgresql, asked(note("First.")))

    [receipt] = store.append(asked(note("Second.")))

    assert receipt == Receipt(2, 2, repeated=False)
    assert [e.version for e in store.read_stream(MEETING)] == [1, 2]


def test_a_writer_who_minds_is_refused(postgresql: Engine) -> None:
    store = overtaken(postgresql, asked(note("First."), expected=0))

    with pytest.raises(WrongExpectedVersion):
        store.append(asked(note("Second."), expected=0))

    assert store.position() == 1


def test_a_command_overtaken_by_its_own_twin_gets_the_twins_answer(postgresql: Engine) -> None:
    command = asked(note(), expected=0, id="c1")
    store = overtaken(postgresql, command)

    assert store.append(command) == [Receipt(1, 1, repeated=True)]

    assert store.position() == 1


def test_a_command_overtaken_by_another_with_its_id_is_refused(postgresql: Engine) -> None:
    store = overtaken(postgresql, asked(note(), id="c1", stream="story/other", fingerprint="f2"))

    with pytest.raises(CommandReused):
        store.append(asked(note(), id="c1"))

    assert store.position() == 1


def test_commands_beside_an_overtaken_one_are_recorded_once(postgresql: Engine) -> None:
    store = overtaken(postgresql, nothing("c1"))

    receipts = store.append(nothing("c1"), asked(note(), id="c2"))

    assert receipts == [Receipt(None, None, repeated=True), Receipt(1, 1, repeated=False)]


def test_a_command_overtaken_twice_is_still_answered(postgresql: Engine) -> None:
    """Under the lock nobody else adds an event; the same request, found to change nothing, may still come first."""
    store = overtaken(postgresql, asked(note("First.")), nothing("c1"))

    [receipt] = store.append(asked(note("Second."), id="c1"))

    assert receipt == Receipt(None, None, repeated=True)
    assert [e.data for e in store.read_all()] == ['{"text":"First."}']


def test_a_twin_that_commits_between_two_looks_is_a_repeat_and_no_conflict(postgresql: Engine) -> None:
    command = asked(note(), expected=0, id="c1")
    others = iter([command])

    @event.listens_for(postgresql, "after_cursor_execute")
    def get_in(*arguments: object) -> None:
        if "events" in str(arguments[2]) or "commands" in str(arguments[2]):
            for twin in islice(others, 1):
                EventStore(postgresql).append(twin)

    assert EventStore(postgresql).append(command) == [Receipt(1, 1, repeated=True)]

    assert EventStore(postgresql).position() == 1
