"""What a story is presented with: its entries as somebody may see them, and the clocks that were asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.stories.date_words import in_words
from tracker.stories.dates import ImpreciseDate, limits
from tracker.stories.entries import Correction, Development, Entries, Ref
from tracker.stories.fields import KEY_PATTERN
from tracker.stories.references import mentioned as mentioned_in

Document = dict[str, Any]
_KEY = re.compile(KEY_PATTERN)


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


def mentioned(entries: Entries) -> set[Ref]:
    """The actors and sources that the developments of a story name, and actors that a correction may name."""
    found = {ref for entry in entries.values() if isinstance(entry, Development) for ref in mentioned_in(entry.event)}
    corrections = (entry for entry in entries.values() if isinstance(entry, Correction))
    return found | {("actor", key) for each in corrections for key in (*_keys_in(each.was), *_keys_in(each.now))}


def _keys_in(value: Any) -> Iterator[str]:
    """Each text in a value that could be a key; whether it is one, whoever looks it up finds out."""
    if isinstance(value, str) and _KEY.match(value):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _keys_in(item)


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


def date_document(date: ImpreciseDate | None) -> Document | None:
    """A date with its words, its bounds and how it is said to a reader."""
    if date is None:
        return None
    earliest, latest = limits(date.edtf)
    return {
        "edtf": date.edtf, "as_said": date.as_said, "basis": date.basis,
        "earliest": earliest, "latest": latest, "words": in_words(date),
    }  # fmt: skip
