"""What was redacted leaves every row of the views: earlier corrections, and what was told of changes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.tables import events
from tracker.projections.entries import entries, entry_changes
from tracker.stories import codec
from tracker.stories.editorial import DetailRedacted
from tracker.stories.entries import Correction, Development, Entry, Source
from tracker.stories.revising import blanked
from tracker.stories.shaping import types_of
from tracker.stories.sources import SourceForgotten, forgotten
from tracker.stories.type_names import wire_type

_HIDING = frozenset({wire_type(DetailRedacted), wire_type(SourceForgotten)})


def project(connection: Connection, page: Sequence[RecordedEvent], *, tell: bool = True) -> None:
    """Take what a page redacts or forgets out of the rows that hold it; runs after the entries of that page.

    Costs as much as the stream is long, once for each redaction; everything else costs nothing.
    """
    for event in page:
        if event.type in _HIDING:
            body = codec.decode(event.type, event.data)
            target = body.target if isinstance(body, DetailRedacted) else event.stream.partition("/")[2]
            fields = body.fields if isinstance(body, DetailRedacted) else ()
            _scrub_corrections(connection, event.stream, target, fields)
            if tell:
                _scrub_changes(connection, event.stream, target, fields)


def scrubbed(entry: Entry, fields: Iterable[str]) -> Entry:
    """An entry without what was redacted of the development that it is or corrects, or of a forgotten source."""
    hidden = set(fields)
    if isinstance(entry, Development):
        there = [name for name in hidden if name in types_of(type(entry.event)) or name in entry.event.sealed]
        return entry.but(event=blanked(entry.event, there))
    if isinstance(entry, Correction) and entry.field in hidden:
        return entry.but(was=None, now=None)
    return forgotten(entry) if isinstance(entry, Source) else entry


def _scrub_corrections(connection: Connection, stream: str, target: str, fields: Iterable[str]) -> None:
    rows = connection.execute(
        select(entries.c.key, entries.c.body).where(
            entries.c.stream == stream, entries.c.kind == "correction",
            entries.c.key >= f"{target}#", entries.c.key < f"{target}$",
        )
    ).all()  # fmt: skip
    changed = [
        {"at": key, "clean": clean} for key, body in rows if (clean := _clean("correction", body, fields)) != body
    ]
    if changed:
        connection.execute(
            update(entries)
            .where(entries.c.stream == stream, entries.c.kind == "correction", entries.c.key == bindparam("at"))
            .values(body=bindparam("clean")),
            changed,
        )


def _scrub_changes(connection: Connection, stream: str, target: str, fields: Iterable[str]) -> None:
    rows = connection.execute(
        select(*(entry_changes.c[name] for name in ("position", "kind", "key", "before", "after")))
        .join(events, events.c.position == entry_changes.c.position)
        .where(events.c.stream == stream, entry_changes.c.kind.in_(["development", "correction", "source"]))
    ).all()
    changed: list[dict[str, Any]] = []
    for row in rows:
        if row.key != target and not row.key.startswith(f"{target}#"):
            continue
        before = row.before and _clean(row.kind, row.before, fields)
        after = _clean(row.kind, row.after, fields)
        if (before, after) != (row.before, row.after):
            changed.append({"p": row.position, "k": row.kind, "at": row.key, "b": before, "a": after})
    if changed:
        connection.execute(
            update(entry_changes)
            .where(entry_changes.c.position == bindparam("p"), entry_changes.c.kind == bindparam("k"),
                   entry_changes.c.key == bindparam("at"))
            .values(before=bindparam("b"), after=bindparam("a")),
            changed,
        )  # fmt: skip


def _clean(kind: str, body: str, fields: Iterable[str]) -> str:
    return codec.encode_entry(scrubbed(codec.decode_entry(kind, body), fields))
