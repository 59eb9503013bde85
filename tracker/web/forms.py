"""The forms for every type of record, made from the types themselves, and what was typed made into a record."""

import re
import types as python_types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import msgspec
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker import instants
from tracker.projections.directory import Directory
from tracker.stories.catalogue import EventType, event_types
from tracker.stories.date_words import from_words
from tracker.stories.dates import ImpreciseDate
from tracker.stories.errors import Invalid, Missing, Refused
from tracker.stories.fields import (
    Demander,
    Described,
    Exchange,
    InstantText,
    Participant,
    Purpose,
    Quote,
    RequiredText,
    SourceKey,
    Text,
    Urgency,
)
from tracker.stories.references import own_marks
from tracker.stories.shaping import types_of
from tracker.web import naming
from tracker.web.questions import FIRST, LATER, SOONER, help_of, label_of, unread_date, unread_time
from tracker.web.refusals import by_field

Widget = Literal[
    "line", "text", "lines", "select", "date", "instant", "actor", "actors", "development", "developments",
    "source", "words", "exchange", "story", "issue",
]  # fmt: skip

_NOT_ASKED = frozenset(
    {"learned", "sealed", "denials", "demands", "positions", "sources", "unsourced", "fallback_of", "as_put_by"}
)
_DEFAULTS = {"visibility": "newsroom"}
_LONG = (Text, RequiredText)
_OF_LINES = {Participant: "actor", Demander: "actor"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, with what is in it and what is wrong with it."""

    name: str
    label: str
    widget: Widget
    required: bool = False
    choices: tuple[str, ...] = ()
    names: str = ""
    help: str = ""
    value: Any = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one type: what is asked first, and what waits under “More”."""

    type: str
    first: tuple[Field, ...]
    more: tuple[Field, ...]
    other_errors: tuple[str, ...] = ()
    opened: bool = False

    @property
    def offers(self) -> set[str]:
        """The kinds of development that its fields choose from."""
        return {each.names for each in (*self.first, *self.more) if each.widget in {"development", "developments"}}

    @property
    def names_story(self) -> bool:
        """Whether one of its fields names another story."""
        return any(each.widget == "story" for each in (*self.first, *self.more))


def form_for(type: str, typed: MultiDict[str, str], problems: tuple[Refused, ...] = ()) -> Form:
    """The form of a type with what was typed and, beside each field, what is wrong with it."""
    row = event_types()[type]
    errors = by_field(problems)
    fields = {each.name: _filled(each, typed, errors) for each in fields_of(row)}
    first = tuple(fields[name] for name in FIRST[type])
    more = tuple(sorted((each for name, each in fields.items() if name not in FIRST[type]), key=_place))
    shown = {*fields, "sources", "learned_at", "identity"}
    other = tuple(message for name, message in errors.items() if name not in shown)
    opened = any(each.error or each.value not in ("", [], {}, _DEFAULTS.get(each.name)) for each in more)
    return Form(type, first, more, other, opened)


def _place(each: Field) -> int:
    """Where a field waits under “More”: what is peculiar to its type stands between what most and what few need."""
    if each.name in SOONER:
        return SOONER.index(each.name) - len(SOONER)
    return LATER.index(each.name) + 1 if each.name in LATER else 0


def source_error(problems: tuple[Refused, ...]) -> str:
    """What is wrong with the source of a form."""
    return by_field(problems).get("sources", "")


def learned_error(problems: tuple[Refused, ...]) -> str:
    """What is wrong with when the newsroom knew."""
    return by_field(problems).get("learned_at", "")


def fields_of(row: EventType) -> Iterator[Field]:
    """The fields of a type that a form asks for, in the order of the type."""
    for each in msgspec.structs.fields(row.command):
        name, kind = each.encode_name, types_of(row.command)[each.encode_name]
        if name in _NOT_ASKED:
            continue
        widget, choices, names = widget_of(kind, name)
        who = name == FIRST[row.name][0] and widget in {"actor", "actors"}
        yield Field(
            name=name, label=label_of(name, row.name), widget=widget,
            required=each.required or who, choices=choices, names=names, help=help_of(name, row.name),
            value=_DEFAULTS.get(name, ""),
        )  # fmt: skip


def record_from(
    type: str, typed: MultiDict[str, str], directory: Directory, zone: ZoneInfo, today: date
) -> tuple[dict[str, Any], list[Refused]]:
    """The record that a form asks for, and what in it can't be read; nothing is trimmed but what names things.

    Names and descriptions that the newsroom knows become their keys; others introduce somebody new.
    """
    row, problems = event_types()[type], list[Refused]()
    record, kinds = dict[str, Any](type=type), types_of(row.command)
    for each in fields_of(row):
        value = _known(each, kinds[each.name], value_of(each, typed, zone, today, problems), directory)
        if each.name == "key" and isinstance(value, dict):
            problems.append(Invalid("key", _("Nobody called “%(name)s” is known here yet.", name=value["name"][:80])))
            continue
        if value not in ("", [], None):
            record[each.name] = value
        elif each.required and not typed.get("via"):
            problems.append(Missing(each.name, "This is needed."))
    if row.is_development:
        record |= naming.source(typed, directory, problems) | _sealed(typed)
    learned = typed.get("learned_at", "").strip()
    if learned:
        record["learned_at"] = _read_date("learned_at", learned, today, problems, exact=True)
    if typed.get("id"):
        record["id"] = typed["id"]
    return record, problems


def widget_of(kind: Any, name: str) -> tuple[Widget, tuple[str, ...], str]:
    marks = own_marks(kind)
    if kind is ImpreciseDate or ImpreciseDate in get_args(kind):
        return "date", (), ""
    if "actor" in marks or Described in get_args(kind):
        return "actor", (), "actor"
    if "story" in marks:
        return "story", (), ""
    if "issue" in marks:
        return "issue", (), ""
    if marks & {"development", "claim", "contradiction", "demand", "planned", "question"}:
        return "development", (), next(iter(marks))
    if get_origin(kind) is tuple:
        return _list_widget(get_args(kind)[0], name)
    if choices := _choices(kind):
        return "select", choices, ""
    if kind == Urgency or Urgency in get_args(kind):
        return "select", tuple("123456789"), ""
    if kind == InstantText:
        return "instant", (), ""
    return ("text" if kind in _LONG else "line"), (), ""


def _list_widget(inner: Any, name: str) -> tuple[Widget, tuple[str, ...], str]:
    marks = own_marks(inner)
    if "actor" in marks or inner in _OF_LINES:
        return "actors", (), "actor"
    if "development" in marks:
        return "developments", (), "development"
    if inner == SourceKey:
        return "source", (), "source"
    if inner is Exchange:
        return "exchange", (), ""
    if inner in (Quote, Purpose):
        return "text", (), ""
    return ("words" if name in {"tags", "beats"} else "lines"), (), ""


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(choice) for choice in get_args(kind))
    if get_origin(kind) in {Union, python_types.UnionType}:
        return tuple(choice for member in get_args(kind) for choice in _choices(member))
    return ()


def value_of(each: Field, typed: MultiDict[str, str], zone: ZoneInfo, today: date, problems: list[Refused]) -> Any:
    raw = typed.get(each.name, "")
    match each.widget:
        case "date":
            return _read_date(each.name, raw.strip(), today, problems) if raw.strip() else ""
        case "instant":
            return _read_instant(each.name, raw.strip(), zone, problems) if raw.strip() else ""
        case "actors":
            return [line.strip() for line in raw.splitlines() if line.strip()]
        case "lines":
            lines = [line.strip() for line in raw.splitlines() if line.strip()]
            return [{"text": line} for line in lines] if each.name == "claims" else lines
        case "words":
            return [word.strip() for word in raw.split(",") if word.strip()]
        case "developments":
            return _keys(typed, each.name)
        case "actor" | "development" | "select":
            return _number(each, raw.strip())
        case "exchange":
            parts = {part: typed.get(f"exchanges.{part}", "").strip() for part in ("asked_by", "question", "answer")}
            return [{part: said for part, said in parts.items() if said}] if parts["answer"] else ""
        case _:
            # A browser sends every line break as two characters.
            return raw.replace("\r\n", "\n") if raw.strip() else ""


def _known(each: Field, kind: Any, value: Any, known: Directory) -> Any:
    """Names in the boxes of a field of that kind, as keys or as somebody new."""
    match value:
        case str() if each.widget == "actor" and value:
            return (naming.voice if Described in get_args(kind) else naming.actor)(value, known)
        case list() if each.widget == "actors" and get_args(kind)[0] in _OF_LINES:
            return [{"actor": naming.voice(name, known)} for name in value]
        case list() if each.widget == "actors":
            return [naming.actor(name, known) for name in value]
        case [{"asked_by": asker, **said}] if each.widget == "exchange":
            return [{**said, "asked_by": naming.voice(asker, known)}]
        case _:
            return value


def _keys(typed: MultiDict[str, str], name: str) -> list[str]:
    """The keys ticked or typed; the box for one that is not listed comes empty mostly."""
    return [key.strip() for key in typed.getlist(name) if key.strip()]


def _number(each: Field, raw: str) -> Any:
    return int(raw) if each.name == "urgency" and len(raw) == 1 and raw in "0123456789" else raw


def _read_date(name: str, words: str, today: date, problems: list[Refused], *, exact: bool = False) -> Any:
    if exact:
        try:
            return instants.read(words)
        except ValueError:
            pass
    read = from_words(words, today)
    if read is None:
        problems.append(Invalid(name, unread_date(words)))
        return words
    return msgspec.to_builtins(read)


def _read_instant(name: str, typed: str, zone: ZoneInfo, problems: list[Refused]) -> str:
    try:
        local = datetime.fromisoformat(typed)
        return instants.text(local if local.tzinfo else local.replace(tzinfo=zone))
    except ValueError:
        problems.append(Invalid(name, unread_time(typed)))
        return ""


def _sealed(typed: MultiDict[str, str]) -> dict[str, Any]:
    """The detail of a form that is to be sealed, under a name made of what it was called."""
    text = typed.get("sealed_text", "").strip()
    name = "_".join(re.findall("[a-z]+", typed.get("sealed_name", "").lower()))[:60].strip("_")
    return {"sealed": {name or "detail": text}} if text else {}


def _filled(each: Field, typed: MultiDict[str, str], errors: Mapping[str, str]) -> Field:
    value: Any = typed.get(each.name, each.value)
    if each.widget == "developments":
        value = _keys(typed, each.name)
    if each.widget == "exchange":
        value = {part: typed.get(f"exchanges.{part}", "") for part in ("asked_by", "question", "answer")}
        value = value if any(value.values()) else {}
    return Field(
        name=each.name, label=each.label, widget=each.widget, required=each.required, choices=each.choices,
        names=each.names, help=each.help, value=value, error=errors.get(each.name, ""),
    )  # fmt: skip
