"""The views follow the log: one subscription, one checkpoint, one transaction a page."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete

from tracker.db import writing
from tracker.eventstore import subscriptions
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_all
from tracker.projections import board, entries

NAME = "views"
PAGE = 500


def catch_up(engine: Engine, page: int = PAGE) -> int:
    """Bring the views up to the end of the log; how many events that took."""
    return subscriptions.catch_up(engine, NAME, _project, page)


def position(connection: Connection) -> int:
    """How far the views have got."""
    return subscriptions.checkpoint(connection, NAME)


def rebuild(engine: Engine, progress: Callable[[int], None] = lambda _: None, page: int = PAGE) -> int:
    """Make the views anew in one transaction: readers see the old ones until the new ones are whole.

    What was told of changes stays, so a rebuild can't alert anybody. Returns how many events were read.
    """
    with writing(engine) as connection:
        subscriptions.reset(connection, NAME)
        connection.execute(delete(entries.entries))
        connection.execute(delete(board.streams))
        done = 0
        while events := read_all(connection, after=done, limit=page):
            entries.project(connection, events, tell=False)
            board.project(connection, events)
            done = events[-1].position
            progress(done)
        subscriptions.start_at(connection, NAME, done)
    return done


def _project(connection: Connection, page: list[RecordedEvent]) -> None:
    entries.project(connection, page)
    board.project(connection, page)
