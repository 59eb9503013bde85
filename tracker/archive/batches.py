"""Imports as wholes: what each brought into a story, and how all of it is taken back at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.eventstore.tables import events
from tracker.instants import Instant
from tracker.projections.entries import StreamRef, fetch
from tracker.stories import codec
from tracker.stories.entries import Development, Question
from tracker.stories.fields import DevelopmentFields
from tracker.stories.pressure import QuestionRaised

_UNDOING = uuid.UUID("a4f3a1a2-5a4e-5a77-9a0b-5f6cbe0f7f10")
"""Namespace of the command ids of an undoing: sent twice it retracts once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One import into a story: who made it and when, and how many events it added."""

    correlation: str
    by: str
    at: Instant
    events: int


@dataclass(frozen=True, slots=True)
class Brought:
    """A development or question that an import brought; `standing` where it can still be taken back."""

    story: str
    key: str
    headline: str
    kind: str
    standing: bool
    version: int


def batches(connection: Connection, slug: str, limit: int = 50) -> list[Batch]:
    """The imports into a story, the last first."""
    rows = connection.execute(
        select(events.c.correlation, func.min(events.c.recorded_by), func.max(events.c.recorded_at), func.count())
        .where(events.c.stream == f"story/{slug}", events.c.correlation.is_not(None))
        .group_by(events.c.correlation)
        .order_by(func.max(events.c.position).desc())
        .limit(limit)
    )
    return [Batch(*row) for row in rows]


def brought(connection: Connection, correlation: str, slug: str | None = None) -> list[Brought]:
    """The developments and questions of an import, in the order they were logged; into one story or into all."""
    statement = select(events.c.stream, events.c.type, events.c.data).where(events.c.correlation == correlation)
    if slug is not None:
        statement = statement.where(events.c.stream == f"story/{slug}")
    refs = [ref for row in connection.execute(statement.order_by(events.c.position)) if (ref := _ref(*row))]
    found = fetch(connection, refs)
    return [each for ref in refs if (each := _brought(ref, found.get(ref)))]


def undoing(listed: Sequence[Brought], correlation: str, reason: str) -> list[dict[str, Any]]:
    """The records that take back what still stands: developments are retracted, questions dropped."""
    return [
        {
            "type": "development.retracted" if each.kind == "development" else "question.dropped",
            "story": each.story,
            "target" if each.kind == "development" else "question": each.key,
            "reason": reason,
            "id": str(uuid.uuid5(_UNDOING, f"{correlation} {each.story} {each.key} {each.version}")),
        }
        for each in listed
        if each.standing
    ]


def _ref(stream: str, type: str, data: str) -> StreamRef | None:
    if not stream.startswith("story/"):
        return None
    body = codec.decode(type, data)
    if isinstance(body, DevelopmentFields):
        return stream, "development", body.key
    return (stream, "question", body.key) if isinstance(body, QuestionRaised) else None


def _brought(ref: StreamRef, entry: object) -> Brought | None:
    story = ref[0].partition("/")[2]
    match entry:
        case Development():
            return Brought(story, ref[2], entry.event.headline, ref[1], not entry.retracted, entry.changed)
        case Question():
            return Brought(story, ref[2], entry.text, ref[1], entry.status == "open", 0)
        case _:
            return None
