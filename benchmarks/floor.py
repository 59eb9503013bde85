"""The floor: what the bare driver needs for the same bytes in the same database, and nothing of the newsroom.

It has a table of its own beside ours (one row an event, unique by stream and version, its place taken from a head row
in the same commit), so that it pays for the same disk, and reads ours with the plainest statement that returns the
rows. On SQLite it is `sqlite3` with the settings of the tracker (WAL, synchronous FULL), on PostgreSQL `psycopg` with
prepared statements and one round trip an append.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import orjson
import psycopg
from sqlalchemy import make_url

from tracker.eventstore.events import RecordedEvent

Row = tuple[Any, ...]
"""An event's values without its position, in the order of `_COLUMNS`."""

_COLUMNS = (
    "stream", "version", "id", "type", "recorded_at", "recorded_by", "learned_at", "causation", "correlation",
    "prev_hash", "hash", "data",
)  # fmt: skip
_NAMES = ", ".join(_COLUMNS)
_TABLES = (
    """CREATE TABLE floor_events (
        position {big} PRIMARY KEY, stream text NOT NULL, version integer NOT NULL, id text NOT NULL,
        type text NOT NULL, recorded_at text NOT NULL, recorded_by text NOT NULL, learned_at text NOT NULL,
        causation text NOT NULL, correlation text, prev_hash text, hash text NOT NULL, data text NOT NULL,
        UNIQUE (stream, version))""",
    "CREATE TABLE floor_head (position {big} NOT NULL)",
    "INSERT INTO floor_head VALUES (0)",
)
_READ = f"SELECT position, {_NAMES} FROM events WHERE position > {{0}} ORDER BY position LIMIT {{0}}"
_ENTRIES = "SELECT kind, key, body FROM entries WHERE stream = {0} ORDER BY position, kind, key"


class Floor(Protocol):
    """The bare driver on one database."""

    def append(self, row: Row) -> None:
        """One event, one commit."""

    def append_all(self, rows: Sequence[Row]) -> None:
        """Many events in one statement or batch, one commit."""

    def empty(self) -> None:
        """Forget every event that was appended here."""

    def page(self, after: int, limit: int) -> list[Row]:
        """The next events of the tracker's log, position first and data last."""

    def entries(self, stream: str) -> list[Row]:
        """The rows that a story page of the tracker is made of."""


def row_of(event: RecordedEvent, stream: str, version: int) -> Row:
    """The bytes of an event, at another place."""
    return stream, version, *(getattr(event, name) for name in _COLUMNS[2:])


def read_decoded(floor: Floor, page: int) -> int:
    """Read the whole log page by page and decode its JSON; how many events that were."""
    after, events = 0, 0
    while rows := floor.page(after, page):
        for row in rows:
            orjson.loads(row[-1])
        after, events = rows[-1][0], events + len(rows)
    return events


@contextmanager
def floor_on(url: str) -> Iterator[Floor]:
    """The floor on the database of a tracker, with its own tables made."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        floor: _SQLite | _PostgreSQL = _SQLite(str(where.database))
    else:
        floor = _PostgreSQL(where.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        yield floor
    finally:
        floor.connection.close()


class _SQLite:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *_TABLES):
            self.connection.execute(statement.format(big="integer"))
        self._insert = f"INSERT INTO floor_events VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"

    def append(self, row: Row) -> None:
        self.append_all([row])

    def append_all(self, rows: Sequence[Row]) -> None:
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        ((end,),) = run("UPDATE floor_head SET position = position + ? RETURNING position", (len(rows),)).fetchall()
        first = end - len(rows) + 1
        self.connection.executemany(self._insert, [(place, *row) for place, row in enumerate(rows, first)])
        run("COMMIT")

    def empty(self) -> None:
        self.connection.execute("DELETE FROM floor_events")

    def page(self, after: int, limit: int) -> list[Row]:
        return self.connection.execute(_READ.format("?"), (after, limit)).fetchall()

    def entries(self, stream: str) -> list[Row]:
        return self.connection.execute(_ENTRIES.format("?"), (stream,)).fetchall()


class _PostgreSQL:
    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo, autocommit=True, prepare_threshold=0)
        for statement in _TABLES:
            self._run(statement.format(big="bigint"))
        moved = "WITH moved AS (UPDATE floor_head SET position = position + {0} RETURNING position)"
        into = f"INSERT INTO floor_events (position, {_NAMES})"
        arrays = ", ".join("%s::integer[]" if name == "version" else "%s::text[]" for name in _COLUMNS)
        self._one = f"{moved.format(1)} {into} SELECT position{', %s' * len(_COLUMNS)} FROM moved"
        self._many = (
            f"{moved.format('%s')} {into} SELECT moved.position - %s + place, {_NAMES} FROM moved,"
            f" unnest({arrays}) WITH ORDINALITY AS given({_NAMES}, place)"
        )

    def append(self, row: Row) -> None:
        self._run(self._one, row)

    def append_all(self, rows: Sequence[Row]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._run(self._many, (len(rows), len(rows), *columns))

    def empty(self) -> None:
        self._run("TRUNCATE floor_events")

    def page(self, after: int, limit: int) -> list[Row]:
        return self._run(_READ.format("%s"), (after, limit)).fetchall()

    def entries(self, stream: str) -> list[Row]:
        return self._run(_ENTRIES.format("%s"), (stream,)).fetchall()

    def _run(self, statement: str, values: Sequence[Any] = ()) -> "psycopg.Cursor[Row]":
        return self.connection.execute(statement.encode(), values or None)
