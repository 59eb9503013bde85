"""Tokens with which programs ask in a person's name."""

import re
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from tracker import instants
from tracker.accounts.digests import digest
from tracker.accounts.errors import InvalidLabel, UnknownPerson, UnknownToken
from tracker.accounts.people import Principal, find_person, person_of
from tracker.accounts.tables import tokens, users
from tracker.instants import Instant

TOUCH_INTERVAL = timedelta(minutes=1)
"""How exactly the last use is known."""

LONGEST_LABEL = 80

# One prefix of our own lets a scanner for leaked secrets know ours when it sees one.
_FORM = re.compile(r"nst_([0-9a-f]{12})_([0-9a-f]{64})")

_KEPT = (
    tokens.c.id,
    tokens.c.person,
    tokens.c.label,
    tokens.c.created_at,
    tokens.c.expires_at,
    tokens.c.last_used_at,
    tokens.c.revoked_at,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept, but for its secret."""

    id: str
    person: str
    label: str
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None


def create_token(connection: Connection, name: str, label: str, now: Instant, expires_at: Instant | None = None) -> str:
    """Make a token `nst_<id>_<secret>` for somebody: shown this once, only a digest of the secret is kept.

    Raises InvalidLabel, and UnknownPerson for a name that nobody has or whose account is disabled.
    """
    if not (0 < len(label) <= LONGEST_LABEL and label.isprintable()):
        raise InvalidLabel
    person = find_person(connection, name)
    if person is None or person.disabled_at is not None:
        raise UnknownPerson(name)
    id, secret = secrets.token_hex(6), secrets.token_hex(32)
    kept = Token(id, name, label, now, expires_at, last_used_at=None, revoked_at=None)
    connection.execute(insert(tokens), asdict(kept) | {"secret_hash": digest(secret)})
    return f"nst_{id}_{secret}"


def token_principal(connection: Connection, token: str, now: Instant) -> Principal | None:
    """In whose name a program asks, with the role and desks of this moment; None: no token, over, or shut out."""
    form = _FORM.fullmatch(token)
    if form is None:
        return None
    row = connection.execute(
        select(users, tokens.c.secret_hash)
        .join(tokens, tokens.c.person == users.c.name)
        .where(tokens.c.id == form[1], users.c.disabled_at.is_(None), _is_good(now))
    ).one_or_none()
    if row is None or not compare_digest(row.secret_hash, digest(form[2])):
        return None
    return person_of(row).principal


def token_touch_due(connection: Connection, token: str, now: Instant) -> bool:
    """Whether `touch_token` would write; for a token that was found good."""
    return connection.execute(select(tokens.c.id).where(_is_due(token, now))).first() is not None


def touch_token(connection: Connection, token: str, now: Instant) -> None:
    """Note that a token that was found good is used, at most once in TOUCH_INTERVAL."""
    connection.execute(update(tokens).where(_is_due(token, now)).values(last_used_at=now))


def revoke_token(connection: Connection, name: str, id: str, now: Instant) -> None:
    """Make this person's token worthless; a revoked one stays revoked since then. Raises UnknownToken."""
    if id not in {token.id for token in list_tokens(connection, name)}:
        raise UnknownToken(name, id)
    connection.execute(update(tokens).where(tokens.c.id == id, tokens.c.revoked_at.is_(None)).values(revoked_at=now))


def list_tokens(connection: Connection, name: str) -> list[Token]:
    """Somebody's tokens, oldest first, revoked and expired ones too."""
    of_person = select(*_KEPT).where(tokens.c.person == name).order_by(tokens.c.created_at, tokens.c.id)
    return [_token_of(row) for row in connection.execute(of_person)]


def _is_good(now: Instant) -> ColumnElement[bool]:
    return tokens.c.revoked_at.is_(None) & or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > now)


def _is_due(token: str, now: Instant) -> ColumnElement[bool]:
    form = _FORM.fullmatch(token)
    long_ago = instants.text(instants.moment(now) - TOUCH_INTERVAL)
    unused = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at <= long_ago)
    return (tokens.c.id == (form[1] if form else "")) & unused


def _token_of(row: Row[*tuple[Any, ...]]) -> Token:
    return Token(row.id, row.person, row.label, row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
