"""Events and entries as text, and back: canonical for the log, compact for the views."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import msgspec
import orjson

from tracker.instants import Instant
from tracker.stories.catalogue import by_wire
from tracker.stories.development_types import by_name
from tracker.stories.entries import ENTRY_TYPES, Development, Entry
from tracker.stories.fields import Fields
from tracker.stories.recorded import Recorded
from tracker.stories.type_names import wire_type
from tracker.stories.upcasts import UPCASTS, Upcast


class UnknownEventType(ValueError):
    """The log holds a type of event that this version of the program does not know."""


def encode(event: Fields) -> tuple[str, str]:
    """The wire type of an event and its body as canonical JSON (RFC 8785 over a domain without floats)."""
    body = msgspec.to_builtins(event)
    del body["type"]
    return wire_type(type(event)), orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def decode(wire: str, body: str, upcasts: Mapping[str, Upcast] = UPCASTS) -> Fields:
    """The event that a wire type and body describe, brought to today's form.

    Raises UnknownEventType.
    """
    if wire in upcasts:
        old: dict[str, Any] = msgspec.json.decode(body)
        while wire in upcasts:
            wire, old = upcasts[wire](old)
        return msgspec.convert(old, _event_class(wire))
    return _decoder(wire).decode(body)


class LogRow(Protocol):
    """What the domain needs of a row of the log."""

    @property
    def type(self) -> str: ...
    @property
    def data(self) -> str: ...
    @property
    def stream(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def recorded_at(self) -> Instant: ...
    @property
    def recorded_by(self) -> str: ...
    @property
    def learned_at(self) -> Instant: ...


def recorded(row: LogRow) -> Recorded:
    """A row of the log as the domain reads it. Raises UnknownEventType."""
    return Recorded(
        event=decode(row.type, row.data), stream=row.stream, version=row.version, position=row.position,
        recorded_at=row.recorded_at, recorded_by=row.recorded_by, learned_at=row.learned_at,
    )  # fmt: skip


def encode_entry(entry: Entry) -> str:
    """An entry as a view row holds it; equal entries give equal text."""
    if isinstance(entry, Development):
        state = msgspec.to_builtins(entry)
        return orjson.dumps(state | {"event": msgspec.to_builtins(entry.event)}, option=orjson.OPT_SORT_KEYS).decode()
    return orjson.dumps(msgspec.to_builtins(entry), option=orjson.OPT_SORT_KEYS).decode()


def decode_entry(kind: str, text: str) -> Entry:
    """The entry that a view row holds."""
    if kind != Development.KIND:
        return msgspec.json.decode(text, type=ENTRY_TYPES[kind])
    state = msgspec.json.decode(text)
    event = msgspec.convert(state.pop("event"), _any_development())
    return Development(**(state | {"event": event, "redacted": tuple(state.get("redacted", ()))}))


@cache
def _decoder(wire: str) -> msgspec.json.Decoder[Fields]:
    return msgspec.json.Decoder(_event_class(wire))


def _event_class(wire: str) -> type[Fields]:
    row = by_wire().get(wire)
    if row is None:
        raise UnknownEventType(f"“{wire}” is not a type of event that this version knows; upgrade the program.")
    return row.event


@cache
def _any_development() -> Any:
    union: Any = None
    for kind in by_name().values():
        union = kind if union is None else union | kind
    return union
