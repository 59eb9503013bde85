"""Somebody across stories: names, offices, what they claim, deny, demand and hold, and where else they are named.

Read from the mentions of the actor and the developments they lead to; no story is read for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight
from tracker.instants import Instant
from tracker.projections import appearances, board
from tracker.projections.entries import StreamRef, entries, fetch, of_stream
from tracker.projections.mentions import mentions
from tracker.projections.outline import outline
from tracker.projections.precedents import precedents
from tracker.projections.scene import Document, date_document
from tracker.projections.story_page import NoSuchStory
from tracker.stories import codec
from tracker.stories.claims import ClaimAsserted, ClaimDenied
from tracker.stories.dates import ImpreciseDate
from tracker.stories.entries import (
    Actor,
    Alias,
    Development,
    Entry,
    Issue,
    Role,
    Spokesperson,
    Story,
    StoryLink,
    claim_standing,
    demand_status,
)
from tracker.stories.pressure import DemandMade, PositionTaken

MOST = 300
"""So many developments are shown, the newest; `counts` says how many there are."""

COLUMNS = ("story", "key", "type", "as", "headline", "status", "occurred", "earliest", "latest", "learned_at")

Bodies = Mapping[StreamRef, Entry]


@dataclass(frozen=True, slots=True)
class Named:
    """One development that names the actor: its line in outline, and as what the actor is named there."""

    stream: str
    line: RowMapping
    roles: frozenset[str]

    @property
    def where(self) -> StreamRef:
        """Where its entry is."""
        return (self.stream, "development", self.line["key"])


def actor_document(connection: Connection, key: str, principal: Principal, now: Instant) -> Document:
    """An actor with what the principal may see of them in every story. Raises NoSuchStory where there is none.

    Somebody who may see only what is public sees an actor once a public development names them.
    """
    own = of_stream(connection, f"actor/{key}")
    actor = own.get(("actor", key))
    if not isinstance(actor, Actor):
        raise NoSuchStory(key)
    stories = appearances.stories_naming(connection, [key])
    sights = appearances.sights_of(stories, principal)
    shown, naming = appearances.shown(outline, sights, now), appearances.shown_naming(sights, now)
    named = _named(connection, key, naming)
    if not named and "newsroom" not in sight(principal, "").levels:
        raise NoSuchStory(key)
    bodies = appearances.as_seen(connection, fetch(connection, [each.where for each in named]), sights, now)
    told = [_development(each, stories, now) for each in named]
    return {
        "key": key, "name": actor.name, "kind": actor.kind,
        "aliases": [entry.alias for entry in own.values() if isinstance(entry, Alias)],
        "speaks_for": _people(connection, (each.speaks_for for each in own.values() if isinstance(each, Spokesperson))),
        "spokespersons": _people(connection, _spokespersons(connection, key)),
        "roles": [_role(entry) for entry in own.values() if isinstance(entry, Role)],
        "counts": _counts(connection, key, naming),
        "stories": _in_stories(stories, named),
        "linked": _linked(connection, {each.stream for each in named}, principal, now),
        "precedents": precedents(connection, {(each.stream, each.line["key"]) for each in named}, shown),
        "claims": [_claim(each, bodies) for each in _of(named, "claimant")],
        "denials": [_denial(each, bodies) for each in _of(named, "denier")],
        "demands": [_demand(each, bodies) for each in _of(named, "demander", "addressee")],
        "positions": _positions(connection, list(_of(named, "holder")), bodies),
        "developments": told,
    }  # fmt: skip


def rows(told: Document) -> Iterable[Sequence[object]]:
    """The developments that name an actor as rows of a table with `COLUMNS`."""
    for each in told["developments"]:
        date = each["occurred"] or {}
        yield (
            each["story"], each["key"], each["type"], ", ".join(each["as"]), each["headline"], each["status"],
            date.get("words"), date.get("earliest"), date.get("latest"), each["learned_at"],
        )  # fmt: skip


def _named(connection: Connection, key: str, shown: ColumnElement[bool]) -> list[Named]:
    """The newest developments that name an actor, the newest first."""
    here = and_(outline.c.stream == mentions.c.stream, outline.c.key == mentions.c.key)
    wanted = (
        select(outline).join(mentions, here).where(mentions.c.actor == key, shown)
        .distinct().order_by(outline.c.position.desc(), outline.c.key).limit(MOST)
    )  # fmt: skip
    lines = connection.execute(wanted).mappings().all()
    roles: dict[tuple[str, str], set[str]] = {}
    asked = select(mentions.c.stream, mentions.c.key, mentions.c.role).where(
        mentions.c.actor == key, mentions.c.key.in_([line["key"] for line in lines])
    )
    for stream, named, role in connection.execute(asked):
        roles.setdefault((stream, named), set()).add(role)
    return [Named(line["stream"], line, frozenset(roles[(line["stream"], line["key"])])) for line in lines]


def _counts(connection: Connection, key: str, shown: ColumnElement[bool]) -> dict[str, int]:
    """In how many developments an actor is named, as what and (`all`) at all."""
    here = and_(outline.c.stream == mentions.c.stream, outline.c.key == mentions.c.key)
    found = select(mentions.c.role, func.count()).join(outline, here).where(mentions.c.actor == key, shown)
    each = (
        select(mentions.c.stream, mentions.c.key).join(outline, here).where(mentions.c.actor == key, shown).distinct()
    )
    total = connection.execute(select(func.count()).select_from(each.subquery())).scalar_one()
    by_role = connection.execute(found.group_by(mentions.c.role).order_by(mentions.c.role)).all()
    return {"all": total} | {row[0]: row[1] for row in by_role}


def _of(named: Iterable[Named], *roles: str) -> Iterable[Named]:
    return (each for each in named if each.roles.intersection(roles))


def _development(each: Named, stories: Mapping[str, Story], now: Instant) -> Document:
    line = each.line
    return _place(each) | {
        "story_title": stories[each.stream].title, "type": line["type"], "headline": line["headline"],
        "as": sorted(each.roles), "status": _status(line, now),
        "occurred": _date(line),
        "learned_at": line["learned_at"],
    }  # fmt: skip


def _date(line: RowMapping) -> Document | None:
    """When it happened, its own date or that of what it was said via."""
    return date_document(ImpreciseDate(edtf=line["edtf"], as_said=line["as_said"])) if line["edtf"] else None


def _status(line: RowMapping, now: Instant) -> str:
    """One word for the reader; the gravest that applies."""
    if line["state"] == "retracted":
        return "retracted"
    if line["withheld"]:
        return "withheld"
    if line["embargo"] > now:
        return "embargoed"
    return "corrected" if line["corrections"] else "standing"


def _claim(each: Named, bodies: Bodies) -> Document:
    entry, event = _event(each, bodies, ClaimAsserted)
    return _place(each) | {
        "text": event.text, "standing": claim_standing(entry), "retracted": bool(entry.retracted),
        "occurred": _date(each.line),
    }  # fmt: skip


def _denial(each: Named, bodies: Bodies) -> Document:
    entry, event = _event(each, bodies, ClaimDenied)
    return _place(each) | {
        "headline": event.headline, "kind": event.kind, "of": event.claim or None, "text": event.text,
        "retracted": bool(entry.retracted), "occurred": _date(each.line),
    }  # fmt: skip


def _demand(each: Named, bodies: Bodies) -> Document:
    """A demand they make or that is made of them; one that they only joined leads to it."""
    entry = bodies[each.where]
    assert isinstance(entry, Development)
    event = entry.event
    told = _place(each) | {
        "headline": event.headline, "as": "addressee" if "addressee" in each.roles else "demander",
        "retracted": bool(entry.retracted), "occurred": _date(each.line), "action": None, "addressee": None,
        "joins": getattr(event, "demand", None), "status": None,
    }  # fmt: skip
    if isinstance(event, DemandMade):
        addressee = msgspec.to_builtins(event.addressee) or None
        told |= {"action": event.action, "addressee": addressee, "status": demand_status(entry)}
    return told


def _positions(connection: Connection, named: Sequence[Named], bodies: Bodies) -> list[Document]:
    """Where they stand on each issue, the first stance first, so that a change of mind can be read."""
    issues: dict[tuple[str, str], list[Document]] = {}
    for each in reversed(named):
        entry, event = _event(each, bodies, PositionTaken)
        stance = {
            "development": event.key, "stance": event.stance, "quantifier": event.quantifier,
            "since": _date(each.line), "learned_at": entry.learned_at, "retracted": bool(entry.retracted),
        }  # fmt: skip
        issues.setdefault((each.stream, event.issue), []).append(stance)
    known = fetch(connection, [(stream, "issue", issue) for stream, issue in issues])
    texts = {where: entry.text for where, entry in known.items() if isinstance(entry, Issue)}
    return [
        {"story": _slug(stream), "issue": issue, "text": texts.get((stream, "issue", issue), issue), "stances": stances}
        for (stream, issue), stances in issues.items()
    ]  # fmt: skip


def _event(each: Named, bodies: Bodies, kind: type[Any]) -> tuple[Development, Any]:
    entry = bodies[each.where]
    assert isinstance(entry, Development)
    assert isinstance(entry.event, kind)
    return entry, entry.event


def _place(each: Named) -> Document:
    return {"story": _slug(each.stream), "key": each.line["key"]}


def _role(entry: Role) -> Document:
    return {
        "role": entry.role, "organization": entry.organization, "from": date_document(entry.since),
        "until": date_document(entry.until), "held": entry.held, "how": entry.left,
    }  # fmt: skip


def _in_stories(stories: Mapping[str, Story], named: Iterable[Named]) -> list[Document]:
    seen = dict.fromkeys(each.stream for each in named)
    return [{"slug": _slug(s), "title": stories[s].title, "status": stories[s].status} for s in seen]


def _linked(connection: Connection, streams: set[str], principal: Principal, now: Instant) -> list[Document]:
    """Stories that those of the actor are linked to: precedents, background, spin-offs; as far as they may be seen."""
    rows = connection.execute(
        select(entries.c.stream, entries.c.body)
        .where(entries.c.stream.in_(sorted(streams)), entries.c.kind == "story_link").order_by(entries.c.position)
    ).all()  # fmt: skip
    links = [(stream, link) for stream, body in rows if isinstance(link := _entry("story_link", body), StoryLink)]
    others = fetch(connection, [(f"story/{link.other}", "story", link.other) for _, link in links])
    found = {where[0]: entry for where, entry in others.items() if isinstance(entry, Story)}
    visible = board.there(connection, {where[2] for where in others}, sight(principal, ""), now)
    return [
        {"story": _slug(stream), "relation": link.relation, "other": link.other,
         "title": found[f"story/{link.other}"].title}
        for stream, link in links if link.other in visible
    ]  # fmt: skip


def _spokespersons(connection: Connection, key: str) -> list[str]:
    """Keys of those who speak for an actor."""
    speaking = select(entries.c.stream).where(
        entries.c.stream > "actor/", entries.c.stream < "actor0", entries.c.kind == "spokesperson", entries.c.key == key
    )
    return [stream.removeprefix("actor/") for stream in connection.execute(speaking).scalars()]


def _people(connection: Connection, keys: Iterable[str]) -> list[Document]:
    listed = list(keys)
    found = fetch(connection, [(f"actor/{key}", "actor", key) for key in listed])
    names = {where[2]: entry.name for where, entry in found.items() if isinstance(entry, Actor)}
    return [{"key": key, "name": names.get(key, key)} for key in listed]


def _entry(kind: str, body: str) -> Entry:
    return codec.decode_entry(kind, body)


def _slug(stream: str) -> str:
    return stream.removeprefix("story/")
