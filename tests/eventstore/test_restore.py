"""A log that was exported comes back as it was, or is refused where it is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.eventstore.examples import asked, clock_showing, note, some
from tracker.db import connect
from tracker.eventstore.chain import hash_again
from tracker.eventstore.errors import BrokenChain
from tracker.eventstore.events import Receipt, RecordedEvent
from tracker.eventstore.store import EventStore


@pytest.fixture
def exported(sqlite_template: Path, tmp_path: Path) -> list[RecordedEvent]:
    """The log of another newsroom: six events in two streams, the first four of one command each two."""
    other = tmp_path / "other.db"
    other.write_bytes(sqlite_template.read_bytes())
    engine = connect(f"sqlite:///{other}")
    store = EventStore(engine)
    store.append(asked(*some(3), id="c1", correlation="import-7"), asked(*some(2), id="c2", stream="actor/ana"))
    store.append(asked(note(), id="c3"))
    events = store.read_all()
    engine.dispose()
    return events


def test_a_restored_log_is_the_same_to_the_last_letter(engine: Engine, exported: list[RecordedEvent]) -> None:
    store = EventStore(engine)

    restored = store.restore(exported)

    assert restored == 6
    assert store.read_all() == exported
    assert store.position() == 6


def test_a_log_may_be_restored_page_by_page_and_again(engine: Engine, exported: list[RecordedEvent]) -> None:
    store = EventStore(engine)

    pages = (exported[:2], exported[1:5], exported, exported)
    counts = [store.restore(page) for page in pages]

    assert counts == [2, 3, 1, 0]
    assert store.read_all() == exported
    assert store.known_commands(["c1"])["c1"][1:] == (1, 3)


def test_work_goes_on_in_a_restored_log(engine: Engine, exported: list[RecordedEvent]) -> None:
    store = EventStore(engine, clock=clock_showing("2000-01-01T00:00:00.000000Z"))
    store.restore(exported)

    repeated = store.append(asked(*some(3), id="c1", fingerprint="known to nobody any more"))
    new = store.append(asked(note(), expected=4))

    assert repeated == [Receipt(1, 3, repeated=True)]
    assert new == [Receipt(7, 7, repeated=False)]
    last = store.read_all(after=6)[0]
    assert (last.prev_hash, last.recorded_at) == (exported[5].hash, exported[5].recorded_at)


def test_nothing_restored_is_nothing_new(engine: Engine) -> None:
    assert EventStore(engine).restore([]) == 0


def rehashed(event: RecordedEvent) -> RecordedEvent:
    return replace(event, hash=hash_again(event))


FORGERIES: dict[str, Callable[[RecordedEvent], RecordedEvent]] = {
    "edited": lambda e: replace(e, data="{}"),
    "rehashed after an edit of prev_hash": lambda e: rehashed(replace(e, prev_hash="0" * 64)),
    "version skipped": lambda e: rehashed(replace(e, version=e.version + 1)),
    "data not canonical": lambda e: rehashed(replace(e, data='{"text": "Spaced."}')),
    "data smuggles a member": lambda e: rehashed(replace(e, data='{},"id":"e9"')),
    "learned after it was recorded": lambda e: rehashed(replace(e, learned_at="9999-01-01T00:00:00.000000Z")),
    "recorded before the one before": lambda e: rehashed(
        replace(e, recorded_at="2000-01-01T00:00:00.000000Z", learned_at="2000-01-01T00:00:00.000000Z")
    ),
    "instant in another form": lambda e: rehashed(replace(e, recorded_at="9999-01-01")),
    "impossible instant": lambda e: rehashed(replace(e, learned_at="2016-02-30T00:00:00.000000Z")),
    "with a NUL": lambda e: rehashed(replace(e, recorded_by="ana\0")),
    "with half a character": lambda e: replace(e, causation="\ud83d"),
    "with half a character in its data": lambda e: replace(e, data='{"text":"\ud83d"}'),
    "with half a character in an instant": lambda e: replace(e, learned_at="\ud83d"),
    "position doubled": lambda e: replace(e, position=e.position - 1),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_log_is_refused_and_the_position_named(
    engine: Engine, exported: list[RecordedEvent], forgery: str
) -> None:
    store = EventStore(engine)
    forged = [*exported[:4], FORGERIES[forgery](exported[4]), exported[5]]

    with pytest.raises(BrokenChain) as broken:
        store.restore(forged)

    assert broken.value.position == 5
    assert store.position() == 0
    assert store.streams() == []


def test_a_log_with_a_hole_is_refused(engine: Engine, exported: list[RecordedEvent]) -> None:
    store = EventStore(engine)

    with pytest.raises(BrokenChain) as hole:
        store.restore([*exported[:2], *exported[3:]])
    with pytest.raises(BrokenChain) as late:
        store.restore(exported[1:])

    assert (hole.value.position, late.value.position) == (3, 2)
    assert store.position() == 0


def test_a_log_that_went_another_way_is_refused(engine: Engine, exported: list[RecordedEvent]) -> None:
    store = EventStore(engine)
    store.restore(exported[:4])
    store.append(asked(note("Our own."), stream="actor/ana"))

    with pytest.raises(BrokenChain) as another:
        store.restore(exported)

    assert another.value.position == 5
    assert store.position() == 5


@pytest.mark.parametrize("before", [0, 1], ids=["in this page", "in the log already"])
def test_an_id_known_at_another_position_is_refused(engine: Engine, exported: list[RecordedEvent], before: int) -> None:
    store = EventStore(engine)
    store.restore(exported[:before])
    doubled = rehashed(replace(exported[1], id=exported[0].id))

    with pytest.raises(BrokenChain) as broken:
        store.restore([exported[0], doubled])

    assert broken.value.position == 2
    assert store.position() == before


def test_an_event_that_is_there_already_must_be_the_same_in_every_field(
    engine: Engine, exported: list[RecordedEvent]
) -> None:
    store = EventStore(engine)
    store.restore(exported[:4])
    edited = [*exported[:2], replace(exported[2], data="{}"), *exported[3:]]

    with pytest.raises(BrokenChain) as broken:
        store.restore(edited)

    assert broken.value.position == 3
    assert store.position() == 4
