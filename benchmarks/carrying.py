"""Carrying a log elsewhere: exported and imported again it has the same ids, hashes and root, and how fast that is.

Usage: python -m benchmarks.carrying [--events 100000]

The floors: reading the same rows and writing their JSON, and inserting the same rows a thousand at a time, nothing
checked. It stops with an error where the log that comes out is not the log that went in.
"""

import argparse
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

import orjson

from benchmarks import histories, places
from benchmarks.floor import Floor, floor_on, row_of
from benchmarks.measuring import Seconds, timed
from benchmarks.places import Place, tracker_at
from tracker.archive import cloudevents
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore import tree

BATCH = 1_000
SMALL = 100
"""Records in one transaction while the log is made: on a busy machine more may outlast a transaction's patience."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Carry a log on both databases, and say what it took."""
    parser = argparse.ArgumentParser(prog="benchmarks.carrying", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=100_000)
    events = parser.parse_args(arguments).events
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, places.durable_postgresql() as server:
        for place in (places.sqlite(Path(folder)), places.postgresql(server)):
            print(carry(place, events, Path(folder) / f"{place.name}.jsonl"))


def carry(place: Place, events: int, file: Path) -> str:
    """Export a log of so many events, import it into an empty database, compare, and tell."""
    url = place.fresh()
    with tracker_at(url) as tracker, floor_on(url) as floor:
        _fill(tracker, events)
        written = timed(lambda: _export(tracker, file))
        read = timed(lambda: _export_raw(floor, file.with_suffix(".raw")))
        root, last = _root(tracker)
        rows = [row_of(event, event.stream, event.version) for event in tracker.store.read_all(limit=events)]
    elsewhere = place.fresh()
    with tracker_at(elsewhere) as receiving, floor_on(elsewhere) as floor:
        taken = timed(lambda: _import(receiving, file))
        inserted = timed(lambda: _insert_raw(floor, rows))
        same = _root(receiving) == (root, last)
    if not same:
        raise AssertionError(f"{place.name}: another log came out than went in")
    return (
        f"{place.name}: {events:,} events, {file.stat().st_size / 1e6:,.0f} MB, same ids, hashes and root {root[:16]}…;"
        f" export {_rate(events, written)} ({written / read:.2f} × reading and writing the rows),"
        f" import with every hash checked {_rate(events, taken)} ({taken / inserted:.2f} × inserting them)"
    )


def _fill(tracker: Tracker, events: int) -> None:
    """Stories of about a thousand events each, as a newsroom would have them."""
    for n in itertools.count():
        left = events - tracker.store.position()
        if left < 2:
            break
        asked = histories.requests(tracker, histories.story_of_events(f"story-{n}", min(left, BATCH)))
        for start in range(0, len(asked), SMALL):
            tracker.handling.handle(asked[start : start + SMALL], "ana")


def _export(tracker: Tracker, file: Path) -> None:
    with file.open("wb") as held:
        held.writelines(cloudevents.export(tracker.engine))


def _export_raw(floor: Floor, file: Path) -> None:
    after = 0
    with file.open("wb") as held:
        while rows := floor.page(after, BATCH):
            held.writelines(orjson.dumps(row) + b"\n" for row in rows)
            after = rows[-1][0]


def _import(tracker: Tracker, file: Path) -> None:
    with file.open("rb") as held:
        cloudevents.import_log(tracker.store, held)


def _insert_raw(floor: Floor, rows: Sequence[tuple[object, ...]]) -> None:
    for start in range(0, len(rows), BATCH):
        floor.append_all(rows[start : start + BATCH])


def _root(tracker: Tracker) -> tuple[str, str]:
    """The root over the whole log, and the hash of its last event."""
    with reading(tracker.engine) as connection:
        position = tracker.store.position()
        root = tree.root_at(connection, position).hex()
    return root, tracker.store.read_all(after=position - 1, limit=1)[0].hash


def _rate(events: int, seconds: Seconds) -> str:
    return f"{events / seconds:,.0f} events/s"


if __name__ == "__main__":
    main()
