"""How far somebody has read each story: an ordinary table outside the log, so that the law can delete from it.

A visit lasts as long as one looks again within half an hour. All through a visit “since you last looked” means since
the end of the visit before, so that reading the page does not make its own news disappear.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Table, delete, select

from tracker import instants
from tracker.db import SortedText, metadata, upsert
from tracker.instants import Instant

read_positions = Table(
    "read_positions",
    metadata,
    Column("person", SortedText, primary_key=True),
    Column("story", SortedText, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("looked_at", SortedText, nullable=False),
    Column("before", BigInteger, nullable=False),
    Column("before_at", SortedText, nullable=False),
)

VISIT = timedelta(minutes=30)


class Reading(NamedTuple):
    """Where somebody is in a story: how far they have read, when they last looked, and the same of the visit before."""

    position: int
    looked_at: Instant
    before: int
    before_at: Instant


def readings(connection: Connection, person: str, stories: Iterable[str]) -> dict[str, Reading]:
    """How far a person has read these stories; those never looked at are left out."""
    table = read_positions.c
    rows = connection.execute(
        select(table.story, table.position, table.looked_at, table.before, table.before_at).where(
            table.person == person, table.story.in_(list(stories))
        )
    )
    return {story: Reading(*rest) for story, *rest in rows}


def looked(last: Reading | None, position: int, now: Instant) -> Reading:
    """Where somebody is who looks at a story that has come to a position; the same where nothing is new."""
    if last is None:
        return Reading(position, now, position, now)
    if _later(last.looked_at, VISIT) < now:
        return Reading(position, now, last.position, last.looked_at)
    return last if last.position >= position else last._replace(position=position, looked_at=now)


def written(last: Reading, start: int, end: int) -> Reading:
    """Where somebody is who wrote a story on from one position to another; who had read all of it still has."""
    position, before = (end if read >= start else read for read in (last.position, last.before))
    return last._replace(position=position, before=before)


def keep(connection: Connection, person: str, story: str, reading: Reading) -> None:
    """Remember where somebody is in a story."""
    upsert(connection, read_positions, [{"person": person, "story": story, **reading._asdict()}])


def mark(connection: Connection, person: str, story: str, position: int, now: Instant) -> None:
    """Let somebody have read up to a position: the newest where all is read, an earlier one for what is unread."""
    keep(connection, person, story, Reading(position, now, position, now))


def forget(connection: Connection, person: str) -> None:
    """Delete what is kept of somebody's reading."""
    connection.execute(delete(read_positions).where(read_positions.c.person == person))


def _later(instant: Instant, by: timedelta) -> Instant:
    return instants.text(instants.moment(instant) + by)
