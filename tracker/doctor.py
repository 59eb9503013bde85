"""What is well and what is not with this installation, and what to do about it."""

from dataclasses import dataclass
from datetime import timedelta

import redis
from sqlalchemy.exc import SQLAlchemyError

from tracker import db, instants
from tracker.archive import verifications
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore.subscriptions import LATE_SECONDS, lags

LONGEST_UNCHECKED = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    said: str


def findings(tracker: Tracker) -> list[Finding]:
    """Look at the database, its schema, the followers' lag, Redis, mail, keys and the last check of the log.

    A broken database ends the round.
    """
    try:
        current, head = db.schema_version(tracker.engine)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        return [Finding("database", False, f"can't be reached ({reason}); check TRACKER_DATABASE_URL.")]
    found = [Finding("database", True, tracker.engine.url.render_as_string(hide_password=True))]
    if current != head:
        return [*found, Finding("migrations", False, f"at {current or 'none'}, wanted {head}; run `tracker init`.")]
    found.append(Finding("migrations", True, f"at {head}"))
    return [*found, _lag(tracker), _redis(tracker), _mail(tracker), _keys(tracker), _checked(tracker)]


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


def _checked(tracker: Tracker) -> Finding:
    with reading(tracker.engine) as connection:
        last = next(iter(verifications.latest(connection, 1)), None)
    if last is None:
        return Finding("verified", True, "not yet; it is done at night, or now by `tracker verify`")
    told = f"{last.events:,} events, last at {last.at} by {last.by}"
    if not last.well:
        where = f" from position {last.first_wrong:,}" if last.first_wrong else ""
        return Finding("verified", False, f"the log is not what was written{where} ({told}); see `tracker verify`.")
    late = instants.moment(tracker.clock()) - instants.moment(last.at) > LONGEST_UNCHECKED
    return Finding("verified", not late, f"{told}; see that workers run, or run `tracker verify`." if late else told)
