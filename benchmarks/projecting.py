"""Projecting: the views follow the log from its start, page by page, each page committed with its checkpoint."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, text

from benchmarks import histories
from benchmarks.floor import floor_on, read_decoded
from benchmarks.measuring import Measure, Seconds, timed
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.db import writing
from tracker.eventstore import subscriptions
from tracker.projections import entries, following

FLOOR_IS = "reading the same events in pages with the raw driver and decoding their JSON"

_VIEWS = (*following.TABLES, entries.entry_changes)


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of projecting, over a log of one long story."""
    url = place.fresh()
    with tracker_at(url) as tracker, floor_on(url) as floor:
        histories.record(tracker, histories.story_of_events("the-long-story", sizes.log))
        views = _Views(tracker.engine, sizes)

        def raw() -> Seconds:
            return timed(lambda: read_decoded(floor, sizes.page), sizes.log)

        yield [
            Measure(f"project {sizes.log:,} events", place.name, "events/s", views.project, raw, FLOOR_IS),
            Measure(
                f"project the last {sizes.edge:,} of {sizes.log:,} events", place.name, "events/s",
                views.last, views.first, f"ours over the first {sizes.edge:,} events (growth)",
            ),
        ]  # fmt: skip


class _Views:
    """The views of a log, made anew each time; what its first and its last events took is kept from the last time."""

    def __init__(self, engine: Engine, sizes: Sizes) -> None:
        self._engine, self._sizes = engine, sizes
        self._began: list[float] = []
        event.listen(engine, "begin", self._note)

    def project(self) -> Seconds:
        """From nothing to the end of the log."""
        self._forget()
        self._began.clear()
        took = timed(lambda: following.catch_up(self._engine, self._sizes.page), self._sizes.log)
        # One look for views of a former shape; then one at the end of the log before each page, and after the last.
        expected = 2 + 2 * self._sizes.log // self._sizes.page
        if len(self._began) != expected:
            raise AssertionError(f"{len(self._began)} transactions where {expected} were expected")
        return took

    def first(self) -> Seconds:
        """What one of the first events took when the views were made the last time."""
        return (self._began[1 + self._edge] - self._began[1]) / self._sizes.edge

    def last(self) -> Seconds:
        """What one of the last events took then."""
        return (self._began[-1] - self._began[-1 - self._edge]) / self._sizes.edge

    @property
    def _edge(self) -> int:
        return 2 * self._sizes.edge // self._sizes.page

    def _note(self, _: object) -> None:
        self._began.append(time.perf_counter())

    def _forget(self) -> None:
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"TRUNCATE {', '.join(table.name for table in _VIEWS)}"))
            else:
                for table in _VIEWS:
                    connection.execute(table.delete())
            subscriptions.reset(connection, following.NAME)
            subscriptions.start_at(connection, following.NAME, 0)
