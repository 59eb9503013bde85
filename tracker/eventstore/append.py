"""Appending what was decided: each command once, each stream in order, the log without a hole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, bindparam, case, select, update
from sqlalchemy.exc import IntegrityError

from tracker.db import writing
from tracker.eventstore import tree
from tracker.eventstore.chain import Members, hash_of
from tracker.eventstore.errors import CommandReused, WrongExpectedVersion
from tracker.eventstore.events import (
    EMPTY,
    Any_,
    Command,
    NewEvent,
    Receipt,
    RecordedEvent,
    StreamHead,
)
from tracker.eventstore.merkle import Frontier
from tracker.eventstore.reading import Answer, known_commands, stream_heads
from tracker.eventstore.tables import commands as commands_table
from tracker.eventstore.tables import head as head_table
from tracker.eventstore.writes import insert_events, insert_rows
from tracker.instants import Clock, Instant

RESTORED = "restored"
"""Fingerprint of a command known only from a restored log: what it asked is not in there, so any repeat fits."""

Also = Callable[[Connection], None]
Span = tuple[int | None, int | None]
"""First and last position of a command's events."""


def append(
    engine: Engine, commands: Sequence[Command], *, clock: Clock, new_id: Callable[[], str], also: Also | None = None
) -> list[Receipt]:
    """Record these commands in one transaction, all or nothing; see `EventStore.append`."""
    tries = 0
    while True:
        try:
            return _attempt(engine, commands, clock=clock, new_id=new_id, also=also, look_under_lock=tries > 0)
        except _Overtaken as overtaken:
            tries += 1
            if tries == _TRIES:
                raise overtaken.refusal from overtaken


# Under the lock no other events come in, but a command that decided nothing still may: the third look finds it.
_TRIES = 3


class _Overtaken(Exception):
    """Somebody else appended between our look and our insert."""

    def __init__(self, refusal: IntegrityError) -> None:
        super().__init__()
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class _Draft:
    """An event with its place in its stream, still without one in the log."""

    command: Command
    stream: str
    version: int
    event: NewEvent


def _attempt(
    engine: Engine,
    commands: Sequence[Command],
    *,
    clock: Clock,
    new_id: Callable[[], str],
    also: Also | None,
    look_under_lock: bool,
) -> list[Receipt]:
    with writing(engine) as connection:
        if look_under_lock:
            lock_head(connection)
        # Streams first, commands second: a stream that moved on because of this very command then finds it known.
        heads = stream_heads(connection, {append.stream for command in commands for append in command.appends})
        known = known_commands(connection, (command.id for command in commands))
        fresh = _fresh(commands, known)
        drafts = _drafts(fresh, heads)
        try:
            answers = _write(connection, fresh, drafts, heads, clock=clock, new_id=new_id)
        except IntegrityError as error:
            raise _Overtaken(error) from error
        if also and fresh:
            also(connection)
    return _receipts(commands, known, answers)


def lock_head(connection: Connection) -> tuple[int, Instant]:
    """Hold the end of the log until this transaction ends; its position and when it was recorded."""
    row = connection.execute(select(head_table.c.position, head_table.c.recorded_at).with_for_update()).one()
    return row.position, row.recorded_at


def _fresh(commands: Sequence[Command], known: dict[str, Answer]) -> list[Command]:
    """The commands to be recorded: those neither known nor given before in this call."""
    fingerprints = {id_: fingerprint for id_, (fingerprint, _, _) in known.items()}
    fresh = []
    for command in commands:
        if command.id not in fingerprints:
            fingerprints[command.id] = command.fingerprint
            fresh.append(command)
        elif fingerprints[command.id] not in (command.fingerprint, RESTORED):
            raise CommandReused(command.id)
    return fresh


def _drafts(fresh: Iterable[Command], heads: dict[str, StreamHead]) -> list[_Draft]:
    """Every event of these commands with its version, or WrongExpectedVersion."""
    versions = {stream: head.version for stream, head in heads.items()}
    drafts = []
    for command in fresh:
        for append in command.appends:
            version = versions.get(append.stream, 0)
            if not isinstance(append.expected, Any_) and append.expected != version:
                raise WrongExpectedVersion(append.stream, append.expected, version)
            drafts += [
                _Draft(command, append.stream, place, event) for place, event in enumerate(append.events, version + 1)
            ]
            versions[append.stream] = version + len(append.events)
    return drafts


def _write(
    connection: Connection,
    fresh: Sequence[Command],
    drafts: Sequence[_Draft],
    heads: dict[str, StreamHead],
    *,
    clock: Clock,
    new_id: Callable[[], str],
) -> dict[str, Span]:
    """Write the events and the commands; return each command's first and last position."""
    start = 0
    answers: dict[str, Span] = {}
    if drafts:
        floor = max(clock(), *(draft.event.learned_at or "" for draft in drafts))
        start, recorded_at, frontier = _move_head(connection, len(drafts), floor)
        recorded = _recorded(drafts, heads, start, recorded_at, new_id)
        insert_events(connection, recorded)
        tree.add(connection, frontier, start, (event.hash for event in recorded))
    for command in fresh:
        count = sum(len(append.events) for append in command.appends)
        answers[command.id] = (start + 1, start + count) if count else (None, None)
        start += count
    _remember(connection, fresh, answers)
    return answers


def _move_head(connection: Connection, count: int, floor: Instant) -> tuple[int, Instant, Frontier]:
    """Take the next `count` positions; the last position before them, the instant they are recorded at, and the
    tree as it is without them."""
    position, recorded_at, *kept = connection.execute(_MOVE_HEAD, {"count": count, "floor": floor}).one()
    return position - count, recorded_at, tree.frontier_of(*kept)


_MOVE_HEAD = (
    update(head_table)
    .values(
        position=head_table.c.position + bindparam("count"),
        recorded_at=case(
            (head_table.c.recorded_at < bindparam("floor"), bindparam("floor")), else_=head_table.c.recorded_at
        ),
    )
    .returning(head_table.c.position, head_table.c.recorded_at, head_table.c.tree_size, head_table.c.frontier)
)


def _recorded(
    drafts: Iterable[_Draft],
    heads: dict[str, StreamHead],
    start: int,
    recorded_at: Instant,
    new_id: Callable[[], str],
) -> list[RecordedEvent]:
    tips = {stream: head.hash for stream, head in heads.items()}
    recorded = []
    for position, draft in enumerate(drafts, start + 1):
        command, event = draft.command, draft.event
        members: Members = {
            "id": new_id(), "stream": draft.stream, "version": draft.version, "type": event.type,
            "recorded_at": recorded_at, "recorded_by": command.by, "learned_at": event.learned_at or recorded_at,
            "causation": command.id, "correlation": command.correlation,
            "prev_hash": tips.get(draft.stream, EMPTY.hash), "data": event.data,
        }  # fmt: skip
        tips[draft.stream] = digest = hash_of(**members)
        recorded.append(RecordedEvent(position=position, hash=digest, **members))
    return recorded


def _remember(connection: Connection, fresh: Iterable[Command], answers: dict[str, Span]) -> None:
    """Keep each command with its answer, in the order of ids so that two writers never wait for each other."""
    kept = sorted((command.id, command.fingerprint) for command in fresh)
    insert_rows(connection, commands_table, [(id_, fingerprint, *answers[id_]) for id_, fingerprint in kept])


def _receipts(commands: Iterable[Command], known: dict[str, Answer], answers: dict[str, Span]) -> list[Receipt]:
    given = {id_: (first, last) for id_, (_, first, last) in known.items()}
    receipts = []
    for command in commands:
        repeated = command.id in given
        first, last = given.setdefault(command.id, answers.get(command.id, (None, None)))
        receipts.append(Receipt(first, last, repeated))
    return receipts
