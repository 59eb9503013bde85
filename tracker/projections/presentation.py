"""A story as one document: what the page shows, the API gives and a replay prints, from the same entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tracker.accounts.visibility import Sight, source_as_seen
from tracker.instants import Instant
from tracker.stories.claims import (
    ClaimAsserted,
    ClaimDenied,
    ContradictionExplained,
    ContradictionIdentified,
)
from tracker.stories.date_words import in_words
from tracker.stories.dates import ImpreciseDate, happened, limits, span
from tracker.stories.entries import (
    Actor,
    Correction,
    Development,
    Entries,
    Issue,
    Link,
    Question,
    Ref,
    Role,
    Source,
    Story,
    claim_standing,
    contradiction_status,
    demand_status,
)
from tracker.stories.fields import Demander, DevelopmentFields
from tracker.stories.pressure import (
    DemandAnswered,
    DemandJoined,
    DemandMade,
    PositionTaken,
)
from tracker.stories.references import named
from tracker.stories.shaping import types_of
from tracker.stories.situation import wire_name

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a story: which events count (`known_at`, `recorded_at`, `position`), and what is noted on
    each development (`occurred_by`, `public_at`). As somebody typed it, beside the instant it stands for."""

    known_at: Instant | None = None
    recorded_at: Instant | None = None
    position: int | None = None
    occurred_by: Instant | None = None
    public_at: Instant | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def selects(self) -> bool:
        """Whether it leaves events out."""
        return self.known_at is not None or self.recorded_at is not None or self.position is not None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a story is presented with: its entries as somebody may see them, the people and sources it names,
    and for whom and when."""

    slug: str
    entries: Entries
    newsroom: Entries
    seen: Sight
    now: Instant
    zone: ZoneInfo
    version: int
    asked: Asked = Asked()

    def developments(self) -> list[Development]:
        """In the order they were logged."""
        found = [entry for entry in self.entries.values() if isinstance(entry, Development)]
        return sorted(found, key=lambda development: (development.position, development.version))


def document(scene: Scene) -> Document:
    """The whole story as plain values, in the form of `tracker replay --json`."""
    story = scene.entries.get(("story", scene.slug))
    title, synopsis, status = scene.slug, "", "active"
    if isinstance(story, Story):
        title, synopsis, status = story.title, story.synopsis, story.status
    of = _grouped(scene)
    return {
        "story": {"slug": scene.slug, "title": title, "synopsis": synopsis, "status": status},
        "version": scene.version,
        "asked": dict(scene.asked.typed),
        "developments": [_development(scene, entry, of) for entry in of.developments],
        "claims": [_claim(entry, of) for entry in of.of_type(ClaimAsserted)],
        "contradictions": [_contradiction(entry, of) for entry in of.of_type(ContradictionIdentified)],
        "demands": [_demand(entry, of) for entry in of.of_type(DemandMade)],
        "positions": _positions(scene, of),
        "questions": [_question(key, entry) for key, entry in of.questions],
        "actors": _actors(scene, of),
    }


def mentioned(entries: Entries) -> set[Ref]:
    """The actors and sources that the developments of a story name."""
    return {
        (found.names, found.key)
        for entry in entries.values()
        if isinstance(entry, Development)
        for found in named(entry.event)
        if found.names in {"actor", "source"}
    }


def inherited(scene_entries: Entries, development: Development, name: str) -> Any:
    """A field of a development, or of what it was said via where it leaves that field out."""
    seen: set[str] = set()
    event = development.event
    while True:
        value = getattr(event, name)
        if value not in (None, (), msgspec.UNSET) or not event.via or event.via in seen:
            return value
        seen.add(event.via)
        said_in = scene_entries.get(("development", event.via))
        if not isinstance(said_in, Development):
            return value
        event = said_in.event


@dataclass(frozen=True, slots=True)
class _Grouped:
    """The entries of a story by what they are and what they point at; made once for a document."""

    developments: list[Development]
    pointing: Mapping[tuple[type[DevelopmentFields], str], list[Development]]
    corrections: Mapping[str, list[Correction]]
    links: Mapping[str, list[Link]]
    questions: list[tuple[str, Question]]

    def of_type(self, kind: type[DevelopmentFields]) -> list[Development]:
        return [entry for entry in self.developments if isinstance(entry.event, kind)]

    def standing(self, kind: type[DevelopmentFields], key: str) -> list[Development]:
        return [entry for entry in self.pointing.get((kind, key), []) if not entry.retracted]


_POINTS = {
    ClaimDenied: "claim",
    ContradictionIdentified: "claim",
    ContradictionExplained: "contradiction",
    DemandJoined: "demand",
    DemandAnswered: "demand",
}


def _grouped(scene: Scene) -> _Grouped:
    pointing: dict[tuple[type[DevelopmentFields], str], list[Development]] = {}
    developments = scene.developments()
    for entry in developments:
        kind = type(entry.event)
        if kind in _POINTS:
            pointing.setdefault((kind, getattr(entry.event, _POINTS[kind])), []).append(entry)
    corrections: dict[str, list[Correction]] = {}
    links: dict[str, list[Link]] = {}
    questions = []
    for (_, key), each in scene.entries.items():
        if isinstance(each, Correction):
            corrections.setdefault(each.target, []).append(each)
        elif isinstance(each, Link):
            links.setdefault(each.from_, []).append(each)
            links.setdefault(each.to, []).append(each)
        elif isinstance(each, Question):
            questions.append((key, each))
    for listed in corrections.values():
        listed.sort(key=lambda correction: correction.position)
    questions.sort(key=lambda item: item[1].position)
    return _Grouped(developments, pointing, corrections, links, questions)


def _development(scene: Scene, entry: Development, of: _Grouped) -> Document:
    event = entry.event
    occurred = inherited(scene.entries, entry, "occurred")
    made_public = inherited(scene.entries, entry, "made_public")
    return {
        "key": event.key,
        "type": wire_name(event),
        "headline": event.headline,
        "summary": event.summary,
        "occurred": date_document(occurred),
        "made_public": date_document(made_public) if isinstance(made_public, ImpreciseDate) else None,
        "publicity": _publicity(made_public),
        "learned_at": entry.learned_at,
        "learned": date_document(event.learned),
        "recorded_at": entry.recorded_at,
        "recorded_by": entry.recorded_by,
        "position": entry.position,
        "changed": entry.changed,
        "status": entry.status(scene.now),
        "retracted_because": entry.retracted,
        "embargo": entry.embargo,
        "verification": entry.verification,
        "settled": entry.settled,
        "happened": _happened(scene, occurred),
        "public": _public(scene, made_public),
        "details": _details(event),
        "place": msgspec.to_builtins(event.place),
        "visibility": event.visibility,
        "urgency": event.urgency,
        "tags": list(event.tags),
        "beats": list(event.beats),
        "why_it_matters": event.why_it_matters,
        "unsourced": event.unsourced,
        "redacted": list(entry.redacted),
        "corrections": [_correction(each, entry) for each in of.corrections.get(event.key, [])],
        "sources": [_source(scene, key) for key in inherited(scene.entries, entry, "sources")],
        "links": [_link(each, event.key) for each in of.links.get(event.key, [])],
        "via": event.via or None,
    }


def date_document(date: ImpreciseDate | None) -> Document | None:
    """A date with its words, its bounds and how it is said to a reader."""
    if date is None:
        return None
    earliest, latest = limits(date.edtf)
    return {
        "edtf": date.edtf, "as_said": date.as_said, "basis": date.basis,
        "earliest": earliest, "latest": latest, "words": in_words(date),
    }  # fmt: skip


def _publicity(made_public: Any) -> str:
    if made_public is msgspec.UNSET:
        return "unknown"
    return "not_public" if made_public is None else "dated"


def _happened(scene: Scene, occurred: ImpreciseDate | None) -> str | None:
    if scene.asked.occurred_by is None or occurred is None:
        return None
    return happened(occurred.edtf, scene.asked.occurred_by, scene.zone)


def _public(scene: Scene, made_public: Any) -> bool | None:
    if scene.asked.public_at is None:
        return None
    return isinstance(made_public, ImpreciseDate) and span(made_public.edtf, scene.zone)[1] <= scene.asked.public_at


def _details(event: DevelopmentFields) -> Document:
    """Every field of its type that all developments do not have, with what was left out as null or empty."""
    own = types_of(type(event)).keys() - types_of(DevelopmentFields).keys()
    return {
        each.encode_name: msgspec.to_builtins(getattr(event, each.name))
        for each in msgspec.structs.fields(event)
        if each.encode_name in own
    }


def _correction(correction: Correction, target: Development) -> Document:
    hidden = correction.field in target.redacted
    return {
        "field": correction.field,
        "was": None if hidden else correction.was,
        "now": None if hidden else correction.now,
        "class": correction.kind,
        "public_note": correction.public_note,
        "learned_at": correction.learned_at,
        "recorded_at": correction.recorded_at,
        "recorded_by": correction.recorded_by,
        "position": correction.position,
    }


def _source(scene: Scene, key: str) -> Document:
    source = scene.newsroom.get(("source", key))
    return {"key": key} | (source_as_seen(source, scene.seen) if isinstance(source, Source) else {})


def _link(link: Link, key: str) -> Document:
    other = link.to if link.from_ == key else link.from_
    return {"from": link.from_, "to": link.to, "relation": link.relation, "other": other}


def _claim(entry: Development, of: _Grouped) -> Document:
    event = entry.event
    assert isinstance(event, ClaimAsserted)
    return {
        "key": event.key,
        "text": event.text,
        "claimant": msgspec.to_builtins(event.claimant),
        "relayed_by": msgspec.to_builtins(event.relayed_by) or None,
        "standing": claim_standing(entry),
        "retracted": bool(entry.retracted),
        "via": event.via or None,
        "denials": [_denial(each) for each in of.standing(ClaimDenied, event.key)],
        "contradictions": [
            each.event.key for each in of.standing(ContradictionIdentified, event.key) if each.settled != "dropped"
        ],
    }


def _denial(entry: Development) -> Document:
    event = entry.event
    assert isinstance(event, ClaimDenied)
    return {
        "by": msgspec.to_builtins(event.by),
        "on_behalf_of": event.on_behalf_of or None,
        "kind": event.kind,
        "development": event.key,
    }


def _contradiction(entry: Development, of: _Grouped) -> Document:
    event = entry.event
    assert isinstance(event, ContradictionIdentified)
    return {
        "key": event.key,
        "claim": event.claim,
        "against": list(event.against),
        "kind": event.kind,
        "status": contradiction_status(entry),
        "retracted": bool(entry.retracted),
        "identified_by": msgspec.to_builtins(event.identified_by),
        "reasoning": event.reasoning,
        "explanations": [
            {
                "by": msgspec.to_builtins(each.event.by),
                "on_behalf_of": each.event.on_behalf_of or None,
                "explanation": each.event.explanation,
                "development": each.event.key,
            }
            for each in of.standing(ContradictionExplained, event.key)
            if isinstance(each.event, ContradictionExplained)
        ],
    }


def _demand(entry: Development, of: _Grouped) -> Document:
    event = entry.event
    assert isinstance(event, DemandMade)
    joined = [each.event for each in of.standing(DemandJoined, event.key)]
    return {
        "key": event.key,
        "action": event.action,
        "addressee": msgspec.to_builtins(event.addressee) or None,
        "about": event.about,
        "demanders": [
            *(_demander(each, event.key) for each in event.demanders),
            *(_demander(each, j.key) for j in joined if isinstance(j, DemandJoined) for each in j.demanders),
        ],
        "status": demand_status(entry),
        "retracted": bool(entry.retracted),
        "answers": [
            {
                "by": msgspec.to_builtins(each.event.by),
                "on_behalf_of": each.event.on_behalf_of or None,
                "answer": each.event.answer,
                "text": each.event.text,
                "development": each.event.key,
            }
            for each in of.standing(DemandAnswered, event.key)
            if isinstance(each.event, DemandAnswered)
        ],
        "met_by": entry.met_by or None,
    }


def _demander(demander: Demander, development: str) -> Document:
    return {
        "actor": msgspec.to_builtins(demander.actor),
        "grounds": demander.grounds,
        "scope": demander.scope,
        "quantifier": demander.quantifier,
        "development": development,
    }


def _positions(scene: Scene, of: _Grouped) -> list[Document]:
    """Where each actor stands on each issue: the last position that was not retracted."""
    last: dict[tuple[str, str], Development] = {}
    for entry in of.of_type(PositionTaken):
        event = entry.event
        if isinstance(event, PositionTaken) and not entry.retracted:
            last[(str(msgspec.to_builtins(event.actor)), event.issue)] = entry
    return [_position(scene, entry, entry.event) for entry in last.values() if isinstance(entry.event, PositionTaken)]


def _position(scene: Scene, entry: Development, event: PositionTaken) -> Document:
    issue = scene.entries.get(("issue", event.issue))
    return {
        "actor": msgspec.to_builtins(event.actor),
        "issue": event.issue,
        "text": issue.text if isinstance(issue, Issue) else event.issue_text,
        "stance": event.stance,
        "quantifier": event.quantifier,
        "except": list(event.except_),
        "since": date_document(inherited(scene.entries, entry, "occurred")),
        "development": event.key,
    }


def _question(key: str, question: Question) -> Document:
    return {
        "key": key,
        "text": question.text,
        "about": question.about,
        "status": question.status,
        "answer": question.answer or None,
        "by": question.by or None,
        "position": question.position,
    }


def _actors(scene: Scene, of: _Grouped) -> list[Document]:
    keys = dict.fromkeys(key for entry in of.developments for kind, key, in _voices(entry) if kind == "actor")
    return [_actor(scene, key) for key in keys]


def _voices(entry: Development) -> Iterable[tuple[str, str]]:
    return ((found.names, found.key) for found in named(entry.event))


def _actor(scene: Scene, key: str) -> Document:
    actor = scene.newsroom.get(("actor", key))
    roles = [
        {
            "role": entry.role,
            "organization": entry.organization,
            "from": date_document(entry.since),
            "until": date_document(entry.until),
            "held": entry.held,
        }
        for (kind, ref), entry in scene.newsroom.items()
        if isinstance(entry, Role) and entry.actor == key
    ]
    name, kind = (actor.name, actor.kind) if isinstance(actor, Actor) else (key, None)
    return {"key": key, "name": name, "kind": kind, "roles": roles}
