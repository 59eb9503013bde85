"""What is well and what is not with this installation, and what to do about it."""

from dataclasses import dataclass

import redis
from sqlalchemy.exc import SQLAlchemyError

from tracker import db
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore.subscriptions import LATE_SECONDS, lags


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    said: str


def findings(tracker: Tracker) -> list[Finding]:
    """Look at the database, its schema, the followers' lag, Redis, mail and keys; a broken database ends the round."""
    try:
        current, head = db.schema_version(tracker.engine)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        return [Finding("database", False, f"can't be reached ({reason}); check TRACKER_DATABASE_URL.")]
    found = [Finding("database", True, tracker.engine.url.render_as_string(hide_password=True))]
    if current != head:
        return [*found, Finding("migrations", False, f"at {current or 'none'}, wanted {head}; run `tracker init`.")]
    found.append(Finding("migrations", True, f"at {head}"))
    return [*found, _lag(tracker), _redis(tracker), _mail(tracker), _keys(tracker)]


def _lag(tracker: Tracker) -> Finding:
    with reading(tracker.engine) as connection:
        behind = [lag for lag in lags(connection, tracker.clock()) if lag.events]
    if not behind:
        return Finding("workers", True, "up to date with the log")
    told = "; ".join(f"{lag.name} is {lag.events:,} events and {lag.seconds:,.0f} s behind" for lag in behind)
    well = all(lag.seconds <= LATE_SECONDS for lag in behind)
    return Finding("workers", well, told if well else f"{told}; see that workers run, or run `tracker project`.")


def _redis(tracker: Tracker) -> Finding:
    url = tracker.settings.redis_url
    if not url:
        return Finding("redis", True, "not set: the workers run inside `tracker serve`")
    try:
        redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        return Finding("redis", False, f"does not answer ({error}); workers are woken by the timetable only.")
    return Finding("redis", True, "answers")


def _mail(tracker: Tracker) -> Finding:
    return Finding("mail", True, "set" if tracker.settings.smtp_url else "not set: no mail is sent (TRACKER_SMTP_URL)")


def _keys(tracker: Tracker) -> Finding:
    sealed, _ = tracker.sealer.seal("probe")
    return Finding("keys", bool(sealed.ciphertext), "confidential text can be sealed")
