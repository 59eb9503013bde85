"""A story as one document: what the page shows, the API gives and a replay prints, from the same entries."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tracker.accounts.visibility import source_as_seen
from tracker.projections import ledgers
from tracker.projections.ledgers import Grouped, grouped
from tracker.projections.scene import Document, Scene, date_document, inherited
from tracker.stories.claims import ClaimAsserted, ContradictionIdentified
from tracker.stories.dates import ImpreciseDate, happened, span
from tracker.stories.entries import Actor, Correction, Development, Link, Role, Source, Story
from tracker.stories.fields import DevelopmentFields
from tracker.stories.pressure import DemandMade
from tracker.stories.references import named
from tracker.stories.shaping import fields_of, types_of
from tracker.stories.type_names import wire_name


def document(scene: Scene) -> Document:
    """The whole story as plain values, in the form of `tracker replay --json`."""
    story = scene.entries.get(("story", scene.slug))
    title, synopsis, status = scene.slug, "", "active"
    if isinstance(story, Story):
        title, synopsis, status = story.title, story.synopsis, story.status
    of = grouped(scene)
    return {
        "story": {"slug": scene.slug, "title": title, "synopsis": synopsis, "status": status},
        "version": scene.version,
        "asked": dict(scene.asked.typed),
        "developments": [_development(scene, entry, of) for entry in of.developments],
        "claims": [ledgers.claim(entry, of) for entry in of.of_type(ClaimAsserted)],
        "contradictions": [ledgers.contradiction(entry, of) for entry in of.of_type(ContradictionIdentified)],
        "demands": [ledgers.demand(entry, of) for entry in of.of_type(DemandMade)],
        "positions": ledgers.positions(scene, of),
        "questions": [ledgers.question(key, entry) for key, entry in of.questions],
        "actors": _actors(scene, of),
    }


def _development(scene: Scene, entry: Development, of: Grouped) -> Document:
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
        "sealed": sorted(event.sealed) if scene.seen.names_sources else [],
        "corrections": [_correction(each, entry) for each in of.corrections.get(event.key, [])],
        "sources": [_source(scene, key) for key in inherited(scene.entries, entry, "sources")],
        "links": [_link(each, event.key) for each in of.links.get(event.key, [])],
        "via": event.via or None,
    }


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
        for each in fields_of(type(event))
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


def _actors(scene: Scene, of: Grouped) -> list[Document]:
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
