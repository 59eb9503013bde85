"""Following the log: what follows from a page of events is committed together with how far the follower got."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracker import instants
from tracker.db import reading, writing
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import position, read_all
from tracker.eventstore.tables import checkpoints, events
from tracker.instants import Instant

Handle = Callable[[Connection, list[RecordedEvent]], None]
Upto = Callable[[Connection], int]
LATE_SECONDS = 30.0
"""A follower that leaves an event for so long has stopped, or can't keep up."""


def catch_up(engine: Engine, name: str, handle: Handle, page: int = 1000, upto: Upto = position) -> int:
    """Hand the events after this follower's checkpoint to `handle`, page by page; how many were handled.

    `upto` says how far it may go: to the end of the log, or no further than another follower has got.

    Each page is one transaction: checkpoint locked, page read, handled, checkpoint moved. An error of `handle`
    undoes its page, leaves the checkpoint and goes to the caller. Of two runners of one name only one handles a
    page: on PostgreSQL the other returns at once, on SQLite it waits.
    """
    handled, vain = 0, None
    # Look again after every lock, even one that was in vain: whoever met it meanwhile has left its events to us.
    while (end := _goal(engine, name, upto)) not in (None, vain):
        count = _handle_page(engine, name, handle, page, upto)
        if count is None:
            break
        handled, vain = handled + count, None if count else end
    return handled


def checkpoint(connection: Connection, name: str) -> int:
    """Position of the last event this follower has handled; 0 for one that has not begun."""
    return connection.execute(select(checkpoints.c.position).where(checkpoints.c.name == name)).scalar() or 0


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a follower is behind the log."""

    name: str
    events: int
    seconds: float
    """For how long the next event it has to handle has been in the log; 0 where there is none."""


def lags(connection: Connection, now: Instant) -> list[Lag]:
    """Every follower that has begun, by name, with how far behind it is; one read of a row each."""
    end = position(connection)
    rows = connection.execute(
        select(checkpoints.c.name, checkpoints.c.position, events.c.recorded_at)
        .outerjoin(events, events.c.position == checkpoints.c.position + 1)
        .order_by(checkpoints.c.name)
    ).all()
    return [Lag(row.name, end - row.position, _since(row.recorded_at, now)) for row in rows]


def _since(recorded_at: Instant | None, now: Instant) -> float:
    if recorded_at is None:
        return 0.0
    return max(0.0, (instants.moment(now) - instants.moment(recorded_at)).total_seconds())


def reset(connection: Connection, name: str) -> None:
    """Let this follower begin again at the first event."""
    connection.execute(delete(checkpoints).where(checkpoints.c.name == name))


def start_at(connection: Connection, name: str, position: int) -> None:
    """Let a follower that has no checkpoint begin after this position."""
    connection.execute(insert(checkpoints).values(name=name, position=position))


def _goal(engine: Engine, name: str, upto: Upto) -> int | None:
    """How far the follower may go, or None if it is there. Makes sure that there is a row to lock.

    Nothing is locked to find out: most wake-ups find nothing to do.
    """
    with reading(engine) as connection:
        reached = connection.execute(select(checkpoints.c.position).where(checkpoints.c.name == name)).scalar()
        end = upto(connection)
    if reached is None:
        _begin(engine, name)
    return end if (reached or 0) < end else None


def _begin(engine: Engine, name: str) -> None:
    try:
        with writing(engine) as connection:
            connection.execute(insert(checkpoints).values(name=name, position=0))
    except IntegrityError:
        return  # another runner began at the same time


def _handle_page(engine: Engine, name: str, handle: Handle, page: int, upto: Upto) -> int | None:
    """How many events were handled; None where another runner is at it."""
    with writing(engine) as connection:
        # Lock first, read in a statement of its own: one that waited for a lock still sees the state from before.
        reached = connection.execute(
            select(checkpoints.c.position).where(checkpoints.c.name == name).with_for_update(skip_locked=True)
        ).scalar()
        if reached is None:
            return None
        events = read_all(connection, after=reached, limit=page, upto=upto(connection))
        if events:
            handle(connection, events)
            connection.execute(
                update(checkpoints).where(checkpoints.c.name == name).values(position=events[-1].position)
            )
        return len(events)
