"""Writing many rows at once, in the way each database does it fastest."""

from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.tables import events

_values = attrgetter(*events.c.keys())


def insert_events(connection: Connection, recorded: Iterable[RecordedEvent]) -> None:
    """Add these events to the log, in one statement."""
    insert_rows(connection, events, [_values(event) for event in recorded])


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows (values in the order of the table's columns), in one statement; nothing for no rows."""
    names = table.c.keys()
    if len(rows) > 1 and connection.dialect.name == "postgresql":
        columns = map(list, zip(*rows, strict=True))
        connection.execute(_insert_columns(table), dict(zip(names, columns, strict=True)))
    elif len(rows) > 1:
        connection.execute(_insert(table), [dict(zip(names, row, strict=True)) for row in rows])
    elif rows:
        connection.execute(_insert(table), dict(zip(names, rows[0], strict=True)))


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _insert_columns(table: Table) -> Insert:
    """One array a column: nearly twice as fast on PostgreSQL as a row at a time."""
    names = table.c.keys()
    arrays = (bindparam(column.name, type_=ARRAY(column.type)) for column in table.c)
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    return insert(table).from_select(names, select(*(rows.c[name] for name in names)))
