"""Importing a history: lines are read, rehearsed against each other, decided and committed in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import histories
from benchmarks.floor import floor_on, row_of
from benchmarks.measuring import Measure, Seconds, timed
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.archive.records import Imported, import_records
from tracker.bootstrap import Tracker

FLOOR_IS = "one raw multi-row insert of the same events, one commit"


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measure of importing; every import has a fresh database."""
    named, lines = histories.history(sizes.revisions)
    url = place.fresh()
    with tracker_at(url) as tracker, floor_on(url) as floor:
        recorded = _import(tracker, lines).lines
        log = tracker.store.read_all(limit=len(lines) * 4)
        rows = [row_of(event, event.stream, event.version) for event in log]

        def ours() -> Seconds:
            with tracker_at(place.fresh()) as receiving:
                receiving.store.position()  # a connection is opened before the clock starts
                return timed(lambda: _import(receiving, lines), recorded)

        def raw() -> Seconds:
            floor.empty()
            return timed(lambda: floor.append_all(rows), recorded)

        what = f"import {named} ({recorded} records, {len(log)} events)"
        yield [Measure(what, place.name, "records/s", ours, raw, FLOOR_IS)]


def _import(tracker: Tracker, lines: list[bytes]) -> Imported:
    now = tracker.clock()
    return import_records(tracker.handling, lines, by="ana", zone=tracker.zone, now=now, keep_going=True)
