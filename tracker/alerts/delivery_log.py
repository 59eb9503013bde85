"""The delivery log: every message that was to leave the house, every attempt at it, and what was answered."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select, update

from tracker.alerts.tables import PASSIVE, attempts, channels, outbox
from tracker.instants import Instant

PAGE = 50


class NotToBeRepeated(LookupError):
    """There is no such message of theirs, or it was neither given up nor left unknown."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: what came of it, and what the server said."""

    started_at: Instant
    finished_at: Instant | None
    outcome: str
    status: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A message with its attempts, the first one first."""

    id: str
    person: str
    channel: str
    channel_name: str
    address: str
    via: str
    kind: str
    stream: str
    state: str
    created_at: Instant
    next_attempt_at: Instant
    attempts: tuple[Attempt, ...]

    @property
    def may_be_sent_again(self) -> bool:
        """Whether somebody may ask for another try."""
        return self.state in {"dead", "unknown"}


def of_person(connection: Connection, person: str, *, before: str = "", limit: int = PAGE) -> list[Logged]:
    """What was to be sent to somebody, the newest first; `before` is the id of a message: those that came before."""
    wanted = _messages().where(outbox.c.person == person)
    return _logged(connection, (wanted.where(outbox.c.id < before) if before else wanted).limit(limit))


def dead_letters(connection: Connection, limit: int = PAGE) -> list[Logged]:
    """What was given up or left unknown, of everybody, the newest first."""
    return _logged(connection, _messages().where(outbox.c.state.in_(["dead", "unknown"])).limit(limit))


def answer_to(connection: Connection, person: str, delivery: str) -> Attempt | None:
    """What came of the last attempt at one of somebody's messages, such as a test."""
    found = connection.execute(
        select(attempts)
        .join(outbox, outbox.c.id == attempts.c.delivery)
        .where(outbox.c.id == delivery, outbox.c.person == person)
        .order_by(attempts.c.epoch.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else _attempt(found)


def send_again(connection: Connection, delivery: str, now: Instant, *, person: str | None = None) -> None:
    """Let a message that was given up, or left unknown, be sent once more under the same id; of `person` only, where
    that is given. Raises NotToBeRepeated."""
    theirs = update(outbox).where(outbox.c.id == delivery, outbox.c.state.in_(["dead", "unknown"]))
    if person is not None:
        theirs = theirs.where(outbox.c.person == person)
    if not connection.execute(theirs.values(state="waiting", attempts=0, next_attempt_at=now)).rowcount:
        raise NotToBeRepeated(delivery)


def tests_since(connection: Connection, person: str, since: Instant) -> int:
    """How many test messages somebody has asked for since then."""
    made = select(outbox.c.id).where(outbox.c.person == person, outbox.c.kind == "test", outbox.c.created_at > since)
    return len(connection.execute(made).all())


def _messages() -> Select[Any]:
    return (
        select(outbox, channels.c.name.label("channel_name"), channels.c.address)
        .join(channels, channels.c.id == outbox.c.channel)
        .where(outbox.c.via.not_in(PASSIVE))
        .order_by(outbox.c.id.desc())
    )


def _logged(connection: Connection, wanted: Select[Any]) -> list[Logged]:
    rows = connection.execute(wanted).all()
    tried: dict[str, list[Attempt]] = {}
    listed = select(attempts).where(attempts.c.delivery.in_([row.id for row in rows])).order_by(attempts.c.epoch)
    for each in connection.execute(listed):
        tried.setdefault(each.delivery, []).append(_attempt(each))
    return [
        Logged(
            id=row.id, person=row.person, channel=row.channel, channel_name=row.channel_name, address=row.address,
            via=row.via, kind=row.kind, stream=row.stream, state=row.state, created_at=row.created_at,
            next_attempt_at=row.next_attempt_at, attempts=tuple(tried.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _attempt(row: Any) -> Attempt:
    return Attempt(row.started_at, row.finished_at, row.outcome, row.status, row.answer)
