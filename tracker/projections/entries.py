"""The story, actor and source entries as rows: the domain's own rule run against the database, page by page."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    func,
    insert,
    select,
    text,
)

from tracker.db import SortedText, metadata, upsert
from tracker.eventstore.events import RecordedEvent
from tracker.stories import codec
from tracker.stories.claims import ContradictionIdentified
from tracker.stories.entries import (
    Development,
    Entry,
    Question,
    Ref,
    contradiction_status,
    demand_status,
)
from tracker.stories.fields import DevelopmentFields
from tracker.stories.folding import aims, changes, leads_to
from tracker.stories.pressure import DemandMade
from tracker.stories.recorded import Recorded
from tracker.stories.type_names import wire_name

entries = Table(
    "entries",
    metadata,
    Column("stream", SortedText, primary_key=True),
    Column("kind", SortedText, primary_key=True),
    Column("key", SortedText, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("type", SortedText, nullable=False),
    Column("status", SortedText, nullable=False),
    Column("visibility", SortedText, nullable=False),
    Column("embargo", SortedText, nullable=False),
    Column("withheld", Integer, nullable=False),
    Column("via", SortedText, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_entries_status", "status", "type"),
)
"""One row an entry; the columns beside the body are what lists select by.

No second index begins with `stream`: a planner that takes the stream for short would use it instead of the key, and
looking up one entry would cost as much as the stream is long.
"""

entry_changes = Table(
    "changes",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("kind", SortedText, primary_key=True),
    Column("key", SortedText, primary_key=True),
    Column("stream", SortedText, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
)
"""What each event changed; alerts and catch-up follow these rows. A rebuild of the views leaves them alone."""

StreamRef = tuple[str, str, str]
"""Stream, kind, key."""


class Step(NamedTuple):
    """What one event did to one entry; `before` is None where the entry is new."""

    position: int
    where: StreamRef
    before: Entry | None
    after: Entry


class NotFetched(LookupError):
    """The rule asked for an entry that the event did not aim at."""


class Page:
    """The entries that a page of events works on: fetched once, changed in memory, written once."""

    def __init__(self, fetched: dict[StreamRef, Entry | None]) -> None:
        self._now = dict(fetched)
        self.events: list[Recorded] = []
        self.changed: dict[StreamRef, tuple[int, Entry]] = {}
        self.steps: list[Step] = []

    def apply(self, recorded: Recorded) -> None:
        """Run the rule for one event and keep what it put."""

        def get(ref: Ref) -> Entry | None:
            try:
                return self._now[(recorded.stream, *ref)]
            except KeyError:
                raise NotFetched(f"{recorded.stream} at {recorded.position}: {ref}") from None

        self.events.append(recorded)
        for ref, entry in changes(get, recorded).items():
            where = (recorded.stream, *ref)
            before = self._now.get(where)
            self._now[where] = entry
            first = self.changed[where][0] if where in self.changed else recorded.position
            self.changed[where] = (first, entry)
            self.steps.append(Step(recorded.position, where, before, entry))


def project(connection: Connection, page: Sequence[RecordedEvent], *, tell: bool = True) -> Page:
    """Bring the entries up to the end of a page of events; with `tell`, keep what each event changed.

    Returns what was done, for the views that follow from the entries. Two reads (what the events aim at, and what
    those targets lead to) and two writes, however many events.
    """
    recorded = [codec.recorded(event) for event in page]
    aimed = {(event.stream, *ref) for event in recorded for ref in _asked(event)}
    fetched: dict[StreamRef, Entry | None] = dict.fromkeys(aimed)
    fetched |= fetch(connection, aimed)
    further = {(where[0], *ref) for where, entry in fetched.items() for ref in leads_to(entry)} - fetched.keys()
    fetched |= dict.fromkeys(further)
    fetched |= fetch(connection, further)
    work = Page(fetched)
    for event in recorded:
        work.apply(event)
    changed = [row_of(where, first, entry) for where, (first, entry) in sorted(work.changed.items(), key=itemgetter(0))]
    upsert(connection, entries, changed, keep=["position"])
    if tell:
        _tell(connection, work)
    return work


def fetch(connection: Connection, wanted: Iterable[StreamRef]) -> dict[StreamRef, Entry]:
    """Those of the wanted entries that there are, in one statement."""
    listed = sorted(wanted)
    if not listed:
        return {}
    if connection.dialect.name == "postgresql":
        # A plan made while the table was small, and kept, would scan all of it for each entry ever after.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        streams, kinds, keys = (list(column) for column in zip(*listed, strict=True))
        rows = connection.execute(_FETCH_POSTGRESQL, {"streams": streams, "kinds": kinds, "keys": keys})
    else:
        rows = connection.execute(_FETCH_SQLITE, {"wanted": orjson.dumps(listed).decode()})
    return {(stream, kind, key): codec.decode_entry(kind, body) for stream, kind, key, body in rows}


def of_stream(connection: Connection, stream: str) -> dict[Ref, Entry]:
    """Every entry of one stream, in the order they were first put."""
    rows = connection.execute(
        select(entries.c.kind, entries.c.key, entries.c.body)
        .where(entries.c.stream == stream)
        .order_by(entries.c.position, entries.c.kind, entries.c.key)
    )
    return {(kind, key): codec.decode_entry(kind, body) for kind, key, body in rows}


def last_told(connection: Connection) -> int:
    """Position of the last event whose changes were told; 0 for none."""
    return connection.execute(select(func.max(entry_changes.c.position))).scalar() or 0


def status_of(entry: Entry) -> str:
    """The derived status that lists select by; "" where an entry has none."""
    match entry:
        case Question(status=status):
            return status
        case Development(retracted=retracted) if retracted:
            return "retracted"
        case Development(event=ContradictionIdentified()):
            return contradiction_status(entry)
        case Development(event=DemandMade()):
            return demand_status(entry)
        case Development():
            return "standing"
        case _:
            return str(getattr(entry, "status", ""))


def row_of(where: StreamRef, position: int, entry: Entry) -> dict[str, Any]:
    """The row that holds an entry."""
    stream, kind, key = where
    event = entry.event if isinstance(entry, Development) else None
    return {
        "stream": stream, "kind": kind, "key": key, "position": position,
        "type": wire_name(event) if event else "",
        "status": status_of(entry),
        "visibility": event.visibility if event else str(getattr(entry, "visibility", "")),
        "embargo": entry.embargo if isinstance(entry, Development) else "",
        "withheld": int(bool(getattr(entry, "withheld", ""))),
        "via": event.via if event else "",
        "body": codec.encode_entry(entry),
    }  # fmt: skip


def _asked(recorded: Recorded) -> set[Ref]:
    """What the rule may ask for, and the event's own entry, so that before and after can be told."""
    own = recorded.event.key if isinstance(recorded.event, DevelopmentFields) else ""
    return aims(recorded) | ({("development", own)} if own else set())


def _tell(connection: Connection, work: Page) -> None:
    last: dict[tuple[int, StreamRef], dict[str, Any]] = {}
    for position, where, before, after in work.steps:
        stream, kind, key = where
        last[(position, where)] = {
            "position": position, "stream": stream, "kind": kind, "key": key,
            "before": codec.encode_entry(before) if before else None, "after": codec.encode_entry(after),
        }  # fmt: skip
    if last:
        connection.execute(insert(entry_changes), list(last.values()))


# LATERAL with OFFSET keeps PostgreSQL to one index look-up for each entry; a plain join may scan the whole table.
_FETCH_POSTGRESQL = text(
    "SELECT w.stream, w.kind, w.key, e.body FROM unnest(cast(:streams AS text[]), cast(:kinds AS text[]),"
    " cast(:keys AS text[])) AS w(stream, kind, key)"
    " CROSS JOIN LATERAL (SELECT body FROM entries WHERE stream = w.stream AND kind = w.kind AND key = w.key"
    " OFFSET 0) AS e"
)
_FETCH_SQLITE = text(
    "SELECT e.stream, e.kind, e.key, e.body FROM json_each(:wanted) AS w"
    " CROSS JOIN entries e ON e.stream = w.value ->> 0 AND e.kind = w.value ->> 1 AND e.key = w.value ->> 2"
)
