"""What a form offers to choose from: the developments of a story that may be seen, the newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.entries import entries, fetch
from tracker.projections.outline import may_see, outline
from tracker.stories import codec
from tracker.stories.entries import Development, Issue, Question

TYPES = {
    "claim": "claim.asserted", "contradiction": "contradiction.identified", "demand": "demand.made",
    "planned": "event.planned", "question": "question",
}  # fmt: skip
"""The type of development that each kind of key names; `development` names any, a question is none."""

_LOOKED_BACK = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """One development to choose."""

    key: str
    type: str
    headline: str
    text: str
    """What it says, where it says something: the words of a claim."""


def offered(connection: Connection, slug: str, seen: Sight, now: Instant, names: str, most: int) -> list[Offer]:
    """The newest standing developments of a kind (`claim`, `demand` …, `development`: any) that may be seen."""
    if names == "question":
        return _questions(connection, slug, seen, most)
    newest = _newest(connection, slug, seen, now, TYPES.get(names, ""), most)
    return [
        Offer(key, type, entry.event.headline, str(getattr(entry.event, "text", ""))) for key, type, entry in newest
    ]


def logged_like(
    connection: Connection, slug: str, seen: Sight, now: Instant, type: str, most: int
) -> list[Development]:
    """The newest standing developments of one type that may be seen."""
    return [entry for _, _, entry in _newest(connection, slug, seen, now, type, most)]


def issues(connection: Connection, slug: str, seen: Sight, now: Instant) -> dict[str, str]:
    """What is at issue, in the words it was first told in, by key; of positions that may be seen."""
    lines, stream = outline.c, f"story/{slug}"
    named = select(lines.issue).where(lines.stream == stream, lines.issue != "", may_see(outline, seen, now)).distinct()
    refs = [(stream, "issue", key) for key in connection.execute(named).scalars()]
    return {ref[2]: each.text for ref, each in fetch(connection, refs).items() if isinstance(each, Issue)}


def last_source(connection: Connection, slug: str, seen: Sight, now: Instant, by: str) -> str:
    """The key of the source that somebody named last on a story; "" where that is too long ago, or never was."""
    for _, _, entry in _newest(connection, slug, seen, now, "", _LOOKED_BACK):
        if entry.recorded_by == by and entry.event.sources:
            return str(entry.event.sources[0])
    return ""


def headlines(connection: Connection, slug: str, seen: Sight, now: Instant, keys: Iterable[str]) -> dict[str, str]:
    """The headlines of developments of a story that may be seen, by key."""
    rows = connection.execute(
        select(outline.c.key, outline.c.headline)
        .where(outline.c.stream == f"story/{slug}", outline.c.key.in_(sorted(keys)), may_see(outline, seen, now))
    )  # fmt: skip
    return {row.key: row.headline for row in rows}


def _questions(connection: Connection, slug: str, seen: Sight, most: int) -> list[Offer]:
    """The newest open questions."""
    rows = connection.execute(
        select(entries.c.key, entries.c.body)
        .where(entries.c.stream == f"story/{slug}", entries.c.kind == "question", entries.c.status == "open")
        .where(entries.c.visibility.in_(sorted(seen.levels)))
        .order_by(entries.c.position.desc())
        .limit(most)
    )
    found = [(key, codec.decode_entry("question", body)) for key, body in rows]
    return [Offer(key, "question", each.text, each.text) for key, each in found if isinstance(each, Question)]


def _newest(
    connection: Connection, slug: str, seen: Sight, now: Instant, type: str, most: int
) -> Iterator[tuple[str, str, Development]]:
    lines = outline.c
    statement = (
        select(lines.key, lines.type, entries.c.body)
        .join(entries, (entries.c.stream == lines.stream) & (entries.c.key == lines.key))
        .where(lines.stream == f"story/{slug}", lines.state != "retracted", may_see(outline, seen, now))
        .where(entries.c.kind == "development")
        .order_by(lines.position.desc())
        .limit(most)
    )
    for key, found, body in connection.execute(statement.where(lines.type == type) if type else statement):
        entry = codec.decode_entry("development", body)
        if isinstance(entry, Development):
            yield key, found, entry
