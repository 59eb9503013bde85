"""A small newsroom to write about: notes on stories, and the requests that log them."""

import uuid
from hashlib import sha256

import orjson

from tracker.eventstore.events import ANY, Any_, Command, NewEvent, StreamAppend
from tracker.instants import Clock, Instant

MEETING = "story/ambassador-meetings"
HEARING = "story/confirmation-hearing"
NOON = "2017-03-01T12:00:00.000000Z"


def note(text: str, learned_at: Instant | None = None) -> NewEvent:
    """A note as an event."""
    return NewEvent("note.logged.v1", orjson.dumps({"text": text}).decode(), learned_at)


def notes(stream: str, *texts: str, expected: int | Any_ = ANY) -> StreamAppend:
    """These notes, to be added to a stream."""
    return StreamAppend(stream, expected, tuple(note(text) for text in texts))


def request(*appends: StreamAppend, id: str | None = None, by: str = "ana") -> Command:
    """A request that leads to these appends; one with the same appends has the same fingerprint."""
    return Command(id or str(uuid.uuid4()), sha256(repr(appends).encode()).hexdigest(), appends, by)


def log(stream: str, *texts: str, expected: int | Any_ = ANY) -> Command:
    """A request to log these notes in a stream."""
    return request(notes(stream, *texts, expected=expected))


def clock_showing(*instants: Instant) -> Clock:
    """A clock that shows these instants one after the other."""
    return iter(instants).__next__
