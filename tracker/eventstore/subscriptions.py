"""Following the log: what follows from a page of events is committed together with how far the follower got."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracker.db import reading, writing
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import position, read_all
from tracker.eventstore.tables import checkpoints

Handle = Callable[[Connection, list[RecordedEvent]], None]


def catch_up(engine: Engine, name: str, handle: Handle, page: int = 1000) -> int:
    """Hand the events after this follower's checkpoint to `handle`, page by page; how many were handled.

    Each page is one transaction: checkpoint locked, page read, handled, checkpoint moved. An error of `handle`
    undoes its page, leaves the checkpoint and goes to the caller. Of two runners of one name only one handles a
    page: on PostgreSQL the other returns at once, on SQLite it waits.
    """
    handled = 0
    # Looking again after the lock is gone: whoever met the lock meanwhile has left its events to us.
    while _is_behind(engine, name):
        count = _handle_page(engine, name, handle, page)
        if not count:
            break
        handled += count
    return handled


def checkpoint(connection: Connection, name: str) -> int:
    """Position of the last event this follower has handled; 0 for one that has not begun."""
    return connection.execute(select(checkpoints.c.position).where(checkpoints.c.name == name)).scalar() or 0


def reset(connection: Connection, name: str) -> None:
    """Let this follower begin again at the first event."""
    connection.execute(delete(checkpoints).where(checkpoints.c.name == name))


def start_at(connection: Connection, name: str, position: int) -> None:
    """Let a follower that has no checkpoint begin after this position."""
    connection.execute(insert(checkpoints).values(name=name, position=position))


def _is_behind(engine: Engine, name: str) -> bool:
    """Look without locking anything: most wake-ups find nothing to do. Make sure that there is a row to lock."""
    with reading(engine) as connection:
        reached = connection.execute(select(checkpoints.c.position).where(checkpoints.c.name == name)).scalar()
        if reached == position(connection):
            return False
    if reached is None:
        _begin(engine, name)
    return True


def _begin(engine: Engine, name: str) -> None:
    try:
        with writing(engine) as connection:
            connection.execute(insert(checkpoints).values(name=name, position=0))
    except IntegrityError:
        return  # another runner began at the same time


def _handle_page(engine: Engine, name: str, handle: Handle, page: int) -> int:
    with writing(engine) as connection:
        # Lock first, read in a statement of its own: one that waited for a lock still sees the state from before.
        reached = connection.execute(
            select(checkpoints.c.position).where(checkpoints.c.name == name).with_for_update(skip_locked=True)
        ).scalar()
        if reached is None:
            return 0
        events = read_all(connection, after=reached, limit=page)
        if events:
            handle(connection, events)
            connection.execute(
                update(checkpoints).where(checkpoints.c.name == name).values(position=events[-1].position)
            )
        return len(events)
