"""A development's content put right, given another type, or blanked: new values, never new history."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tracker.stories import development_types
from tracker.stories.errors import Invalid, NotCorrectable
from tracker.stories.fields import UNATTRIBUTED, DevelopmentFields, Voice
from tracker.stories.shaping import build, fields_of, types_of
from tracker.stories.type_names import wire_name

# The embargo has acts of its own, and so has what is sealed: it is redacted.
FIXED = frozenset({"key", "learned", "embargo", "sealed"})
REDACTED = "[redacted]"


def field_value(event: DevelopmentFields, name: str, path: str = "changes") -> Any:
    """The value of a field as a record holds it, lists as lists; None where it is left out.

    Raises NotCorrectable, at `path`, for a field that the type has not, or that no correction changes.
    """
    _attribute(event, name, path)
    return msgspec.json.decode(msgspec.json.encode(_record(event).get(name)))


def revised(event: DevelopmentFields, now: Mapping[str, Any]) -> DevelopmentFields:
    """The event with some fields saying something else; None (save for `made_public`) leaves a field out.

    Raises NotCorrectable, Invalid or Missing.
    """
    for name in now:
        _attribute(event, name)
    kept = _record(event) | dict(now)
    return _built(type(event), {name: value for name, value in kept.items() if _says(name, value)})


def reclassified(event: DevelopmentFields, wire: str, fields: Mapping[str, Any]) -> DevelopmentFields:
    """The same development as another type: what both types share is kept, the fields given are added.

    Raises Invalid where there is no such type of development, or where its own fields are missing or wrong.
    """
    kind = development_types.by_name().get(wire)
    if kind is None:
        raise Invalid("as", "“%(wire)s” is not a type of development.", wire=wire)
    if wire == wire_name(event):
        raise Invalid("as", "This already is a record of type %(wire)s.", wire=wire)
    shared = {name: value for name, value in _record(event).items() if name in types_of(kind)}
    return _built(kind, shared | {name: value for name, value in fields.items() if name not in FIXED}, "fields")


def blanked(event: DevelopmentFields, names: Iterable[str]) -> DevelopmentFields:
    """The event with fields emptied; a text that must stand says that it was redacted, what is sealed goes whole.

    Raises NotCorrectable for a field without which the record would mean something else.
    """
    blank: dict[str, Any] = {}
    for name in names:
        if name in event.sealed:
            sealed = blank.get("sealed", event.sealed)
            blank["sealed"] = {other: kept for other, kept in sealed.items() if other != name}
            if name not in types_of(type(event)):
                continue
        attribute = _attribute(event, name, "fields")
        field = next(f for f in fields_of(type(event)) if f.name == attribute)
        if not field.required:
            blank[attribute] = field.default
        elif types_of(type(event))[name] == Voice:
            blank[attribute] = UNATTRIBUTED
        elif isinstance(getattr(event, attribute), str) and field.encode_name in {"text", "title", "explanation"}:
            blank[attribute] = REDACTED
        else:
            raise NotCorrectable(
                "fields", "“%(name)s” can't be redacted without making it another record; retract it.", name=name
            )
    return msgspec.structs.replace(event, **blank)


def _attribute(event: DevelopmentFields, name: str, path: str = "changes") -> str:
    """The attribute that holds a field, by the field's name in a record."""
    for field in fields_of(type(event)):
        if field.encode_name == name and name not in FIXED:
            return field.name
    raise NotCorrectable(
        path,
        "A record of type %(value)s has no field “%(name)s” that can be corrected.",
        value=wire_name(event),
        name=name,
    )


def _record(event: DevelopmentFields) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(event).items() if name != "type"}


def _says(name: str, value: Any) -> bool:
    return value is not None or name == "made_public"


def _built(kind: type[DevelopmentFields], record: Mapping[str, Any], path: str = "") -> DevelopmentFields:
    built, problems = build(kind, record, path)
    if built is None:
        raise problems[0]
    return built
