"""The log checked once a night, without anybody asking; what was found is kept where it is seen in the morning."""

import logging
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, func, select, text

from tracker import instants
from tracker.archive import verifications, verifying
from tracker.archive.verifications import Verification
from tracker.db import reading, writing
from tracker.instants import Clock, Instant

HOUR = 3
"""In the newsroom's time zone; what was off at that hour is made good when it is on again."""
BY = "timetable"

Tell = Callable[[Connection, Verification], None]
"""Tells whoever must know what was found, in the transaction that keeps it."""

_log = logging.getLogger(__name__)


def round(engine: Engine, zone: ZoneInfo, clock: Clock, tell: Tell) -> Verification | None:
    """Check the whole log and the views if that has not been done since last night; None where there was nothing to do.

    What is wrong is told once, and again when something else is found, or the same after it was well. Two workers that
    begin at once both check, and both are right; one of them tells.
    """
    with reading(engine) as connection:
        if not _is_due(connection, clock(), zone):
            return None
    report = verifying.verify_all(engine, [], [])
    with writing(engine) as connection:
        _one_at_a_time(connection)
        before = verifications.latest(connection, 1, by=BY)
        verifications.keep(connection, report, clock(), BY)
        (found,) = verifications.latest(connection, 1, by=BY)
        if not found.well and found.said not in {each.said for each in before}:
            tell(connection, found)
    if not found.well:
        _log.error("The log is not what was written, from position %s; see `tracker verify`.", found.first_wrong)
    return found


def _one_at_a_time(connection: Connection) -> None:
    # On SQLite whoever writes is alone. On PostgreSQL two would not see what the other is about to keep.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('tracker nightly check'))"))


def _is_due(connection: Connection, now: Instant, zone: ZoneInfo) -> bool:
    mine = select(func.max(verifications.verifications.c.at)).where(verifications.verifications.c.by == BY)
    last: Instant | None = connection.execute(mine).scalar()
    return last is None or last < _last_night(now, zone)


def _last_night(now: Instant, zone: ZoneInfo) -> Instant:
    local = instants.moment(now).astimezone(zone)
    hour = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return instants.text(hour if hour <= local else hour - timedelta(days=1))
