"""How much of a story was learned on each day: counts for the board and its sparklines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Integer, Table, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.accounts.visibility import Sight
from tracker.db import SortedText, metadata
from tracker.instants import Instant

activity = Table(
    "activity",
    metadata,
    Column("stream", SortedText, primary_key=True),
    Column("day", SortedText, primary_key=True),
    Column("visibility", SortedText, primary_key=True),
    Column("embargo", SortedText, primary_key=True),
    Column("withheld", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
)
"""How many developments of a story were learned on a day (UTC), apart by who may see them: so that each viewer's
count is a sum of rows, and one more development costs the same however many there are."""


class Cell(NamedTuple):
    """What a development is counted under."""

    stream: str
    day: str
    visibility: str
    embargo: str
    withheld: int


def cell_of(row: Mapping[Any, Any]) -> Cell:
    """Where the development of a row of the outline is counted."""
    return Cell(row["stream"], row["learned_at"][:10], row["visibility"], row["embargo"], row["withheld"])


def shift(connection: Connection, before: Iterable[Cell], after: Iterable[Cell]) -> None:
    """Count developments where they are now, and no longer where they were."""
    moved = Counter(after)
    moved.subtract(Counter(before))
    rows = [{**cell._asdict(), "number": number} for cell, number in sorted(moved.items()) if number]
    if rows:
        _add(connection, rows)


def by_day(connection: Connection, seen: Mapping[str, Sight], now: Instant) -> dict[str, list[tuple[str, int]]]:
    """For each stream the days on which something was learned that its viewer may see, with how much."""
    found: dict[str, list[tuple[str, int]]] = {}
    row = activity.c
    for sighted in set(seen.values()):
        theirs = [stream for stream, each in seen.items() if each == sighted]
        counted = (
            select(row.stream, row.day, func.sum(row.number))
            .where(
                row.stream.in_(theirs), row.visibility.in_(sorted(sighted.levels)),
                literal(sighted.embargoed) | (row.embargo <= now), literal(sighted.withheld) | (row.withheld == 0),
            )
            .group_by(row.stream, row.day)
            .having(func.sum(row.number) > 0)
            .order_by(row.stream, row.day)
        )  # fmt: skip
        for stream, day, number in connection.execute(counted):
            found.setdefault(stream, []).append((day, int(number)))
    return found


def expected(rows: Iterable[Mapping[str, Any]]) -> dict[Cell, int]:
    """The counts that the rows of an outline give."""
    return dict(Counter(cell_of(row) for row in rows))


def _add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(activity)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(Cell._fields), set_={"number": activity.c.number + statement.excluded.number}
        ),
        rows,
    )
