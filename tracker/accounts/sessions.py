"""Where people are signed in: sessions kept by us, so that they can be ended by us."""

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from tracker import instants
from tracker.accounts.digests import digest
from tracker.accounts.people import Principal, person_of
from tracker.accounts.tables import sessions, users
from tracker.instants import Instant

IDLE_LIMIT = timedelta(hours=12)
"""A session nobody used for a working day is over."""

ABSOLUTE_LIMIT = timedelta(days=7)
"""However much it is used, a session is over after a week."""

TOUCH_INTERVAL = timedelta(minutes=1)
"""How exactly the last use is known: reading a page must not write each time."""


def open_session(connection: Connection, name: str, now: Instant) -> str:
    """Sign somebody in: the token for their cookie (32 random bytes, base64url), of which only a digest is kept."""
    sweep_sessions(connection, now)
    token = secrets.token_urlsafe(32)
    expires_at = _moved(now, ABSOLUTE_LIMIT)
    row = {"id_hash": digest(token), "person": name, "created_at": now, "last_seen_at": now, "expires_at": expires_at}
    connection.execute(insert(sessions), row)
    return token


def session_principal(connection: Connection, token: str, now: Instant) -> Principal | None:
    """Who has this session, with the role and desks of this moment; None: over, ended, unknown, or shut out."""
    row = connection.execute(
        select(users)
        .join(sessions, sessions.c.person == users.c.name)
        .where(sessions.c.id_hash == digest(token), users.c.disabled_at.is_(None), ~_is_over(now))
    ).one_or_none()
    return None if row is None else person_of(row).principal


def touch_due(connection: Connection, token: str, now: Instant) -> bool:
    """Whether `touch_session` would write: look with a read first, and open a writing transaction only if so."""
    due = select(sessions.c.id_hash).where(_is_due(token, now))
    return connection.execute(due).first() is not None


def touch_session(connection: Connection, token: str, now: Instant) -> None:
    """Note that the session is used, at most once in TOUCH_INTERVAL; one that is over stays over."""
    connection.execute(update(sessions).where(_is_due(token, now)).values(last_seen_at=now))


def close_session(connection: Connection, token: str) -> None:
    """Sign out; a session that is not there is closed already."""
    connection.execute(delete(sessions).where(sessions.c.id_hash == digest(token)))


def sweep_sessions(connection: Connection, now: Instant) -> int:
    """Remove the sessions that are over; how many that were. Each new session does it, too."""
    # Two sweeps at once must not wait for each other's rows: what is locked is being removed already.
    over = select(sessions.c.id_hash).where(_is_over(now)).with_for_update(skip_locked=True)
    return connection.execute(delete(sessions).where(sessions.c.id_hash.in_(over))).rowcount


def _is_over(now: Instant) -> ColumnElement[bool]:
    return or_(sessions.c.expires_at <= now, sessions.c.last_seen_at <= _moved(now, -IDLE_LIMIT))


def _is_due(token: str, now: Instant) -> ColumnElement[bool]:
    long_ago = sessions.c.last_seen_at <= _moved(now, -TOUCH_INTERVAL)
    return (sessions.c.id_hash == digest(token)) & long_ago & ~_is_over(now)


def _moved(instant: Instant, by: timedelta) -> Instant:
    return instants.text(instants.moment(instant) + by)
