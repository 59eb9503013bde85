"""The table of events as JSON Schema 2020-12: what is stored, and what is asked for in a record."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tracker.stories.catalogue import event_types

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REF = "#/$defs/{name}"


def event_schemas() -> dict[str, Any]:
    """One schema for the bodies of all events, by wire type."""
    return _document("Events as stored", {row.wire: row.event for row in event_types().values()})


def record_schemas(ref_template: str = REF) -> dict[str, Any]:
    """One schema for what a record may ask for, by type; a record adds `type`, `story`, `learned_at` and `id`."""
    return _document("Records as asked for", {row.name: row.command for row in event_types().values()}, ref_template)


def _document(title: str, types: Mapping[str, type[msgspec.Struct]], ref_template: str = REF) -> dict[str, Any]:
    _, definitions = msgspec.json.schema_components(types.values(), ref_template=ref_template)
    return {
        "$schema": DIALECT,
        "title": title,
        "$defs": _without_blanks(definitions),
        "properties": {name: {"$ref": ref_template.format(name=kind.__name__)} for name, kind in types.items()},
    }


def _without_blanks(schema: Any) -> Any:
    """The schema without defaults that are blank: they say that a field may be left out, and break its own pattern."""
    if isinstance(schema, dict):
        kept = {name: each for name, each in schema.items() if name != "default" or each != ""}
        return {name: _without_blanks(each) for name, each in kept.items()}
    return [_without_blanks(each) for each in schema] if isinstance(schema, list) else schema
