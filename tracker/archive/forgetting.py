"""A source that is forgotten takes its document with it: this follows the log, so nobody has to think of it."""

from sqlalchemy import Connection, Engine, select

from tracker.archive.documents import Documents, hash_of
from tracker.eventstore import subscriptions
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.tables import events
from tracker.stories import codec
from tracker.stories.sources import SourceAdded, SourceForgotten
from tracker.stories.type_names import wire_type

NAME = "forgetting"
PAGE = 1_000


def follow(engine: Engine, documents: Documents) -> int:
    """Destroy the documents of sources forgotten since the last time; how many events were read."""

    def handle(connection: Connection, page: list[RecordedEvent]) -> None:
        for event in page:
            if event.type == wire_type(SourceForgotten):
                _forget(connection, event.stream, documents)

    return subscriptions.catch_up(engine, NAME, handle, PAGE)


def _forget(connection: Connection, stream: str, documents: Documents) -> None:
    """Destroying comes before the checkpoint moves: interrupted, it is done again, and what is gone is gone."""
    hash = _document_of(connection, stream)
    if hash and not _still_needed(connection, hash, stream):
        documents.forget(hash)


def _document_of(connection: Connection, stream: str) -> str:
    row = connection.execute(
        select(events.c.type, events.c.data).where(events.c.stream == stream, events.c.version == 1)
    ).first()
    added = codec.decode(*row) if row else None
    return hash_of(added.document) if isinstance(added, SourceAdded) else ""


def _still_needed(connection: Connection, hash: str, but: str) -> bool:
    """Whether a source that is not forgotten rests on the same document. Reads every source; forgetting is rare."""
    holders = select(events.c.stream).where(
        events.c.type == wire_type(SourceAdded), events.c.data.contains(hash, autoescape=True), events.c.stream != but
    )
    forgotten = select(events.c.stream).where(events.c.type == wire_type(SourceForgotten))
    return connection.execute(holders.where(events.c.stream.not_in(forgotten)).limit(1)).first() is not None
