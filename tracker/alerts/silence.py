"""Rules on silence: from when they wait, what ends the wait, and what is told when nothing came for so long."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, select, update

from tracker import instants
from tracker.accounts.people import find_person, person_of
from tracker.accounts.tables import users
from tracker.alerts import matching
from tracker.alerts.gathering import Known, complete
from tracker.alerts.index import candidate_of
from tracker.alerts.outbox import Item, Match
from tracker.alerts.rules import Rule, Silence, Why
from tracker.alerts.seeing import Touched, may_be_told
from tracker.alerts.tables import subscriptions
from tracker.instants import Instant
from tracker.projections.board import streams
from tracker.projections.entries import StreamRef, fetch
from tracker.stories.entries import Development, Story, demand_status

PAGE = 200


def waiting(connection: Connection, person: str, rule: Rule, now: Instant) -> dict[str, Instant | None]:
    """Since when a rule that somebody makes now waits, and when the silence will be long enough: at once, where it is
    already. What they may not see is waited for like what is not there."""
    if rule.silence is None:
        return {"silent_since": None, "check_at": None}
    since = _last_heard(connection, person, rule, rule.silence, now) or now
    return {"silent_since": since, "check_at": max(now, _later(since, rule.silence.hours))}


def heard(connection: Connection, ended: Iterable[tuple[str, Silence, Instant]]) -> None:
    """Something came for these rules (id, silence, when): a story's silence begins anew, any other is over."""
    for id, silence, at in ended:
        check_at = _later(at, silence.hours) if silence.of == "story" else None
        connection.execute(
            update(subscriptions).where(subscriptions.c.id == id).values(silent_since=at, check_at=check_at)
        )


def is_due(connection: Connection, now: Instant) -> bool:
    """Whether any silence has lasted long enough."""
    return connection.execute(select(subscriptions.c.id).where(*_due(now)).limit(1)).first() is not None


def tell(connection: Connection, now: Instant, zone: ZoneInfo, page: int = PAGE) -> int:
    """Put into the outbox what has been silent for long enough; how many rules were looked at."""
    rows = connection.execute(
        select(subscriptions, users.c.role, users.c.desks, users.c.disabled_at, users.c.created_at.label("hired_at"))
        .join(users, users.c.name == subscriptions.c.person)
        .where(*_due(now))
        .order_by(subscriptions.c.check_at)
        .limit(page)
    ).all()
    if not rows:
        return 0
    rules = {row.id: msgspec.json.decode(row.rule, type=Rule) for row in rows}
    known = _known(connection, rules.values())
    found = [
        matching.Found(candidate_of(row), _item(row, rules[row.id]), urgency=None)
        for row in rows
        if row.disabled_at is None and _is_silent(known, row, rules[row.id], now)
    ]
    matching.tell(connection, found, now, zone)
    connection.execute(
        update(subscriptions).where(subscriptions.c.id.in_([row.id for row in rows])).values(check_at=None)
    )
    return len(rows)


def why(rule: Rule) -> Why:
    """Why a rule on silence speaks: of what, for how long."""
    length = [("silence", f"{rule.silence.hours if rule.silence else 0}")]
    whom = [("speaker", rule.actors[0])] if rule.actors else []
    story = [("story", rule.stories[0])] if rule.stories else []
    return (*length, *whom, *story, *(("about", key) for key in rule.about))


def lasted(silence: Silence, begun: Instant, heard: Sequence[Instant], now: Instant) -> list[Instant]:
    """When silences had lasted long enough, of which the first began then; `heard` is when something came, in order.

    A story's begins anew with everything that comes; any other is over with the first.
    """
    begins = [begun, *heard] if silence.of == "story" else [begun]
    ends = [_later(each, silence.hours) for each in begins]
    return [end for end, broken in zip(ends, [*heard, now], strict=False) if end <= broken]


def _due(now: Instant) -> tuple[ColumnElement[bool], ...]:
    """Silences that have lasted; one whose owner snoozes waits for them to wake."""
    awake = subscriptions.c.snoozed_until.is_(None) | (subscriptions.c.snoozed_until <= now)
    return subscriptions.c.check_at <= now, subscriptions.c.state == "active", awake


def _stream(rule: Rule) -> str:
    return f"story/{rule.stories[0]}" if rule.stories else ""


def _last_heard(connection: Connection, person: str, rule: Rule, silence: Silence, now: Instant) -> Instant | None:
    """When what the rule waits for was last there; None where nobody can say, or this person may not know."""
    if silence.of == "story":
        moved = select(streams.c.moved_at).where(streams.c.stream == f"story/{rule.stories[0]}")
        return connection.execute(moved).scalar()
    if silence.of == "demand":
        known, owner = _known(connection, [rule]), find_person(connection, person)
        demand = known.get((_stream(rule), "development", rule.about[0]))
        if isinstance(demand, Development) and owner and may_be_told(known, owner.principal, _touched(rule), now):
            return demand.recorded_at
    return None


def _touched(rule: Rule) -> Touched:
    return Touched(_stream(rule), frozenset(rule.about), frozenset())


def _refs(rule: Rule) -> set[StreamRef]:
    stream = _stream(rule)
    found = {(stream, "story", rule.stories[0])} if stream else set()
    return found | {(stream, "development", key) for key in rule.about}


def _known(connection: Connection, rules: Iterable[Rule]) -> Known:
    return complete(connection, fetch(connection, {ref for rule in rules for ref in _refs(rule)}))


def _is_silent(known: Known, row: Row[Any], rule: Rule, now: Instant) -> bool:
    """Whether there is still something to wait for, and its owner may see it."""
    stream = _stream(rule)
    if not may_be_told(known, person_of(row).principal, _touched(rule), now):
        return False
    if rule.silence is not None and rule.silence.of == "demand":
        demand = known.get((stream, "development", rule.about[0]))
        return isinstance(demand, Development) and not demand.retracted and demand_status(demand) == "open"
    entry = known.get((stream, "story", stream.partition("/")[2]))
    return not stream or (isinstance(entry, Story) and entry.status == "active")


def _item(row: Row[Any], rule: Rule) -> Item:
    """A silence, as something of the story or the demand; its `act`, below 0, is the microsecond it was long enough."""
    return Item(
        _stream(rule), rule.about[0] if rule.about else "",
        -round(instants.moment(row.check_at).timestamp() * 1e6), 0, (), (Match(row.id, row.name, why(rule)),),
    )  # fmt: skip


def _later(since: Instant, hours: int) -> Instant:
    return instants.text(instants.moment(since) + timedelta(hours=hours))
