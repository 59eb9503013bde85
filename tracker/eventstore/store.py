"""The newsroom's log in one place: append to it, read it, restore it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from uuid_utils import uuid7

from tracker import instants
from tracker.db import is_busy, reading
from tracker.eventstore import append, restore
from tracker.eventstore import reading as log
from tracker.eventstore.errors import LogBusy
from tracker.eventstore.events import Command, Receipt, RecordedEvent
from tracker.instants import Clock


def new_id() -> str:
    """A new event's id: UUIDv7 text."""
    return str(uuid7())


class EventStore:
    """The log behind one database; every method is one transaction of its own.

    Inside a transaction of one's own, use the functions of `tracker.eventstore.reading`.
    """

    def __init__(self, engine: Engine, clock: Clock = instants.now, new_id: Callable[[], str] = new_id) -> None:
        self._engine, self._clock, self._new_id = engine, clock, new_id

    def append(self, *commands: Command, also: append.Also | None = None) -> list[Receipt]:
        """Record commands in their order, all of them or none; one receipt for each.

        Several may append to one stream; an expected version then counts the earlier ones of this call. All events of a
        call share one `recorded_at`: the latest of the clock, the head's, and their `learned_at`. A known
        command writes nothing and gets its first answer. `also` runs in the same transaction, after the events
        are in, unless every command was known.

        Raises WrongExpectedVersion, CommandReused, or LogBusy; then nothing was written.
        """
        with _waiting():
            return append.append(self._engine, commands, clock=self._clock, new_id=self._new_id, also=also)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the log for several reads, with the functions of `tracker.eventstore.reading`."""
        with reading(self._engine) as connection:
            yield connection

    def restore(self, events: Sequence[RecordedEvent]) -> int:
        """Append exported events exactly as they are, to a log that is their prefix; how many were new.

        `events` are consecutive by position. Every hash, version, position and instant is checked; what the log has
        already must be identical, and is skipped. Raises BrokenChain with the first position at fault, or LogBusy.
        """
        with _waiting():
            return restore.restore(self._engine, events)

    def read_stream(self, stream: str, after: int = 0, upto: int | None = None) -> list[RecordedEvent]:
        """A stream's events with `after` < version ≤ `upto`, in order."""
        with reading(self._engine) as connection:
            return log.read_stream(connection, stream, after, upto)

    def read_all(self, after: int = 0, limit: int = 1000, upto: int | None = None) -> list[RecordedEvent]:
        """The next `limit` events with `after` < position ≤ `upto`, in the order of the log."""
        with reading(self._engine) as connection:
            return log.read_all(connection, after, limit, upto)

    def find(self, event_id: str) -> RecordedEvent | None:
        """The event with this id."""
        with reading(self._engine) as connection:
            return log.find(connection, event_id)

    def position(self) -> int:
        """Position of the newest event; 0 in an empty log."""
        with reading(self._engine) as connection:
            return log.position(connection)

    def stream_version(self, stream: str) -> int:
        """Version of a stream's newest event; 0 where there is none."""
        with reading(self._engine) as connection:
            return log.stream_version(connection, stream)

    def known_commands(self, ids: Iterable[str]) -> dict[str, log.Answer]:
        """Fingerprint, first and last position of those of these commands that are known."""
        with reading(self._engine) as connection:
            return log.known_commands(connection, ids)

    def streams(self, prefix: str = "") -> list[str]:
        """Names of the streams that begin with `prefix`, sorted."""
        with reading(self._engine) as connection:
            return log.streams(connection, prefix)


@contextmanager
def _waiting() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if is_busy(error):
            raise LogBusy from error
        raise
