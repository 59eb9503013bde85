"""Writes docs/events.md from the types of events: `python -m docs.write_events`."""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from tracker.stories.catalogue import EventType, event_types
from tracker.stories.fields import DevelopmentFields
from tracker.stories.references import own_marks
from tracker.stories.shaping import types_of

PAGE = Path(__file__).with_name("events.md")
_COMMON = types_of(DevelopmentFields).keys()
_INTRODUCTION = """# Events

Every type of event, by group, generated from the types. **D** marks a development, which has besides its own fields:
{common}. A record asks for an event by its name without the version; required fields are in *italics*. Where a field
names an actor or a source, a record may describe it in place (`{{"name": …}}`, `{{"description": …}}`) the first time.
The same table as JSON Schema is at `/api/v1/schemas/events.json` (as stored) and `/api/v1/schemas/records.json` (as
asked for).
"""


def page() -> str:
    """The whole page."""
    parts = [_INTRODUCTION.format(common=", ".join(f"`{name}`" for name in sorted(_COMMON)))]
    group = ""
    for row in event_types().values():
        if row.group != group:
            group = row.group
            parts.append(f"\n## {group.capitalize()}\n")
        parts.append(_entry(row))
    return "\n".join(parts) + "\n"


def _entry(row: EventType) -> str:
    mark = " **D**" if row.is_development else ""
    meaning = (row.event.__doc__ or "").strip().splitlines()[0]
    fields = [
        f"- {_name(field)}: {_kind(types_of(row.command)[field.encode_name])}"
        for field in msgspec.structs.fields(row.command)
        if field.encode_name != "learned" and not (row.is_development and field.encode_name in _COMMON)
    ]
    return "\n".join([f"### `{row.wire}`{mark}\n", f"{meaning} Asked for by `{row.command.__name__}`.\n", *fields, ""])


def _name(field: Any) -> str:
    return f"*`{field.encode_name}`*" if field.required else f"`{field.encode_name}`"


def _kind(kind: Any) -> str:
    """A type in a reader's words."""
    if marks := own_marks(kind):
        return f"key of a {next(iter(marks))}"
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _kind(inner[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in inner)
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    if origin is dict:
        return "fields by name"
    if inner:
        return " or ".join(dict.fromkeys(_kind(member) for member in inner if member not in _NOTHING))
    return {str: "text", int: "whole number"}.get(kind, f"`{getattr(kind, '__name__', 'any value')}`")


_NOTHING = (type(None), msgspec.UnsetType)

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
