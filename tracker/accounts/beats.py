"""The beats somebody follows on the board: an ordinary table outside the log, so that the law can delete from it."""

from sqlalchemy import Column, Connection, Table, delete, insert, select

from tracker.db import SortedText, metadata

own_beats = Table(
    "own_beats",
    metadata,
    Column("person", SortedText, primary_key=True),
    Column("beat", SortedText, primary_key=True),
)

LONGEST = 120


def beats_of(connection: Connection, person: str) -> frozenset[str]:
    """The beats that somebody made their own."""
    return frozenset(connection.execute(select(own_beats.c.beat).where(own_beats.c.person == person)).scalars())


def take(connection: Connection, person: str, beat: str) -> None:
    """Make a beat somebody's own."""
    leave(connection, person, beat)
    connection.execute(insert(own_beats).values(person=person, beat=beat))


def leave(connection: Connection, person: str, beat: str) -> None:
    """Let a beat no longer be somebody's own."""
    connection.execute(delete(own_beats).where(own_beats.c.person == person, own_beats.c.beat == beat))


def forget(connection: Connection, person: str) -> None:
    """Delete the beats of somebody."""
    connection.execute(delete(own_beats).where(own_beats.c.person == person))
