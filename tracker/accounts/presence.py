"""Who is at work on what right now: told to colleagues, and over by itself; it keeps nobody from anything."""

from datetime import timedelta

from sqlalchemy import Column, Connection, Table, delete, select

from tracker import instants
from tracker.db import SortedText, metadata, upsert
from tracker.instants import Instant

LASTS = timedelta(seconds=60)
"""How long somebody is taken to be there after they were last heard of."""

OPENED = timedelta(minutes=5)
"""How long somebody is taken to be there who opened a form, where no script says again that they are."""

presence = Table(
    "presence",
    metadata,
    Column("story", SortedText, primary_key=True),
    Column("development", SortedText, primary_key=True),  # "" while something new is logged
    Column("person", SortedText, primary_key=True),
    Column("until", SortedText, nullable=False),
    sqlite_strict=True,
)


def come(
    connection: Connection, story: str, development: str, person: str, now: Instant, lasts: timedelta = LASTS
) -> None:
    """Note that somebody is at work on a development, or on something new; and forget whoever is long gone."""
    until = instants.text(instants.moment(now) + lasts)
    upsert(connection, presence, [{"story": story, "development": development, "person": person, "until": until}])
    connection.execute(delete(presence).where(presence.c.until <= now))


def go(connection: Connection, story: str, development: str, person: str) -> None:
    """Note that somebody has left; whoever was not there has left already."""
    connection.execute(
        delete(presence).where(
            presence.c.story == story, presence.c.development == development, presence.c.person == person
        )
    )


def others(connection: Connection, story: str, development: str, person: str, now: Instant) -> list[str]:
    """Who else is at work there, by name."""
    return list(
        connection.execute(
            select(presence.c.person)
            .where(presence.c.story == story, presence.c.development == development)
            .where(presence.c.person != person, presence.c.until > now)
            .order_by(presence.c.person)
        ).scalars()
    )
