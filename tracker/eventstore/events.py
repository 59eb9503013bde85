"""What goes into the log and what comes out of it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from tracker.instants import Instant

Any_ = Enum("Any_", {"ANY": "any"})
"""The type of `ANY`."""

ANY: Final[Literal[Any_.ANY]] = Any_.ANY
"""Append whatever version the stream is at."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to be recorded."""

    type: str
    """Wire type with its version: `claim.denied.v1`."""
    data: str
    """Canonical JSON text (RFC 8785) of an object, stored and hashed as it is."""
    learned_at: Instant | None = None
    """When the newsroom knew; None: when it is recorded."""


@dataclass(frozen=True, slots=True)
class StreamAppend:
    """Facts to be added to one stream, in their order."""

    stream: str
    expected: int | Any_
    """The version the writer saw (0: no such stream yet), or `ANY`."""
    events: tuple[NewEvent, ...]
    """At least one holds the version until the commit; without any it is only looked at."""


@dataclass(frozen=True, slots=True)
class Command:
    """One request of somebody's, and what was decided on it; recorded whole or not at all, and once."""

    id: str
    """UUID text; a repeat with the same id is answered like the first, and it is its events' `causation`."""
    fingerprint: str
    """SHA-256 (hex) over what was asked; tells a repeat from another request with the same id."""
    appends: tuple[StreamAppend, ...]
    """May be empty: that a request changed nothing is remembered as well."""
    by: str
    """Who asked."""
    correlation: str | None = None
    """The batch it belongs to, such as an import."""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """A fact as it stands in the log."""

    position: int
    """Place in the whole log, 1…N without a hole."""
    id: str
    """UUIDv7 text, given by the store."""
    stream: str
    version: int
    """Place in its stream, 1…n without a hole."""
    type: str
    """Wire type with its version: `claim.denied.v1`."""
    recorded_at: Instant
    """When the store appended it; never goes back along positions."""
    recorded_by: str
    learned_at: Instant
    """When the newsroom knew; never later than `recorded_at`."""
    causation: str
    """Id of the command that led to it."""
    correlation: str | None
    """The batch it came with."""
    prev_hash: str | None
    """`hash` of the event before it in its stream; None for version 1."""
    hash: str
    """SHA-256 (hex) over every other field but `position`, chained through `prev_hash`."""
    data: str
    """Canonical JSON text, exactly as it was given."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a command's events stand in the log."""

    first_position: int | None
    """None: the command changed nothing."""
    last_position: int | None
    repeated: bool
    """The command was known already; this is its first answer."""


@dataclass(frozen=True, slots=True)
class StreamHead:
    """Where a stream ends."""

    version: int
    hash: str | None


EMPTY: Final = StreamHead(version=0, hash=None)
"""The head of a stream that nothing was appended to."""
