"""The views follow the log: one subscription, one checkpoint, one transaction a page."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, select

from tracker.db import reading, writing
from tracker.eventstore import subscriptions
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_all
from tracker.eventstore.tables import checkpoints
from tracker.projections import activity, board, entries, meanings, mentions, outline, passages, redaction

NAME = "views.4"
"""The number is the shape of the views: code that brings another shape makes them anew when it first catches up."""
PAGE = 500

_FORMER = ("views", "views.2", "views.3")
TABLES = (
    entries.entries, board.streams, outline.outline, activity.activity, meanings.meanings, mentions.mentions,
    passages.passages,
)  # fmt: skip
"""The views: what a rebuild empties and makes anew."""


def catch_up(engine: Engine, page: int = PAGE) -> int:
    """Bring the views up to the end of the log; how many events that took."""
    return _take_over(engine, page) + subscriptions.catch_up(engine, NAME, _project, page)


def position(connection: Connection) -> int:
    """How far the views have got."""
    return subscriptions.checkpoint(connection, NAME)


def rebuild(engine: Engine, progress: Callable[[int], None] = lambda _: None, page: int = PAGE) -> int:
    """Make the views anew in one transaction: readers see the old ones until the new ones are whole.

    What was told of changes stays, so a rebuild can't alert anybody. Returns how many events were read.
    """
    with writing(engine) as connection:
        return _anew(connection, progress, page)


def _take_over(engine: Engine, page: int) -> int:
    """Make the views anew where those that are there have a former shape; of two at once, one does."""
    former = select(checkpoints.c.name).where(checkpoints.c.name.in_(_FORMER))
    with reading(engine) as connection:
        if connection.execute(former).scalar() is None:
            return 0
    with writing(engine) as connection:
        if connection.execute(former.with_for_update(skip_locked=True)).scalar() is None:
            return 0
        connection.execute(delete(checkpoints).where(checkpoints.c.name.in_(_FORMER)))
        return _anew(connection, lambda _: None, page)


def _anew(connection: Connection, progress: Callable[[int], None], page: int) -> int:
    subscriptions.reset(connection, NAME)
    for table in TABLES:
        connection.execute(delete(table))
    done, told = 0, entries.last_told(connection)
    while events := read_all(connection, after=done, limit=page):
        # What the views had not come to yet is told now: whoever follows the changes must not miss it.
        for tell in (False, True):
            if part := [event for event in events if (event.position > told) is tell]:
                _project(connection, part, tell=tell)
        done = events[-1].position
        progress(done)
    subscriptions.start_at(connection, NAME, done)
    return done


def _project(connection: Connection, page: list[RecordedEvent], *, tell: bool = True) -> None:
    work = entries.project(connection, page, tell=tell)
    redaction.project(connection, page, tell=tell)
    outline.project(connection, work)
    meanings.project(connection, work)
    mentions.project(connection, work.steps)
    passages.project(connection, work.steps)
    board.project(connection, page)
