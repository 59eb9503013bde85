"""Ours and the floor, measured in turn, round by round, so that a slow minute of the machine falls on both.

A side is a callable that does its work once and returns the seconds that one unit of it took. Rounds are outermost:
each round runs every measure, both sides of it one after the other, in changing order. The ratio of a measure is taken
round by round (how many times the floor's time ours took; 1 is the floor itself), and its median, least and most are
those of the rounds. One round before the first is run and forgotten: it compiles statements, fills caches and opens
connections; measures that take a minute do without, and are run in fewer rounds.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Seconds = float
Side = Callable[[], Seconds]
Unit = Literal["records/s", "events/s", "s", "ms", "kB"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to be measured against its floor on one database."""

    what: str
    database: str
    unit: Unit
    """How it is told: as a rate, or as a time."""
    ours: Side
    floor: Side
    floor_is: str
    """What the floor does, in a few words."""
    most: int | None = None
    """Rounds at most, for what takes a minute: it is warm from the start, and not run before the first."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, with the least and the most."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found. `ours` and `floor` are in `unit`; `ratio` is how many times the floor's time ours took."""

    what: str
    database: str
    unit: Unit
    ours: Spread
    floor: Spread
    ratio: Spread
    floor_is: str


def measure(measures: Sequence[Measure], rounds: int, progress: Callable[[str], None] = lambda _: None) -> list[Figure]:
    """Run every measure in `rounds` interleaved rounds; the figures in the order of the measures."""
    found: list[list[tuple[Seconds, Seconds]]] = [[] for _ in measures]
    for n in range(rounds + 1):
        for taken, each in zip(found, measures, strict=True):
            if each.most is not None and not 1 <= n <= each.most:
                continue
            pair = _both(each, ours_first=n % 2 == 1)
            if n:
                taken.append(pair)
        progress(f"round {n} of {rounds}" if n else "warmed up")
    return [_figure(each, taken) for each, taken in zip(measures, found, strict=True)]


def timed(work: Callable[[], object], units: int = 1) -> Seconds:
    """The seconds that one of so many units took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) / units


def typical(work: Callable[[], object], times: int) -> Seconds:
    """The median of so many goes."""
    return statistics.median(timed(work) for _ in range(times))


def _both(each: Measure, *, ours_first: bool) -> tuple[Seconds, Seconds]:
    if ours_first:
        ours, floor = each.ours(), each.floor()
    else:
        floor, ours = each.floor(), each.ours()
    return ours, floor


def _figure(each: Measure, taken: Sequence[tuple[Seconds, Seconds]]) -> Figure:
    told = _TOLD.get(each.unit, _as_rate)
    return Figure(
        what=each.what,
        database=each.database,
        unit=each.unit,
        ours=_spread(told(ours) for ours, _ in taken),
        floor=_spread(told(floor) for _, floor in taken),
        ratio=_spread(ours / floor for ours, floor in taken),
        floor_is=each.floor_is,
    )


def _as_time(seconds: Seconds) -> float:
    return seconds * 1000


def _as_size(bytes_: float) -> float:
    return bytes_ / 1000


def _as_rate(seconds: Seconds) -> float:
    return 1 / seconds


_TOLD: dict[str, Callable[[float], float]] = {"s": float, "ms": _as_time, "kB": _as_size}


def _spread(values: Iterable[float]) -> Spread:
    listed = sorted(values)
    return Spread(statistics.median(listed), listed[0], listed[-1])
