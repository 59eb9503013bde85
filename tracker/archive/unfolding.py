"""A story event by event: what each meant to somebody who may see it. Comparing and travelling in time read this."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.accounts.visibility import Sight, visible_entries
from tracker.eventstore.reading import read_stream
from tracker.instants import Instant
from tracker.projections.board import there
from tracker.projections.meanings import cause_of
from tracker.projections.story_page import check_visible, sight_of
from tracker.stories import codec
from tracker.stories.consequences import WORDS, Consequence, Word, consequences
from tracker.stories.entries import Entries, Entry, Ref, StoryLink
from tracker.stories.fields import DevelopmentFields
from tracker.stories.folding import changes, fold
from tracker.stories.recorded import Recorded

Selects = Callable[[Recorded], bool]


class Happening(NamedTuple):
    """One event with what it meant, the gravest first, and each entry it changed, before and after."""

    recorded: Recorded
    meant: tuple[Consequence, ...]
    steps: dict[Ref, tuple[Entry | None, Entry]]

    @property
    def development(self) -> str:
        """The key of the development that the event is; "" for an act of the desk's on another."""
        event = self.recorded.event
        return event.key if isinstance(event, DevelopmentFields) else ""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The selected events of a story for one viewer: content of then under today's policy."""

    happenings: list[Happening]
    """Those that meant something that may be seen, in the order of the log."""
    entries: dict[Ref, Entry]
    """What all of the selected events made, as far as it may be seen."""
    seen: Sight
    version: int


def unfold(
    connection: Connection, slug: str, principal: Principal, now: Instant, selects: Selects = lambda _: True
) -> Unfolded:
    """Fold the selected events of a story one by one. Raises NoSuchStory where there is none to be seen today."""
    events = [codec.recorded(event) for event in read_stream(connection, f"story/{slug}")]
    today = fold(events)
    seen = sight_of(today, slug, principal)
    shown_today = _with_links(connection, visible_entries(today, today, seen, now), seen, now)
    check_visible(shown_today, seen)
    entries: dict[Ref, Entry] = {}
    happenings = []
    version = 0
    for event in filter(selects, events):
        steps = {ref: (entries.get(ref), after) for ref, after in changes(entries.get, event).items()}
        entries.update({ref: after for ref, (_, after) in steps.items()})
        version = event.version
        happening = _happening(event, steps, shown_today, _unsaid(seen))
        if happening.meant:
            happenings.append(happening)
    ref = ("story", slug)
    shown = _with_links(connection, visible_entries({ref: today[ref]} | entries, today, seen, now), seen, now)
    return Unfolded(happenings, shown, seen, version)


def gravity(consequence: Consequence) -> tuple[int, str, str]:
    """Sorts the gravest first."""
    return WORDS.index(consequence.word), consequence.kind, consequence.key


def _with_links(connection: Connection, shown: dict[Ref, Entry], seen: Sight, now: Instant) -> dict[Ref, Entry]:
    """The entries, of the links to other stories only those to stories that may be seen."""
    others = {ref: entry.other for ref, entry in shown.items() if isinstance(entry, StoryLink)}
    if not others:
        return shown
    known = there(connection, set(others.values()), seen, now)
    return {ref: entry for ref, entry in shown.items() if ref not in others or others[ref] in known}


def _unsaid(seen: Sight) -> set[Word]:
    """What was held back, and let go, is the business of those who might see it then."""
    held: set[Word] = set() if seen.withheld else {"withheld", "released"}
    return held if seen.embargoed else held | {"embargoed", "embargo_lifted"}


def _happening(
    event: Recorded, steps: dict[Ref, tuple[Entry | None, Entry]], shown: Entries, unsaid: set[Word]
) -> Happening:
    """What an event meant, said of what may be seen; nothing at all where the event itself may not be."""
    own = event.event.key if isinstance(event.event, DevelopmentFields) else ""
    cause = cause_of(event)
    found = {
        each for (_, key), (before, after) in steps.items() for each in consequences(key, before, after)
        if (each.kind, each.key) in shown and each.word not in unsaid
    }  # fmt: skip
    if cause and ("development", cause) not in shown:
        found = set()
    # An act is told by what it did; only one that did nothing else is told as logged.
    if len(found) > 1:
        found -= {Consequence("logged", "development", own)}
    return Happening(event, tuple(sorted(found, key=gravity)), steps)
