"""Subscriptions: made, changed, paused, snoozed and dropped by the people they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import orjson
from sqlalchemy import Connection, Row, delete, func, insert, select, update
from uuid_utils import uuid7

from tracker import instants
from tracker.alerts import index, silence
from tracker.alerts.cadence import Cadence
from tracker.alerts.outbox import inbox_of, notify
from tracker.alerts.rules import Rule, is_broken
from tracker.alerts.tables import channels, mutes, subscriptions
from tracker.db import upsert
from tracker.eventstore.reading import position
from tracker.instants import Instant

MOST = 500
"""So many subscriptions one person may have."""


class NoSuchSubscription(LookupError):
    """There is none of that id, or it is somebody else's: the two are told apart nowhere."""


class InvalidSubscription(ValueError):
    """A subscription can't be kept like this: the field at fault, and a line that says what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks for when they subscribe."""

    name: str = ""
    rule: Rule = Rule()
    cadence: Cadence = "at_once"
    channels: tuple[str, ...] = ()
    """Ids of channels of theirs; none: their inbox."""
    urgent: int | None = None
    """At this urgency (1 most) or more it breaks through cadence and quiet hours."""
    imports: bool = False
    """Whether imports and the past being filled in are wanted as well."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as it is kept."""

    id: str
    person: str
    asked: Asked
    state: str
    because: str
    snoozed_until: Instant | None
    silent_since: Instant | None
    check_at: Instant | None
    fired: int
    fired_at: Instant | None
    created_at: Instant


def read(document: Any) -> Asked:
    """What somebody asks for, from plain values. Raises InvalidSubscription, naming the field at fault."""
    try:
        if "\\u0000" in orjson.dumps(document).decode():
            raise InvalidSubscription("", "There is a character in it that no text has (NUL).")
        return msgspec.convert(document, type=Asked)
    except (orjson.JSONEncodeError, TypeError) as error:
        raise InvalidSubscription("", "That is no text.") from error
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$.")
        raise InvalidSubscription(path.rstrip("`"), f"{said.rstrip('.')}.") from error


def asked_document(asked: Asked) -> dict[str, Any]:
    """What somebody asks for, as plain values."""
    found: dict[str, Any] = msgspec.to_builtins(asked)
    return found


def named(asked: Asked, name: str) -> Asked:
    """The same under another name."""
    return msgspec.structs.replace(asked, name=name)


def as_document(kept: Subscription) -> dict[str, Any]:
    """A subscription as plain values."""
    return {
        "id": kept.id, **asked_document(kept.asked), "state": kept.state, "because": kept.because,
        "snoozed_until": kept.snoozed_until, "silent_since": kept.silent_since, "check_at": kept.check_at,
        "fired": kept.fired, "fired_at": kept.fired_at, "created_at": kept.created_at,
    }  # fmt: skip


def instant(written: Any) -> Instant:
    """An exact time as it was given. Raises ValueError."""
    return instants.read(written if isinstance(written, str) else str(written))


def subscribe(connection: Connection, person: str, asked: Asked, now: Instant) -> str:
    """Keep a new subscription, which fires on what comes from now on; its id. Raises InvalidSubscription."""
    _check(connection, person, asked)
    if connection.execute(select(func.count()).where(subscriptions.c.person == person)).scalar_one() >= MOST:
        raise InvalidSubscription("", f"That is more than {MOST} subscriptions; drop some first.")
    inbox_of(connection, person, now)
    id = str(uuid7())
    row = _columns(asked) | {
        "id": id, "person": person, "state": "active", "because": "", "since": position(connection), "fired": 0,
        "created_at": now, **silence.waiting(connection, person, asked.rule, now),
    }  # fmt: skip
    connection.execute(insert(subscriptions), row)
    index.post(connection, id, asked.rule)
    return id


def change(connection: Connection, person: str, id: str, asked: Asked, now: Instant) -> None:
    """Let somebody's subscription ask for something else; a broken one is active again.

    Raises NoSuchSubscription, InvalidSubscription.
    """
    row = _row(connection, person, id)
    _check(connection, person, asked)
    state = "active" if row.state == "broken" else row.state
    columns = _columns(asked) | {"state": state, "because": ""}
    if columns["rule"] != row.rule:
        columns |= {"since": position(connection), **silence.waiting(connection, person, asked.rule, now)}
    connection.execute(update(subscriptions).where(subscriptions.c.id == id).values(columns))
    index.withdraw(connection, id)
    if state == "active":
        index.post(connection, id, asked.rule)


def pause(connection: Connection, person: str, id: str) -> None:
    """Let a subscription rest until it is resumed. Raises NoSuchSubscription."""
    _row(connection, person, id)
    connection.execute(update(subscriptions).where(subscriptions.c.id == id).values(state="paused", check_at=None))
    index.withdraw(connection, id)


def resume(connection: Connection, person: str, id: str, now: Instant) -> None:
    """Let a paused subscription fire again, on what comes from now on. Raises NoSuchSubscription."""
    row = _row(connection, person, id)
    if row.state != "paused":
        return
    asked = _asked(row)
    columns = {"state": "active", "since": position(connection), **silence.waiting(connection, person, asked.rule, now)}
    connection.execute(update(subscriptions).where(subscriptions.c.id == id).values(columns))
    index.post(connection, id, asked.rule)


def snooze(connection: Connection, person: str, id: str, until: Instant | None) -> None:
    """Let a subscription say nothing until then; None: it speaks again. Raises NoSuchSubscription."""
    _row(connection, person, id)
    connection.execute(update(subscriptions).where(subscriptions.c.id == id).values(snoozed_until=until))


def drop(connection: Connection, person: str, id: str) -> None:
    """Remove a subscription; what it has told stays in the inbox. Raises NoSuchSubscription."""
    _row(connection, person, id)
    connection.execute(delete(subscriptions).where(subscriptions.c.id == id))


def find(connection: Connection, person: str, id: str) -> Subscription:
    """Somebody's subscription. Raises NoSuchSubscription."""
    return _subscription(_row(connection, person, id))


def of_person(connection: Connection, person: str) -> list[Subscription]:
    """Somebody's subscriptions, the oldest first."""
    rows = connection.execute(
        select(subscriptions).where(subscriptions.c.person == person).order_by(subscriptions.c.created_at)
    )
    return [_subscription(row) for row in rows]


def followed(connection: Connection, person: str) -> dict[Rule, str]:
    """The ids of somebody's subscriptions by what they ask for, paused ones left out: what a follow button shows."""
    return {each.asked.rule: each.id for each in of_person(connection, person) if each.state == "active"}


def break_rules(connection: Connection, broken: Iterable[tuple[str, str, str, str]], now: Instant) -> None:
    """Pause rules that can't be followed (id, owner, name, why) and tell their owners; nothing is removed."""
    for id, person, name, because in broken:
        told = because[:300]
        connection.execute(
            update(subscriptions)
            .where(subscriptions.c.id == id)
            .values(state="broken", because=told, check_at=None)
        )  # fmt: skip
        index.withdraw(connection, id)
        notify(connection, person, "rule_broken", now, subscription=id, name=name, because=told)


def mute(connection: Connection, person: str, stream: str, until: Instant | None) -> None:
    """Tell somebody nothing of a story until then (None: for good), but for corrections of what they were told."""
    upsert(connection, mutes, [{"person": person, "stream": stream, "until": until}])


def unmute(connection: Connection, person: str, stream: str) -> None:
    """Let a story speak again."""
    connection.execute(delete(mutes).where(mutes.c.person == person, mutes.c.stream == stream))


def muted(connection: Connection, person: str, now: Instant) -> dict[str, Instant | None]:
    """The stories that tell somebody nothing now, by stream, and until when."""
    rows = connection.execute(select(mutes.c.stream, mutes.c.until).where(mutes.c.person == person))
    return {row.stream: row.until for row in rows if row.until is None or row.until > now}


def hours_later(now: Instant, hours: float) -> Instant:
    """The instant so many hours after another."""
    return instants.text(instants.moment(now) + timedelta(hours=hours))


def _check(connection: Connection, person: str, asked: Asked) -> None:
    if not asked.name.strip() or len(asked.name) > 200 or not asked.name.isprintable():
        raise InvalidSubscription("name", "Give it a name of up to 200 characters, in one line.")
    if wrong := is_broken(asked.rule):
        raise InvalidSubscription("rule", wrong)
    if asked.urgent is not None and not 1 <= asked.urgent <= 9:
        raise InvalidSubscription("urgent", "Urgency goes from 1 (the most urgent) to 9.")
    theirs = set(connection.execute(select(channels.c.id).where(channels.c.person == person)).scalars())
    if unknown := set(asked.channels) - theirs - {f"inbox:{person}"}:
        raise InvalidSubscription("channels", f"You have no channel “{min(unknown)[:60]}”.")


def _columns(asked: Asked) -> dict[str, object]:
    return {
        "name": asked.name.strip(), "rule": msgspec.json.encode(asked.rule).decode(), "cadence": asked.cadence,
        "channels": orjson.dumps(asked.channels).decode(), "urgent": asked.urgent, "imports": int(asked.imports),
    }  # fmt: skip


def _row(connection: Connection, person: str, id: str) -> Row[tuple[object, ...]]:
    row = connection.execute(
        select(subscriptions).where(subscriptions.c.id == id, subscriptions.c.person == person)
    ).one_or_none()
    if row is None:
        raise NoSuchSubscription(id)
    return row


def _asked(row: Row[tuple[object, ...]]) -> Asked:
    """What a row asks for; a rule that can't be read any more is one that asks for nothing."""
    try:
        rule = msgspec.json.decode(row.rule, type=Rule)
    except msgspec.DecodeError:
        rule = Rule()
    listed: Sequence[str] = orjson.loads(row.channels)
    return Asked(
        name=row.name, rule=rule, cadence=row.cadence, channels=tuple(listed), urgent=row.urgent,
        imports=bool(row.imports),
    )  # fmt: skip


def _subscription(row: Row[tuple[object, ...]]) -> Subscription:
    return Subscription(
        id=row.id, person=row.person, asked=_asked(row), state=row.state, because=row.because,
        snoozed_until=row.snoozed_until, silent_since=row.silent_since, check_at=row.check_at, fired=row.fired,
        fired_at=row.fired_at, created_at=row.created_at,
    )  # fmt: skip
