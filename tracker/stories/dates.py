"""When things happened, as precisely as anybody said: EDTF dates, their first and last possible instants.

EDTF is the Library of Congress specification of 4 February 2019 (ISO 8601-2:2019), level 1 plus one-of-a-set.
Exact date-times are read here, since the `edtf` library drops their offset; of the library only the strict bounds
are used: `?`, `~` and `%` say how sure a date is and widen nothing. Winter (`2016-24`) is 1 to 31 December as in
the library, an unknown end of an interval is an open one, and an all-of set (`{…}`) is refused, since one thing
does not happen on several dates.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException

from tracker import instants
from tracker.instants import Instant

Basis = Literal["stated", "derived", "inferred"]
Happened = Literal["certainly", "possibly", "not_yet"]

EARLIEST: Instant = "0001-01-01T00:00:00.000000Z"
LATEST: Instant = "9999-12-31T23:59:59.999999Z"
LONGEST = 100

_CALENDAR = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")
_ALPHABET = re.compile(r"[-0-9XYES?~%\[\]{},./ ]*")
_LEVEL_2_SEASON = re.compile(r"(?<![-\d])\d{4}-(?:2[5-9]|3\d|4[01])(?![-\d])")
_BEYOND_RECKONING = re.compile(r"E\d{3,}|\d{20,}")  # the library would write such a year out, digit by digit
_FAR_PAST, _FAR_FUTURE = date.min, date.max


class ImpossibleDate(ValueError):
    """A date that can't be read; the message is one line for whoever typed it."""


class ImpreciseDate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A date as precise as it was given: `edtf`, the words used, and whether it was stated, derived or inferred."""

    edtf: str
    as_said: str = ""
    basis: Basis = "stated"


class _Bounds(msgspec.Struct, frozen=True):
    """First and last day, or first and last moment; None is an open end."""

    first: date | datetime | None
    last: date | datetime | None


def read_date(value: str | Mapping[str, Any]) -> ImpreciseDate:
    """A date from its EDTF text or `{edtf, as_said, basis}`, checked. Raises ImpossibleDate."""
    try:
        given = {"edtf": value} if isinstance(value, str) else dict(value)
        read = msgspec.convert(given, ImpreciseDate)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise ImpossibleDate(f"A date is an EDTF text or edtf, as_said and basis: {error}") from error
    if len(read.as_said) > 500:
        raise ImpossibleDate("The words of a date are at most 500 characters.")
    _bounds(read.edtf)
    return read


def limits(edtf: str) -> tuple[str | None, str | None]:
    """Earliest and latest for showing: days as `2016-09-01`, moments as instants, None for an open end."""
    bounds = _bounds(edtf)
    return _shown(bounds.first), _shown(bounds.last)


@lru_cache(maxsize=16_384)
def span(edtf: str, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """The first and the last possible instant; days begin and end in `zone`, open ends at EARLIEST and LATEST."""
    bounds = _bounds(edtf)
    first = EARLIEST if bounds.first is None else _instant(bounds.first, zone, end=False)
    last = LATEST if bounds.last is None else _instant(bounds.last, zone, end=True)
    return first, max(first, last)  # a zone may have left a day out


def sort_key(edtf: str, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """Dates in order: by the first possible instant, then by the last."""
    return span(edtf, zone)


def happened(edtf: str, by: Instant, zone: ZoneInfo) -> Happened:
    """Whether it had happened by an instant: certainly iff its last possible instant has passed."""
    first, last = span(edtf, zone)
    if last <= by:
        return "certainly"
    return "possibly" if first <= by else "not_yet"


def within(narrower: str, wider: str, zone: ZoneInfo) -> bool:
    """Whether one date lies inside another, both bounds included."""
    first, last = span(narrower, zone)
    outer_first, outer_last = span(wider, zone)
    return outer_first <= first and last <= outer_last


def moment_asked(text: str, zone: ZoneInfo) -> Instant:
    """The T of a question: an exact time, or a bare year, month or day that means its end in `zone`.

    Raises ImpossibleDate.
    """
    text = text.strip()
    if not (_CALENDAR.fullmatch(text) or _DATE_TIME.fullmatch(text) or _is_instant(text)):
        raise ImpossibleDate(
            f"“{text[:60]}” is not a time to ask about; write 2017-03-03 (its end) or 2017-03-03T12:00:00-05:00."
        )
    return instants.read(text) if _is_instant(text) else span(text, zone)[1]


@lru_cache(maxsize=16_384)
def _bounds(edtf: str) -> _Bounds:
    """The strict bounds of an EDTF text. Raises ImpossibleDate, whatever the text."""
    if len(edtf) > LONGEST or edtf != edtf.strip():
        raise ImpossibleDate(f"A date is at most {LONGEST} characters, without spaces around it.")
    if simple := _CALENDAR.fullmatch(edtf):
        if bounds := _calendar(*simple.groups()):
            return bounds
    elif "T" in edtf:
        return _with_times(edtf)
    return _by_library(edtf)


def _calendar(year: str, month: str | None, day: str | None) -> _Bounds | None:
    """A plain year, month or day; None for what is not one (a season, an impossible day, the year 0)."""
    y, m, d = int(year), int(month or 0), int(day or 0)
    if y == 0 or (month and not 1 <= m <= 12) or (day and not 1 <= d <= calendar.monthrange(y, m)[1]):
        return None
    if day:
        return _Bounds(date(y, m, d), date(y, m, d))
    if month:
        return _Bounds(date(y, m, 1), date(y, m, calendar.monthrange(y, m)[1]))
    return _Bounds(date(y, 1, 1), date(y, 12, 31))


def _with_times(edtf: str) -> _Bounds:
    """An exact date-time, or an interval with one on either side; an open side is `..`."""
    sides = edtf.split("/")
    if len(sides) > 2:
        raise ImpossibleDate(f"“{edtf}” is not a date: an interval has two ends.")
    ends = [_Bounds(None, None) if side == ".." else _moment(side) if "T" in side else _bounds(side) for side in sides]
    if all(end.first is None for end in ends):
        raise ImpossibleDate(f"“{edtf}” is not a date.")
    first, last = ends[0].first, ends[-1].last
    utc = ZoneInfo("UTC")
    if first and last and _instant(first, utc, end=False) > _instant(last, utc, end=True):
        raise ImpossibleDate(f"“{edtf}” ends before it begins.")
    return _Bounds(first, last)


def _moment(text: str) -> _Bounds:
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise ImpossibleDate(f"“{text}” is not an exact time; write it like 2017-03-01T19:30:00-05:00.")
    _check_offset(text, found[1])
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo:
            instants.text(when)
    except ValueError as error:
        raise ImpossibleDate(f"“{text}” is not a possible time.") from error
    return _Bounds(when, when)


def _check_offset(text: str, offset: str | None) -> None:
    if not offset or offset == "Z":
        return
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    signed = -minutes if offset[0] == "-" else minutes
    if not -12 * 60 <= signed <= 14 * 60 or int(offset[4:6]) > 59:
        raise ImpossibleDate(f"“{text}” has the offset {offset}; offsets lie between -12:00 and +14:00.")


def _by_library(edtf: str) -> _Bounds:
    if not _ALPHABET.fullmatch(edtf) or _LEVEL_2_SEASON.search(edtf):
        raise _unreadable(edtf)
    if _BEYOND_RECKONING.search(edtf):
        raise ImpossibleDate(f"“{edtf}” is further away than anything a newsroom reports.")
    if "{" in edtf:
        raise ImpossibleDate(f"“{edtf}” names several dates; log each on its own, or write one of a set as […].")
    try:
        parsed = parse_edtf(edtf)
        lower, upper = parsed.lower_strict(), parsed.upper_strict()
    except (EDTFParseException, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _unreadable(edtf) from error
    open_start, open_end = edtf.startswith("/"), edtf.endswith("/")
    first, last = None if open_start else _day(lower), None if open_end else _day(upper)
    if first is None and last is None:
        raise ImpossibleDate(f"“{edtf}” says nothing; leave the date out where it is not known.")
    if first and last and first > last:
        raise ImpossibleDate(f"“{edtf}” ends before it begins.")
    return _Bounds(first, last)


def _unreadable(edtf: str) -> ImpossibleDate:
    return ImpossibleDate(
        f"“{edtf}” is not a date; write it like 2016-09-08, 2016-09, 2016, 2016-09~ or [2016-07-18..2016-07-21]."
    )


def _day(bound: Any) -> date | None:
    """A bound of the library as a day: years outside 1 to 9999 are the first and the last day there is."""
    if isinstance(bound, float):
        return None
    if bound.tm_year < 1:
        return _FAR_PAST
    if bound.tm_year > 9999:
        return _FAR_FUTURE
    try:
        return date(bound.tm_year, bound.tm_mon, bound.tm_mday)
    except ValueError as error:
        raise ImpossibleDate("This day does not exist.") from error


def _instant(when: date | datetime, zone: ZoneInfo, *, end: bool) -> Instant:
    if isinstance(when, datetime):
        try:
            return instants.text(when if when.tzinfo else when.replace(tzinfo=zone))
        except ValueError:
            return EARLIEST if when.year == 1 else LATEST
    if when == _FAR_PAST and not end:
        return EARLIEST
    if when == _FAR_FUTURE and end:
        return LATEST
    try:
        start = datetime(when.year, when.month, when.day, tzinfo=zone)
        if not end:
            return instants.text(start)
        following = when + timedelta(days=1)
        midnight = datetime(following.year, following.month, following.day, tzinfo=zone)
        return instants.text(midnight.astimezone(ZoneInfo("UTC")) - timedelta(microseconds=1))
    except (ValueError, OverflowError):
        return LATEST if when.year > 1 else EARLIEST


def _is_instant(text: str) -> bool:
    try:
        instants.read(text)
    except ValueError:
        return False
    return True


def _shown(bound: date | datetime | None) -> str | None:
    if bound is None or bound in (_FAR_PAST, _FAR_FUTURE):
        return None
    if isinstance(bound, datetime):
        return instants.text(bound) if bound.tzinfo else bound.isoformat()
    return bound.isoformat()
