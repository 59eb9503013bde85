"""What a field of a development says: a choice in words, a person by name, a development by its headline."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from flask import Flask, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from tracker.stories.development_types import by_name
from tracker.stories.editorial import Level
from tracker.stories.references import own_marks
from tracker.stories.shaping import types_of
from tracker.web.dates_said import in_words
from tracker.web.questions import label_of
from tracker.web.words import plain, voice

_DEVELOPMENTS = frozenset({"development", "claim", "contradiction", "demand", "planned"})


@dataclass(frozen=True, slots=True)
class Told:
    """The story that a field belongs to: its slug, and what is called how in it, by key."""

    slug: str
    names: dict[str, str]
    headlines: Mapping[str, str]


def prepare(app: Flask) -> None:
    """Give the templates of an application these words."""
    app.jinja_env.filters.update(field_words=field_words, field_label=label_of)


def field_words(
    value: Any, type: str, name: str, slug: str, names: dict[str, str], headlines: Mapping[str, str]
) -> Markup:
    """The value of a field (`name`) of a type of record, as a document has it, in words and linked to what it names."""
    event = by_name().get(type)
    kind = types_of(event).get(name) if event else None
    return _said(value, Level if name == "verification" else kind, Told(slug, names, headlines))


def _said(value: Any, kind: Any, told: Told) -> Markup:
    match value:
        case None | "" | []:
            return Markup('<span class="unknown">{}</span>').format(_("nothing"))
        case {"edtf": _edtf}:
            return escape(in_words(value))
        case {"description": _description}:
            return voice(value, told.names)
        case list() | tuple():
            return Markup(", ").join(_said(item, _item(kind), told) for item in value)
        case dict():
            return Markup(" ").join(_parts(value, kind, told))
        case str():
            return _text(value, kind, told)
    return escape(value)


def _parts(value: Mapping[str, Any], kind: Any, told: Told) -> Iterator[Markup]:
    struct = next((each for each in _members(kind) if isinstance(each, type) and _holds(each, value)), None)
    kinds = types_of(struct) if struct else {}
    lead = str(getattr(struct, "LEAD", "")).rstrip("_")
    for name, item in value.items():
        if item not in (None, "", []):
            label = Markup("") if name == lead else Markup("<small>{}</small> ").format(plain(name))
            yield Markup('<span class="part">{}{}</span>').format(label, _said(item, kinds.get(name), told))


def _text(value: str, kind: Any, told: Told) -> Markup:
    marks = {mark for member in _members(kind) for mark in own_marks(member)}
    if any(get_origin(member) is Literal for member in _members(kind)):
        return escape(plain(value))
    if "actor" in marks:
        return voice(value, told.names)
    if marks & _DEVELOPMENTS:
        if value not in told.headlines:
            return Markup('<span class="unknown">{}</span>').format(_("something not shown here"))
        address = url_for("pages.development", slug=told.slug, key=value)
        return Markup('<a href="{}">{}</a>').format(address, told.headlines[value])
    return escape(value)


def _members(kind: Any) -> tuple[Any, ...]:
    """The types of which a value has one."""
    return get_args(kind) if get_origin(kind) in {Union, types.UnionType} else (kind,)


def _item(kind: Any) -> Any:
    lists = (member for member in _members(kind) if get_origin(member) is tuple)
    return next((get_args(each)[0] for each in lists), None)


def _holds(struct: type, value: Mapping[str, Any]) -> bool:
    return issubclass(struct, msgspec.Struct) and value.keys() <= types_of(struct).keys()
