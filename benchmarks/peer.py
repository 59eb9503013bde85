"""Another event store, in the same run on the same server: the `eventsourcing` package, where it is installed.

It comes with `pip install 'eventsourcing[postgres]'`. Both stores append the bytes of one note: ours through
`EventStore.append`, with its head row, hash chain and command id; theirs through its recorder for PostgreSQL as it is.
"""

import importlib
import importlib.metadata
import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from sqlalchemy import make_url

from benchmarks import histories
from benchmarks.measuring import Measure, Seconds, Side, timed
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.bootstrap import Tracker
from tracker.eventstore.events import Command, NewEvent, RecordedEvent, StreamAppend

BATCH = 100

_Insert = Callable[[list[Any]], object]


def installed() -> str | None:
    """The version that is installed with what it needs for PostgreSQL; None where it is not."""
    return importlib.metadata.version("eventsourcing") if _modules() else None


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures beside the peer, which is installed."""
    floor_is = f"eventsourcing {installed()}, its recorder on the same server"
    with tracker_at(place.fresh()) as tracker, _recorder(place.fresh()) as insert:
        histories.record(tracker, histories.story("the-model"))
        histories.record(tracker, [histories.note("the-model", "note-0-0")])
        model = tracker.store.read_stream("story/the-model")[-1]
        singles = (1, sizes.burst)
        batches = (BATCH, max(1, sizes.burst // 10))
        yield [
            Measure(
                f"append to the store, {what}", place.name, "events/s",
                _ours(tracker, model, *shape), _theirs(insert, model, *shape), floor_is,
            )
            for what, shape in {"one event a commit": singles, f"{BATCH} events a commit": batches}.items()
        ]  # fmt: skip


def _ours(tracker: Tracker, model: RecordedEvent, size: int, times: int) -> Side:
    fact = NewEvent(model.type, model.data)

    def side() -> Seconds:
        stream = f"story/{uuid.uuid4()}"
        commands = [
            Command(
                str(uuid.uuid4()), "0" * 64, (StreamAppend(stream, n * size, (fact,) * size),), "ana"
            )
            for n in range(times)
        ]  # fmt: skip

        def append() -> None:
            for command in commands:
                tracker.store.append(command)

        return timed(append, size * times)

    return side


def _theirs(insert: _Insert, model: RecordedEvent, size: int, times: int) -> Side:
    persistence, _ = _modules() or _missing()
    body = model.data.encode()

    def side() -> Seconds:
        stream, versions = uuid.uuid4(), itertools.count(1)
        batches = [
            [persistence.StoredEvent(stream, next(versions), model.type, body) for _ in range(size)]
            for _ in range(times)
        ]

        def append() -> None:
            for batch in batches:
                insert(batch)

        return timed(append, size * times)

    return side


@contextmanager
def _recorder(url: str) -> Iterator[_Insert]:
    """Their recorder on a database; what inserts a list of their events in one commit."""
    _, postgres = _modules() or _missing()
    where = make_url(url)
    datastore = postgres.PostgresDatastore(
        dbname=where.database, host=where.query.get("host", where.host), port=str(where.port or 5432),
        user=where.username, password=str(where.password or ""),
    )  # fmt: skip
    try:
        recorder = postgres.PostgresApplicationRecorder(datastore)
        recorder.create_table()
        yield recorder.insert_events
    finally:
        datastore.close()


def _modules() -> tuple[ModuleType, ModuleType] | None:
    try:
        names = ("eventsourcing.persistence", "eventsourcing.postgres")
        persistence, postgres = (importlib.import_module(name) for name in names)
    except ImportError:
        return None
    return persistence, postgres


def _missing() -> tuple[ModuleType, ModuleType]:
    raise AssertionError("ask `installed` first")
