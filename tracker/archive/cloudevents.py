"""The log as CloudEvents 1.0, JSON Lines: lossless out, and in again with every hash checked."""

from collections.abc import Iterable, Iterator

import orjson
from sqlalchemy import Engine

from tracker.db import reading
from tracker.eventstore.cloudevents import as_cloudevent
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_all
from tracker.eventstore.store import EventStore
from tracker.intake import canonical

PAGE = 1_000
_TEXT = ("id", "type", "subject", "recordedtime", "recordedby", "learnedtime", "eventhash", "causationid")


class NotTheLog(ValueError):
    """A line that is no event of an exported log: which (from 1), and why."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line


def export(engine: Engine, stream: str | None = None) -> Iterator[bytes]:
    """Each event as one line of JSON, in the order of the log; with `stream`, those of one stream.

    One stream's events are evidence (every hash can be checked), not a log that can be imported.
    """
    after = 0
    while True:
        with reading(engine) as connection:
            page = read_all(connection, after=after, limit=PAGE)
        if not page:
            return
        for event in page:
            if stream is None or event.stream == stream:
                yield orjson.dumps(as_cloudevent(event)) + b"\n"
        after = page[-1].position


def import_log(store: EventStore, lines: Iterable[bytes]) -> int:
    """Append an exported log to an empty one, or to one that is its prefix; how many events were new.

    Raises NotTheLog for a line that can't be read, BrokenChain for the first event that does not follow.
    """
    added, batch = 0, list[RecordedEvent]()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        batch.append(event_of(number, line))
        if len(batch) == PAGE:
            added += store.restore(batch)
            batch = []
    return added + (store.restore(batch) if batch else 0)


def event_of(number: int, line: bytes) -> RecordedEvent:
    """The event that a line of an exported log is. Raises NotTheLog."""
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotTheLog(number, f"this is not JSON ({error})") from error
    if not isinstance(given, dict) or given.get("specversion") != "1.0":
        raise NotTheLog(number, "this is no CloudEvent of version 1.0")
    for name in _TEXT:
        if not isinstance(given.get(name), str):
            raise NotTheLog(number, f"“{name}” is missing; only a whole exported log can be imported")
    try:
        position, version = int(given["sequence"]), int(given["streamversion"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotTheLog(number, "“sequence” and “streamversion” are whole numbers") from error
    return RecordedEvent(
        position=position,
        id=given["id"],
        stream=given["subject"],
        version=version,
        type=given["type"],
        recorded_at=given["recordedtime"],
        recorded_by=given["recordedby"],
        learned_at=given["learnedtime"],
        causation=given["causationid"],
        correlation=given.get("correlationid"),
        prev_hash=given.get("prevhash"),
        hash=given["eventhash"],
        data=canonical(given.get("data")).decode(),
    )
