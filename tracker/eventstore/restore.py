"""Bringing an exported log back, event by event exactly as it was, or not at all."""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, update

from tracker import instants
from tracker.db import writing
from tracker.eventstore import tree
from tracker.eventstore.append import RESTORED, lock_head
from tracker.eventstore.chain import check_next, is_canonical
from tracker.eventstore.errors import BrokenChain
from tracker.eventstore.events import EMPTY, RecordedEvent
from tracker.eventstore.reading import known_commands, known_ids, read_all, stream_heads
from tracker.eventstore.tables import commands, head
from tracker.eventstore.writes import insert_events, insert_rows
from tracker.instants import Instant

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def restore(engine: Engine, events: Sequence[RecordedEvent]) -> int:
    """Append exported events in one transaction; see `EventStore.restore`."""
    if not events:
        return 0
    with writing(engine) as connection:
        position, recorded_at = lock_head(connection)
        _check_dense(position, events)
        _check_same(connection, [event for event in events if event.position <= position])
        fresh = [event for event in events if event.position > position]
        if fresh:
            _check_fresh(connection, recorded_at, fresh)
            insert_events(connection, fresh)
            _remember(connection, fresh)
            connection.execute(update(head).values(position=fresh[-1].position, recorded_at=fresh[-1].recorded_at))
            tree.add(connection, tree.frontier(connection), position, (event.hash for event in fresh))
        return len(fresh)


def _check_dense(position: int, events: Sequence[RecordedEvent]) -> None:
    """The events must be consecutive, and begin no later than where the log ends."""
    first = events[0].position
    if not 1 <= first <= position + 1:
        raise BrokenChain(first, f"the log ends at {position}, so {position + 1} must come next")
    for place, event in enumerate(events, first):
        if event.position != place:
            raise BrokenChain(place, f"missing; found {event.position} in its place")


def _check_same(connection: Connection, present: Sequence[RecordedEvent]) -> None:
    if not present:
        return
    logged = read_all(connection, after=present[0].position - 1, limit=len(present))
    for event, ours in zip(present, logged, strict=True):
        if event != ours:
            raise BrokenChain(event.position, "the log has another event here")


def _check_fresh(connection: Connection, recorded_at: Instant, fresh: Sequence[RecordedEvent]) -> None:
    heads = stream_heads(connection, {event.stream for event in fresh})
    taken = known_ids(connection, (event.id for event in fresh))
    for event in fresh:
        _check_form(event)
        if event.id in taken:
            raise BrokenChain(event.position, f"the id {event.id} is taken by another event")
        taken.add(event.id)
        heads[event.stream] = check_next(heads.get(event.stream, EMPTY), event)
        if event.learned_at > event.recorded_at:
            raise BrokenChain(event.position, "recorded before it was learned")
        if event.recorded_at < recorded_at:
            raise BrokenChain(event.position, "recorded before the event that precedes it")
        recorded_at = event.recorded_at


def _check_form(event: RecordedEvent) -> None:
    """Whether a log can hold this at all, looked at before the hash: half a character has no bytes to be hashed."""
    # PostgreSQL stores no NUL, and neither database half a character.
    texts = (event.id, event.stream, event.type, event.recorded_by, event.causation, event.correlation or "")
    if any(_UNSTORABLE.search(text) for text in texts):
        raise BrokenChain(event.position, "holds a character that no log stores")
    for instant in (event.recorded_at, event.learned_at):
        _check_instant(event.position, instant)
    if not is_canonical(event.data):
        raise BrokenChain(event.position, "its data is not canonical JSON")


def _check_instant(position: int, instant: Instant) -> None:
    try:
        instants.moment(instant)
    except ValueError as error:
        raise BrokenChain(position, str(error)) from error


def _remember(connection: Connection, fresh: Iterable[RecordedEvent]) -> None:
    """Know the commands of these events again; one that began in an earlier page gets its new end."""
    spans: dict[str, tuple[int, int]] = {}
    for event in fresh:
        first, _ = spans.get(event.causation, (event.position, 0))
        spans[event.causation] = first, event.position
    known = known_commands(connection, spans)
    rows = [(id_, RESTORED, *span) for id_, span in sorted(spans.items()) if id_ not in known]
    insert_rows(connection, commands, rows)
    for id_ in known:
        connection.execute(update(commands).where(commands.c.id == id_).values(last_position=spans[id_][1]))
