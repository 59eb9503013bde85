"""A claimed message with what may be told of it now, read from the views as they are at this moment."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import orjson
from sqlalchemy import Connection, select

from tracker.accounts.people import Person
from tracker.alerts.gathering import Known
from tracker.alerts.inbox import gravest_first
from tracker.alerts.messages import Item, Kind, Message
from tracker.alerts.rechecking import Checked, Told
from tracker.alerts.rules import Why
from tracker.alerts.rules import in_words as rule_in_words
from tracker.eventstore.reading import read_at
from tracker.instants import Instant
from tracker.projections.disclosure import may_read
from tracker.projections.entries import entry_changes
from tracker.stories import codec
from tracker.stories.consequence_words import label
from tracker.stories.consequences import Word
from tracker.stories.date_words import in_words
from tracker.stories.entries import Correction, Development, Question, Story

_LONGEST_VALUE = 200


class Row(Protocol):
    """A message as it is kept: a row of the outbox, or a claim on one."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def stream(self) -> str: ...
    @property
    def created_at(self) -> Instant: ...
    @property
    def payload(self) -> Mapping[str, Any] | str: ...


def message_of(connection: Connection, kept: Row, checked: Checked, now: Instant, base_url: str) -> Message:
    """The message, ready to be put in the form of its channel."""
    person = checked.person
    told = () if person is None else gravest_first(checked.items)
    items = tuple(
        _item(connection, each, checked.known, person, now, kept.created_at, base_url) for each in told if person
    )
    title, text, url = _words_of(kept, base_url)
    return Message(
        id=kept.id, kind=cast("Kind", kept.kind), person=kept.person, stream=kept.stream, created_at=kept.created_at,
        items=items, title=title, text=text, url=url, why_url="" if url else _why_url(base_url, items),
    )  # fmt: skip


def _why_url(base_url: str, items: Sequence[Item]) -> str:
    """Where the rules stand that it came by; at the rule itself, where there is but one."""
    rules = {id for item in items for id, _, _ in item.rules}
    return f"{base_url}/alerts#alert-{rules.pop()}" if len(rules) == 1 else f"{base_url}/alerts"


def _words_of(kept: Row, base_url: str) -> tuple[str, str, str]:
    """Title, text and address of a message that tells of no story."""
    payload = orjson.loads(kept.payload) if isinstance(kept.payload, str) else kept.payload
    match kept.kind, payload.get("word"):
        case "test", _:
            return "A test of this channel", _TEST, ""
        case "notice", "log_not_as_written":
            since = f" from position {payload['position']}" if payload["position"] else ""
            return "The log is not what was written", _WRONG.format(since=since), f"{base_url}/admin"
        case _:
            return "", "", ""


_TEST = "This is a test. Alerts on the stories you follow will arrive like this."
_WRONG = (
    "The nightly check found that the log or its views are not what was written{since}. Keep the machine and its"
    " backups as they are; `tracker verify` says what differs. You are told once, and again if it changes."
)


def _item(
    connection: Connection, told: Told, known: Known, person: Person, now: Instant, told_at: Instant, base_url: str
) -> Item:
    slug = told.stream.partition("/")[2]
    story = known.get((told.stream, "story", slug))
    title = story.title if isinstance(story, Story) else slug or "Silence"
    occurred = told.entry.event.occurred if told.entry else None
    events = may_read(connection, person.principal, now, read_at(connection, [told.position]) if told.position else [])
    return Item(
        stream=told.stream, story=title, key=told.development,
        headline=_headline(told.stream, told.development, known) or title,
        words=tuple(dict.fromkeys(cast("Word", word) for word, _, _ in told.consequences)),
        occurred=in_words(occurred) if occurred else "",
        learned_at=_learned_at(told, known) or told_at, recorded_at=told.entry.recorded_at if told.entry else told_at,
        retracted=told.entry.retracted if told.entry else "",
        notes=(*_notes(connection, told), *_of_others(told, known)),
        rules=tuple((str(rule["id"]), str(rule["name"]), rule_in_words(_why(rule["why"]))) for rule in told.rules),
        url=_url(base_url, slug, told), position=told.position, version=told.version or 0,
        event=events[0] if events else {},
    )  # fmt: skip


def _learned_at(told: Told, known: Known) -> Instant:
    """When the newsroom knew of a development or a question; "" for anything else."""
    entry = told.entry or known.get((told.stream, "question", told.development))
    return entry.learned_at if isinstance(entry, Development | Question) else ""


def _headline(stream: str, key: str, known: Known) -> str:
    development, question = known.get((stream, "development", key)), known.get((stream, "question", key))
    if isinstance(development, Development):
        return development.event.headline or key
    return question.text if isinstance(question, Question) else ""


def _notes(connection: Connection, told: Told) -> list[str]:
    """What a correction changed, and why something was retracted."""
    notes = []
    if told.entry is not None and told.entry.retracted:
        notes.append(f"Retracted: {told.entry.retracted}")
    if told.act:
        notes += [_changed(correction) for correction in _corrections(connection, told)]
    return notes


def _corrections(connection: Connection, told: Told) -> list[Correction]:
    """The fields that the event put right; not those that have been redacted since."""
    rows = connection.execute(
        select(entry_changes.c.after).where(
            entry_changes.c.position == told.position, entry_changes.c.kind == "correction"
        )
    )
    redacted = told.entry.redacted if told.entry else ()
    found = [codec.decode_entry("correction", body) for (body,) in rows]
    return [
        each
        for each in found
        if isinstance(each, Correction) and each.target == told.development and each.field not in redacted
    ]


def _changed(correction: Correction) -> str:
    note = f" {correction.public_note}" if correction.public_note else ""
    field = correction.field.replace("_", " ")
    return f"{field}: was {_said(correction.was)}, now {_said(correction.now)}.{note}"


def _said(value: Any) -> str:
    """A value as plain words; what is a list or a record is shown by its words only."""
    match value:
        case None | "" | []:
            return "nothing"
        case {"as_said": str(said)} if said:
            return f"“{said}”"
        case {"edtf": str(edtf)}:
            return f"“{edtf}”"
        case dict():
            return ", ".join(_said(each) for each in value.values() if each)
        case list():
            return "; ".join(_said(each) for each in value)
        case _:
            return f"“{str(value)[:_LONGEST_VALUE]}”"


def _of_others(told: Told, known: Known) -> list[str]:
    """What it means for others: “claim denied: The mayor never met the builder”."""
    return [
        f"{label(cast('Word', word)).capitalize()}: {headline}"
        for word, _, key in told.consequences
        if key not in {told.development, told.stream.partition("/")[2]}
        and (headline := _headline(told.stream, key, known))
    ]


def _why(kept: object) -> Why:
    pairs = kept if isinstance(kept, list) else []
    return tuple((str(asked), str(met)) for asked, met in pairs)


def _url(base_url: str, slug: str, told: Told) -> str:
    if not slug:
        return f"{base_url}/alerts"
    story = f"{base_url}/stories/{slug}"
    return f"{story}/developments/{told.development}" if told.entry else story
