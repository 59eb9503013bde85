"""A message as it is told: what was found fit to be told just now, before it is put in any form."""

from dataclasses import dataclass, field
from typing import Any, Literal

from tracker.instants import Instant
from tracker.stories.consequences import Word

Kind = Literal["alert", "digest", "correction", "test", "notice"]


@dataclass(frozen=True, slots=True)
class Item:
    """One development, or a question, and what befell it, as its reader may see it now."""

    stream: str
    story: str
    """Title of the story."""
    key: str
    headline: str
    words: tuple[Word, ...]
    """What happened, the gravest first."""
    occurred: str
    """When it happened, in words; "" where that is not known."""
    learned_at: Instant
    recorded_at: Instant
    retracted: str
    """Why it was taken back; "" where it stands."""
    notes: tuple[str, ...]
    """What a correction changed, why something was retracted: a line each."""
    rules: tuple[tuple[str, str, str], ...]
    """The rules that matched: id, name, and why in words."""
    url: str
    position: int
    version: int
    """`Development.changed` of what is told."""
    event: dict[str, Any] = field(default_factory=dict)
    """The CloudEvent that led to it, as its reader may see it."""


@dataclass(frozen=True, slots=True)
class Message:
    """Everything a channel needs to put an alert in its own form."""

    id: str
    """The same on every attempt."""
    kind: Kind
    person: str
    stream: str
    """`story/SLUG` where it tells of one story; else ""."""
    created_at: Instant
    items: tuple[Item, ...]
    title: str = ""
    """Of a test or a notice."""
    text: str = ""
    """Of a test or a notice."""
    url: str = ""
    """Where to read more: of a test or a notice."""
    why_url: str = ""
    """Where the reader can see and change what they asked for."""
