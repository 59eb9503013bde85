"""The front board: every story with its state in a line, the one that moved last first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Select, Table, func, literal, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import Sight, sight
from tracker.db import SortedText, metadata, upsert
from tracker.eventstore.events import RecordedEvent
from tracker.instants import Instant
from tracker.projections.activity import activity
from tracker.projections.entries import entries
from tracker.projections.outline import may_see, outline
from tracker.projections.reopened import OPEN, reopened
from tracker.stories import codec
from tracker.stories.entries import Story

streams = Table(
    "streams",
    metadata,
    Column("stream", SortedText, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("moved_at", SortedText, nullable=False),
)
"""How far each stream is projected, and when it last moved."""

_OPEN = {
    "contradictions": ("contradiction.identified", ("open", "explained")),
    "demands": ("demand.made", OPEN),
}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One story on the board, as somebody may see it."""

    slug: str
    title: str
    synopsis: str
    status: str
    beats: tuple[str, ...]
    desk: str
    moved_at: Instant
    position: int
    developments: int
    open_contradictions: int
    open_demands: int
    open_questions: int


def project(connection: Connection, page: Sequence[RecordedEvent]) -> None:
    """Note for each stream of a page of events where it stands now."""
    last = {event.stream: event for event in page}
    rows = [
        {"stream": name, "version": event.version, "position": event.position, "moved_at": event.recorded_at}
        for name, event in sorted(last.items())
    ]
    upsert(connection, streams, rows)


def version_of(connection: Connection, stream: str) -> int:
    """The version up to which a stream is projected; 0 where there is none."""
    return connection.execute(select(streams.c.version).where(streams.c.stream == stream)).scalar() or 0


def position_of(connection: Connection, stream: str) -> int:
    """The position of the last event of a stream that is projected; 0 where there is none."""
    return connection.execute(select(streams.c.position).where(streams.c.stream == stream)).scalar() or 0


def board(connection: Connection, principal: Principal, now: Instant) -> list[StoryLine]:
    """The stories that somebody may see, by latest movement. Costs by stories and what is open, not by history."""
    rows = connection.execute(
        select(entries.c.stream, entries.c.body, streams.c.moved_at, streams.c.position)
        .join(streams, streams.c.stream == entries.c.stream)
        .where(entries.c.kind == "story")
        .order_by(streams.c.position.desc())
    ).all()
    stories = {row.stream: codec.decode_entry("story", row.body) for row in rows}
    seen = {stream: sight(principal, story.desk) for stream, story in stories.items() if isinstance(story, Story)}
    counts = _counts(connection, seen, now)
    lines = []
    for row in rows:
        story, counted = stories[row.stream], counts.get(row.stream, {})
        if not isinstance(story, Story) or not story_visible(seen[row.stream], counted.get("developments", 0)):
            continue
        lines.append(
            StoryLine(
                slug=row.stream.removeprefix("story/"), title=story.title, synopsis=story.synopsis,
                status=story.status, beats=story.beats, desk=story.desk, moved_at=row.moved_at,
                position=row.position, developments=counted.get("developments", 0),
                open_contradictions=counted.get("contradictions", 0), open_demands=counted.get("demands", 0),
                open_questions=counted.get("questions", 0),
            )
        )  # fmt: skip
    return lines


def story_visible(seen: Sight, developments: int) -> bool:
    """A story is there for the newsroom as soon as it is opened, for the public with its first public development."""
    return developments > 0 or "newsroom" in seen.levels


def anything(connection: Connection, stream: str, seen: Sight, now: Instant) -> int:
    """1 where there is a development that may be seen, 0 where there is none; stops at the first."""
    found = select(literal(1)).where(outline.c.stream == stream, may_see(outline, seen, now))
    return connection.execute(found.limit(1)).scalar() or 0


def there(connection: Connection, slugs: Collection[str], seen: Sight, now: Instant) -> set[str]:
    """Those of these stories that are there for somebody with this sight: all in the newsroom, else those of which
    something may be seen. (Whoever is not of the newsroom has the same sight of every desk.)"""
    if "newsroom" in seen.levels:
        return set(slugs)
    among = outline.c.stream.in_([f"story/{slug}" for slug in sorted(slugs)])
    streams = connection.execute(select(outline.c.stream).where(among, may_see(outline, seen, now)).distinct())
    return {stream.removeprefix("story/") for stream in streams.scalars()}


def _counts(connection: Connection, seen: dict[str, Sight], now: Instant) -> dict[str, dict[str, int]]:
    """For each story what its viewer may count: developments, open contradictions, demands and questions."""
    counts: dict[str, dict[str, int]] = {}
    for sighted in set(seen.values()):
        theirs = [stream for stream, each in seen.items() if each == sighted]
        for name, statement in _statements(theirs, sighted, now).items():
            for counted in connection.execute(statement).mappings():
                counts.setdefault(counted["stream"], {})[name] = counted["number"]
        for stream, more in reopened(connection, theirs, sighted, now).items():
            theirs_now = counts.setdefault(stream, {})
            for name, number in more.items():
                theirs_now[name] = theirs_now.get(name, 0) + number
    return counts


def _statements(theirs: list[str], seen: Sight, now: Instant) -> dict[str, Select[tuple[str, int]]]:
    days, lines = activity.c, outline.c
    counted = select(lines.stream, func.count().label("number")).where(
        lines.stream.in_(theirs), may_see(outline, seen, now)
    )
    statements: dict[str, Any] = {
        "developments": select(days.stream, func.sum(days.number).label("number"))
        .where(days.stream.in_(theirs), may_see(activity, seen, now))
        .group_by(days.stream)
        .having(func.sum(days.number) > 0),
        "questions": select(entries.c.stream, func.count().label("number"))
        .where(entries.c.stream.in_(theirs), entries.c.kind == "question", entries.c.status == "open",
               entries.c.visibility.in_(sorted(seen.levels)))
        .group_by(entries.c.stream),
    }  # fmt: skip
    for name, (kind, states) in _OPEN.items():
        open_ones = counted.where(lines.state.in_(states), lines.type == kind)
        statements[name] = open_ones.group_by(lines.stream)
    return statements
