"""Corrections and retractions go to exactly those who were told the wrong version, at once."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select, tuple_

from tracker.accounts.people import person_of
from tracker.accounts.tables import users
from tracker.alerts.gathering import Known
from tracker.alerts.outbox import Item, Match, Message, already
from tracker.alerts.rules import Change
from tracker.alerts.seeing import may_be_told, touched
from tracker.alerts.tables import alerted, channels, outbox
from tracker.instants import Instant
from tracker.stories.consequences import Word

CORRECTING: frozenset[Word] = frozenset({"retracted", "corrected", "clarified", "retraction_reversed"})
"""What those are told who were told before. A slip of the pen put right (`refiled`) is nothing to tell."""

_GOT = ("claimed", "sent", "unknown")
"""States of a message that somebody has got, or may have got. One that waits will tell the right version."""


def corrections(connection: Connection, changes: Iterable[Change], known: Known, now: Instant) -> list[Message]:
    """What puts right what was told: due now, whatever the cadence, quiet hours or mute of those who got it."""
    correcting = [change for change in changes if change.words & CORRECTING and change.development]
    told = _told(connection, {(change.stream, change.development) for change in correcting})
    made: list[Message] = []
    for change in correcting:
        wrong = [
            row
            for row in told.get((change.stream, change.development), ())
            if row.version is None or row.version < change.version
        ]
        if wrong:
            made += _of_change(connection, change, wrong, known, now)
    return made


def _of_change(
    connection: Connection, change: Change, wrong: Sequence[Row[Any]], known: Known, now: Instant
) -> list[Message]:
    """One message for each person and channel that got what the change puts right."""
    done = already(connection, change.stream, [change.development])
    what = touched(change.stream, change.development, change.consequences)
    made: dict[str, Message] = {}
    for row in wrong:
        channel, via = (row.channel, row.via) if row.channel_state == "active" else (f"inbox:{row.name}", "inbox")
        if channel in made or row.name == change.by or (row.name, channel, change.development, change.act) in done:
            continue
        if not may_be_told(known, person_of(row).principal, what, now):
            continue
        item = Item(
            change.stream, change.development, change.act, change.position, change.consequences, _matches(row.rules)
        )
        made[channel] = Message(row.name, channel, via, "correction", now, change.stream, change.urgency, (item,))
    return list(made.values())


def _told(connection: Connection, developments: set[tuple[str, str]]) -> dict[tuple[str, str], list[Row[Any]]]:
    """Who got these developments, on which channel, in which version."""
    if not developments:
        return {}
    rows = connection.execute(
        select(
            users, alerted.c.stream, alerted.c.development, alerted.c.version, alerted.c.channel, alerted.c.rules,
            channels.c.kind.label("via"), channels.c.state.label("channel_state"),
        )
        .select_from(alerted)
        .join(outbox, outbox.c.id == alerted.c.delivery)
        .join(channels, channels.c.id == alerted.c.channel)
        .join(users, users.c.name == alerted.c.person)
        .where(
            tuple_(alerted.c.stream, alerted.c.development).in_(sorted(developments)),
            outbox.c.state.in_(_GOT), users.c.disabled_at.is_(None),
        )
        .order_by(alerted.c.person, alerted.c.channel, alerted.c.act)
    )  # fmt: skip
    found: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in rows:
        found.setdefault((row.stream, row.development), []).append(row)
    return found


def _matches(kept: str) -> tuple[Match, ...]:
    """The rules by which somebody was told in the first place."""
    return tuple(
        Match(rule["id"], rule["name"], tuple((asked, met) for asked, met in rule["why"]))
        for rule in orjson.loads(kept)
    )
