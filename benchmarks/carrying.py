"""Carrying a log elsewhere: exported and imported again it has the same ids, hashes and root, and how fast that is.

The floors: reading the same rows and writing their JSON, and inserting the same rows a thousand at a time, nothing
checked. It stops with an error where the log that comes out is not the log that went in.

By itself, `python -m benchmarks.carrying [EVENTS]` carries a log of that length (100,000), once, on both databases.
"""

import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import orjson

from benchmarks import histories, places
from benchmarks.floor import Floor, Row, floor_on, row_of
from benchmarks.measuring import Measure, Seconds, measure, timed
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import FULL, Sizes
from tracker.archive import cloudevents
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore import tree

BATCH = 1_000
SMALL = 100
"""Records in one transaction while the log is made: on a busy machine more may outlast a transaction's patience."""

READ_AND_WRITTEN = "the same rows read by the bare driver and written as JSON"
INSERTED = "the same rows inserted by the bare driver, nothing checked"


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of exporting a log, and of importing what was exported into an empty database."""
    events, url = sizes.carried, place.fresh()
    with (
        tempfile.TemporaryDirectory(prefix="tracker-carried-") as folder,
        tracker_at(url) as tracker,
        floor_on(url) as floor,
    ):
        _fill(tracker, events)
        file = Path(folder) / "log.jsonl"
        _export(tracker, file)
        yield [
            Measure(
                f"export a log of {events:,} events", place.name, "events/s",
                lambda: timed(lambda: _export(tracker, file), events),
                lambda: timed(lambda: _export_raw(floor, file.with_suffix(".raw")), events), READ_AND_WRITTEN,
            ),
            Measure(
                f"import a log of {events:,} events: same ids, hashes, root", place.name, "events/s",
                partial(_import_elsewhere, place, tracker, file), partial(_insert_elsewhere, place, tracker), INSERTED,
            ),
        ]  # fmt: skip


def _import_elsewhere(place: Place, tracker: Tracker, file: Path) -> Seconds:
    with tracker_at(place.fresh()) as receiving:
        took = timed(lambda: _import(receiving, file), tracker.store.position())
        if _root(receiving) != _root(tracker):
            raise AssertionError(f"{place.name}: another log came out than went in")
    return took


def _insert_elsewhere(place: Place, tracker: Tracker) -> Seconds:
    """Only the inserting is timed, not the reading of what is inserted."""
    took, position = 0.0, tracker.store.position()
    with floor_on(place.fresh()) as floor:
        for after in range(0, position, BATCH):
            read = tracker.store.read_all(after=after, limit=BATCH)
            rows: list[Row] = [row_of(event, event.stream, event.version) for event in read]
            took += timed(lambda rows=rows: floor.append_all(rows))  # type: ignore[misc]
    return took / position


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


def _root(tracker: Tracker) -> tuple[str, str]:
    """The root over the whole log, and the hash of its last event."""
    with reading(tracker.engine) as connection:
        position = tracker.store.position()
        root = tree.root_at(connection, position).hex()
    return root, tracker.store.read_all(after=position - 1, limit=1)[0].hash


def main(events: int) -> None:
    """Carry a log of this length on both databases."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, places.durable_postgresql() as server:
        for place in (places.sqlite(Path(folder)), places.postgresql(server)):
            with prepared(place, replace(FULL, carried=events)) as measures:
                for figure in measure(measures, 1):
                    print(
                        f"{figure.what}, {figure.database}: {figure.ours.median:,.0f} {figure.unit}, floor"
                        f" {figure.floor.median:,.0f} ({figure.floor_is}), ratio {figure.ratio.median:.2f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
