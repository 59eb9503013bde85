"""The archive's promises: what the tree costs an append, what a proof takes in a long log, how fast a log is verified.

By itself, `python -m benchmarks.proving [EVENTS]` measures proof and verification on logs of that length (1,000,000).
"""

import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from unittest import mock

import orjson
from sqlalchemy import Connection, Engine, text, update

from benchmarks import places
from benchmarks.floor import Floor, Row, floor_on
from benchmarks.measuring import Measure, Seconds, measure, timed
from benchmarks.places import Place
from benchmarks.sizes import Sizes
from tracker.archive import proving
from tracker.archive.verifying import Report, log
from tracker.db import connect, reading, writing
from tracker.eventstore import tree
from tracker.eventstore.chain import hash_of
from tracker.eventstore.events import ANY, Command, NewEvent, RecordedEvent, StreamAppend
from tracker.eventstore.store import EventStore
from tracker.eventstore.tables import head
from tracker.eventstore.writes import insert_events

WITHOUT_TREE = "the same append without the tree"
READ_AND_HASHED = "the same rows read by the bare driver and hashed"
ONE_ROW = "one raw SELECT of that event by its id"

_SAID = {"headline": "Committee sets a date for the hearing", "text": "x" * 300}
_DATA = orjson.dumps(_SAID).decode()
_WHEN = "2017-03-01T12:00:00.000000Z"
_EVENTS_A_STREAM = 100
_PAGE = 2_000
_numbers = itertools.count(1)


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of appending with a tree, and of a log of `proved` events."""
    url = place.fresh()
    engine = connect(url)
    with _log_of(place, sizes.proved) as measures:
        yield [_appending(place.name, engine, sizes.burst), *measures]
    engine.dispose()


def _appending(database: str, engine: Engine, burst: int) -> Measure:
    store = EventStore(engine)

    def append() -> Seconds:
        commands = [_command() for _ in range(burst)]
        return timed(lambda: [store.append(command) for command in commands], burst)

    def append_without() -> Seconds:
        with mock.patch.object(tree, "add"):
            return append()

    return Measure("append one event", database, "events/s", append, append_without, WITHOUT_TREE)


def _command() -> Command:
    number = next(_numbers)
    appends = (StreamAppend(f"story/s{number % 50}", ANY, (NewEvent("note.logged.v1", _DATA),)),)
    return Command(f"command-{number}", f"{number}", appends, "ana")


@contextmanager
def _log_of(place: Place, size: int) -> Iterator[list[Measure]]:
    url = place.fresh()
    engine = connect(url)
    with writing(engine) as connection:
        fill(connection, size)
    with reading(engine) as connection:
        ids = [str(each) for each in connection.execute(text("SELECT id FROM events ORDER BY id LIMIT 200")).scalars()]
    with floor_on(url) as floor:
        yield [
            Measure(
                f"verify a log of {size:,} events", place.name, "events/s", lambda: _verify(engine, size),
                lambda: timed(lambda: _read_and_hash(floor), size), READ_AND_HASHED,
            ),
            Measure(
                f"prove an event among {size:,}", place.name, "ms", lambda: _prove(engine, ids),
                lambda: _select(engine, ids), ONE_ROW,
            ),
        ]  # fmt: skip
    engine.dispose()


def fill(connection: Connection, size: int) -> None:
    """A log of so many events in streams of a hundred, written at once."""
    tips: dict[str, tuple[int, str | None]] = {}
    for start in range(0, size, 10_000):
        page = [_event(position, tips) for position in range(start + 1, min(start + 10_000, size) + 1)]
        insert_events(connection, page)
    connection.execute(update(head).values(position=size, recorded_at=_WHEN))
    tree.catch_up(connection, size)


def _event(position: int, tips: dict[str, tuple[int, str | None]]) -> RecordedEvent:
    stream = f"story/s{position // _EVENTS_A_STREAM}"
    version, tip = tips.get(stream, (0, None))
    # Ids are spread, as the events that somebody asks for are.
    id = sha256(b"%d" % position).hexdigest()
    said = {
        "id": id, "stream": stream, "version": version + 1, "type": "note.logged.v1", "recorded_at": _WHEN,
        "recorded_by": "ana", "learned_at": _WHEN, "causation": id, "correlation": None, "prev_hash": tip,
        "data": orjson.dumps(_SAID | {"key": f"n{position}"}, option=orjson.OPT_SORT_KEYS).decode(),
    }  # fmt: skip
    digest = hash_of(**said)  # type: ignore[arg-type]
    tips[stream] = (version + 1, digest)
    return RecordedEvent(position=position, hash=digest, **said)  # type: ignore[arg-type]


def _verify(engine: Engine, size: int) -> Seconds:
    def work() -> None:
        report = Report()
        with reading(engine) as connection:
            log(connection, report, [], lambda _: None)
        assert report.well, report.problems

    return timed(work, size)


def _read_and_hash(floor: Floor) -> None:
    after = 0
    while rows := floor.page(after, _PAGE):
        for row in rows:
            _hash(row)
        after = rows[-1][0]


def _hash(row: Row) -> str:
    _, stream, version, id, type, recorded_at, recorded_by, learned_at, causation, correlation, prev_hash, _, data = row
    return hash_of(
        id=id, stream=stream, version=version, type=type, recorded_at=recorded_at, recorded_by=recorded_by,
        learned_at=learned_at, causation=causation, correlation=correlation, prev_hash=prev_hash, data=data,
    )  # fmt: skip


def _prove(engine: Engine, ids: Sequence[str]) -> Seconds:
    def work() -> None:
        for id in ids:
            with reading(engine) as connection:
                assert proving.inclusion(connection, id).holds()

    return timed(work, len(ids))


def _select(engine: Engine, ids: Sequence[str]) -> Seconds:
    def work() -> None:
        for id in ids:
            with reading(engine) as connection:
                connection.execute(text("SELECT * FROM events WHERE id = :id"), {"id": id}).one()

    return timed(work, len(ids))


def main(size: int) -> None:
    """Measure a log of this length on both databases."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, places.durable_postgresql() as server:
        for place in (places.sqlite(Path(folder)), places.postgresql(server)):
            with _log_of(place, size) as measures:
                for figure in measure(measures, 3):
                    print(
                        f"{figure.what}, {figure.database}: {figure.ours.median:,.2f} {figure.unit}, floor"
                        f" {figure.floor.median:,.2f} ({figure.floor_is}), ratio {figure.ratio.median:.2f}"
                        f" ({figure.ratio.least:.2f}–{figure.ratio.most:.2f})",
                        flush=True,
                    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
