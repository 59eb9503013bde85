"""The ledgers of a story: claims, contradictions, demands, positions and questions, with what bears on each."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tracker.projections.scene import Document, Scene, date_document, inherited
from tracker.stories.claims import ClaimAsserted, ClaimDenied, ContradictionExplained, ContradictionIdentified
from tracker.stories.entries import (
    Correction,
    Development,
    Issue,
    Link,
    Question,
    claim_standing,
    contradiction_status,
    demand_status,
)
from tracker.stories.fields import Demander, DevelopmentFields
from tracker.stories.pressure import DemandAnswered, DemandJoined, DemandMade, PositionTaken


@dataclass(frozen=True, slots=True)
class Grouped:
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


def grouped(scene: Scene) -> Grouped:
    """The entries of a story, each under what it is and what it points at."""
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
    return Grouped(developments, pointing, corrections, links, questions)


def claim(entry: Development, of: Grouped) -> Document:
    """A claim with its standing, its denials, and the contradictions it is in."""
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


def contradiction(entry: Development, of: Grouped) -> Document:
    """A contradiction with what it is held against and how it was explained."""
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


def demand(entry: Development, of: Grouped) -> Document:
    """A demand with everybody who makes it, its answers, and what met it."""
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


def positions(scene: Scene, of: Grouped) -> list[Document]:
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


def question(key: str, question: Question) -> Document:
    """A question and its answer."""
    return {
        "key": key,
        "text": question.text,
        "about": question.about,
        "status": question.status,
        "answer": question.answer or None,
        "by": question.by or None,
        "position": question.position,
    }
