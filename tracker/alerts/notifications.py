"""What pops up on an open page: the newest of somebody's inbox and of their browser's own channel, as a line each."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from tracker.alerts import wording
from tracker.alerts.rechecking import look
from tracker.alerts.rendering import message_of
from tracker.alerts.tables import outbox
from tracker.instants import Instant

MOST = 5
"""More than these at once would bury the screen."""


class Notification(NamedTuple):
    """One message as it pops up."""

    id: str
    title: str
    url: str


def since(
    connection: Connection, person: str, after: str, now: Instant, base_url: str
) -> tuple[str, list[Notification]]:
    """The id of somebody's newest message (or `after`), and those that arrived after that one, the oldest first.

    One that tells of nothing they may see any more, or that they have read, does not pop up.
    """
    rows = connection.execute(
        select(outbox)
        .where(outbox.c.person == person, outbox.c.via.in_(["inbox", "browser"]), outbox.c.state == "sent")
        .where(outbox.c.id > after, outbox.c.read_at.is_(None))
        .order_by(outbox.c.id.desc())
        .limit(MOST)
    ).all()
    looked = look(connection, [row.id for row in rows], now, told=True)
    found = []
    for row in reversed(rows):
        message = message_of(connection, row, looked.checked[row.id], now, base_url)
        if message.items:
            found.append(Notification(row.id, wording.title(message), message.items[0].url))
    return (rows[0].id if rows else after), found
