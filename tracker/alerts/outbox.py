"""What is to be told: messages are put here with how far the follower got, and sent from here by another step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import Connection, Table, TextClause, bindparam, case, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils import uuid7

from tracker.alerts.tables import alerted, channels, outbox
from tracker.instants import Instant

Kind = Literal["alert", "digest", "correction", "test", "notice"]

Bundle = tuple[str, str, str]
"""Channel, kind, and the story or the time: messages alike in these are one."""

_JOINED = ("alert", "digest", "correction")
_OPEN = (
    select(outbox.c.id, outbox.c.channel, outbox.c.kind, outbox.c.stream, outbox.c.due_at, outbox.c.urgency)
    .where(
        outbox.c.channel.in_(bindparam("on", expanding=True)), outbox.c.state == "waiting", outbox.c.kind.in_(_JOINED)
    )
    .with_for_update(skip_locked=True)
)
_ALREADY = select(alerted.c.person, alerted.c.channel, alerted.c.development, alerted.c.act).where(
    alerted.c.stream == bindparam("stream"), alerted.c.development.in_(bindparam("developments", expanding=True))
)
_HASTEN = (
    update(outbox)
    .where(outbox.c.id == bindparam("of"))
    .values(due_at=bindparam("due"), next_attempt_at=bindparam("due"), urgency=bindparam("level"))
)


class Match(NamedTuple):
    """A rule that matched: the subscription, its name, and why, as pairs of a field of the rule and what it met."""

    subscription: str
    name: str
    why: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell: a development (`act` 0), or what befell one later (`act` the position)."""

    stream: str
    development: str
    act: int
    position: int
    consequences: tuple[tuple[str, str, str], ...]
    """Word, kind and key, the gravest first; see `stories.consequences`."""
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told to one person on one channel, and when."""

    person: str
    channel: str
    via: str
    kind: Kind
    due_at: Instant
    stream: str = ""
    urgency: int | None = None
    items: tuple[Item, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


def put(connection: Connection, messages: Sequence[Message], now: Instant) -> None:
    """Put messages into the outbox, one transaction with whatever made them due.

    An alert joins one of the same story that still waits on its channel, and is due with the earlier of the two; a
    digest joins the digest due at the same time. An item that was told before on that channel is refused by the
    database (IntegrityError): ask `already` first.
    """
    if not messages:
        return
    together: dict[Bundle, Message] = {}
    for message in messages:
        bundle = _bundle(message)
        together[bundle] = _with(together[bundle], message) if bundle in together else message
    waiting = _waiting(connection, {message.channel for message in together.values() if message.items})
    rows, later, items = [], [], []
    for bundle, message in together.items():
        kept = waiting.get(bundle) if message.items else None
        id = kept.id if kept else str(uuid7())
        if kept:
            later += _hastened(kept, message)
        else:
            rows.append(_row(id, message, now))
        items += [_item(id, message, item) for item in message.items]
    _insert(connection, outbox, rows)
    if later:
        connection.execute(_HASTEN, later)
    _insert(connection, alerted, items)


def already(connection: Connection, stream: str, developments: Iterable[str]) -> set[tuple[str, str, str, int]]:
    """What of these developments was told, or is to be: (person, channel, development, act)."""
    rows = connection.execute(_ALREADY, {"stream": stream, "developments": sorted(set(developments))})
    return {(person, channel, development, act) for person, channel, development, act in rows}


def inbox_of(connection: Connection, person: str, now: Instant) -> str:
    """The id of somebody's inbox, which is made when it is first needed."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {
        "id": f"inbox:{person}", "person": person, "kind": "inbox", "name": "", "address": "", "secret": "",
        "state": "active", "because": "", "failures": 0, "last_error": "", "created_at": now,
    }  # fmt: skip
    connection.execute(dialect.insert(channels).values(row).on_conflict_do_nothing())
    return f"inbox:{person}"


def hand_over(connection: Connection, channel: str) -> None:
    """Let the inbox of a channel's owner have what the channel told and was to tell, before the channel goes: a
    correction still finds whoever was told. What was told in the inbox as well is left behind."""
    person = connection.execute(select(channels.c.person).where(channels.c.id == channel)).scalar()
    inbox, other = f"inbox:{person}", alerted.alias("other")
    same = select(other.c.person).where(
        other.c.channel == inbox, other.c.person == alerted.c.person, other.c.stream == alerted.c.stream,
        other.c.development == alerted.c.development, other.c.act == alerted.c.act,
    )  # fmt: skip
    there = connection.execute(select(channels.c.id).where(channels.c.id == inbox, channels.c.id != channel))
    if there.first() is None:
        return
    connection.execute(delete(alerted).where(alerted.c.channel == channel, same.exists()))
    connection.execute(update(alerted).where(alerted.c.channel == channel).values(channel=inbox))
    theirs = update(outbox).where(outbox.c.channel == channel, outbox.c.kind != "test")
    read = case((outbox.c.state == "sent", outbox.c.sent_at), else_=outbox.c.read_at)
    waiting = case((outbox.c.state.in_(["claimed", "failed", "dead"]), "waiting"), else_=outbox.c.state)
    connection.execute(theirs.values(channel=inbox, via="inbox", read_at=read, state=waiting, epoch=outbox.c.epoch + 1))


def notify(connection: Connection, person: str, word: str, now: Instant, **payload: str) -> None:
    """Tell somebody in their inbox what became of something of theirs: a `word`, and what a sentence on it needs.

    `rule_broken` (subscription, name, because), `channel_disabled` (channel, name, because).
    """
    inbox = inbox_of(connection, person, now)
    told = {"word": word, **payload}
    put(connection, [Message(person, inbox, "inbox", "notice", now, payload=told)], now)


def send_test(connection: Connection, channel: str, now: Instant) -> str:
    """Put a test message for a channel; its id. Raises LookupError where there is no such channel."""
    found = connection.execute(select(channels.c.person, channels.c.kind).where(channels.c.id == channel)).one_or_none()
    if found is None:
        raise LookupError(channel)
    id = str(uuid7())
    _insert(connection, outbox, [_row(id, Message(found.person, channel, found.kind, "test", now), now)])
    return id


def _bundle(message: Message) -> Bundle:
    """What is told together: the alerts of a story, the corrections of a story, the digest of a time."""
    return message.channel, message.kind, message.due_at if message.kind == "digest" else message.stream


def _waiting(connection: Connection, on: set[str]) -> dict[Bundle, Any]:
    """The messages that still wait on these channels, held until this transaction ends; one just claimed is not."""
    rows = connection.execute(_OPEN, {"on": sorted(on)})
    return {(row.channel, row.kind, row.due_at if row.kind == "digest" else row.stream): row for row in rows}


def _with(one: Message, other: Message) -> Message:
    """Two messages that are told together: due with the earlier, as urgent as the more urgent."""
    return replace(
        one, due_at=min(one.due_at, other.due_at), urgency=_most_urgent(one.urgency, other.urgency),
        items=(*one.items, *other.items),
    )  # fmt: skip


def _hastened(kept: Any, message: Message) -> list[dict[str, Any]]:
    """How the message kept changes where another joins it; mostly it does not."""
    due_at, level = min(kept.due_at, message.due_at), _most_urgent(kept.urgency, message.urgency)
    return [] if (due_at, level) == (kept.due_at, kept.urgency) else [{"of": kept.id, "due": due_at, "level": level}]


def _most_urgent(*urgencies: int | None) -> int | None:
    return min((urgency for urgency in urgencies if urgency is not None), default=None)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Add rows in one statement; to PostgreSQL as one JSON, for its driver takes longer over arrays than it does."""
    if rows and connection.dialect.name == "postgresql":
        connection.execute(_FROM_JSON[table.name], {"rows": orjson.dumps(rows).decode()})
    elif rows:
        connection.execute(insert(table), rows)


def _from_json(table: Table) -> TextClause:
    names = ", ".join(table.c.keys())
    kept = f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    return text(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {kept}")  # noqa: S608 - our own names


_FROM_JSON = {table.name: _from_json(table) for table in (outbox, alerted)}


def _row(id: str, message: Message, now: Instant) -> dict[str, Any]:
    return {
        "id": id, "person": message.person, "channel": message.channel, "via": message.via, "kind": message.kind,
        "stream": message.stream, "urgency": message.urgency, "payload": orjson.dumps(dict(message.payload)).decode(),
        "created_at": now, "due_at": message.due_at, "state": "waiting", "attempts": 0,
        "next_attempt_at": message.due_at, "epoch": 0,
    }  # fmt: skip


def _item(delivery: str, message: Message, item: Item) -> dict[str, Any]:
    rules = [{"id": match.subscription, "name": match.name, "why": match.why} for match in item.matches]
    return {
        "person": message.person, "channel": message.channel, "stream": item.stream, "development": item.development,
        "act": item.act, "delivery": delivery, "position": item.position,
        "consequences": orjson.dumps(item.consequences).decode(), "rules": orjson.dumps(rules).decode(),
    }  # fmt: skip
