"""Two moments of a story compared: what was added, corrected, retracted, denied, met, answered in between.

One rule: every event that the later moment has and the earlier has not, told by what it meant when it was folded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.archive.asking import BadQuestion, read_asked
from tracker.archive.moments import moments, title_of
from tracker.archive.replay import selects
from tracker.archive.unfolding import Happening, Unfolded, unfold
from tracker.instants import Instant
from tracker.projections.scene import Asked, Document, date_document
from tracker.stories.consequences import WORDS, Consequence, Word
from tracker.stories.dates import EARLIEST
from tracker.stories.entries import Correction, Development, Entry, Question, Story
from tracker.stories.fields import Fields
from tracker.stories.type_names import wire_name

CLOCKS = ("known_at", "recorded_at", "position")
"""What a comparison may go by: when the newsroom knew, when it was recorded, the order of the log."""

COLUMNS = (
    "consequence", "kind", "key", "title", "status", "learned_at", "recorded_at", "recorded_by", "position",
    "development", "field", "was", "now", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Between:
    """The two moments that are compared, the earlier first; `later` asking for nothing is now."""

    clock: str
    earlier: Asked
    later: Asked
    swapped: bool = False


def read_between(given: Mapping[str, str], zone: ZoneInfo) -> Between | None:
    """The moments that `from`, `to` and `by` ask for, in whatever order they were given; None where neither is said.

    Raises BadQuestion, naming `from`, `to` or `by`.
    """
    clock = given.get("by", "").strip() or "known_at"
    if clock not in CLOCKS:
        raise BadQuestion("by", f"“{clock[:40]}” is nothing to compare by; choose one of {', '.join(CLOCKS)}.")
    first, second = (_asked(given, name, clock, zone) for name in ("from", "to"))
    if not first.selects and not second.selects:
        return None
    if first.selects and second.selects and _place(first) > _place(second):
        return Between(clock, second, first, swapped=True)
    return Between(clock, first, second)


def compare(
    connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo, between: Between | None
) -> Document:
    """What happened to a story between two moments, the gravest first, as far as the principal may see it today.

    Without moments: what the last thing that became known changed. Raises NoSuchStory.
    """
    between = between or _latest(connection, slug, principal, now, zone)
    story = unfold(connection, slug, principal, now, lambda event: selects(between.later, event))
    before = [each for each in story.happenings if between.earlier.selects and selects(between.earlier, each.recorded)]
    since = [each for each in story.happenings if each not in before]
    entry = story.entries.get(("story", slug))
    changed = _changed(story, since, now)
    return {
        "story": {"slug": slug, "title": entry.title if isinstance(entry, Story) else slug},
        "by": between.clock, "swapped": between.swapped,
        "from": _moment(between.earlier, between.clock, before),
        "to": _moment(between.later, between.clock, story.happenings),
        "summary": _summary(changed), "changes": changed,
    }  # fmt: skip


def rows(told: Document) -> Iterator[tuple[Any, ...]]:
    """A comparison as rows of a table with `COLUMNS`: one an act, or one a field that an act changed."""
    for change in told["changes"]:
        about = (change["consequence"], change["kind"], change["key"], change["title"], change["status"])
        for act in change["acts"]:
            by = (act["learned_at"], act["recorded_at"], act["recorded_by"], act["position"], act["development"])
            for field in act["fields"] or [{}]:
                said = (field.get("field"), cell(field.get("was")), cell(field.get("now")))
                yield (*about, *by, *said, act["note"])


def _asked(given: Mapping[str, str], name: str, clock: str, zone: ZoneInfo) -> Asked:
    try:
        return read_asked({clock: given.get(name, "")}, zone)
    except BadQuestion as error:
        raise BadQuestion(name, str(error)) from error


def _place(asked: Asked) -> tuple[int, str]:
    return asked.position or 0, asked.known_at or asked.recorded_at or ""


def _latest(connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo) -> Between:
    """From before the last thing that became known until now."""
    known = moments(connection, slug, principal, now, zone)
    at = known[-2].at if len(known) > 1 else EARLIEST
    return Between("known_at", Asked(known_at=at, typed={"known_at": at}), Asked())


def _moment(asked: Asked, clock: str, happenings: list[Happening]) -> Document:
    developments = {happening.development for happening in happenings} - {""}
    return {
        "asked": asked.typed.get(clock), "at": asked.known_at or asked.recorded_at, "position": asked.position,
        "developments": len(developments),
    }  # fmt: skip


def _changed(story: Unfolded, since: list[Happening], now: Instant) -> list[Document]:
    """One document for each consequence and the entry it is said of, with the acts that brought it about."""
    acts: dict[Consequence, list[Document]] = {}
    for happening in sorted(since, key=lambda each: (each.recorded.learned_at, each.recorded.position)):
        for consequence in happening.meant:
            acts.setdefault(consequence, []).append(_act(story, happening, consequence))
    ordered = sorted(acts, key=lambda consequence: WORDS.index(consequence.word))
    return [
        {
            "consequence": each.word, "kind": each.kind, "key": each.key,
            "title": title_of(story.entries, each.kind, each.key),
            **_standing(story.entries.get((each.kind, each.key)), now), "acts": acts[each],
        }
        for each in ordered
    ]  # fmt: skip


def _standing(entry: Entry | None, now: Instant) -> Document:
    if isinstance(entry, Development):
        return {"type": wire_name(entry.event), "status": entry.status(now)}
    return {"type": None, "status": getattr(entry, "status", None)}


def _act(story: Unfolded, happening: Happening, consequence: Consequence) -> Document:
    recorded, own = happening.recorded, happening.development
    return {
        "position": recorded.position, "learned_at": recorded.learned_at,
        "learned": date_document(recorded.event.learned), "recorded_at": recorded.recorded_at,
        "recorded_by": recorded.recorded_by, "development": own or None,
        "title": title_of(story.entries, "development", own) if own else None,
        "fields": list(_fields(story, happening, consequence)),
        "note": _note(recorded.event),
    }  # fmt: skip


def _note(event: Fields) -> str | None:
    """Why the desk did it, as far as it said so."""
    return getattr(event, "public_note", "") or getattr(event, "reason", "") or None


def _fields(story: Unfolded, happening: Happening, consequence: Consequence) -> Iterator[Document]:
    """What was said before and what is said since, field by field; nothing of what was redacted."""
    entry = story.entries.get((consequence.kind, consequence.key))
    hidden = entry.redacted if isinstance(entry, Development) else ()
    before, after = happening.steps.get((consequence.kind, consequence.key), (None, None))
    if consequence.word in {"corrected", "clarified", "refiled"}:
        for _, put in happening.steps.values():
            if isinstance(put, Correction) and put.target == consequence.key and put.field not in hidden:
                yield {"field": put.field, "was": put.was, "now": put.now}
    for name, was, now in _plain(consequence.word, before, after):
        if name not in hidden:
            yield {"field": name, "was": was, "now": now}


def _plain(word: Word, before: Entry | None, after: Entry | None) -> Iterator[tuple[str, Any, Any]]:
    match word, before, after:
        case "date_refined", Development(event=was), Development(event=now):
            yield "occurred", date_document(was.occurred), date_document(now.occurred)
        case "verification_changed", Development(verification=was), Development(verification=now):
            yield "verification", was, now
        case "reclassified", Development(event=was), Development(event=now):
            yield "type", wire_name(was), wire_name(now)
        case "story_retitled", Story(title=was), Story(title=now):
            yield "title", was, now
        case "question_answered", Question(), Question(answer=now):
            yield "answer", None, now


def _summary(changed: list[Document]) -> list[Document]:
    numbers: dict[str, int] = {}
    for each in changed:
        numbers[each["consequence"]] = numbers.get(each["consequence"], 0) + 1
    return [{"consequence": word, "number": number} for word, number in numbers.items()]


def cell(value: Any) -> str | None:
    """A value of a field in one cell of a table."""
    if isinstance(value, Mapping):
        return str(value.get("words") or value.get("as_said") or value.get("edtf") or _listed(value.values()))
    return _listed(value) if isinstance(value, list | tuple) else None if value is None else str(value)


def _listed(values: Any) -> str:
    return ", ".join(filter(None, map(cell, values)))
