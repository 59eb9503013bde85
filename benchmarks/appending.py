"""Appending through the whole way: a record is read, decided against its story and committed, one note at a time."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import histories
from benchmarks.floor import Floor, Row, floor_on, row_of
from benchmarks.measuring import Measure, Seconds, Side, timed, typical
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.bootstrap import Tracker
from tracker.eventstore.events import RecordedEvent
from tracker.handling import Handling

FLOOR_IS = "one raw INSERT of the same bytes and its head row, one commit each"

_LONG = "the-long-story"


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of appending, with a long story to append to."""
    url = place.fresh()
    with tracker_at(url) as tracker, floor_on(url) as floor:
        histories.record(tracker, histories.story_of_events(_LONG, sizes.long))
        histories.record(tracker, histories.story("the-model"))
        histories.record(tracker, [histories.note("the-model", "note-0-0")])
        model = tracker.store.read_stream("story/the-model")[-1]
        yield _measures(place.name, sizes, _Notes(tracker, sizes.burst), _RawRows(floor, model, sizes.burst))


class _Notes:
    """Notes that nobody has logged yet."""

    def __init__(self, tracker: Tracker, burst: int) -> None:
        self._tracker, self._burst, self._numbers = tracker, burst, itertools.count(1)

    def on(self, slug: str) -> Seconds:
        """Log a few, one by one, on a story that this process knows."""
        return self._log(self._tracker.handling, slug, self._burst)

    def on_new_story(self, events: int) -> Seconds:
        """The same on a story made for it, with so many events in it."""
        slug = f"story-{next(self._numbers)}"
        histories.record(self._tracker, histories.story_of_events(slug, events))
        return self.on(slug)

    def first_on(self, slug: str) -> Seconds:
        """One note by a process that has not read this story before."""
        here = self._tracker
        return self._log(Handling(here.store, here.sealer, here.zone, here.clock), slug, 1)

    def _log(self, handling: Handling, slug: str, count: int) -> Seconds:
        notes = [histories.note(slug, f"added-{next(self._numbers)}") for _ in range(count)]

        def log() -> None:
            for note in notes:
                handling.handle(histories.requests(self._tracker, [note]), "ana")

        return timed(log, count)


class _RawRows:
    """The bytes of a note, appended by the driver alone."""

    def __init__(self, floor: Floor, model: RecordedEvent, burst: int) -> None:
        self._floor, self._model, self._burst, self._numbers = floor, model, burst, itertools.count(1)

    def append(self) -> Seconds:
        """A few, one by one."""
        rows = self._rows()

        def append() -> None:
            for row in rows:
                self._floor.append(row)

        return timed(append, len(rows))

    def append_one(self) -> Seconds:
        """What one of them takes, in the median."""
        rows = iter(self._rows())
        return typical(lambda: self._floor.append(next(rows)), self._burst)

    def _rows(self) -> list[Row]:
        stream = f"story/story-{next(self._numbers)}"
        return [row_of(self._model, stream, version) for version in range(1, self._burst + 1)]


def _measures(database: str, sizes: Sizes, notes: _Notes, raw: _RawRows) -> list[Measure]:
    def against_floor(what: str, ours: Side) -> Measure:
        return Measure(f"append one note, {what}", database, "events/s", ours, raw.append, FLOOR_IS)

    def short() -> Seconds:
        return notes.on_new_story(sizes.short)

    def long() -> Seconds:
        return notes.on(_LONG)

    return [
        against_floor("new story", lambda: notes.on_new_story(2)),
        against_floor(f"story of {sizes.short:,} events", short),
        against_floor(f"story of {sizes.long:,} events", long),
        Measure(
            f"append one note, story of {sizes.long:,} events, first of a process",
            database, "ms", lambda: notes.first_on(_LONG), raw.append_one, FLOOR_IS,
        ),
        Measure(
            f"append one note, {sizes.long:,} events", database, "events/s", long, short,
            f"ours at {sizes.short:,} events (growth)",
        ),
    ]  # fmt: skip
