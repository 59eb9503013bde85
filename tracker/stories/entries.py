"""What a story is made of: the entries that its events put, and the standing read off each of them.

A story, an actor and a source are each a map from `(kind, key)` to an entry. No entry holds a list that grows
with the story: denials, joiners, answers and explanations are developments of their own, and what they weigh on
keeps only how many of each kind stand (`weights`).
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

import msgspec

from tracker.instants import Instant
from tracker.stories.dates import ImpreciseDate
from tracker.stories.fields import DevelopmentFields

Ref = tuple[str, str]


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The root of all entries."""

    KIND: ClassVar[str]

    def but(self, **changed: Any) -> Self:
        """The same entry with some fields changed."""
        return msgspec.structs.replace(self, **changed)


Get = Callable[[Ref], Entry | None]
Changes = dict[Ref, Entry]
Entries = Mapping[Ref, Entry]


class Story(Entry, frozen=True, kw_only=True):
    KIND: ClassVar[str] = "story"
    title: str
    synopsis: str = ""
    beats: tuple[str, ...] = ()
    desk: str = ""
    status: Literal["active", "resting", "closed"] = "active"
    learned_at: Instant


class StoryLink(Entry, frozen=True, kw_only=True):
    """A link to another story; its key is `other:relation`."""

    KIND: ClassVar[str] = "story_link"
    other: str
    relation: str
    position: int


class Development(Entry, frozen=True, kw_only=True):
    """A logged development as it stands: its event with every correction applied, and what has come of it.

    `weights` counts the standing acts that bear on it, by word: denied, contradicted, explained, joined,
    accepted, met … An act that is retracted is taken off again.
    """

    KIND: ClassVar[str] = "development"
    event: DevelopmentFields
    position: int
    version: int
    recorded_at: Instant
    recorded_by: str
    learned_at: Instant
    changed: int
    """Version in the stream of the last event that touched the content; what an editor has seen when correcting."""
    weights: dict[str, int] = {}
    corrections: int = 0
    retracted: str = ""
    withheld: str = ""
    embargo: Instant | Literal[""] = ""
    verification: str = "unverified"
    redacted: tuple[str, ...] = ()
    settled: str = ""
    """Outcome that ended it: resolved or dropped (a contradiction), took_place or cancelled (a planned event)."""
    met_by: str = ""

    @property
    def bears(self) -> bool:
        """Whether it still weighs on what it aims at."""
        return not self.retracted and self.settled not in {"resolved", "dropped"}

    def status(self, now: Instant) -> str:
        """One word for the reader; the gravest that applies."""
        if self.retracted:
            return "retracted"
        if self.withheld:
            return "withheld"
        if self.embargo > now:
            return "embargoed"
        return "corrected" if self.corrections else "standing"


class Correction(Entry, frozen=True, kw_only=True):
    """One field put right; its key is `target#version.n`."""

    KIND: ClassVar[str] = "correction"
    target: str
    field: str
    was: Any
    now: Any
    kind: str
    public_note: str = ""
    caused_by: str = ""
    position: int
    recorded_at: Instant
    recorded_by: str
    learned_at: Instant


class Issue(Entry, frozen=True, kw_only=True):
    """A proposition that actors take positions on."""

    KIND: ClassVar[str] = "issue"
    text: str
    learned_at: Instant


class Question(Entry, frozen=True, kw_only=True):
    """What the desk does not yet know."""

    KIND: ClassVar[str] = "question"
    text: str
    about: str = ""
    visibility: str = "newsroom"
    status: Literal["open", "answered", "dropped"] = "open"
    answer: str = ""
    by: str = ""
    position: int
    learned_at: Instant


class Link(Entry, frozen=True, kw_only=True):
    """A relation between two developments; its key is `from:relation:to`."""

    KIND: ClassVar[str] = "link"
    from_: str
    to: str
    relation: str
    position: int
    learned_at: Instant


class Actor(Entry, frozen=True, kw_only=True):
    KIND: ClassVar[str] = "actor"
    name: str
    kind: str
    learned_at: Instant


class Alias(Entry, frozen=True, kw_only=True):
    """Another name of an actor; its key is the alias."""

    KIND: ClassVar[str] = "alias"
    actor: str
    alias: str


class Role(Entry, frozen=True, kw_only=True):
    """An office held from–to; its key is the version that took it."""

    KIND: ClassVar[str] = "role"
    actor: str
    role: str
    organization: str = ""
    since: ImpreciseDate | None = None
    until: ImpreciseDate | None = None
    left: str = ""
    held: bool = True
    position: int
    learned_at: Instant


class RoleHeld(Entry, frozen=True, kw_only=True):
    """Which tenure of a role is open; its key is the role, `taken` the key of the Role or ""."""

    KIND: ClassVar[str] = "role_held"
    taken: str


class Spokesperson(Entry, frozen=True, kw_only=True):
    """Somebody who speaks for another; its key is whom they speak for."""

    KIND: ClassVar[str] = "spokesperson"
    actor: str
    speaks_for: str


class Source(Entry, frozen=True, kw_only=True):
    """Where something comes from; the identity, if any, is ciphertext."""

    KIND: ClassVar[str] = "source"
    description: str
    number: str = "unknown"
    proximity: str = "unknown"
    terms: str = "on_record"
    outlet: str = ""
    url: str = ""
    document: str = ""
    retrieved_at: str = ""
    sealed: bool = False
    confirmed: int = 0
    doubted: int = 0
    forgotten: bool = False
    learned_at: Instant


ENTRY_TYPES: Mapping[str, type[Entry]] = {
    kind.KIND: kind
    for kind in (
        Story, StoryLink, Development, Correction, Issue, Question, Link, Actor, Alias, Role, RoleHeld,
        Spokesperson, Source,
    )
}  # fmt: skip


def claim_standing(claim: Development) -> list[str]:
    """Every standing that holds of a claim, from asserted to withdrawn; several may."""
    standing = ("denied", "contradicted", "qualified", "confirmed", "withdrawn")
    return ["asserted", *(word for word in standing if claim.weights.get(word))]


def contradiction_status(contradiction: Development) -> str:
    """open, explained, resolved or dropped."""
    return contradiction.settled or ("explained" if contradiction.weights.get("explained") else "open")


def demand_status(demand: Development) -> str:
    """open, answered, met, refused, overtaken or withdrawn; the last that decides it."""
    for word in ("met", "withdrawn", "overtaken", "refused"):
        if demand.weights.get(word):
            return word
    return "answered" if any(demand.weights.get(word) for word in ("accepted", "in_part", "deferred")) else "open"
