"""What a desk asks of the log, in a line, for the tests here."""

from uuid import uuid4

from tracker.eventstore.events import ANY, Any_, Command, NewEvent, StreamAppend
from tracker.instants import Clock, Instant

STORY = "story/meetings"


def note(text: str = "A note.", learned_at: Instant | None = None) -> NewEvent:
    """A fact in a sentence."""
    return NewEvent("note.logged.v1", f'{{"text":"{text}"}}', learned_at)


def notes(count: int) -> tuple[NewEvent, ...]:
    """So many facts, each different."""
    return tuple(note(f"Note {number}.") for number in range(1, count + 1))


def asked(
    *facts: NewEvent,
    stream: str = STORY,
    expected: int | Any_ = ANY,
    id: str | None = None,
    fingerprint: str = "f1",
    correlation: str | None = None,
) -> Command:
    """A request of Ana's that leads to these facts in one stream."""
    appends = (StreamAppend(stream, expected, facts),)
    return Command(id or str(uuid4()), fingerprint, appends, by="ana", correlation=correlation)


def nothing(id: str) -> Command:
    """A request that changes nothing."""
    return Command(id, "f1", (), by="ana")


def at(*instants: Instant) -> Clock:
    """A clock that shows these instants one after the other."""
    return iter(instants).__next__
