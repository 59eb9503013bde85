"""Somebody else appends between a writer's look at the log and its insert (on SQLite nobody can)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

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


def overtaken(engine: Engine, by: Command) -> EventStore:
    """A store whose clock is looked at after the look at the log; that is when the other command gets in."""
    others = [by]

    def clock() -> Instant:
        if others:
            EventStore(engine).append(others.pop())
        return instants.now()

    return EventStore(engine, clock)


def test_a_writer_who_does_not_mind_comes_after_the_other(postgresql: Engine) -> None:
    store = overtaken(postgresql, by=asked(note("First.")))

    [receipt] = store.append(asked(note("Second.")))

    assert receipt == Receipt(2, 2, repeated=False)
    assert [e.version for e in store.read_stream(MEETING)] == [1, 2]


def test_a_writer_who_minds_is_refused(postgresql: Engine) -> None:
    store = overtaken(postgresql, by=asked(note("First."), expected=0))

    with pytest.raises(WrongExpectedVersion):
        store.append(asked(note("Second."), expected=0))

    assert store.position() == 1


def test_a_command_overtaken_by_its_own_twin_gets_the_twins_answer(postgresql: Engine) -> None:
    command = asked(note(), expected=0, id="c1")
    store = overtaken(postgresql, by=command)

    assert store.append(command) == [Receipt(1, 1, repeated=True)]

    assert store.position() == 1


def test_a_command_overtaken_by_another_with_its_id_is_refused(postgresql: Engine) -> None:
    store = overtaken(postgresql, by=asked(note(), id="c1", stream="story/other", fingerprint="f2"))

    with pytest.raises(CommandReused):
        store.append(asked(note(), id="c1"))

    assert store.position() == 1


def test_commands_beside_an_overtaken_one_are_recorded_once(postgresql: Engine) -> None:
    store = overtaken(postgresql, by=nothing("c1"))

    receipts = store.append(nothing("c1"), asked(note(), id="c2"))

    assert receipts == [Receipt(None, None, repeated=True), Receipt(1, 1, repeated=False)]
