"""The people of the newsroom: their names, roles and desks."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracker.accounts.errors import InvalidDesk, InvalidName, NameTaken, UnknownPerson
from tracker.accounts.passwords import HASHER, hash_password
from tracker.accounts.tables import sessions, tokens, users
from tracker.instants import Instant
from tracker.stories.fields import KEY_PATTERN

NAME_PATTERN = r"^[a-z][a-z0-9._-]{0,39}$"

_NAME = re.compile(NAME_PATTERN)
_DESK = re.compile(KEY_PATTERN)
_KEPT = (users.c.name, users.c.role, users.c.desks, users.c.created_at, users.c.disabled_at)


class Role(StrEnum):
    """What somebody is here for; what each may do is in `permissions`."""

    READER = "reader"
    REPORTER = "reporter"
    EDITOR = "editor"
    ARCHIVIST = "archivist"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a name for the log, a role, and the desks they edit (none: every desk)."""

    name: str
    role: Role | None
    desks: frozenset[str]


ANONYMOUS = Principal("", None, frozenset())
"""Somebody who has not signed in: may do nothing but that."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account as it is kept, but for the password."""

    name: str
    role: Role
    desks: frozenset[str]
    created_at: Instant
    disabled_at: Instant | None

    @property
    def principal(self) -> Principal:
        """Who this person is when they ask."""
        return Principal(self.name, self.role, self.desks)


def add_person(
    connection: Connection,
    name: str,
    role: Role,
    password: str,
    desks: Iterable[str] = (),
    *,
    now: Instant,
    hasher: PasswordHasher = HASHER,
) -> Person:
    """Make an account. Raises InvalidName, InvalidDesk, WeakPassword, NameTaken (by a disabled account, too)."""
    if not is_name(name):
        raise InvalidName(name)
    edited = frozenset(desks)
    row = {
        "name": name,
        "role": role.value,
        "desks": _written(edited),
        "created_at": now,
        "password_hash": hash_password(password, hasher),
    }
    try:
        with connection.begin_nested():  # a refusal leaves the caller's transaction usable
            connection.execute(insert(users), row)
    except IntegrityError as error:
        raise NameTaken(name) from error
    return Person(name, role, edited, now, None)


def change_role(connection: Connection, name: str, role: Role) -> None:
    """Give somebody another role; it holds from their next request on. Raises UnknownPerson."""
    _change(connection, name, role=role.value)


def change_desks(connection: Connection, name: str, desks: Iterable[str]) -> None:
    """Say which desks somebody edits; none: every desk. Raises UnknownPerson, InvalidDesk."""
    _change(connection, name, desks=_written(desks))


def set_password(connection: Connection, name: str, password: str, hasher: PasswordHasher = HASHER) -> None:
    """Give somebody another password and sign them out everywhere; tokens stay. Raises UnknownPerson, WeakPassword."""
    _change(connection, name, password_hash=hash_password(password, hasher))
    connection.execute(delete(sessions).where(sessions.c.person == name))


def disable(connection: Connection, name: str, now: Instant) -> None:
    """Shut somebody out: sessions end, tokens are revoked, the name stays taken. Raises UnknownPerson.

    One who is shut out already stays so since then.
    """
    if _found(connection, name).disabled_at is None:
        _change(connection, name, disabled_at=now)
    connection.execute(delete(sessions).where(sessions.c.person == name))
    connection.execute(
        update(tokens).where(tokens.c.person == name, tokens.c.revoked_at.is_(None)).values(revoked_at=now)
    )


def is_name(name: str) -> bool:
    """Whether an account could have this name."""
    return _NAME.fullmatch(name) is not None


def find_person(connection: Connection, name: str) -> Person | None:
    """The account with this name, disabled ones too."""
    if not is_name(name):
        return None
    row = connection.execute(select(*_KEPT).where(users.c.name == name)).one_or_none()
    return None if row is None else person_of(row)


def list_people(connection: Connection) -> list[Person]:
    """All accounts in the order of their names, disabled ones too."""
    return [person_of(row) for row in connection.execute(select(*_KEPT).order_by(users.c.name))]


def person_of(row: Row[*tuple[Any, ...]]) -> Person:
    """Read an account from a row with the columns of `users`."""
    return Person(row.name, Role(row.role), frozenset(json.loads(row.desks)), row.created_at, row.disabled_at)


def _found(connection: Connection, name: str) -> Person:
    person = find_person(connection, name)
    if person is None:
        raise UnknownPerson(name)
    return person


def _change(connection: Connection, name: str, **columns: str) -> None:
    _found(connection, name)
    connection.execute(update(users).where(users.c.name == name).values(columns))


def _written(desks: Iterable[str]) -> str:
    named = sorted(set(desks))
    for desk in named:
        if not _DESK.fullmatch(desk):
            raise InvalidDesk(desk)
    return json.dumps(named)
