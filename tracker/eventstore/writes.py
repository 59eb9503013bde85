"""Writing many events at once, in the way each database does it fastest."""

from collections.abc import Sequence
from operator import attrgetter

from sqlalchemy import Connection, insert

from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.tables import events

_NAMES = tuple(RecordedEvent.__dataclass_fields__)
_values = attrgetter(*_NAMES)


def insert_events(connection: Connection, recorded: Sequence[RecordedEvent]) -> None:
    """Add these events to the log, in one statement."""
    connection.execute(insert(events), [dict(zip(_NAMES, _values(event), strict=True)) for event in recorded])
