"""The log as it is, for whoever keeps it: line by line, filtered, and each event with its proof."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from tracker.accounts.people import Principal
from tracker.archive import proving
from tracker.archive.proving import Inclusion
from tracker.eventstore import tree
from tracker.eventstore.chain import bytes_of, hash_again
from tracker.eventstore.cloudevents import as_cloudevent
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.merkle import Hash, inclusion_ranges, node_hash
from tracker.eventstore.reading import find
from tracker.eventstore.tables import events
from tracker.instants import Instant
from tracker.projections.disclosure import may_read, withheld

PAGE = 50
MOST_READ = 5_000
"""Events looked at for one page of a filtered list; where more are needed, the page ends early and says where."""

_FIELDS = tuple(events.c[name] for name in RecordedEvent.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the log is wanted; "" and None: whatever it is."""

    stream: str = ""
    """A stream, or the beginning of some streams' names where it ends in a slash."""
    type: str = ""
    """A wire type without its version, `claim.denied`."""
    person: str = ""
    recorded_from: Instant = ""
    recorded_to: Instant = ""
    learned_from: Instant = ""
    learned_to: Instant = ""
    before: int | None = None
    """Positions below this one, the newest first."""
    after: int | None = None
    """Positions above this one, the oldest first."""

    @property
    def by_content(self) -> bool:
        """Whether it asks for more than places and times of recording, which is all that everybody may be told."""
        return any((self.stream, self.type, self.person, self.learned_from, self.learned_to))


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of the log, the newest first, each event as a CloudEvent as far as it may be seen."""

    lines: list[dict[str, Any]]
    older: int | None
    """`before` of the page with older events; None where there is none."""
    newer: int | None
    """`after` of the page with newer ones."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step up the tree: with what an event's hash so far is joined, on which side, and what comes of it."""

    left: bool
    """Whether what is joined stands to the left."""
    other: Hash
    first: int
    last: int
    """The positions that `other` stands for."""
    result: Hash


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The event before or after another in its stream."""

    position: int
    id: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Proved:
    """An event with everything that shows that it is in the log, and has been since."""

    told: dict[str, Any]
    """As a CloudEvent, as far as it may be seen."""
    position: int
    hash: str
    canonical: str
    """The text its hash is taken over; "" where that is not to be shown whole."""
    found: str
    """The hash taken anew, over what is stored."""
    before: Neighbour | None
    after: Neighbour | None
    proof: Inclusion
    steps: tuple[Step, ...]


def lines(connection: Connection, principal: Principal, now: Instant, wanted: Wanted, page: int = PAGE) -> Lines:
    """A page of the log. What may not be seen keeps place and hash, and answers to no filter on what it says."""
    upwards = wanted.after is not None
    at, found, read, more = (wanted.after if upwards else wanted.before), list[dict[str, Any]](), 0, True
    while len(found) <= page and more and read < MOST_READ:
        rows = [RecordedEvent(*row) for row in connection.execute(_select(wanted, at, page + 1, upwards=upwards))]
        more, read = len(rows) > page, read + len(rows)
        at = rows[-1].position if rows else at
        told = told_of(connection, principal, now, rows)
        found += [each for each in told if not (wanted.by_content and each.get("withheld"))]
    over = len(found) > page
    shown = found[:page]
    end = place(shown[-1]) if over else at if more else None
    if upwards:
        return Lines(shown[::-1], older=place(shown[0]) if shown else (at or 0) + 1, newer=end)
    start = place(shown[0]) if shown else (wanted.before or 1) - 1
    return Lines(shown, older=end, newer=start if wanted.before is not None else None)


def proved(connection: Connection, principal: Principal, now: Instant, event_id: str) -> Proved:
    """An event and its proof in the log as it is. Raises NoSuchEvent, BrokenTree."""
    event = find(connection, event_id)
    kept = tree.frontier(connection)
    if event is None or event.position > kept.size:
        raise proving.NoSuchEvent(event_id)
    (told,) = told_of(connection, principal, now, [event])
    proof = proving.of_event(connection, event, kept, kept.size)
    hidden = bool(told.get("withheld"))
    whole = not hidden and not told.get("redacted")
    return Proved(
        told=told, position=event.position, hash=event.hash, canonical=bytes_of(event).decode() if whole else "",
        found=hash_again(event), proof=proof, steps=tuple(_steps(proof)),
        before=None if hidden else _neighbour(connection, event.stream, event.version - 1),
        after=None if hidden else _neighbour(connection, event.stream, event.version + 1),
    )  # fmt: skip


def told_of(
    connection: Connection, principal: Principal, now: Instant, page: Sequence[RecordedEvent]
) -> list[dict[str, Any]]:
    """Events as CloudEvents as far as the principal may see them; one that can't be read any more is withheld."""
    try:
        return may_read(connection, principal, now, page)
    except (msgspec.MsgspecError, LookupError, ValueError):
        if len(page) > 1:
            return [told for event in page for told in told_of(connection, principal, now, [event])]
        return [withheld(as_cloudevent(replace(page[0], data="{}"))) | {"unreadable": True}]


def place(told: dict[str, Any]) -> int:
    """The position of an event that is told as a CloudEvent."""
    return int(told["sequence"])


def _select(wanted: Wanted, at: int | None, limit: int, *, upwards: bool) -> Select[*tuple[Any, ...]]:
    chosen = select(*_FIELDS).limit(limit)
    chosen = chosen.order_by(events.c.position.asc() if upwards else events.c.position.desc())
    if at is not None:
        chosen = chosen.where(events.c.position > at if upwards else events.c.position < at)
    if wanted.stream.endswith("/"):
        chosen = chosen.where(events.c.stream >= wanted.stream, events.c.stream < wanted.stream + chr(0x10FFFF))
    elif wanted.stream:
        chosen = chosen.where(events.c.stream == wanted.stream)
    if wanted.type:
        chosen = chosen.where(events.c.type.in_([f"{wanted.type}.v{version}" for version in range(1, 10)]))
    if wanted.person:
        chosen = chosen.where(events.c.recorded_by == wanted.person)
    for column, first, last in (
        (events.c.recorded_at, wanted.recorded_from, wanted.recorded_to),
        (events.c.learned_at, wanted.learned_from, wanted.learned_to),
    ):
        chosen = chosen.where(column >= first) if first else chosen
        chosen = chosen.where(column <= last) if last else chosen
    return chosen


def _steps(proof: Inclusion) -> Iterator[Step]:
    reached = proof.leaf_hash
    for (start, end), other in zip(inclusion_ranges(proof.index, proof.size), proof.path, strict=True):
        left = end <= proof.index
        reached = node_hash(other, reached) if left else node_hash(reached, other)
        yield Step(left, other, start + 1, end, reached)


def _neighbour(connection: Connection, stream: str, version: int) -> Neighbour | None:
    named = (events.c[name] for name in Neighbour.__dataclass_fields__)
    row = connection.execute(select(*named).where(events.c.stream == stream, events.c.version == version)).one_or_none()
    return Neighbour(*row) if row else None
