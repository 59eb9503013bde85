"""When things happened, as precisely as anybody said, and whether they had happened by a given moment."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from tracker import instants
from tracker.instants import Instant
from tracker.stories.edtf_bounds import Bound, Day, ImpossibleDate, bounds, quoted, shown, tidied

__all__ = [
    "EARLIEST",
    "LATEST",
    "Happened",
    "ImpossibleDate",
    "ImpreciseDate",
    "happened",
    "limits",
    "moment_asked",
    "read_date",
    "sort_key",
    "span",
    "within",
]

Basis = Literal["stated", "derived", "inferred"]
Happened = Literal["certainly", "possibly", "not_yet"]

EARLIEST: Instant = "0001-01-01T00:00:00.000000Z"
LATEST: Instant = "9999-12-31T23:59:59.999999Z"

_BARE = re.compile(r"[0-9]{4}(-[01][0-9](-[0-9]{2})?)?")


class ImpreciseDate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A date as precise as it was given: `edtf`, the words used, and whether it was stated, derived or inferred."""

    edtf: str
    as_said: str = ""
    basis: Basis = "stated"


def read_date(value: str | Mapping[str, Any]) -> ImpreciseDate:
    """A date from its EDTF text or `{edtf, as_said, basis}`, checked and in the form it is kept in.

    Raises ImpossibleDate, which names the member at fault.
    """
    if isinstance(value, str):
        return ImpreciseDate(edtf=_checked(value))
    if not isinstance(value, Mapping):
        raise ImpossibleDate("A date is text like 2016-09, or edtf, as_said and basis.")
    for name, given in value.items():
        if name not in ImpreciseDate.__struct_fields__:
            raise ImpossibleDate(f"A date has no {quoted(str(name))}; it has edtf, as_said and basis.")
        if not isinstance(given, str):
            raise ImpossibleDate(f"The {name} of a date is text.")
    if "edtf" not in value:
        raise ImpossibleDate("A date needs its edtf, like 2016-09-08, 2016-09 or 2016.")
    as_said, basis = value.get("as_said", "").strip(), value.get("basis", "stated")
    if len(as_said) > 500:
        raise ImpossibleDate("The as_said of a date is at most 500 characters long.")
    if basis not in {"stated", "derived", "inferred"}:
        raise ImpossibleDate(f"The basis of a date is stated, derived or inferred, not {quoted(basis)}.")
    return ImpreciseDate(edtf=_checked(value["edtf"]), as_said=as_said, basis=basis)


@lru_cache(maxsize=16_384)
def limits(edtf: str) -> tuple[str | None, str | None]:
    """Earliest and latest for showing: days as `2016-09-01`, exact times as instants (as written where they have no
    offset), None for an open end. Raises ImpossibleDate."""
    first, last = bounds(edtf)
    return _limit(first), _limit(last)


@lru_cache(maxsize=16_384)
def span(edtf: str, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """The first and the last possible instant; days begin and end in `zone`. Raises ImpossibleDate.

    Open ends, and years outside 1 to 9999, are at EARLIEST and LATEST. A local time that the clocks of `zone` show
    twice may have been either.
    """
    first, last = bounds(edtf)
    earliest = EARLIEST if first is None else _start(first, zone)
    return earliest, max(earliest, LATEST if last is None else _end(last, zone))


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
    """The T of a question: an exact time (in `zone` where it has no offset), or a bare year, month or day that means
    its end in `zone`. Raises ImpossibleDate."""
    return time_asked(text, zone)[1]


def time_asked(text: str, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """The first and the last instant of what `moment_asked` reads. Raises ImpossibleDate."""
    asked = re.sub(r"(T[0-9]{2}:[0-9]{2})(?=Z|[+-]|$)", r"\1:00", tidied(text))
    if not _BARE.fullmatch(asked) and ("T" not in asked or "/" in asked):
        raise ImpossibleDate(
            f"{quoted(asked)} can’t be read as a moment; write a day like 2017-03-03, or a day and a time like"
            " 2017-03-03T12:00-05:00."
        )
    return span(asked, zone)


def _checked(edtf: str) -> str:
    tidy = tidied(edtf)
    bounds(tidy)
    return tidy


def _limit(bound: Bound) -> str | None:
    return _clamped(bound) if isinstance(bound, datetime) and bound.tzinfo else shown(bound)


def _start(bound: Day | datetime, zone: ZoneInfo) -> Instant:
    if isinstance(bound, datetime):
        return min(_clamped(reading) for reading in _readings(bound, zone))
    if not 1 <= bound[0] <= 9999:
        return _beyond(bound)
    return _clamped(datetime(*bound, tzinfo=zone))


def _end(bound: Day | datetime, zone: ZoneInfo) -> Instant:
    if isinstance(bound, datetime):
        return max(_clamped(reading) for reading in _readings(bound, zone))
    if not 1 <= bound[0] <= 9999:
        return _beyond(bound)
    if bound == (9999, 12, 31):
        return LATEST
    # Where clocks go back over midnight, a day ends twice; the second time it is over.
    midnights = _readings(datetime.combine(date(*bound) + timedelta(days=1), time.min), zone)
    return max(_clamped(midnight, timedelta(microseconds=1)) for midnight in midnights)


def _readings(when: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """What a clock showing this may have meant: once an hour is repeated, either; with an offset, that alone."""
    return (when,) if when.tzinfo else (when.replace(tzinfo=zone), when.replace(tzinfo=zone, fold=1))


def _clamped(when: datetime, earlier: timedelta = timedelta()) -> Instant:
    try:
        return instants.text(when.astimezone(UTC) - earlier)
    except OverflowError:
        return EARLIEST if when.year < 5000 else LATEST


def _beyond(day: Day) -> Instant:
    return EARLIEST if day[0] < 1 else LATEST
