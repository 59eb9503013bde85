"""The first and last day, or the exact time, that a date written in EDTF allows.

EDTF is the Library of Congress specification of 4 February 2019 (ISO 8601-2:2019), level 1 plus one of a set. Sets,
intervals, plain dates and exact times are read here; seasons, long years and whatever has an `X`, or a `?`, `~` or
`%` inside, goes to the `edtf` library, one date at a time, and of its bounds only the strict ones are used. The
library drops offsets, takes 29 February in any year, puts an open end at a float and an unknown one ten years away,
and needs a third of a second for a set.
"""

import re
from calendar import monthrange
from datetime import datetime
from functools import lru_cache

from edtf import parse_edtf
from pyparsing import ParseException

LONGEST = 100

Day = tuple[int, int, int]
"""Year, month and day; the year as EDTF counts it, so 0 is 1 BC, and beyond what `datetime` holds."""

Bound = Day | datetime | None
"""A day, an exact time (naive where no offset was given), or None where an end is open or not known."""

Bounds = tuple[Bound, Bound]

_PLAIN = re.compile(r"(-?[0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?")
_FULL_DAY = re.compile(r"(-?[0-9]{4})-([0-9]{2})-([0-9]{2})")
_TRUSTED_SEASON = re.compile(r"(?<=^[0-9]{4}-2[1-4])[?~%]$")
_FOR_THE_LIBRARY = re.compile(
    r"[?~%]?(?:-?[0-9]{4}|-?[0-9X]{3}X|[0-9X]{4})[?~%]?"  # what it can't read it prints,
    r"(?:-[?~%]?(?:[01][0-9]|2[1-4]|XX)[?~%]?(?:-[?~%]?(?:[0-9]{2}|XX)[?~%]?)?)?"
    r"|-?[0-9]{4}S[0-9]{1,2}|Y-?[0-9]+(?:E[0-9]{1,2})?(?:S[0-9]{1,2})?"  # and 10 to the 999999999th takes it days
)
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


class ImpossibleDate(ValueError):
    """No date can be read here; the message is one line for whoever typed it, and says what would be right."""


def tidied(text: str) -> str:
    """An EDTF text as it is kept: no blanks around it or after the commas of a set. Raises ImpossibleDate if long."""
    if len(text) > LONGEST:
        raise ImpossibleDate(f"A date is at most {LONGEST} characters long; this has {len(text)}.")
    return re.sub(r", +", ",", text.strip())


@lru_cache(maxsize=16_384)
def bounds(edtf: str) -> Bounds:
    """The strict bounds of a tidied EDTF text; an exact time stands at both ends. Raises ImpossibleDate, nothing else.

    `?`, `~`, `%` and significant digits say how far to trust a date and widen nothing. Seasons are whole months as
    in the library: spring is March to May, and winter (`2016-24`) is December of that year alone; a winter that goes
    on is `[2016-12..2017-02]`. Refused are the seasons of level 2 (25 to 41), and all of a set (`{…}`), since one
    thing does not happen on several dates.
    """
    if len(edtf) > LONGEST:
        raise ImpossibleDate(f"A date is at most {LONGEST} characters long; this has {len(edtf)}.")
    if edtf.startswith("{"):
        raise ImpossibleDate(
            f"{quoted(edtf)} names several dates; log each on its own, or write one of a set as [1667,1668]."
        )
    if edtf.startswith("[") and edtf.endswith("]"):
        return _of_set(edtf[1:-1])
    if "/" in edtf:
        return _of_interval(edtf)
    return _of_one(edtf)


def shown(bound: Bound) -> str | None:
    """A day as `2016-09-01`, a time as ISO 8601 writes it, None for an open end."""
    if bound is None:
        return None
    if isinstance(bound, datetime):
        return bound.isoformat()
    year, month, day = bound
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def quoted(text: str) -> str:
    """What somebody wrote, short and plain enough to stand in one line of a message."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text[:60])
    return f"“{kept}{'…' if len(text) > 60 else ''}”"


def _of_set(inner: str) -> Bounds:
    """One of several dates or runs of dates; only the first may be open before it, only the last after it."""
    members = inner.split(",")
    if members == [inner] and ".." not in inner:
        raise ImpossibleDate(f"{quoted(f'[{inner}]')} is a set of one; write it without the brackets.")
    if any(member.startswith("..") for member in members[1:]) or any(member.endswith("..") for member in members[:-1]):
        raise ImpossibleDate(f"{quoted(f'[{inner}]')} is open in the middle; write the open end first or last.")
    ends = [_of_run(member) if ".." in member else _of_days(member) for member in members]
    firsts, lasts = [first for first, _ in ends if first], [last for _, last in ends if last]
    return (min(firsts) if len(firsts) == len(ends) else None), (max(lasts) if len(lasts) == len(ends) else None)


def _of_run(member: str) -> tuple[Day | None, Day | None]:
    """Whatever lies between two plain dates of one precision, or before or after one."""
    start, _, end = member.partition("..")
    plain = [_PLAIN.fullmatch(side) for side in (start, end) if side]
    if not plain or not all(plain) or len({side and side.lastindex for side in plain}) > 1:
        raise ImpossibleDate(f"{quoted(member)} is no run of dates; write it like 2016-07-18..2016-07-21 or ..2017-02.")
    first, last = _of_days(start)[0] if start else None, _of_days(end)[1] if end else None
    if first and last and first > last:
        raise ImpossibleDate(f"{quoted(member)} ends before it begins; write {end}..{start}.")
    return first, last


def _of_interval(edtf: str) -> Bounds:
    start, end = edtf.split("/", 1)
    if not (start.strip(".") or end.strip(".")):
        raise ImpossibleDate(f"{quoted(edtf)} has no end that is known; leave the date out.")
    first = None if start in {"", ".."} else _of_one(start)[0]
    last = None if end in {"", ".."} else _of_one(end)[1]
    if _reversed(first, last):
        raise ImpossibleDate(f"{quoted(edtf)} ends before it begins; write {end}/{start}.")
    return first, last


def _reversed(first: Bound, last: Bound) -> bool:
    if first is None or last is None:
        return False
    if isinstance(first, datetime) and isinstance(last, datetime):
        if (first.tzinfo is None) != (last.tzinfo is None):
            raise ImpossibleDate("Of an interval both times have an offset from UTC, or neither has.")
        return first > last
    return _day_of(first) > _day_of(last)


def _day_of(bound: Day | datetime) -> Day:
    return (bound.year, bound.month, bound.day) if isinstance(bound, datetime) else bound


def _of_one(text: str) -> Bounds:
    if re.search("[0-9]T[0-9]", text):
        exact = _of_time(text)
        return exact, exact
    return _of_days(text)


def _of_time(text: str) -> datetime:
    read = _DATE_TIME.fullmatch(text)
    if not read:
        raise ImpossibleDate(
            f"{quoted(text)} is not an exact time; write it like 2017-03-01T19:30:00-05:00 or 2017-03-01T19:30:00Z."
        )
    _check_calendar(text[:10])
    if read[2] and read[2] != "Z":
        _check_offset(text, read[2])
    try:
        if read[1] == "24":  # newer Pythons take it for the next day
            raise ValueError(text)
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ImpossibleDate(
            f"{quoted(text)} is not a possible time; years run from 0001 to 9999, clocks from 00:00:00 to 23:59:59."
        ) from error


def _check_offset(text: str, offset: str) -> None:
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if minutes > 59 or hours * 60 + minutes > (14 if offset[0] == "+" else 12) * 60:
        raise ImpossibleDate(f"{quoted(text)} has the offset {offset}; offsets lie between -12:00 and +14:00.")


def _of_days(text: str) -> tuple[Day, Day]:
    plain = _PLAIN.fullmatch(re.sub("[?~%]$", "", text))
    if not plain or text.startswith("-0000"):
        return _by_library(text)
    year, month, day = int(plain[1]), int(plain[2] or 0), int(plain[3] or 0)
    if plain[3]:
        _check_calendar(plain[0])
        return (year, month, day), (year, month, day)
    return (year, month or 1, 1), (year, month or 12, _days_in(year, month or 12))


def _by_library(text: str) -> tuple[Day, Day]:
    _check_calendar(re.sub("[?~%]", "", text))
    try:
        if not _FOR_THE_LIBRARY.fullmatch(text):
            raise ValueError(text)
        parsed = parse_edtf(_TRUSTED_SEASON.sub("", text))  # which it takes inside an interval only
        first, last = _day(parsed.lower_strict()), _day(parsed.upper_strict())
        if first > last or first[2] > _days_in(*first[:2]) or last[2] > _days_in(*last[:2]):
            raise ValueError(text)
    except (ParseException, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ImpossibleDate(
            f"{quoted(text)} is not a date; write it like 2016-09-08, 2016-09, 2016, 2016-09~ or"
            " [2016-07-18..2016-07-21]."
        ) from error
    return first, last


def _day(bound: tuple[int, ...]) -> Day:
    return bound[0], bound[1], bound[2]


def _check_calendar(plain: str) -> None:
    for year, month, day in _FULL_DAY.findall(plain):
        if not 1 <= int(month) <= 12:
            raise ImpossibleDate(f"{year}-{month}-{day} has no possible month; months run from 01 to 12.")
        longest = _days_in(int(year), int(month))
        if not 1 <= int(day) <= longest:
            raise ImpossibleDate(f"{year}-{month}-{day} is no day: the last of that month is {year}-{month}-{longest}.")


def _days_in(year: int, month: int) -> int:
    return monthrange(year % 400 + 2000, month)[1]  # the calendar repeats every 400 years, and knows 1 to 9999
