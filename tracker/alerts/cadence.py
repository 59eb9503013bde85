"""When somebody is told: at once, each hour, day or week, in their zone and outside their quiet hours; pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tracker import instants
from tracker.instants import Instant

Cadence = Literal["at_once", "hourly", "daily", "weekly", "off"]

BURST = timedelta(minutes=3)
"""What comes so soon after an alert on the same story is told together, this long after that alert."""

MORNING = time(8)
"""When a daily digest is due; a weekly one at the same time on a Monday."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Somebody's zone and quiet hours: from and until a time of day, over midnight where `until` is the earlier."""

    zone: ZoneInfo
    quiet: tuple[time, time] | None = None


def due_at(
    cadence: Cadence, hours: Hours, now: Instant, *, urgent: bool = False, last: Instant | None = None
) -> Instant | None:
    """When something is to be told that came up now; None for never.

    What is urgent is due now, whatever the cadence (but off), burst and quiet hours. `last` is when the last alert
    on the same story was due on the same channel.
    """
    if cadence == "off":
        return None
    here = instants.moment(now)
    if urgent:
        return now
    match cadence:
        case "at_once":
            planned = here if last is None else max(here, instants.moment(last) + BURST)
        case "hourly":
            planned = _next_hour(here)
        case "daily":
            planned = _at(_local(here, hours.zone), MORNING, hours.zone)
        case _:
            planned = _at(_local(here, hours.zone), MORNING, hours.zone, weekday=0)
    return instants.text(_awake(planned, hours))


def _local(when: datetime, zone: ZoneInfo) -> datetime:
    return when.astimezone(zone)


def _next_hour(when: datetime) -> datetime:
    # Whole hours of UTC: they are whole hours nearly everywhere, and none is missing or double.
    return when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _at(local: datetime, at: time, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    """The next time, later than `local`, that clocks in the zone show `at`; on that day of the week, if one is given.

    A time that clocks skip is as long after midnight as ever; one that they show twice counts twice.
    """
    days = (local.date() + timedelta(days=ahead) for ahead in range(9))
    shown = (
        datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC)
        for day in days
        if weekday is None or day.weekday() == weekday
        for fold in (0, 1)
    )
    return next(each for each in shown if each > local)


def _awake(planned: datetime, hours: Hours) -> datetime:
    """The same, or the end of the quiet hours that it falls in."""
    if hours.quiet is None:
        return planned
    start, end = hours.quiet
    local = _local(planned, hours.zone)
    asleep = start <= local.time() < end if start < end else local.time() >= start or local.time() < end
    return _at(local, end, hours.zone) if asleep and start != end else planned
