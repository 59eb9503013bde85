"""Searching: what a page of results with its counts needs among many developments, and among few."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import histories
from benchmarks.measuring import Measure, Side, typical
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tracker.accounts.people import Principal, Role
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections.search import search
from tracker.stories.search_query import read_query

OF_A_STORY = 200
_ASKED = {
    "a word in 1 of 8": "letters opposition", "a phrase and a type": '"puts off" type:note',
    "a word nobody used": "zebra",
}  # fmt: skip
_READER = Principal("reader", Role.READER, frozenset())


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of searching, with stories of 200 developments each to search in."""
    with tracker_at(place.fresh()) as many, tracker_at(place.fresh()) as few:
        for tracker, stories in ((many, sizes.searched // OF_A_STORY), (few, 1)):
            for n in range(stories):
                histories.record(tracker, histories.story_of_developments(f"story-{n}", OF_A_STORY))
            tracker.catch_up()
        floor_is = f"the same search where there are {OF_A_STORY} developments"
        yield [
            Measure(
                f"{what} among {sizes.searched:,} developments", place.name, "ms",
                _search(many, typed, sizes.visits), _search(few, typed, sizes.visits), floor_is,
            )
            for what, typed in _ASKED.items()
        ]  # fmt: skip


def _search(tracker: Tracker, typed: str, times: int) -> Side:
    query = read_query(typed)

    def once() -> None:
        with reading(tracker.engine) as connection:
            search(connection, query, _READER, tracker.clock())

    return lambda: typical(once, times)
