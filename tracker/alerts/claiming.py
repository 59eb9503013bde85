"""Which message is sent next, and by whom: each is claimed by a lease, and a channel gives out one at a time.

Whoever was paused beyond the lease finds its epoch overtaken and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from tracker import instants
from tracker.alerts.retrying import NEVER, Health, Verdict
from tracker.alerts.tables import PASSIVE, attempts, channels, outbox
from tracker.db import reading, writing
from tracker.instants import Instant

LEASE_SECONDS = 60.0
"""Longer than any exchange may last."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Channels that are served side by side, by so many threads: none of another lane's trouble is theirs."""

    name: str
    kinds: tuple[str, ...]
    doubtful: bool
    """Serves the channels whose last attempt failed; else only those that are well."""
    threads: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send until the lease is over."""

    id: str
    channel: str
    person: str
    via: str
    kind: str
    stream: str
    payload: dict[str, Any]
    created_at: Instant
    epoch: int
    attempts: int
    """This one included."""
    health: Health
    address: str
    secret: str


def due(engine: Engine, lanes: Sequence[Lane], now: Instant) -> dict[str, int]:
    """For how many threads each of these lanes has work, at most all of its own; nothing is locked to find out."""
    with reading(engine) as connection:
        anything = select(literal(1)).where(_is_due(now), outbox.c.via.not_in(PASSIVE)).limit(1)
        if connection.execute(anything).scalar() is None:
            return {}  # as most times
        return {
            lane.name: len(
                connection.execute(
                    _due(lane, now).with_only_columns(channels.c.id).distinct().limit(lane.threads)
                ).all()
            )
            for lane in lanes
        }


def claim(engine: Engine, lane: Lane, now: Instant, lease: float = LEASE_SECONDS) -> Claim | None:
    """The next message of a lane, claimed and its attempt noted; None where nothing is due.

    The lock on its channel leaves room for the key of a message that is being put on it just now (`key_share`): whoever
    decides would otherwise make it look busy.
    """
    passed: list[str] = []
    while True:
        with writing(engine) as connection:
            found = connection.execute(
                _due(lane, now)
                .where(channels.c.id.not_in(passed))
                .order_by(outbox.c.next_attempt_at, outbox.c.id)
                .limit(1)
                .with_for_update(of=channels, skip_locked=True, key_share=True)
            ).one_or_none()
            if found is None:
                return None
            if (claimed := _take(connection, found, now, lease)) is not None:
                return claimed
        passed.append(found.channel)  # somebody else has just claimed on that channel


def claim_this(engine: Engine, delivery: str, now: Instant, lease: float = LEASE_SECONDS) -> Claim | None:
    """One message out of turn, such as a test that somebody waits for; None where it is not to be had."""
    with writing(engine) as connection:
        found = connection.execute(
            select(*_WANTED)
            .join(channels, channels.c.id == outbox.c.channel)
            .where(outbox.c.id == delivery)
            .with_for_update(of=channels, key_share=True)
        ).one_or_none()
        return None if found is None else _take(connection, found, now, lease)


def settle(
    connection: Connection, claimed: Claim, verdict: Verdict, outcome: str, status: int | None, answer: str,
    now: Instant,
) -> bool:  # fmt: skip
    """Write down what came of a claim; False, and only the attempt's own line is written, where it was overtaken."""
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery == claimed.id, attempts.c.epoch == claimed.epoch)
        .values(finished_at=now, outcome=outcome, status=status, answer=answer)
    )
    ours = outbox.c.id == claimed.id, outbox.c.epoch == claimed.epoch, outbox.c.state == "claimed"
    sent_at = {"sent_at": now} if verdict.state == "sent" else {}
    written = connection.execute(
        update(outbox)
        .where(*ours)
        .values(state=verdict.state, next_attempt_at=verdict.next_attempt_at, claimed_until=None, **sent_at)
    )
    if not written.rowcount:
        return False
    connection.execute(update(channels).where(channels.c.id == claimed.channel).values(_fares(verdict, answer, now)))
    return True


def drop(connection: Connection, claimed: Claim, why: str, now: Instant) -> None:
    """Nothing of a message may be told any more."""
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery == claimed.id, attempts.c.epoch == claimed.epoch)
        .values(finished_at=now, outcome="dropped", answer=why)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.id == claimed.id, outbox.c.epoch == claimed.epoch, outbox.c.state == "claimed")
        .values(state="dropped", claimed_until=None)
    )


def park(connection: Connection, channel: str) -> None:
    """A channel out of use keeps its messages, out of the way of those that are due."""
    connection.execute(_open_on(channel).values(next_attempt_at=NEVER))


def unpark(connection: Connection, channel: str, now: Instant) -> None:
    """What a channel kept while it was out of use is due again, each message from its first attempt."""
    kept = _open_on(channel).where(outbox.c.next_attempt_at == NEVER)
    connection.execute(kept.values(next_attempt_at=now, attempts=0))


_WANTED = (*outbox.c, channels.c.address, channels.c.secret, channels.c.failures, channels.c.refusals)
_OPEN_STATES: BindParameter[Any] = bindparam(
    "open", ["waiting", "claimed", "failed"], expanding=True, literal_execute=True
)
"""Written out, for the index on what is open serves no other statement."""


def _due(lane: Lane, now: Instant) -> Select[Any]:
    """Messages that could be claimed, with their channels."""
    return (
        select(*_WANTED)
        .join(channels, channels.c.id == outbox.c.channel)
        .where(
            _is_due(now),
            channels.c.state == "active", channels.c.kind.in_(lane.kinds),
            channels.c.failures > 0 if lane.doubtful else channels.c.failures == 0,
            or_(channels.c.rests_until.is_(None), channels.c.rests_until <= now),
            ~_busy(now),
        )
    )  # fmt: skip


def _is_due(now: Instant) -> ColumnElement[bool]:
    return and_(outbox.c.state.in_(_OPEN_STATES), outbox.c.next_attempt_at <= now, _claimable(now))


def _claimable(now: Instant) -> ColumnElement[bool]:
    return or_(outbox.c.state != "claimed", outbox.c.claimed_until <= now)


def _busy(now: Instant) -> ColumnElement[bool]:
    """Whether somebody is at this channel with a lease that holds."""
    other = outbox.alias("other")
    return exists(
        select(literal(1)).where(
            other.c.channel == outbox.c.channel, other.c.state == "claimed", other.c.claimed_until > now
        )
    )


def _take(connection: Connection, found: Row[Any], now: Instant, lease: float) -> Claim | None:
    # A statement of its own, now that the channel is locked: the one that locked still saw the state from before.
    until = instants.text(instants.moment(now) + timedelta(seconds=lease))
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.id == found.id, outbox.c.state.in_(_OPEN_STATES), _claimable(now), ~_busy(now))
        .values(state="claimed", claimed_until=until, epoch=outbox.c.epoch + 1, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.epoch, outbox.c.attempts)
    ).one_or_none()
    if taken is None:
        return None
    connection.execute(
        update(attempts)
        .where(attempts.c.delivery == found.id, attempts.c.outcome == "trying")
        .values(outcome="unknown", finished_at=now, answer="Whoever was at it stopped; how far it got is unknown.")
    )
    connection.execute(
        insert(attempts).values(delivery=found.id, epoch=taken.epoch, started_at=now, outcome="trying", answer="")
    )
    return Claim(
        id=found.id, channel=found.channel, person=found.person, via=found.via, kind=found.kind, stream=found.stream,
        payload=orjson.loads(found.payload), created_at=found.created_at, epoch=taken.epoch, attempts=taken.attempts,
        health=Health(found.failures, found.refusals), address=found.address, secret=found.secret,
    )  # fmt: skip


def _fares(verdict: Verdict, answer: str, now: Instant) -> dict[str, Any]:
    """What a verdict says of the channel."""
    health = verdict.health
    fares = {"failures": health.failures, "refusals": health.refusals, "rests_until": verdict.rests_until}
    if verdict.state == "sent":
        return fares | {"last_sent_at": now}
    fares |= {"last_error": answer, "last_error_at": now}
    return fares | ({"state": "disabled", "because": verdict.disabled} if verdict.disabled else {})


def _open_on(channel: str) -> Any:
    return update(outbox).where(outbox.c.channel == channel, outbox.c.state.in_(["waiting", "failed"]))


LANES: Sequence[Lane] = (
    Lane("mail", ("email",), doubtful=False, threads=8),
    Lane("http", ("webhook", "chat", "apprise"), doubtful=False, threads=8),
    Lane("doubtful", ("email", "webhook", "chat", "apprise"), doubtful=True, threads=4),
)
