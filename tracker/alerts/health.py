"""How alerts fare, for whoever looks after them: lag, noisy rules, channels that fail, stories nobody follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import orjson
from sqlalchemy import Connection, func, select

from tracker import instants
from tracker.alerts.owning import SHOWN, Channel
from tracker.alerts.retrying import NEVER
from tracker.alerts.tables import PASSIVE, channels, outbox, subscriptions
from tracker.eventstore.reading import position
from tracker.eventstore.subscriptions import checkpoint
from tracker.instants import Instant
from tracker.projections.entries import entries
from tracker.stories import codec
from tracker.stories.entries import Story

NOISY_PER_WEEK = 50
"""Alerts a week from which a rule is called noisy."""


@dataclass(frozen=True, slots=True)
class NoisyRule:
    """A rule that fires often, of whom, and how often a week since it was made."""

    id: str
    person: str
    name: str
    state: str
    fired: int
    per_week: int


@dataclass(frozen=True, slots=True)
class Health:
    """All of it, at one moment."""

    events_behind: int
    """Events whose alerts have not been decided."""
    waiting: int
    """Messages that are due and not sent."""
    oldest_due: Instant | None
    """When the first of them was due."""
    noisy: tuple[NoisyRule, ...]
    failing: tuple[Channel, ...]
    unfollowed: tuple[str, ...]
    """Slugs of active stories that no rule names; who looks after alerts need not see what they are about."""


def health(connection: Connection, now: Instant) -> Health:
    """Look at everything once; costs by what is open and by subscriptions, not by history."""
    open_ = outbox.c.state.in_(["waiting", "claimed", "failed"])
    due = open_ & (outbox.c.next_attempt_at <= now) & outbox.c.via.not_in(PASSIVE)
    waiting, oldest = connection.execute(select(func.count(), func.min(outbox.c.due_at)).where(due)).one()
    return Health(
        events_behind=position(connection) - checkpoint(connection, "alerts"), waiting=waiting, oldest_due=oldest,
        noisy=tuple(_noisy(connection, now)), failing=tuple(_failing(connection)),
        unfollowed=tuple(_unfollowed(connection)),
    )  # fmt: skip


def parked(connection: Connection) -> int:
    """Messages kept for channels that are out of use."""
    return connection.execute(select(func.count()).where(outbox.c.next_attempt_at == NEVER)).scalar_one()


def _noisy(connection: Connection, now: Instant, limit: int = 10) -> list[NoisyRule]:
    rows = connection.execute(
        select(subscriptions).where(subscriptions.c.fired > 0).order_by(subscriptions.c.fired.desc()).limit(limit)
    ).all()
    found = [
        NoisyRule(row.id, row.person, row.name, row.state, row.fired, _per_week(row.fired, row.created_at, now))
        for row in rows
    ]
    return sorted(found, key=lambda rule: -rule.per_week)


def _per_week(fired: int, since: Instant, now: Instant) -> int:
    age = max(instants.moment(now) - instants.moment(since), timedelta(weeks=1))
    return round(fired / (age / timedelta(weeks=1)))


def _failing(connection: Connection) -> list[Channel]:
    rows = connection.execute(
        select(*SHOWN)
        .where((channels.c.failures > 0) | (channels.c.state == "disabled"))
        .order_by(channels.c.state.desc(), channels.c.last_error_at.desc())
        .limit(50)
    )
    return [Channel(**row._mapping) for row in rows]


def _unfollowed(connection: Connection) -> list[str]:
    followed = set[str]()
    named = select(subscriptions.c.rule).where(
        subscriptions.c.state == "active", subscriptions.c.rule.like('%"stories"%')
    )
    for (rule,) in connection.execute(named.distinct()):
        followed |= set(_stories_of(rule))
    stories = connection.execute(
        select(entries.c.key, entries.c.body).where(entries.c.kind == "story").order_by(entries.c.key)
    )
    told = [(slug, codec.decode_entry("story", body)) for slug, body in stories if slug not in followed]
    return [slug for slug, story in told if isinstance(story, Story) and story.status == "active"]


def _stories_of(rule: str) -> Sequence[str]:
    found = orjson.loads(rule).get("stories", [])
    return found if isinstance(found, list) else []
