"""Where each actor is named, and as what: from an actor to developments without reading a story."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Index, Table, and_, bindparam, delete, insert

from tracker.db import SortedText, metadata
from tracker.projections.entries import Step, StreamRef
from tracker.stories.entries import Development, Entry
from tracker.stories.naming import mentions_of

mentions = Table(
    "mentions",
    metadata,
    Column("actor", SortedText, primary_key=True),
    Column("stream", SortedText, primary_key=True),
    Column("key", SortedText, primary_key=True),
    Column("role", SortedText, primary_key=True),
    Index("ix_mentions_key", "key", "stream"),
)
"""One row for each role in which a development, as it stands, names an actor."""

_GONE = delete(mentions).where(and_(*(column == bindparam(f"its_{column.name}") for column in mentions.c)))


def rows_of(where: StreamRef, entry: Entry | None) -> set[tuple[str, str, str, str]]:
    """The rows of an entry: actor, stream, key, role; none of what is no development."""
    if not isinstance(entry, Development):
        return set()
    return {(mention.actor, where[0], where[2], mention.role) for mention in mentions_of(entry.event)}


def project(connection: Connection, steps: Sequence[Step]) -> None:
    """Bring the rows up to what these steps made of developments."""
    before: dict[StreamRef, set[tuple[str, str, str, str]]] = {}
    after: dict[StreamRef, set[tuple[str, str, str, str]]] = {}
    for step in steps:
        if step.where[1] == Development.KIND:
            before.setdefault(step.where, rows_of(step.where, step.before))
            after[step.where] = rows_of(step.where, step.after)
    gone = [row for where, rows in before.items() for row in sorted(rows - after[where])]
    new = [row for where, rows in after.items() for row in sorted(rows - before[where])]
    if gone:
        connection.execute(_GONE, [{f"its_{name}": value for name, value in _row(row).items()} for row in gone])
    if new:
        connection.execute(insert(mentions), [_row(row) for row in new])


def _row(row: tuple[str, str, str, str]) -> dict[str, Any]:
    return dict(zip(mentions.c.keys(), row, strict=True))
