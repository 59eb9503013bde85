"""Who read what is confidential: a source's identity is shown in an emergency, and only once that is on record."""

import uuid
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, Engine, select

from tracker.accounts.people import Principal
from tracker.archive.reading_room import told_of
from tracker.db import reading
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_stream
from tracker.eventstore.sealing import Ciphertext, KeyDestroyed, Sealer
from tracker.eventstore.tables import events
from tracker.handling import Handling, RefusedIn
from tracker.instants import Instant
from tracker.intake import fingerprint_of
from tracker.stories import codec
from tracker.stories.fields import Sealed
from tracker.stories.requests import Request
from tracker.stories.sources import SourceAdded, UnsealSource

SHORTEST_REASON = 10


class NoIdentity(LookupError):
    """There is no such source, no identity was sealed for it, or it has been forgotten."""


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of something sealed, as the log has it."""

    position: int
    id: str
    at: Instant
    person: str
    what: str
    """The source's key, or the story, development and detail."""
    reason: str


def identity(engine: Engine, handling: Handling, sealer: Sealer, key: str, reason: str, by: str) -> str:
    """Who a source is, after it was recorded who asks and why. Raises NoIdentity, and then nothing was recorded."""
    with reading(engine) as connection:
        if _sealed(connection, key) is None:
            raise NoIdentity(key)
    asked = {"type": "source.unsealed", "source": key, "reason": reason}
    request = Request(
        command=UnsealSource(key=key, reason=reason), stream=f"source/{key}", id=str(uuid.uuid4()),
        fingerprint=fingerprint_of(asked),
    )  # fmt: skip
    try:
        handling.handle([request], by)
    except RefusedIn as error:
        raise NoIdentity(key) from error
    with reading(engine) as connection:
        sealed = _sealed(connection, key)
        try:
            return sealer.unseal(connection, sealed) if sealed else ""
        except KeyDestroyed as error:
            raise NoIdentity(key) from error


def reads(connection: Connection, principal: Principal, now: Instant, limit: int = 200) -> list[Read]:
    """The latest readings of identities and of sealed details, the newest first, of what the principal may see."""
    rows = connection.execute(
        select(events)
        .where(events.c.type.like("source.unsealed.v%") | events.c.type.like("detail.unsealed.v%"))
        .order_by(events.c.position.desc())
        .limit(limit)
    )
    page = [RecordedEvent(*(getattr(row, name) for name in RecordedEvent.__dataclass_fields__)) for row in rows]
    told = told_of(connection, principal, now, page)
    return [_read(event) for event, shown in zip(page, told, strict=True) if not shown.get("withheld")]


def _read(event: RecordedEvent) -> Read:
    said = msgspec.json.decode(event.data)
    kind, _, name = event.stream.partition("/")
    detail = str(said.get("detail", "")).replace("_", " ")
    what = name if kind == "source" else f"{name}: {said.get('target', '')}, {detail}"
    return Read(event.position, event.id, event.recorded_at, event.recorded_by, what, str(said.get("reason", "")))


def _sealed(connection: Connection, key: str) -> Ciphertext | None:
    """What was sealed when the source was added."""
    for event in read_stream(connection, f"source/{key}", upto=1):
        added = codec.decode(event.type, event.data)
        if isinstance(added, SourceAdded) and isinstance(added.identity, Sealed):
            return Ciphertext(added.identity.key, added.identity.nonce, added.identity.ciphertext)
    return None
