"""The upward axis of the two-clock chart: a band for each period in which something became known, the latest on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.web.charts.days import Day, calendar, starts
from tracker.web.charts.moments import Moment
from tracker.web.dates_said import in_language, short_month

MOST = 14
"""Bands that a chart has at most; periods grow from days to years until there are no more."""

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
    single = _by_date(moments)
    if len(single) <= MOST:
        return _made(single)
    for unit in _UNITS[1:]:
        grouped = _by_period(moments, unit)
        if len(grouped) <= MOST:
            break
    return _made(grouped)


Group = tuple[Day, Day, str, list[Moment]]


def _by_date(moments: Sequence[Moment]) -> list[Group]:
    """A group for each date as it was learned: a day, or a longer time where that is all that is known."""
    found: dict[str, Group] = {}
    for each in moments:
        date = each.line.learned_edtf or each.line.learned_at[:10]
        start = each.known_first if each.line.learned_edtf else float(int(each.known))
        found.setdefault(date, (start, max(each.known, start + 1), in_language(date), []))[3].append(each)
    return list(found.values())


def _by_period(moments: Sequence[Moment], unit: int) -> list[Group]:
    edges = starts(unit, moments[0].known, moments[-1].known)
    found: dict[int, Group] = {}
    n = 0
    for each in moments:
        while n < len(edges) - 2 and each.known >= edges[n + 1]:
            n += 1
        found.setdefault(n, (edges[n], edges[n + 1], _period(edges[n], edges[n + 1], unit), []))[3].append(each)
    return list(found.values())


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


def _made(groups: Sequence[Group]) -> list[Band]:
    ends = [None, *(end for _, end, _, _ in groups)]
    return [
        Band(start, end, label, max(0.0, start - before) if before is not None else 0.0, tuple(listed))
        for (start, end, label, listed), before in zip(groups, ends, strict=False)
    ]
