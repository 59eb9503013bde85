"""The upward axis of the two-clock chart: a band for each period in which something became known, the latest on top."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from tracker.web.charts.days import Day, calendar, starts
from tracker.web.charts.moments import Moment
from tracker.web.dates_said import in_language, short_month

MOST = 14
"""Bands that a chart has at most; periods grow from days to years until there are no more."""

_known = attrgetter("known")
_UNITS = (-1, 0, 1, 3, 12, 60, 240, 1200)


@dataclass(frozen=True, slots=True)
class Band:
    """A period in which something became known, and what."""

    start: Day
    end: Day
    label: str
    quiet: Day
    """How many days nothing became known before it."""
    moments: tuple[Moment, ...]


def bands(moments: Sequence[Moment]) -> list[Band]:
    """The bands for moments ordered by when they became known, the earliest first."""
    if single := _by_date(moments):
        return _made([(start, end, in_language(date), listed) for date, (start, end, listed) in single.items()])
    for unit in _UNITS[1:]:
        grouped = _by_period(moments, unit)
        if len(grouped) <= MOST:
            break
    return _made([(start, end, _period(start, end, unit), listed) for start, end, listed in grouped])


Group = tuple[Day, Day, list[Moment]]


def _by_date(moments: Sequence[Moment]) -> dict[str, Group]:
    """A group for each date as it was learned: a day, or a longer time where that is all that is known.

    None at all where they would be too many.
    """
    found: dict[str, Group] = {}
    for each in moments:
        date = each.line.learned_edtf or each.line.learned_at[:10]
        if date not in found:
            if len(found) == MOST:
                return {}
            start = each.known_first if each.line.learned_edtf else float(int(each.known))
            found[date] = (start, max(each.known, start + 1), [])
        found[date][2].append(each)
    return found


def _by_period(moments: Sequence[Moment], unit: int) -> list[Group]:
    """A group for each period of so many months in which anything became known; `unit` is that of `days.starts`."""
    edges = starts(unit, moments[0].known, moments[-1].known)
    ends = [bisect_left(moments, edge, key=_known) for edge in edges[1:-1]]
    cuts = pairwise([0, *ends, len(moments)])
    return [
        (start, end, list(moments[first:last]))
        for (start, end), (first, last) in zip(pairwise(edges), cuts, strict=True)
        if first < last
    ]


def _period(start: Day, end: Day, unit: int) -> str:
    first, last = calendar(start), calendar(end - 1)
    match unit:
        case 0 if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{last.day} {short_month(last)} {last.year}"
        case 0:
            return f"{first.day} {short_month(first)} – {last.day} {short_month(last)} {last.year}"
        case 1:
            return in_language(f"{first:%Y-%m}")
        case 3:
            return f"{short_month(first)}–{short_month(last)} {last.year}"
        case 12:
            return str(first.year)
        case _:
            return f"{first.year}–{last.year}"


def _made(groups: Sequence[tuple[Day, Day, str, list[Moment]]]) -> list[Band]:
    ends = [None, *(end for _, end, _, _ in groups)]
    return [
        Band(start, end, label, max(0.0, start - before) if before is not None else 0.0, tuple(listed))
        for (start, end, label, listed), before in zip(groups, ends, strict=False)
    ]
