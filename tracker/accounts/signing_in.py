"""Signing in with name and password, and how often somebody may try."""

import ipaddress
import math
import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from tracker import instants
from tracker.accounts.digests import digest
from tracker.accounts.errors import SignInRefused, TooManyAttempts
from tracker.accounts.passwords import HASHER, hash_password, is_outdated, matches
from tracker.accounts.people import is_name
from tracker.accounts.sessions import open_session
from tracker.accounts.tables import sign_in_attempts, users
from tracker.db import reading, writing
from tracker.instants import Instant

WINDOW = timedelta(minutes=1)

FAILURES_PER_ACCOUNT = 5
"""In a WINDOW; also for names nobody has, so that the limit does not tell which they are."""

ATTEMPTS_PER_ADDRESS = 20
"""In a WINDOW, right or wrong: each costs us a hash. An IPv6 address counts as its /64, which one customer has."""


def sign_in(
    engine: Engine, name: str, password: str, address: str, now: Instant, hasher: PasswordHasher = HASHER
) -> str:
    """Open a session for somebody who knows their password: its token for the cookie.

    `name` may have capitals and blanks around it. Raises TooManyAttempts, and SignInRefused in the same words (after
    the same work) for a wrong password, an unknown name and a disabled account. The hash is checked between two short
    transactions, so that no lock is held for it; what it was checked against is looked up again in the second.
    """
    name = name.strip().lower()
    attempt = _admit(engine, name, address, now)
    kept = _password_hash(engine, name)
    if not matches(kept, password, hasher) or kept is None:
        raise SignInRefused
    with writing(engine) as connection:
        _check_still_holds(connection, name, kept)
        if is_outdated(kept, hasher):
            _rehash(connection, name, password, hasher)
        connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.id == attempt))
        return open_session(connection, name, now)


def _admit(engine: Engine, name: str, address: str, now: Instant) -> str:
    """Count this try before it is made, or many at once would all be heard; the row to take back if it succeeds."""
    limits = {digest(f"name {name}"): FAILURES_PER_ACCOUNT, digest(f"at {_place(address)}"): ATTEMPTS_PER_ADDRESS}
    with writing(engine) as connection:
        _one_at_a_time(connection)
        connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.attempted_at <= _window_before(now)))
        waits = [_seconds_to_wait(connection, against, limit, now) for against, limit in limits.items()]
        if any(waits):
            raise TooManyAttempts(max(waits))
        rows = [{"id": secrets.token_hex(16), "against": against, "attempted_at": now} for against in limits]
        connection.execute(insert(sign_in_attempts), rows)
    return rows[0]["id"]


def _seconds_to_wait(connection: Connection, against: str, limit: int, now: Instant) -> int:
    in_the_way = connection.execute(
        select(sign_in_attempts.c.attempted_at)
        .where(sign_in_attempts.c.against == against)
        .order_by(sign_in_attempts.c.attempted_at.desc())
        .offset(limit - 1)
        .limit(1)
    ).scalar()
    if in_the_way is None:
        return 0
    left = instants.moment(in_the_way) + WINDOW - instants.moment(now)
    return max(1, math.ceil(left.total_seconds()))


def _one_at_a_time(connection: Connection) -> None:
    # On SQLite whoever writes is alone. On PostgreSQL two would not see each other's uncommitted tries.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('tracker sign-in attempts'))"))


def _password_hash(engine: Engine, name: str) -> str | None:
    if not is_name(name):
        return None
    with reading(engine) as connection:
        active = select(users.c.password_hash).where(users.c.name == name, users.c.disabled_at.is_(None))
        kept: str | None = connection.execute(active).scalar()
        return kept


def _check_still_holds(connection: Connection, name: str, kept: str) -> None:
    # Locked until we commit: a password changed or an account disabled meanwhile is seen here, or ends our session.
    unchanged = (
        select(users.c.name)
        .where(users.c.name == name, users.c.password_hash == kept, users.c.disabled_at.is_(None))
        .with_for_update()
    )
    if connection.execute(unchanged).first() is None:
        raise SignInRefused


def _rehash(connection: Connection, name: str, password: str, hasher: PasswordHasher) -> None:
    connection.execute(update(users).where(users.c.name == name).values(password_hash=hash_password(password, hasher)))


def _window_before(now: Instant) -> Instant:
    return instants.text(instants.moment(now) - WINDOW)


def _place(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, 64), strict=False))
