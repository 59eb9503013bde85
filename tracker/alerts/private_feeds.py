"""A feed of one's own: what somebody was alerted of, as they may see it now, and tombstones for what they may not."""

from sqlalchemy import Connection, select

from tracker.accounts.people import find_person
from tracker.alerts import wording
from tracker.alerts.messages import Item
from tracker.alerts.owning import Channel
from tracker.alerts.rechecking import look
from tracker.alerts.rendering import message_of
from tracker.alerts.tables import alerted, outbox
from tracker.feeds import Feed, FeedEntry, Withdrawn
from tracker.instants import Instant
from tracker.projections.board import streams

LIMIT = 100
"""Messages that a feed looks back on."""


def feed_of(connection: Connection, channel: Channel, address: str, now: Instant, base_url: str) -> Feed | None:
    """The feed of a channel, had at this address; None where its owner's account is shut.

    A development is one entry however often it was told of; its id never changes. What was retracted since, or may
    not be seen any more, is withdrawn.
    """
    person = find_person(connection, channel.person)
    if person is None or person.disabled_at is not None:
        return None
    rows = connection.execute(
        select(outbox)
        .where(outbox.c.channel == channel.id, outbox.c.state == "sent")
        .order_by(outbox.c.id.desc())
        .limit(LIMIT)
    ).all()
    looked = look(connection, [row.id for row in rows], now, told=True)
    shown: dict[str, FeedEntry] = {}
    retracted: dict[str, str] = {}
    for row in rows:
        for item in message_of(connection, row, looked.checked[row.id], now, base_url).items:
            if item.retracted:
                retracted.setdefault(_id(base_url, item.stream, item.key), item.retracted)
            shown.setdefault(_id(base_url, item.stream, item.key), _entry(base_url, item, row.sent_at or row.due_at))
    told = _told(connection, [row.id for row in rows], base_url)
    gone = {id: moved for id, moved in told.items() if id not in shown or id in retracted}
    return Feed(
        id=f"{base_url}/alerts#{channel.id}", title=channel.name or f"Alerts for {channel.person}",
        url=f"{base_url}/inbox", address=address, author="The newsroom’s memory",
        entries=tuple(entry for id, entry in shown.items() if id not in gone),
        withdrawn=tuple(Withdrawn(id, moved, retracted.get(id, "")) for id, moved in gone.items()),
    )  # fmt: skip


def _told(connection: Connection, deliveries: list[str], base_url: str) -> dict[str, Instant]:
    """Everything that was ever told in these messages, with when its story last moved."""
    rows = connection.execute(
        select(alerted.c.stream, alerted.c.development, streams.c.moved_at)
        .join(streams, streams.c.stream == alerted.c.stream)
        .where(alerted.c.delivery.in_(deliveries))
        .order_by(alerted.c.position.desc())
    )
    return {_id(base_url, stream, development): moved for stream, development, moved in rows}


def _id(base_url: str, stream: str, development: str) -> str:
    slug = stream.partition("/")[2]
    return f"{base_url}/stories/{slug}" + (f"/developments/{development}" if development else "")


def _entry(base_url: str, item: Item, told_at: Instant) -> FeedEntry:
    lines = (wording.consequence_line(item), *item.notes, wording.clock_line(item), wording.why_line(item))
    return FeedEntry(
        id=_id(base_url, item.stream, item.key), title=f"{item.story}: {item.headline}", url=item.url,
        updated=told_at, published=item.recorded_at, text="\n".join(line for line in lines if line),
        categories=item.words,
    )  # fmt: skip
