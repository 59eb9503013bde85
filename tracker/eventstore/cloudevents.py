"""An event of the log in the form that other programs know: CloudEvents 1.0."""

from typing import Any

import orjson

from tracker.eventstore.events import RecordedEvent


def as_cloudevent(event: RecordedEvent) -> dict[str, Any]:
    """One event in the form of DESIGN: no `time`, since when it happened is seldom an instant."""
    optional = {"prevhash": event.prev_hash, "correlationid": event.correlation}
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": "/",
        "type": event.type,
        "subject": event.stream,
        "datacontenttype": "application/json",
        "sequence": f"{event.position:020d}",
        "streamversion": str(event.version),
        "recordedtime": event.recorded_at,
        "recordedby": event.recorded_by,
        "learnedtime": event.learned_at,
        "causationid": event.causation,
        "eventhash": event.hash,
        **{name: value for name, value in optional.items() if value is not None},
        "data": orjson.loads(event.data),
    }
