"""Reading the log back: by stream, by position, by id; each in one statement."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    CursorResult,
    ScalarSelect,
    Select,
    TableValuedAlias,
    Text,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.eventstore.events import RecordedEvent, StreamHead
from tracker.eventstore.tables import commands, events, head

Answer = tuple[str, int | None, int | None]
"""What is remembered of a command: fingerprint, first position, last position."""

_FIELDS = tuple(events.c[name] for name in RecordedEvent.__dataclass_fields__)


def read_stream(
    connection: Connection, stream: str, after: int = 0, upto: int | None = None, limit: int | None = None
) -> list[RecordedEvent]:
    """A stream's events with `after` < version ≤ `upto`, in order; none for a stream that does not exist."""
    wanted = select(*_FIELDS).where(events.c.stream == stream, events.c.version > after).order_by(events.c.version)
    wanted = wanted.limit(limit)
    return _fetch(connection, wanted if upto is None else wanted.where(events.c.version <= upto))


def read_streams(connection: Connection, streams: Iterable[str]) -> dict[str, list[RecordedEvent]]:
    """The events of each of these streams, in order; a stream without events is left out."""
    found: dict[str, list[RecordedEvent]] = {}
    for row in _look_up(connection, _STREAMS, streams):
        event = RecordedEvent(*row)
        found.setdefault(event.stream, []).append(event)
    return found


def read_all(connection: Connection, after: int = 0, limit: int = 1000, upto: int | None = None) -> list[RecordedEvent]:
    """The next `limit` events with `after` < position ≤ `upto`, in the order of the log; none at its end."""
    wanted = select(*_FIELDS).where(events.c.position > after).order_by(events.c.position).limit(limit)
    return _fetch(connection, wanted if upto is None else wanted.where(events.c.position <= upto))


def read_at(connection: Connection, positions: Iterable[int]) -> list[RecordedEvent]:
    """The events at these positions, in the order of the log."""
    wanted = select(*_FIELDS).where(events.c.position.in_(sorted(set(positions)))).order_by(events.c.position)
    return _fetch(connection, wanted)


def find(connection: Connection, event_id: str) -> RecordedEvent | None:
    """The event with this id."""
    return next(iter(_fetch(connection, select(*_FIELDS).where(events.c.id == event_id))), None)


def position(connection: Connection) -> int:
    """Position of the newest event; 0 in an empty log."""
    return int(connection.execute(select(head.c.position)).scalar_one())


def stream_version(connection: Connection, stream: str) -> int:
    """Version of a stream's newest event; 0 where there is none."""
    newest = select(func.max(events.c.version)).where(events.c.stream == stream)
    return connection.execute(newest).scalar() or 0


def version_at(connection: Connection, stream: str, position: int) -> int:
    """Version of a stream's newest event by this position of the log; 0 where there is none."""
    by_then = select(events.c.version).where(events.c.stream == stream, events.c.position <= position)
    return connection.execute(by_then.order_by(events.c.version.desc()).limit(1)).scalar() or 0


def stream_heads(connection: Connection, streams: Iterable[str]) -> dict[str, StreamHead]:
    """Where each of these streams ends; a stream without events is left out."""
    found = _look_up(connection, _HEADS, streams)
    return {stream: StreamHead(version, digest) for stream, version, digest in found if version}


def known_commands(connection: Connection, ids: Iterable[str]) -> dict[str, Answer]:
    """What was answered to those of these commands that are known."""
    found = _look_up(connection, _KNOWN_COMMANDS, ids)
    return {id_: (fingerprint, first, last) for id_, fingerprint, first, last in found if fingerprint is not None}


def known_ids(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those of these ids that an event of the log has."""
    return {id_ for (id_,) in _look_up(connection, _KNOWN_IDS, ids)}


def streams(connection: Connection, prefix: str = "") -> list[str]:
    """Names of the streams that begin with `prefix`, sorted."""
    named = select(events.c.stream).where(events.c.version == 1).order_by(events.c.stream)
    if prefix:
        named = named.where(events.c.stream >= prefix, events.c.stream < prefix + chr(0x10FFFF))
    return list(connection.execute(named).scalars())


def _fetch(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> list[RecordedEvent]:
    return [RecordedEvent(*row) for row in connection.execute(wanted)]


def _look_up(
    connection: Connection, wanted: dict[str, Select[*tuple[Any, ...]]], values: Iterable[str]
) -> CursorResult[*tuple[Any, ...]]:
    """What was found for these values.

    They are one parameter, so that the statement is the same for any number of them and no limit is met.
    """
    dialect, listed = connection.dialect.name, sorted(set(values))
    return connection.execute(
        wanted[dialect], {"listed": listed if dialect == "postgresql" else orjson.dumps(listed).decode()}
    )


def _heads(names: TableValuedAlias) -> Select[*tuple[Any, ...]]:
    """The newest version of each of the streams named in a table of one column.

    Each is looked up by itself at the end of its index: a join may be planned so that it walks the whole stream.
    """

    def newest(field: Column[Any]) -> ScalarSelect[Any]:
        of_stream = select(field).where(events.c.stream == names.c.value)
        return of_stream.order_by(events.c.version.desc()).limit(1).scalar_subquery()

    return select(names.c.value, newest(events.c.version), newest(events.c.hash))


def _answers(ids: TableValuedAlias) -> Select[*tuple[Any, ...]]:
    """What was answered to each of the commands in a table of one column; looked up one by one, for the same reason."""

    def kept(field: Column[Any]) -> ScalarSelect[Any]:
        return select(field).where(commands.c.id == ids.c.value).scalar_subquery()

    answer = (commands.c.fingerprint, commands.c.first_position, commands.c.last_position)
    return select(ids.c.value, *map(kept, answer))


_LISTED = {
    "postgresql": func.unnest(bindparam("listed", type_=ARRAY(Text))).table_valued("value").render_derived(),
    "sqlite": func.json_each(bindparam("listed", type_=Text)).table_valued("value"),
}
_STREAMS = {
    dialect: select(*_FIELDS).where(named).order_by(events.c.stream, events.c.version)
    for dialect, named in (
        ("postgresql", events.c.stream == any_(bindparam("listed", type_=ARRAY(Text)))),
        ("sqlite", events.c.stream.in_(select(_LISTED["sqlite"].c.value))),
    )
}
_HEADS = {dialect: _heads(listed) for dialect, listed in _LISTED.items()}
_KNOWN_COMMANDS = {dialect: _answers(listed) for dialect, listed in _LISTED.items()}
_KNOWN_IDS = {
    dialect: select(events.c.id).where(events.c.id.in_(select(listed.c.value))) for dialect, listed in _LISTED.items()
}
