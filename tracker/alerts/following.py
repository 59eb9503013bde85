"""Alerts follow the log no further than the views: what each event means to whom goes into the outbox, once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Row, delete, select, tuple_

from tracker.alerts import matching, silence, subscribing
from tracker.alerts.correcting import corrections
from tracker.alerts.gathering import Gathered, Known, gather
from tracker.alerts.outbox import put
from tracker.alerts.rules import Change
from tracker.alerts.seeing import obstacle, touched
from tracker.alerts.tables import held
from tracker.db import reading, upsert, writing
from tracker.eventstore import subscriptions
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_at
from tracker.eventstore.tables import checkpoints
from tracker.instants import Clock, Instant
from tracker.projections import following as views
from tracker.stories.entries import Development

NAME = "alerts"
PAGE = 200


def catch_up(engine: Engine, clock: Clock, zone: ZoneInfo, page: int = PAGE) -> int:
    """Decide the alerts of what the views have taken in; how many events that were.

    Each page is one transaction: its messages are in the outbox if and only if the checkpoint has passed it.
    """

    def handle(connection: Connection, events: list[RecordedEvent]) -> None:
        decide(connection, events, clock(), zone)

    return subscriptions.catch_up(engine, NAME, handle, page, upto=views.position)


def sweep(engine: Engine, clock: Clock, zone: ZoneInfo) -> int:
    """What time alone makes due: embargoes that ended, silences that lasted; how many of them.

    It takes the follower's own lock, so that nobody decides about the same person at the same time.
    """
    now = clock()
    with reading(engine) as connection:  # most rounds find nothing, and must not keep a writer waiting
        if not (_ended(connection, now, 1) or silence.is_due(connection, now)):
            return 0
    with writing(engine) as connection:
        mine = select(checkpoints.c.position).where(checkpoints.c.name == NAME).with_for_update(skip_locked=True)
        if connection.execute(mine).scalar() is None:
            return 0
        ended = _ended(connection, now, PAGE)
        if ended:
            _let_go(connection, [(row.stream, row.development) for row in ended])
            _match(connection, _again(connection, [row.position for row in ended], now), (), now, zone)
        return len(ended) + silence.tell(connection, now, zone)


def decide(connection: Connection, events: Sequence[RecordedEvent], now: Instant, zone: ZoneInfo) -> None:
    """Put into the outbox what these events mean to whom."""
    found = gather(connection, events, now)
    opened = _again(connection, _opened(connection, found), now) if found.opened else None
    put(connection, corrections(connection, found.changes, found.known, now), now)
    _match(connection, opened, found.changes, now, zone, found)


def _ended(connection: Connection, now: Instant, limit: int) -> Sequence[Row[Any]]:
    """Developments held behind an embargo that has ended."""
    return connection.execute(select(held).where(held.c.until <= now).order_by(held.c.until).limit(limit)).all()


def _match(
    connection: Connection, opened: Gathered | None, changes: Sequence[Change], now: Instant, zone: ZoneInfo,
    found: Gathered | None = None,
) -> None:  # fmt: skip
    """Match, and put what came of it into the outbox."""
    known = (found.known if found else {}) | (opened.known if opened else {})
    every = [*changes, *(opened.changes if opened else ())]
    _hold(connection, every, known, now)
    done = matching.match(connection, [each for each in every if not _is_gone(each, known)], known, now)
    subscribing.break_rules(connection, done.broken, now)
    silence.heard(connection, done.heard)
    matching.tell(connection, done.found, now, zone)


def _again(connection: Connection, positions: Collection[int], now: Instant) -> Gathered:
    """What was logged at these positions, to be matched again: more people may see it now."""
    found = gather(connection, read_at(connection, positions), now)
    return replace(found, changes=[replace(each, reopened=True) for each in found.changes if each.act == 0])


def _opened(connection: Connection, found: Gathered) -> set[int]:
    """Where the developments were logged that were opened, and those that were held behind them."""
    behind = tuple_(held.c.stream, held.c.behind).in_(sorted(found.opened))
    rows = connection.execute(select(held.c.stream, held.c.development, held.c.position).where(behind)).all()
    _let_go(connection, [(row.stream, row.development) for row in rows])
    own = {
        entry.position
        for stream, key in found.opened
        if isinstance(entry := found.known.get((stream, "development", key)), Development)
    }
    return own | {row.position for row in rows}


def _hold(connection: Connection, changes: Sequence[Change], known: Known, now: Instant) -> None:
    """Remember what some of the newsroom may not see yet: it is matched again when that changes."""
    rows = {
        (each.stream, each.development): {
            "stream": each.stream, "development": each.development, "position": each.position,
            "behind": blocked.behind, "until": blocked.until,
        }
        for each in changes
        if each.act == 0
        and (blocked := obstacle(known, touched(each.stream, each.development, each.consequences), now)) is not None
    }  # fmt: skip
    upsert(connection, held, list(rows.values()))


def _let_go(connection: Connection, keys: Sequence[tuple[str, str]]) -> None:
    if keys:
        connection.execute(delete(held).where(tuple_(held.c.stream, held.c.development).in_(keys)))


def _is_gone(change: Change, known: Known) -> bool:
    """Whether a development was retracted before anybody was told of it."""
    entry = known.get((change.stream, "development", change.development))
    return change.act == 0 and isinstance(entry, Development) and bool(entry.retracted)
