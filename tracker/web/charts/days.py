"""Days as numbers, so that they can be drawn: 1.0 is the first moment of the year 1."""

from datetime import date, timedelta
from functools import lru_cache

from tracker import instants
from tracker.instants import Instant
from tracker.stories.dates import limits

Day = float
"""Days since the year 1, with the hours as a fraction."""

Months = tuple[int, int]


def of_instant(instant: Instant) -> Day:
    """An instant as a day with its hours."""
    moment = instants.moment(instant)
    return moment.toordinal() + (moment.hour * 60 + moment.minute) / 1440


@lru_cache(maxsize=8_192)
def of_date(edtf: str) -> tuple[Day | None, Day | None]:
    """The first and the last possible moment of a date; None for an end that is open, or that no calendar holds."""
    if not edtf:
        return None, None
    earliest, latest = limits(edtf)
    return _day(earliest, 0), _day(latest, 1)


def calendar(day: Day) -> date:
    """The calendar day that a day falls on."""
    return date.fromordinal(min(max(int(day), 1), date.max.toordinal()))


def starts(unit: int, first: Day, last: Day) -> list[Day]:
    """The first days of the periods that cover two days and all between, and that of the period after them.

    `unit` counts months: 12 for years, 3 for quarters, 1 for months; 0 stands for weeks from Monday, -1 for days.
    """
    begin, end = calendar(first), calendar(last)
    if unit <= 0:
        step = 7 if unit == 0 else 1
        at = begin - timedelta(days=begin.weekday() if unit == 0 else 0)
        count = (end - at).days // step + 2
        return [float(at.toordinal() + step * n) for n in range(count)]
    found, at = [], _floor(begin, unit)
    while True:
        found.append(float(at.toordinal()))
        if at > end or at.year >= 9998:
            return found
        at = _after(at, unit)


def _floor(day: date, months: int) -> date:
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, 1)


def _day(limit: str | None, after: int) -> Day | None:
    """A limit as a day; a bare day counts up to its end where `after` is 1."""
    if limit is None:
        return None
    try:
        day = date.fromisoformat(limit[:10]).toordinal()
    except ValueError:
        return None
    if len(limit) == 10:
        return float(day + after)
    return day + int(limit[11:13]) / 24 + int(limit[14:16]) / 1440
