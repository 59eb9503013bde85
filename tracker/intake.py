"""From what somebody typed or sent to a command: read field by field, or refused field by field."""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson

from tracker import instants
from tracker.instants import Instant
from tracker.stories import actors, editorial, sources
from tracker.stories.catalogue import Command, EventType, event_types
from tracker.stories.dates import ImpossibleDate, ImpreciseDate, read_date, span
from tracker.stories.errors import Invalid, Missing, Refused
from tracker.stories.fields import KEY_PATTERN
from tracker.stories.inline import Introduced, lift
from tracker.stories.requests import Request
from tracker.stories.shaping import build

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 24
_ENVELOPE = frozenset({"type", "story", "learned_at", "id"})
_KEY = re.compile(KEY_PATTERN)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Unreadable(Exception):
    """A record that is not a command, with every field that keeps it from being one."""

    def __init__(self, problems: Sequence[Refused]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" if p.field else p.message for p in problems))
        self.problems = tuple(problems)


def read(
    record: Any, *, zone: ZoneInfo, now: Instant, story: str = "", id: str = "", correlation: str | None = None
) -> list[Request]:
    """The requests in one record: one, or one for each of several targets.

    `story` is where it goes if the record does not say; `id` the command id if the record has none.
    Raises Unreadable.
    """
    check_storable(record)
    if not isinstance(record, Mapping):
        raise Unreadable([Invalid("", "A record is an object with a type and its fields.")])
    if "learned" in record:
        raise Unreadable([Invalid("learned", "Write when the newsroom knew as learned_at.")])
    row, problems = _type_of(record), list[Refused]()
    stream = _stream(row, record, story, problems)
    given, learned_at = _learned(record.get("learned_at"), zone, now, problems)
    fields, introduced = lift(row.command, _spelt_out(row, record))
    requests = []
    targets = _targets(fields)
    for target in targets:
        command, faults = build(row.command, fields | target, given=given)
        problems += faults
        if command is not None:
            requests.append(command)
    people = [_introduced(each, given, problems) for each in introduced]
    if problems:
        raise Unreadable(_each_once(problems))
    first = Request(
        command=cast("Command", requests[0]), stream=stream, id=_command_id(record.get("id") or id),
        fingerprint=fingerprint_of(record, story), introduces=tuple(each for each in people if each is not None),
        learned_at=learned_at, correlation=correlation,
    )  # fmt: skip
    rest = [
        replace(first, command=cast("Command", command), introduces=(), id=str(uuid.uuid5(uuid.UUID(first.id), str(n))))
        for n, command in enumerate(requests[1:], start=2)
    ]
    return [first, *rest]


def fingerprint_of(record: Mapping[str, Any], story: str = "") -> str:
    """SHA-256 over what was asked; what is to be sealed stays out of it, and so does the id."""
    asked = {"story": story} | {name: value for name, value in record.items() if name != "id"}
    return hashlib.sha256(canonical(unsealed(asked))).hexdigest()


def unsealed(value: Any) -> Any:
    """What was asked without what is to be sealed: neither a fingerprint nor an id may be made from that."""
    if isinstance(value, Mapping):
        return {name: unsealed(item) for name, item in value.items() if name not in {"identity", "sealed"}}
    return [unsealed(item) for item in value] if isinstance(value, list | tuple) else value


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785 over a domain without floats)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def check_storable(value: Any, path: str = "", depth: int = 0) -> None:
    """Both databases and the hash take the same values: no NUL, no lone surrogate, no float, no huge integer."""
    problem = ""
    if depth > DEEPEST:
        problem = "This is nested too deeply."
    elif isinstance(value, str) and "\x00" in value:
        problem = "A text can't hold a NUL character."
    elif isinstance(value, str) and _SURROGATE.search(value):
        problem = "A text can't hold half of a character (a lone surrogate)."
    elif isinstance(value, float):
        problem = "Write a number with a fraction as a text."
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_INTEGER:
        problem = "This number is too large; write it as a text."
    if problem:
        raise Unreadable([Invalid(path, problem)])
    if isinstance(value, Mapping):
        for name, item in value.items():
            check_storable(name, path, depth + 1)
            check_storable(item, f"{path}.{name}".lstrip("."), depth + 1)
    elif isinstance(value, list | tuple):
        for n, item in enumerate(value):
            check_storable(item, f"{path}.{n}".lstrip("."), depth + 1)


def _type_of(record: Mapping[str, Any]) -> EventType:
    named = record.get("type")
    row = event_types().get(named) if isinstance(named, str) else None
    if row is None:
        raise Unreadable([_unknown_type(named)])
    if row.command is editorial.UnsealDetail:
        raise Unreadable([Invalid("type", "A sealed detail is read on its own page, which records it.")])
    if row.command is sources.UnsealSource:
        raise Unreadable([Invalid("type", "An identity is read on its own page, which records it; it is no record.")])
    return row


def _unknown_type(named: Any) -> Refused:
    if not named:
        return Missing("type", "Say what this is: a type such as note.logged or claim.denied.")
    return Invalid("type", "“%(named)s” is not a type of record.", named=named)


def _stream(row: EventType, record: Mapping[str, Any], story: str, problems: list[Refused]) -> str:
    kind, name = ("story", "story")
    if row.group in {"actors", "sources"}:
        kind = row.group.removesuffix("s")
        name = "key" if "key" in record else kind
    key = record.get(name) or (story if kind == "story" else "")
    if not key:
        needed = "Say which story this belongs to." if kind == "story" else "This is needed."
        problems.append(Missing(name, needed))
    elif not isinstance(key, str) or not _KEY.match(key):
        problems.append(Invalid(name, "This is not a valid key: letters, digits and . _ ~ - only, without spaces."))
    return f"{kind}/{key}"


def _spelt_out(row: EventType, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record's own fields, with the shorthands a record may use spelt out."""
    fields = {name: value for name, value in record.items() if name not in _ENVELOPE and value is not None}
    if record.get("made_public", ...) is None:
        fields["made_public"] = None
    shorthand = row.group.removesuffix("s")
    if row.group in {"actors", "sources"} and "key" not in fields and shorthand in fields:
        fields["key"] = fields.pop(shorthand)
    if row.name == "claim.denied":
        fields = _denied_in_words(fields)
    if row.name == "position.taken":
        fields = _issue_with_text(fields)
    for name, spell in (("denials", _denied_in_words), ("positions", _issue_with_text)):
        if isinstance(fields.get(name), list):
            fields[name] = [spell(said) if isinstance(said, Mapping) else said for said in fields[name]]
    return fields


def _denied_in_words(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is denied may be given in words: `{"text": …}`, or a string that can't be a key."""
    claim = fields.get("claim")
    words = claim.get("text") if isinstance(claim, Mapping) else claim
    if not isinstance(words, str) or (isinstance(claim, str) and _KEY.match(claim)):
        return dict(fields)
    return {"text": words} | {name: value for name, value in fields.items() if name != "claim"}


def _issue_with_text(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An issue may be given with its text: `{"key": …, "text": …}`."""
    issue = fields.get("issue")
    if not isinstance(issue, Mapping):
        return dict(fields)
    return dict(fields) | {"issue": issue.get("key", ""), "issue_text": issue.get("text", "")}


def _targets(fields: dict[str, Any]) -> list[dict[str, Any]]:
    target = fields.get("target")
    return [{"target": each} for each in target] if isinstance(target, list | tuple) and target else [{}]


def _learned(
    value: Any, zone: ZoneInfo, now: Instant, problems: list[Refused]
) -> tuple[dict[str, ImpreciseDate], Instant | None]:
    """When the newsroom knew: an instant, or an imprecise date whose latest bound counts (now, while it lasts)."""
    if value is None or value == "":
        return {}, None
    try:
        return {}, instants.read(value)
    except (TypeError, ValueError):
        pass
    try:
        date = read_date(value)
    except ImpossibleDate as error:
        problems.append(Invalid("learned_at", str(error)))
        return {}, None
    earliest, latest = span(date.edtf, zone)
    return {"learned": date}, now if earliest <= now < latest else latest


def _introduced(
    inline: Introduced, given: Mapping[str, Any], problems: list[Refused]
) -> actors.AddActor | sources.AddSource | None:
    fields = {name: value for name, value in inline.fields.items() if value is not None}
    if inline.kind == "actor":
        actor, faults = build(actors.AddActor, fields, inline.path, given=given)
        problems += faults
        return actor
    source, faults = build(sources.AddSource, fields, inline.path, given=given)
    problems += faults
    return source


def _command_id(id: Any) -> str:
    if not id:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(id))
    except (TypeError, ValueError, AttributeError) as error:
        raise Unreadable([Invalid("id", "A command id is a UUID.")]) from error


def _each_once(problems: list[Refused]) -> list[Refused]:
    return list({(problem.field, problem.message): problem for problem in problems}.values())
