"""The fields of a development as boxes of text: how each is shown there, and how what is typed is read back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.projections.directory import Directory
from tracker.stories.errors import Invalid, Refused
from tracker.stories.fields import DevelopmentFields
from tracker.stories.shaping import types_of
from tracker.stories.type_names import wire_name
from tracker.web.forms import Field, value_of, widget_of
from tracker.web.questions import label_of
from tracker.web.words import nobody

_NOT_HERE = frozenset({"key", "learned", "embargo", "sealed"})
_LEADS = {"quotes": "exact", "purpose": "text"}
"""Lists of passages, and which part of each is its words."""


def names_by_key(directory: Directory) -> dict[str, str]:
    """How boxes name actors, and whoever is nobody in particular."""
    return {key: name for name, key in directory.actors.items()} | nobody()


def plain_fields(event: DevelopmentFields, names: Mapping[str, str]) -> Iterator[tuple[Field, str]]:
    """The fields of a logged development that can be corrected in a box of text, with what they say now."""
    record = _record(event)
    for name, kind in types_of(type(event)).items():
        widget, choices, of = widget_of(kind, name)
        if name in _NOT_HERE or widget in {"exchange", "developments", "source"}:
            continue
        each = Field(name=name, label=label_of(name, wire_name(event)), widget=widget, choices=choices, names=of)
        left_out = getattr(event, name, "") if widget == "select" else ""
        said = _shown(each, record.get(name) or left_out or "", names)
        if said is not None:
            # An input would drop the line breaks.
            yield replace(each, widget="text") if widget == "line" and "\n" in said else each, said


def correction_value(
    each: Field, typed: str, event: DevelopmentFields, names: Mapping[str, str], zone: ZoneInfo, today: date,
    problems: list[Refused],
) -> Any:  # fmt: skip
    """What a corrected box says, in the shape of the field; None to leave the field out.

    Whoever stays in a list, and a passage whose words change, keep what the box does not show of them.
    """
    was = _record(event).get(each.name) or ""
    if each.name in _LEADS:
        return _passages(_LEADS[each.name], typed, was) or None
    value = value_of(each, MultiDict({each.name: typed}), zone, today, problems)
    if each.widget == "actor":
        value = _key_of(each.name, value, names, [was], problems)
    if each.widget == "actors":
        value = [_kept(each.name, name, names, was, problems) for name in value]
    return None if value in ("", []) else value


def _record(event: DevelopmentFields) -> dict[str, Any]:
    record: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(event))
    return record


def _shown(each: Field, value: Any, names: Mapping[str, str]) -> str | None:
    """What a box says of a value; None where a box can't hold it."""
    match value, each.widget:
        case {"edtf": edtf}, "date":
            return str(value.get("as_said") or edtf)
        case str(), "actor":
            return names.get(value, value)
        case list(), "actors":
            actors: list[Any] = [item["actor"] if isinstance(item, dict) else item for item in value]
            return "\n".join(names.get(key, key) for key in actors) if _all_text(actors) else None
        case list(), _ if each.name in _LEADS:
            said = [item[_LEADS[each.name]] for item in value]
            return "\n\n".join(said) if len(said) == 1 or not any("\n\n" in text for text in said) else None
        case list(), "words" | "lines" if _all_text(value):
            return (", " if each.widget == "words" else "\n").join(value)
        case list() | dict(), _:
            return None
    return str(value)


def _all_text(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


def _passages(lead: str, typed: str, was: Any) -> list[dict[str, Any]]:
    """The passages of a box, an empty line between them; a single one may have empty lines of its own."""
    text, old = typed.replace("\r\n", "\n").strip(), list(was)
    said = re.split(r"\n[ \t]*\n\s*", text) if len(old) > 1 else [text]
    said = [each for each in said if each]
    return [(old[n] if len(said) == len(old) else {}) | {lead: each} for n, each in enumerate(said)]


def _kept(field: str, name: str, names: Mapping[str, str], was: Any, problems: list[Refused]) -> Any:
    old = {item["actor"] if isinstance(item, dict) else item: item for item in was}
    key = _key_of(field, name, names, list(old), problems)
    return old.get(key, key)


def _key_of(field: str, typed: str, names: Mapping[str, str], old: list[Any], problems: list[Refused]) -> str:
    """The key of whoever is named; what is no name of anybody stays as it is, and is a problem."""
    found = next((key for key, name in names.items() if typed in (name, key)), "")
    if typed and not found and typed not in old:
        problems.append(Invalid(field, _("Nobody called “%(name)s” is known here yet.", name=typed[:80])))
    return found or typed
