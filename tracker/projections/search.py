"""Search across stories: whatever somebody may see, in the words it has now or had before, with counts."""

from collections import Counter
from collections.abc import Iterable, Mapping

import orjson
from sqlalchemy import (
    Connection,
    RowMapping,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
)

from tracker.accounts.people import Principal
from tracker.instants import Instant
from tracker.projections.entries import StreamRef, entries, fetch
from tracker.projections.mentions import mentions
from tracker.projections.outline import outline
from tracker.projections.passages import passages
from tracker.projections.scene import Document, date_document
from tracker.projections.search_filters import (
    Looking,
    actors_called,
    filters,
    is_called,
    narrowed,
    standing,
    told_otherwise,
    visible,
)
from tracker.projections.search_index import answers
from tracker.stories import codec
from tracker.stories.entries import Actor, Development, Entry, Question, Story
from tracker.stories.search_marks import excerpt, marked
from tracker.stories.search_query import Query

PAGE = 20
LARGEST_PAGE = 100
MOST_VALUES = 12
"""So many values of a facet are told, the most frequent first."""

_OF_ACTORS = ("actor", "alias", "role")


def search(
    connection: Connection, query: Query, principal: Principal, now: Instant, page: int = 1, limit: int = PAGE
) -> Document:
    """What answers a query, for somebody: a page of results, how many there are, and counts by story, type, beat
    and actor. What they may not see is neither found nor counted, in no wording.

    Stories and actors come first, then what reads so now, then what read so once; within these the newest first.
    """
    looking = Looking(principal, now, _stories(connection))
    if query.is_empty or not looking.stories:
        return empty()
    found = _found(connection, query, looking)
    total, facets = _facets(connection, found, looking)
    pages = -(-total // limit)
    page = max(1, min(page, pages))
    leading = found.c.kind.in_(("actor", "story"))
    ordered = select(found).order_by(
        leading.desc(), found.c.current.is_(None), found.c.position.desc(), found.c.stream, found.c.key
    )
    rows = connection.execute(ordered.limit(limit).offset((page - 1) * limit)).mappings().all()
    results = _results(connection, rows, query, looking)
    return {"total": total, "page": page, "pages": pages, "results": results, "facets": facets}


def empty() -> Document:
    """The answer to a query that asks for nothing."""
    return {"total": 0, "page": 1, "pages": 0, "results": [], "facets": {}}


def _stories(connection: Connection) -> dict[str, Story]:
    rows = connection.execute(select(entries.c.stream, entries.c.body).where(entries.c.kind == "story"))
    decoded = {stream: codec.decode_entry("story", body) for stream, body in rows}
    return {stream: story for stream, story in decoded.items() if isinstance(story, Story)}


def _found(connection: Connection, query: Query, looking: Looking) -> Subquery:
    """Every entry that answers and may be seen, with the id of its wording of now (`current`, null where that does
    not answer) and of the last earlier one that does (`earlier`)."""
    called = [stream for stream, story in looking.stories.items() if is_called(query, stream, story)]
    named = sorted({key for typed in query.actors for key in actors_called(connection, typed)})
    of_actor = passages.c.kind.in_(_OF_ACTORS)
    kind = case((of_actor, literal("actor")), else_=passages.c.kind)
    key = case((of_actor, func.substr(passages.c.stream, len("actor/") + 1)), else_=passages.c.key)
    hits = (
        select(
            passages.c.stream, kind.label("kind"), key.label("key"),
            func.min(case((passages.c.wording == 0, passages.c.id))).label("current"),
            func.max(case((passages.c.wording > 0, passages.c.id))).label("earlier"),
        )
        .where(*(answers(connection, clause) for clause in query.clauses))
        .where(true() if query.clauses else passages.c.wording == 0, *narrowed(query, called, named))
        .group_by(passages.c.stream, kind, key)
        .subquery("hits")
    )  # fmt: skip
    this = and_(standing.c.stream == hits.c.stream, standing.c.kind == hits.c.kind, standing.c.key == hits.c.key)
    entry = and_(entries.c.stream == hits.c.stream, entries.c.kind == hits.c.kind, entries.c.key == hits.c.key)
    return (
        select(hits, standing.c.type, standing.c.beats, entries.c.position)
        .join(standing, and_(this, standing.c.wording == 0))
        .join(entries, entry)
        .outerjoin(outline, and_(outline.c.stream == hits.c.stream, outline.c.key == hits.c.key))
        .where(visible(looking), *filters(connection, query, looking, named))
        .subquery("found")
    )


def _facets(connection: Connection, found: Subquery, looking: Looking) -> tuple[int, dict[str, list[Document]]]:
    """How many there are, and how many of each story, type, beat and actor."""
    groups = (found.c.stream, found.c.type, found.c.beats)
    total, stories, types, beats = 0, Counter[str](), Counter[str](), Counter[str]()
    for stream, type, written, number in connection.execute(select(*groups, func.count()).group_by(*groups)):
        total += number
        types[type] += number
        story = looking.stories.get(stream)
        if story is not None:
            stories[stream.removeprefix("story/")] += number
        for beat in {*orjson.loads(written).values(), *(story.beats if story else ())}:
            beats[beat] += number
    titles = {stream.removeprefix("story/"): story.title for stream, story in looking.stories.items()}
    return total, {
        "story": _values(stories, titles), "type": _values(types), "beat": _values(beats),
        "actor": _actors(connection, found),
    }  # fmt: skip


def _values(counted: Counter[str], labels: Mapping[str, str] | None = None) -> list[Document]:
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    return [{"value": value, "label": (labels or {}).get(value, value), "count": number} for value, number in ordered]


def _actors(connection: Connection, found: Subquery) -> list[Document]:
    each = (
        select(mentions.c.actor, found.c.stream, found.c.key)
        .join(found, and_(found.c.key == mentions.c.key, found.c.stream == mentions.c.stream))
        .where(found.c.kind == "development")
        .distinct()
        .subquery()
    )
    number = func.count()
    counted = select(each.c.actor, number).group_by(each.c.actor).order_by(number.desc(), each.c.actor)
    rows = {actor: count for actor, count in connection.execute(counted.limit(MOST_VALUES))}  # noqa: C416
    known = fetch(connection, [(f"actor/{key}", "actor", key) for key in rows])
    names = {where[2]: entry.name for where, entry in known.items() if isinstance(entry, Actor)}
    return _values(Counter(rows), names)


def _results(connection: Connection, rows: Iterable[RowMapping], query: Query, looking: Looking) -> list[Document]:
    rows = list(rows)
    ids = [row["current"] or row["earlier"] for row in rows]
    held = select(passages.c.id, passages.c.body).where(passages.c.id.in_(ids))
    bodies: dict[int, str] = {id: body for id, body in connection.execute(held)}  # noqa: C416
    wanted: list[StreamRef] = [(row["stream"], row["kind"], row["key"]) for row in rows]
    known = fetch(connection, wanted)
    if any(isinstance(entry, Question) and entry.by for entry in known.values()):
        known |= told_otherwise(connection, looking)
    return [
        _result(row, known[where], orjson.loads(bodies[id]), query, looking)
        for row, where, id in zip(rows, wanted, ids, strict=True)
    ]


def _result(row: RowMapping, entry: Entry, said: dict[str, str], query: Query, looking: Looking) -> Document:
    story = looking.stories.get(row["stream"])
    name, title = _title(entry)
    stands = row["current"] is not None
    return {
        "kind": row["kind"], "type": row["type"], "key": row["key"],
        "story": row["stream"].removeprefix("story/") if story else None,
        "story_title": story.title if story else None, "title": title,
        "title_marked": [segment._asdict() for segment in marked(query, title)],
        "excerpt": [segment._asdict() for segment in excerpt(query, said, name if stands else "")],
        "found_in": "now" if stands else "earlier",
        "status": entry.status(looking.now) if isinstance(entry, Development) else getattr(entry, "status", None),
        "occurred": date_document(entry.event.occurred) if isinstance(entry, Development) else None,
        "learned_at": getattr(entry, "learned_at", None), "position": row["position"],
    }  # fmt: skip


def _title(entry: Entry) -> tuple[str, str]:
    """The field that names an entry, and what it says."""
    match entry:
        case Development(event=event):
            return "headline", event.headline
        case Story(title=title):
            return "title", title
        case Question(text=text):
            return "text", text
        case Actor(name=name):
            return "name", name
        case _:
            return "", ""
