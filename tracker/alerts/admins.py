"""Telling those who look after the tracker that something is wrong with it."""

from sqlalchemy import Connection, select

from tracker.accounts.people import Role
from tracker.accounts.tables import users
from tracker.alerts.outbox import Message, put
from tracker.alerts.tables import PASSIVE, channels
from tracker.instants import Instant


def tell_admins(connection: Connection, word: str, now: Instant, **payload: str) -> None:
    """Put a notice on every channel in use of every admin whose account is open; admins have no inbox.

    `log_not_as_written` (position, "" where it can't be told). One transaction with whatever is noted of its cause.
    """
    of_admins = users.c.role == Role.ADMIN.value, users.c.disabled_at.is_(None)
    in_use = channels.c.state == "active", channels.c.kind.not_in(PASSIVE)
    reached = connection.execute(
        select(channels.c.person, channels.c.id, channels.c.kind)
        .join(users, users.c.name == channels.c.person)
        .where(*of_admins, *in_use)
        .order_by(channels.c.person, channels.c.id)
    ).all()
    told = {"word": word, **payload}
    put(connection, [Message(person, id, via, "notice", now, payload=told) for person, id, via in reached], now)
