"""Instants as the newsroom writes them down: UTC, to the microsecond, in one form that sorts as text."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

Instant = str
"""`YYYY-MM-DDTHH:MM:SS.ffffffZ`, years 0001 to 9999."""

Clock = Callable[[], Instant]

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")

_WITH_OFFSET = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|-(0[0-9]|1[01]):[0-5][0-9]|-12:00|\+(0[0-9]|1[0-3]):[0-5][0-9]|\+14:00)"
)


def text(when: datetime) -> Instant:
    """Write a moment as an instant; a naive one, or one outside the years 1 to 9999 in UTC, raises ValueError."""
    if when.utcoffset() is None:
        raise ValueError(f"{when.isoformat()} names no time zone")
    try:
        return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
    except OverflowError as error:
        raise ValueError(f"{when.isoformat()} is outside the years 1 to 9999 in UTC") from error


def moment(written: Instant) -> datetime:
    """Read an instant back as an aware datetime in UTC; any other form raises ValueError."""
    if not _FORM.fullmatch(written):
        raise ValueError(f"{written!r} is not an instant of the form YYYY-MM-DDTHH:MM:SS.ffffffZ")
    return datetime.fromisoformat(written)


def read(written: str) -> Instant:
    """Bring a date-time with an offset (`2017-03-01T19:30:00-05:00`) to the one form.

    Raises ValueError, with a line that says what would be right.
    """
    if not _WITH_OFFSET.fullmatch(written):
        raise ValueError(f"“{written[:60]}” is not an exact time; write it like 2017-03-01T19:30:00-05:00 or …Z")
    try:
        return text(datetime.fromisoformat(written))
    except ValueError as error:
        raise ValueError(f"“{written}” is not a possible time") from error


def now() -> Instant:
    """The instant of this machine's clock."""
    return text(datetime.now(UTC))
