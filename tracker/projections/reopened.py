"""What is open to those who may not see what settled it: demands and questions that the board counts for them."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, and_, not_, or_, select, tuple_

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.activity import activity
from tracker.projections.entries import StreamRef, entries, fetch
from tracker.projections.outline import may_see, outline
from tracker.stories.entries import Development, Entries, Entry, Question, demand_status
from tracker.stories.unburdened import unburdened

OPEN = ("open", "answered")
"""What a demand has come to while something is still to be done about it."""

_SETTLED = ("met", "refused", "withdrawn")
_SETTLING = ("demand.answered", "demand.withdrawn")


def reopened(connection: Connection, streams: Collection[str], seen: Sight, now: Instant) -> dict[str, dict[str, int]]:
    """For each of these streams how many more demands and questions are open than the settled ones look.

    Costs nothing where nothing is hidden, else by what is settled in the stories that hide something.
    """
    secretive = _hiding(connection, streams, seen, now)
    if not secretive:
        return {}
    settled = _settled(connection, secretive, seen, now)
    hidden = _hidden(connection, secretive, seen, now, _reasons(settled))
    return {stream: _more(_of(settled, stream), _of(hidden, stream)) for stream in secretive}


def _hiding(connection: Connection, streams: Collection[str], seen: Sight, now: Instant) -> list[str]:
    held = select(activity.c.stream).where(
        activity.c.stream.in_(streams), activity.c.number > 0, not_(may_see(activity, seen, now))
    )
    return list(connection.execute(held.distinct()).scalars())


def _settled(connection: Connection, streams: list[str], seen: Sight, now: Instant) -> dict[StreamRef, Entry]:
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
    connection: Connection, streams: list[str], seen: Sight, now: Instant, reasons: list[tuple[str, str]]
) -> dict[StreamRef, Entry]:
    """The developments among those that may have settled something which may not be seen."""
    lines = outline.c
    acts = and_(lines.stream.in_(streams), lines.type.in_(_SETTLING), lines.state == "standing")
    among = or_(acts, tuple_(lines.stream, lines.key).in_(reasons)) if reasons else acts
    found = connection.execute(select(lines.stream, lines.key).where(among, not_(may_see(outline, seen, now))))
    return fetch(connection, [(stream, "development", key) for stream, key in found])


def _of(found: Mapping[StreamRef, Entry], stream: str) -> Entries:
    return {(kind, key): entry for (each, kind, key), entry in found.items() if each == stream}


def _more(settled: Entries, hidden: Entries) -> dict[str, int]:
    acts = [act for act in hidden.values() if isinstance(act, Development)]
    return _open(unburdened(settled, acts).values())


def _open(found: Iterable[Entry]) -> dict[str, int]:
    counted = {"demands": 0, "questions": 0}
    for entry in found:
        match entry:
            case Question(status="open"):
                counted["questions"] += 1
            case Development() if demand_status(entry) in OPEN:
                counted["demands"] += 1
            case _:
                pass
    return counted
