"""A small newsroom to write about: notes on stories, and the requests that log them."""

import uuid
from hashlib import sha256

import orjson

from tracker.eventstore.events import ANY, Any_, Command, NewEvent, StreamAppend
from tracker.instants import Clock, Instant

MEETING = "story/ambassador-meetings"
HEARING = "story/confirmation-hearing"
NOON = "2017-03-01T12:00:00.000000Z"


def note(text: str = "Meeting held", learned_at: Instant | None = None) -> NewEvent:
    """A note as an event."""
    return NewEvent("note.logged.v1", orjson.dumps({"text": text}).decode(), learned_at)


def notes(stream: str, *texts: str, expected: int | Any_ = ANY) -> StreamAppend:
    """These notes, to be added to a stream."""
    return StreamAppend(stream, expected, tuple(note(text) for text in texts))


def some(count: int) -> tuple[NewEvent, ...]:
    """So many notes, each different."""
    return tuple(note(f"Note {number}") for number in range(1, count + 1))


def request(*appends: StreamAppend, id: str | None = None, by: str = "ana") -> Command:
    """A request that leads to these appends; one with the same appends has the same fingerprint."""
    return Command(id or str(uuid.uuid4()), sha256(repr(appends).encode()).hexdigest(), appends, by)


def log(stream: str, *texts: str, expected: int | Any_ = ANY) -> Command:
    """A request to log these notes in a stream."""
    return request(notes(stream, *texts, expected=expected))


def asked(
    *facts: NewEvent,
    stream: str = MEETING,
    expected: int | Any_ = ANY,
    id: str | None = None,
    fingerprint: str = "f1",
    correlation: str | None = None,
) -> Command:
    """A request that leads to these facts in one stream."""
    appends = (StreamAppend(stream, expected, facts),)
    return Command(id or str(uuid.uuid4()), fingerprint, appends, "ana", correlation)


def nothing(id: str) -> Command:
    """A request that changes nothing."""
    return Command(id, "f1", (), "ana")


def clock_showing(*instants: Instant) -> Clock:
    """A clock that shows these instants one after the other."""
    return iter(instants).__next__
