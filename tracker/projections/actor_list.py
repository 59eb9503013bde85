"""Everybody somebody may see: what they are, how much names them and in how many stories, and what came last.

The names of all are read, and what is counted only for those of one page of the list.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight
from tracker.instants import Instant
from tracker.projections import appearances
from tracker.projections.appearances import Sights
from tracker.projections.entries import entries, fetch
from tracker.projections.mentions import mentions
from tracker.projections.outline import may_see, outline
from tracker.projections.scene import Document
from tracker.stories import codec
from tracker.stories.entries import Actor, Alias, Development, Role, claim_standing
from tracker.stories.search_words import folded

COLUMNS = (
    "key", "name", "kind", "aliases", "roles", "stories", "developments", "claims", "contradicted", "denials",
    "demands_by", "demands_of", "latest_at", "latest_story", "latest_key", "latest_headline",
)  # fmt: skip

COUNTED = {"claimant": "claims", "denier": "denials", "demander": "demands_by", "addressee": "demands_of"}
"""As what a development names somebody, and what that is counted under; what was retracted is not."""

_MAY_BE_CONTRADICTED = ("contradicted", "withdrawn")
_HERE = and_(outline.c.stream == mentions.c.stream, outline.c.key == mentions.c.key)


@dataclass(slots=True)
class Known:
    """Somebody by name, with the other names and the offices they have or had."""

    key: str
    name: str = ""
    kind: str = ""
    aliases: list[str] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)

    @property
    def offices(self) -> list[Role]:
        """The offices they hold; where they hold none, the one they had last."""
        return [role for role in self.roles if role.held] or self.roles[-1:]

    def answers(self, words: Iterable[str]) -> bool:
        """Whether each of these words begins a word of a name, a key or an office."""
        said = [self.name, self.key, *self.aliases, *(f"{each.role} {each.organization}" for each in self.offices)]
        own = [word for text in said for word in folded(text)]
        return all(any(each.startswith(word) for each in own) for word in words)


def everybody(connection: Connection, principal: Principal, now: Instant) -> list[Known]:
    """Those whom the principal may see, by name: in the newsroom all, else those whom something public names."""
    row = entries.c
    rows = connection.execute(
        select(row.stream, row.kind, row.body)
        .where(row.stream > "actor/", row.stream < "actor0", row.kind.in_(["actor", "alias", "role"]))
        .order_by(row.stream, row.position, row.key)
    )
    found: dict[str, Known] = {}
    for stream, kind, body in rows:
        _add(found.setdefault(stream, Known(stream.removeprefix("actor/"))), codec.decode_entry(kind, body))
    seen = _seen(connection, principal, now)
    there = (each for each in found.values() if each.name and (seen is None or each.key in seen))
    return sorted(there, key=lambda each: (folded(each.name), each.key))


def matching(known: Iterable[Known], typed: str, kind: str) -> list[Known]:
    """Those whose names, keys or offices begin with each of the words typed, and that are of a kind; "" for any."""
    words = folded(typed)
    return [each for each in known if kind in {"", each.kind} and each.answers(words)]


def told(connection: Connection, known: Collection[Known], principal: Principal, now: Instant) -> list[Document]:
    """These actors with what is counted of them, and the development that named them last."""
    keys = [each.key for each in known]
    sights = appearances.sights_of(appearances.stories_naming(connection, keys), principal)
    counts = _counts(connection, keys, sights, now)
    latest = _latest(connection, keys, sights, now)
    return [_document(each) | counts[each.key] | {"latest": latest.get(each.key)} for each in known]


def rows(listed: Iterable[Document]) -> Iterable[Sequence[object]]:
    """Actors as rows of a table with `COLUMNS`."""
    for each in listed:
        last = each["latest"] or {}
        offices = "; ".join(_office(role) for role in each["roles"])
        yield (
            each["key"], each["name"], each["kind"], "; ".join(each["aliases"]), offices,
            *(each[name] for name in COLUMNS[5:12]),
            last.get("learned_at"), last.get("story"), last.get("key"), last.get("headline"),
        )  # fmt: skip


def _add(to: Known, entry: object) -> None:
    match entry:
        case Actor(name=name, kind=kind):
            to.name, to.kind = name, kind
        case Alias(alias=alias):
            to.aliases.append(alias)
        case Role():
            to.roles.append(entry)


def _seen(connection: Connection, principal: Principal, now: Instant) -> set[str] | None:
    """Keys of the actors whom something names that the principal may see; None for all of them."""
    seen = sight(principal, "")
    if "newsroom" in seen.levels:
        return None
    naming = exists().where(mentions.c.actor == entries.c.key, _HERE, may_see(outline, seen, now))
    there = entries.c.stream > "actor/", entries.c.stream < "actor0", entries.c.kind == "actor"
    return set(connection.execute(select(entries.c.key).where(*there, naming)).scalars())


def _document(known: Known) -> Document:
    return {
        "key": known.key, "name": known.name, "kind": known.kind, "aliases": known.aliases,
        "roles": [{"role": each.role, "organization": each.organization, "held": each.held} for each in known.offices],
    }  # fmt: skip


def _counts(connection: Connection, keys: list[str], sights: Sights, now: Instant) -> dict[str, dict[str, int]]:
    counted = ("stories", "developments", *COUNTED.values(), "contradicted")
    found = {key: dict.fromkeys(counted, 0) for key in keys}
    named = _named(keys, sights, now, mentions.c.actor, outline.c.stream, outline.c.key).distinct().subquery()
    totals = select(named.c.actor, func.count(named.c.stream.distinct()), func.count()).group_by(named.c.actor)
    for actor, stories, developments in connection.execute(totals):
        found[actor] |= {"stories": stories, "developments": developments}
    by_role = _named(keys, sights, now, mentions.c.actor, mentions.c.role, func.count()).where(
        mentions.c.role.in_(list(COUNTED)), outline.c.state != "retracted"
    )
    for actor, role, number in connection.execute(by_role.group_by(mentions.c.actor, mentions.c.role)):
        found[actor][COUNTED[role]] = number
    for actor in _contradicted(connection, keys, sights, now):
        found[actor]["contradicted"] += 1
    return found


def _contradicted(connection: Connection, keys: list[str], sights: Sights, now: Instant) -> list[str]:
    """Whose claims are contradicted, once for each, by what may be seen."""
    claims = _named(keys, sights, now, mentions.c.actor, outline.c.stream, outline.c.key).where(
        mentions.c.role == "claimant", outline.c.state.in_(_MAY_BE_CONTRADICTED)
    )
    of = [(actor, (stream, "development", key)) for actor, stream, key in connection.execute(claims)]
    bodies = appearances.as_seen(connection, fetch(connection, {where for _, where in of}), sights, now)
    return [actor for actor, where in of if _is_contradicted(bodies[where])]


def _is_contradicted(entry: object) -> bool:
    return isinstance(entry, Development) and "contradicted" in claim_standing(entry)


def _latest(connection: Connection, keys: list[str], sights: Sights, now: Instant) -> dict[str, Document]:
    """The development that was logged last of those that name each."""
    newest = func.max(outline.c.position).label("position")
    last = _named(keys, sights, now, mentions.c.actor, newest).group_by(mentions.c.actor).subquery()
    lines = (
        select(mentions.c.actor.label("of"), outline)
        .join(outline, _HERE)
        .join(last, and_(last.c.actor == mentions.c.actor, last.c.position == outline.c.position))
    )
    return {
        line["of"]: {
            "story": line["stream"].removeprefix("story/"), "key": line["key"], "headline": line["headline"],
            "learned_at": line["learned_at"], "learned": line["learned_edtf"] or None,
            "retracted": line["state"] == "retracted",
        }
        for line in connection.execute(lines).mappings()
    }  # fmt: skip


def _named(keys: list[str], sights: Sights, now: Instant, *columns: Any) -> Select[Any]:
    """Something of the developments that name these actors and may be seen."""
    return (
        select(*columns).select_from(mentions).join(outline, _HERE)
        .where(mentions.c.actor.in_(keys), appearances.shown_naming(sights, now))
    )  # fmt: skip


def _office(role: Document) -> str:
    words = ", ".join(filter(None, (role["role"], role["organization"])))
    return words if role["held"] else f"formerly {words}"
