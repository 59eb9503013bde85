"""Every event vouches for the one before it in its stream: the bytes that are hashed, and the check."""

from collections.abc import Iterable
from hashlib import sha256
from typing import TypedDict, Unpack

import orjson

from tracker.eventstore.errors import BrokenChain
from tracker.eventstore.events import EMPTY, RecordedEvent, StreamHead
from tracker.instants import Instant

_GREATEST_EXACT = 2**53 - 1


class Members(TypedDict):
    """What of an event its hash is over: all but its position, for which the tree vouches."""

    id: str
    stream: str
    version: int
    type: str
    recorded_at: Instant
    recorded_by: str
    learned_at: Instant
    causation: str
    correlation: str | None
    prev_hash: str | None
    data: str


def canonical(**members: Unpack[Members]) -> bytes:
    """The bytes an event's hash is taken over: RFC 8785 (JCS) of its eleven members, `data` embedded as stored."""
    return orjson.dumps({**members, "data": orjson.Fragment(members["data"])}, option=orjson.OPT_SORT_KEYS)


def hash_of(**members: Unpack[Members]) -> str:
    """An event's hash: SHA-256 in hex over its canonical bytes."""
    return sha256(canonical(**members)).hexdigest()


def hash_again(event: RecordedEvent) -> str:
    """The hash a recorded event should have."""
    return sha256(bytes_of(event)).hexdigest()


def bytes_of(event: RecordedEvent) -> bytes:
    """The bytes that a recorded event's hash is taken over."""
    return canonical(
        id=event.id,
        stream=event.stream,
        version=event.version,
        type=event.type,
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        learned_at=event.learned_at,
        causation=event.causation,
        correlation=event.correlation,
        prev_hash=event.prev_hash,
        data=event.data,
    )


def check_next(head: StreamHead, event: RecordedEvent) -> StreamHead:
    """The stream's head after this event, or BrokenChain where the event does not follow from `head`."""
    if event.version != head.version + 1:
        raise BrokenChain(event.position, f"{event.stream} goes from version {head.version} to {event.version}")
    if event.prev_hash != head.hash:
        raise BrokenChain(event.position, f"does not follow from {event.stream} version {head.version}")
    if event.hash != hash_again(event):
        raise BrokenChain(event.position, "its hash does not match what it says")
    return StreamHead(event.version, event.hash)


def check_stream(events: Iterable[RecordedEvent], head: StreamHead = EMPTY) -> StreamHead:
    """Check events of one stream that follow `head` (the whole stream, if left out); return where they end.

    Raises BrokenChain with the first position that is wrong.
    """
    for event in events:
        head = check_next(head, event)
    return head


def is_canonical(data: str) -> bool:
    """Whether this text is a JSON object in the form the log stores.

    That is RFC 8785 (names sorted by UTF-16 units, none twice, no spaces), without floats and without integers
    beyond 2⁵³, which other people's readers would round.
    """
    try:
        value = orjson.loads(data)
        return isinstance(value, dict) and orjson.dumps(value).decode() == data and _in_order(value)
    except (ValueError, TypeError):  # orjson's error on writing is a TypeError
        return False


def _in_order(value: object) -> bool:
    match value:
        case dict():
            names = [name.encode("utf-16-be") for name in value]
            return names == sorted(names) and all(map(_in_order, value.values()))
        case list():
            return all(map(_in_order, value))
        case int():
            return abs(value) <= _GREATEST_EXACT
        case _:
            return not isinstance(value, float)
