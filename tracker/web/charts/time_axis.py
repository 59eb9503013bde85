"""An axis of time that copes with outliers: periods are drawn as wide as much falls into them, gaps are broken out.

A short and even stretch of time is drawn true to scale. Where a few dates lie far from the rest (one in 1984, the
others in 2017) the axis is made of calendar periods, each as wide as the square root of what falls into it, with runs
of empty periods cut out and marked. Within a period time runs evenly; the order of two dates is never changed.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from tracker.web.charts.days import Day, calendar, starts
from tracker.web.dates_said import short_month

_LINEAR_DAYS = 740
"""A longer stretch than about two years is drawn by periods."""
_CROWDED = 0.12
"""So is one of which four fifths of the dates fall into a smaller part than this."""
_BREAK = 0.8
"""The width of a gap, where a period with one date has 1."""
_NARROWEST_LABEL = 0.052
_LONGEST_RUN = 3


class Tick(NamedTuple):
    """A labelled place on the axis, from 0 to 1."""

    at: float
    label: str
    major: bool


class Gap(NamedTuple):
    """A stretch of time that was cut out, and where its mark is drawn."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time from left to right, from 0 to 1."""

    edges: tuple[Day, ...]
    places: tuple[float, ...]
    ticks: tuple[Tick, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def even(self) -> bool:
        """Whether it is true to scale all along."""
        return len(self.edges) == 2

    def at(self, day: Day) -> float:
        """Where a day is; days beyond the axis are at its ends."""
        if day <= self.edges[0]:
            return 0.0
        if day >= self.edges[-1]:
            return 1.0
        n = bisect_right(self.edges, day) - 1
        share = (day - self.edges[n]) / (self.edges[n + 1] - self.edges[n])
        return self.places[n] + share * (self.places[n + 1] - self.places[n])

    def day(self, place: float) -> Day:
        """Which day is at a place from 0 to 1; the other way round than `at`."""
        n = min(bisect_right(self.places, place), len(self.places) - 1) - 1
        share = (place - self.places[n]) / (self.places[n + 1] - self.places[n])
        return self.edges[n] + share * (self.edges[n + 1] - self.edges[n])


def time_axis(days: Sequence[Day]) -> TimeAxis:
    """The axis for dates, at least one; it reaches from the first to the last."""
    ordered = sorted(days)
    first, last = ordered[0], max(ordered[-1], ordered[0] + 1)
    span = last - first
    if span <= _LINEAR_DAYS and not _crowded(ordered, span):
        return _even(first, last, span)
    return _by_periods(ordered, first, last, span)


def _crowded(ordered: Sequence[Day], span: Day) -> bool:
    tenth = len(ordered) // 10
    return len(ordered) >= 10 and span > 60 and ordered[-1 - tenth] - ordered[tenth] < _CROWDED * span


def _even(first: Day, last: Day, span: Day) -> TimeAxis:
    margin = max(span * 0.03, 0.5)
    edges = (first - margin, last + margin)
    width = edges[1] - edges[0]
    unit = -1 if span <= 16 else 0 if span <= 75 else 1 if span <= 400 else 3
    ticks = tuple(
        Tick((day - edges[0]) / width, label(day, unit), major=unit > 0 and calendar(day).month == 1)
        for day in starts(unit, first, last)
        if edges[0] <= day <= edges[1]
    )
    return TimeAxis(edges, (0.0, 1.0), _apart(ticks))


def _by_periods(ordered: Sequence[Day], first: Day, last: Day, span: Day) -> TimeAxis:
    unit = 1 if span <= 1500 else 3 if span <= 3000 else 12
    edges = starts(unit, first, last - 0.001)
    # The first and the last period are drawn as far as anything falls into them.
    margin = (edges[-1] - edges[-2]) * 0.04
    edges[0], edges[-1] = max(edges[0], first - margin), min(edges[-1], last + margin)
    counts = [bisect_right(ordered, end) - bisect_right(ordered, start) for start, end in pairwise(edges)]
    counts[0] += bisect_right(ordered, edges[0])
    kept, widths, cut = [edges[0]], list[float](), list[int]()
    n = 0
    while n < len(counts):
        run = _empty_run(counts, n)
        if run >= _LONGEST_RUN:
            cut.append(len(widths))
            widths.append(_BREAK)
            n += run
        else:
            widths.append(0.5 if not counts[n] else sqrt(counts[n]))
            n += 1
        kept.append(edges[n])
    total = sum(widths)
    places = [0.0]
    for width in widths:
        places.append(places[-1] + width / total)
    places[-1] = 1.0
    gaps = tuple(Gap(places[n], places[n + 1]) for n in cut)
    ticks = [
        Tick(place, label(day, unit), major=unit < 12 and calendar(day).month == 1)
        for n, (day, place) in enumerate(zip(kept[:-1], places[:-1], strict=True))
        if n not in cut
    ]
    ticks += _within(kept, places, unit)
    return TimeAxis(tuple(kept), tuple(places), _apart(sorted(ticks)), gaps)


def _within(edges: Sequence[Day], places: Sequence[float], unit: int) -> list[Tick]:
    """The months inside years that are wide enough to hold them."""
    found: list[Tick] = []
    for n, (start, end) in enumerate(pairwise(edges)):
        width = places[n + 1] - places[n]
        if unit != 12 or end - start > 366 or width < 0.3:
            continue
        finer = 1 if width > 0.7 else 3
        found += [
            Tick(places[n] + (day - start) / (end - start) * width, label(day, finer), major=False)
            for day in starts(finer, start, end - 1)
            if start < day < end
        ]
    return found


def _empty_run(counts: Sequence[int], start: int) -> int:
    n = start
    while n < len(counts) and not counts[n]:
        n += 1
    return n - start


def label(day: Day, unit: int) -> str:
    """The start of a period as it is written on an axis: `2017`, `Mar 2017`, `3 Mar`."""
    at = calendar(day)
    if unit == 12 or (unit > 0 and at.month == 1):
        return str(at.year)
    return short_month(at) if unit > 0 else f"{at.day} {short_month(at)}"


def _apart(ticks: Sequence[Tick]) -> tuple[Tick, ...]:
    """Without the labels that would run into each other, years being kept first; the ticks themselves stay."""
    kept: list[float] = []
    for tick in sorted(ticks, key=lambda each: (not each.major, each.at)):
        if all(abs(tick.at - other) >= _NARROWEST_LABEL for other in kept):
            kept.append(tick.at)
    return tuple(tick if tick.at in kept else tick._replace(label="") for tick in ticks)
