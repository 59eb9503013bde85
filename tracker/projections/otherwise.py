"""What stands otherwise for those who may not see all that bears on it: no standing tells what its reason may not."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, and_, not_, or_, select, tuple_

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.activity import activity
from tracker.projections.entries import StreamRef, entries, fetch
from tracker.projections.outline import aims, may_see, outline
from tracker.stories.entries import Development, Entry
from tracker.stories.unburdened import unburdened

WEIGHING = (
    "claim.denied", "claim.confirmed", "claim.qualified", "claim.withdrawn", "contradiction.identified",
    "contradiction.explained", "demand.joined", "demand.answered", "demand.withdrawn",
)  # fmt: skip
"""The types of what bears on another development."""

_SETTLED = ("met", "refused", "withdrawn")

Found = dict[StreamRef, Entry]


def otherwise(
    connection: Connection, streams: Collection[str], seen: Sight, now: Instant, types: Collection[str] = WEIGHING
) -> dict[StreamRef, tuple[Entry, Entry]]:
    """The entries that may be seen of these streams and on which something hidden bears: as they stand for those who
    see all, and without it.

    Only what is of these types, has met a demand or answered a question is looked at. Costs nothing where nothing is
    hidden, else by what is hidden and what is settled in the stories that hide something.
    """
    secretive = _hiding(connection, streams, seen, now)
    if not secretive:
        return {}
    settled = _settled(connection, secretive, seen, now)
    hidden = _hidden(connection, secretive, seen, now, types, _reasons(settled))
    known = settled | _aimed_at(connection, hidden, seen, now)
    return {where: pair for stream in secretive for where, pair in _changed(stream, known, hidden)}


def _hiding(connection: Connection, streams: Collection[str], seen: Sight, now: Instant) -> list[str]:
    held = select(activity.c.stream).where(
        activity.c.stream.in_(streams), activity.c.number > 0, not_(may_see(activity, seen, now))
    )
    return list(connection.execute(held.distinct()).scalars())


def _settled(connection: Connection, streams: list[str], seen: Sight, now: Instant) -> Found:
    """The demands and questions that may be seen and look settled."""
    lines, row = outline.c, entries.c
    demands = select(lines.stream, lines.key).where(
        lines.stream.in_(streams), lines.type == "demand.made", lines.state.in_(_SETTLED), may_see(outline, seen, now)
    )
    questions = select(row.stream, row.key).where(
        row.stream.in_(streams), row.kind == "question", row.status == "answered",
        row.visibility.in_(sorted(seen.levels)),
    )  # fmt: skip
    wanted = [(stream, "development", key) for stream, key in connection.execute(demands)]
    return fetch(connection, wanted + [(stream, "question", key) for stream, key in connection.execute(questions)])


def _reasons(settled: Mapping[StreamRef, Entry]) -> list[tuple[str, str]]:
    """Stream and key of what met the demands and answered the questions."""
    by = {where: getattr(entry, "met_by", "") or getattr(entry, "by", "") for where, entry in settled.items()}
    return sorted({(stream, key) for (stream, *_), key in by.items() if key})


def _hidden(
    connection: Connection, streams: list[str], seen: Sight, now: Instant, types: Collection[str],
    reasons: list[tuple[str, str]],
) -> dict[StreamRef, Development]:  # fmt: skip
    """The developments of these types, and among these reasons, which may not be seen."""
    lines = outline.c
    acts = and_(lines.stream.in_(streams), lines.type.in_(types))
    among = or_(acts, tuple_(lines.stream, lines.key).in_(reasons)) if reasons else acts
    found = connection.execute(select(lines.stream, lines.key).where(among, not_(may_see(outline, seen, now))))
    held = fetch(connection, [(stream, "development", key) for stream, key in found])
    return {where: entry for where, entry in held.items() if isinstance(entry, Development)}


def _aimed_at(connection: Connection, hidden: Mapping[StreamRef, Development], seen: Sight, now: Instant) -> Found:
    """What may be seen of that at which these point."""
    aimed = sorted({(stream, key) for (stream, *_), act in hidden.items() for key in aims(act.event)})
    among = tuple_(outline.c.stream, outline.c.key).in_(aimed)
    found = connection.execute(select(outline.c.stream, outline.c.key).where(among, may_see(outline, seen, now)))
    return fetch(connection, [(stream, "development", key) for stream, key in found])


def _changed(
    stream: str, known: Found, hidden: Mapping[StreamRef, Development]
) -> Iterable[tuple[StreamRef, tuple[Entry, Entry]]]:
    before = {(kind, key): entry for (each, kind, key), entry in known.items() if each == stream}
    after = unburdened(before, [act for where, act in hidden.items() if where[0] == stream])
    for ref, entry in before.items():
        if after[ref] != entry:
            yield (stream, *ref), (entry, after[ref])
