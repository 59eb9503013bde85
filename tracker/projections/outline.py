"""A story in outline: one narrow row a development, with all that lists and the chart select and draw by.

A development that was said via another inherits its date and is seen by nobody who may not see the other; both are
worked out when the row is written, so that whoever reads it need not look further.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    FromClause,
    Index,
    Integer,
    Table,
    Text,
    and_,
    literal,
    not_,
    select,
    tuple_,
)
from sqlalchemy.sql import ColumnElement

from tracker.accounts.visibility import Sight
from tracker.db import SortedText, metadata, upsert
from tracker.eventstore.tables import events
from tracker.instants import Instant
from tracker.projections import activity
from tracker.projections.entries import Page, StreamRef, entry_changes, fetch, status_of
from tracker.projections.scene import inherited
from tracker.stories.claims import ClaimAsserted
from tracker.stories.entries import Development, Entries, Ref, claim_standing
from tracker.stories.fields import DevelopmentFields
from tracker.stories.references import AIMED, named
from tracker.stories.speakers import voice_of
from tracker.stories.type_names import wire_name
from tracker.stories.unburdened import unburdened

outline = Table(
    "outline",
    metadata,
    Column("stream", SortedText, primary_key=True),
    Column("key", SortedText, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("type", SortedText, nullable=False),
    Column("state", SortedText, nullable=False),
    Column("headline", Text, nullable=False),
    Column("actor", SortedText, nullable=False),
    Column("aims", Text, nullable=False),
    Column("via", SortedText, nullable=False),
    Column("issue", SortedText, nullable=False),
    Column("edtf", Text, nullable=False),
    Column("as_said", Text, nullable=False),
    Column("learned_at", SortedText, nullable=False),
    Column("learned_edtf", Text, nullable=False),
    Column("corrections", Integer, nullable=False),
    Column("visibility", SortedText, nullable=False),
    Column("embargo", SortedText, nullable=False),
    Column("withheld", Integer, nullable=False),
    Index("ix_outline_state", "state", "type"),
    Index("ix_outline_via", "via", "stream"),
    Index("ix_outline_embargo", "embargo", "stream"),
    Index("ix_outline_actor", "actor", "stream"),
)

_LEVELS = ("public", "newsroom", "desk")
_GRAVEST = ("withdrawn", "contradicted", "denied", "qualified", "confirmed", "asserted")


class Line(NamedTuple):
    """A development in outline; the columns of its row without the stream and who may see it."""

    key: str
    position: int
    type: str
    state: str
    """retracted, or what a claim (asserted, denied …), a contradiction or a demand has come to; else standing."""
    headline: str
    actor: str
    """Whose words or whose act it is: the key of an actor, "" where it is nobody's or nobody named."""
    aims: str
    """Keys of the developments it points at, apart by blanks, without the one it was said via."""
    via: str
    issue: str
    edtf: str
    """When it happened; "" where that is not known."""
    as_said: str
    learned_at: Instant
    learned_edtf: str
    """When the newsroom learned it, where that is known imprecisely; else ""."""
    corrections: int

    def __hash__(self) -> int:
        # There is seldom another at its place of the log; all its words need not be looked at.
        return self.position

    @property
    def aimed(self) -> list[str]:
        """The keys it points at."""
        return self.aims.split()


_LINE = [outline.c[name] for name in Line._fields]


def project(connection: Connection, page: Page) -> None:
    """Bring the outline up to a page of events whose entries have been written, and the counts by day with it."""
    now = {where: entry for where, (_, entry) in page.changed.items() if isinstance(entry, Development)}
    missing = {where for where in _said_in(connection, _handing_down(page)) if where not in now}
    now |= _developments(fetch(connection, missing))
    parents = {(where[0], "development", entry.event.via) for where, entry in now.items() if entry.event.via}
    known = now | _developments(fetch(connection, parents - now.keys()))
    rows = [
        row_of(where[0], entry, _in(known, where[0])) for where, entry in sorted(now.items(), key=lambda item: item[0])
    ]
    activity.shift(connection, _cells(connection, now), [activity.cell_of(row) for row in rows])
    upsert(connection, outline, rows)


def row_of(stream: str, entry: Development, get: Callable[[Ref], Development | None]) -> dict[str, Any]:
    """The row of a development; `get` finds what it was said via."""
    parent = get(("development", entry.event.via)) if entry.event.via else None
    return {"stream": stream, **line_of(entry, parent)._asdict(), **policy(entry, parent)}


def line_of(entry: Development, parent: Development | None) -> Line:
    """A development in outline; `parent` is what it was said via."""
    event = entry.event
    around: Entries = {("development", parent.event.key): parent} if parent else {}
    occurred = inherited(around, entry, "occurred") or getattr(event, "date", None)
    return Line(
        key=event.key, position=entry.position, type=wire_name(event), state=_state(entry), headline=event.headline,
        actor=voice_of(event) or (voice_of(parent.event) if parent else ""), aims=" ".join(aims(event)),
        via=event.via, issue=str(getattr(event, "issue", "")), edtf=occurred.edtf if occurred else "",
        as_said=occurred.as_said if occurred else "", learned_at=entry.learned_at,
        learned_edtf=event.learned.edtf if event.learned else "", corrections=entry.corrections,
    )  # fmt: skip


def policy(entry: Development, parent: Development | None) -> dict[str, Any]:
    """Who may see it, in columns: the stricter of what holds for it and for what it was said via."""
    both = [entry, parent] if parent else [entry]
    return {
        "visibility": max((each.event.visibility for each in both), key=_LEVELS.index),
        "embargo": max(each.embargo for each in both),
        "withheld": int(any(each.withheld for each in both)),
    }


def lines_of(entries: Entries) -> list[Line]:
    """The developments among these entries in outline, in the order they were logged; all of them may be seen."""
    found = [
        line_of(entry, _development(entries.get(("development", entry.event.via))))
        for entry in entries.values()
        if isinstance(entry, Development)
    ]
    return sorted(found, key=lambda line: line.position)


def lines(
    connection: Connection, stream: str, seen: Sight, now: Instant, only: Collection[str] | None = None
) -> list[Line]:
    """The developments of a story that may be seen, in the order they were logged: all, or those with these keys."""
    rows = connection.execute(select(*_LINE).where(_among(stream, only), may_see(outline, seen, now)))
    return sorted((Line._make(row) for row in rows), key=lambda line: line.position)


def hidden_from(
    connection: Connection, stream: str, seen: Sight, now: Instant, only: Collection[str] | None = None
) -> list[Development]:
    """The developments of a story that may not be seen; what they bear on must not tell of them."""
    unseen = and_(_among(stream, only), not_(may_see(outline, seen, now)))
    keys = connection.execute(select(outline.c.key).where(unseen)).scalars()
    return list(_developments(fetch(connection, [(stream, "development", key) for key in keys])).values())


def changed_since(connection: Connection, stream: str, version: int) -> set[str]:
    """Keys of the developments whose outline may have changed after a version of their story."""
    later = select(events.c.position).where(events.c.stream == stream, events.c.version > version)
    row = entry_changes.c
    rows = select(row.key).where(row.position.in_(later), row.kind == "development")
    changed = set(connection.execute(rows).scalars())
    return changed | {key for *_, key in _said_in(connection, ((stream, "development", key) for key in changed))}


def embargoed(connection: Connection, stream: str, now: Instant) -> set[str]:
    """Keys of the developments of a story that are under embargo, themselves or what they were said via."""
    held = select(outline.c.key).where(outline.c.stream == stream, outline.c.embargo > now)
    return set(connection.execute(held).scalars())


def restated(connection: Connection, stream: str, found: list[Line], hidden: Iterable[Development]) -> list[Line]:
    """These lines with the states that they have without the hidden developments."""
    burdened = {key for act in hidden for key in aims(act.event)} | {line.key for line in found if line.state == "met"}
    entries = fetch(connection, [(stream, "development", line.key) for line in found if line.key in burdened])
    now = unburdened({(kind, key): entry for (_, kind, key), entry in entries.items()}, hidden)
    states = {key: _state(entry) for (_, key), entry in now.items() if isinstance(entry, Development)}
    return [line._replace(state=states.get(line.key, line.state)) for line in found]


def stories_with(connection: Connection, actor: str, seen: Sight, now: Instant) -> set[str]:
    """The streams of the stories in which somebody is seen to speak or act."""
    named = select(outline.c.stream).where(outline.c.actor == actor, may_see(outline, seen, now)).distinct()
    return set(connection.execute(named).scalars())


def may_see(rows: FromClause, seen: Sight, now: Instant) -> ColumnElement[bool]:
    """The predicate of `accounts.visibility` over rows that carry who may see them, as SQL."""
    return and_(
        rows.c.visibility.in_(sorted(seen.levels)),
        literal(seen.embargoed) | (rows.c.embargo <= now),
        literal(seen.withheld) | (rows.c.withheld == 0),
    )


def expected(stream: str, entries: Mapping[Ref, Any]) -> dict[str, dict[str, Any]]:
    """The rows that a replay of a stream gives, by key."""
    found = (entry for entry in entries.values() if isinstance(entry, Development))
    return {each.event.key: row_of(stream, each, lambda ref: _development(entries.get(ref))) for each in found}


def _among(stream: str, keys: Collection[str] | None) -> ColumnElement[bool]:
    whole = outline.c.stream == stream
    return whole if keys is None else and_(whole, outline.c.key.in_(sorted(keys)))


def _state(entry: Development) -> str:
    if isinstance(entry.event, ClaimAsserted) and not entry.retracted:
        standing = claim_standing(entry)
        return next(word for word in _GRAVEST if word in standing)
    status = status_of(entry)
    return entry.settled or status if status == "standing" else status


def aims(event: DevelopmentFields) -> list[str]:
    """The keys of the developments that one points at, without the one it was said via."""
    aimed = (found for found in named(event) if AIMED.get(found.names) == "development" and found.path != "via")
    return list(dict.fromkeys(found.key for found in aimed))


def _handing_down(page: Page) -> set[StreamRef]:
    """The developments of which something changed that others inherit."""
    return {
        where
        for _, where, before, after in page.steps
        if isinstance(before, Development) and isinstance(after, Development) and _legacy(before) != _legacy(after)
    }


def _legacy(entry: Development) -> tuple[object, ...]:
    return entry.event.visibility, entry.embargo, entry.withheld, entry.event.occurred, voice_of(entry.event)


def _said_in(connection: Connection, parents: Iterable[StreamRef]) -> set[StreamRef]:
    wanted = [(key, stream) for stream, _, key in sorted(parents)]
    if not wanted:
        return set()
    rows = connection.execute(
        select(outline.c.stream, outline.c.key).where(tuple_(outline.c.via, outline.c.stream).in_(wanted))
    )
    return {(stream, "development", key) for stream, key in rows}


def _cells(connection: Connection, of: Mapping[StreamRef, Development]) -> list[activity.Cell]:
    """Where these developments are counted so far."""
    by_stream: dict[str, list[str]] = {}
    for stream, _, key in sorted(of):
        by_stream.setdefault(stream, []).append(key)
    columns = [outline.c[name] for name in ("stream", "learned_at", "visibility", "embargo", "withheld")]
    return [
        activity.cell_of(row)
        for stream, keys in by_stream.items()
        for row in connection.execute(
            select(*columns).where(outline.c.stream == stream, outline.c.key.in_(keys))
        ).mappings()
    ]


def _developments(found: Mapping[StreamRef, Any]) -> dict[StreamRef, Development]:
    return {where: entry for where, entry in found.items() if isinstance(entry, Development)}


def _development(entry: object) -> Development | None:
    return entry if isinstance(entry, Development) else None


def _in(known: Mapping[StreamRef, Development], stream: str) -> Callable[[Ref], Development | None]:
    return lambda ref: known.get((stream, *ref))
