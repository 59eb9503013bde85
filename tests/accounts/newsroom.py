"""A small newsroom to sign in to, with passwords that are cheap to check."""

from datetime import timedelta

from argon2 import PasswordHasher
from sqlalchemy import Engine

from tracker import instants
from tracker.accounts.people import Role, add_person
from tracker.db import writing
from tracker.instants import Instant

NOW = "2017-03-01T19:30:00.000000Z"
PASSWORD = "correct horse"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def later(**span: float) -> Instant:
    """NOW and so many `minutes=`, `days=` … more."""
    return instants.text(instants.moment(NOW) + timedelta(**span))


def hire(engine: Engine, name: str, role: Role = Role.EDITOR, desks: tuple[str, ...] = ()) -> None:
    """Somebody has an account since NOW, with PASSWORD."""
    with writing(engine) as connection:
        add_person(connection, name, role, PASSWORD, desks, now=NOW, hasher=CHEAP)
