"""Who may see what: one predicate, used by every read path."""

from dataclasses import dataclass

from tracker.accounts.people import Principal, Role
from tracker.accounts.permissions import may_edit_desk
from tracker.instants import Instant
from tracker.stories.entries import (
    Correction,
    Development,
    Entries,
    Entry,
    Link,
    Question,
    Ref,
    Source,
)
from tracker.stories.revising import blanked
from tracker.stories.shaping import types_of
from tracker.stories.unburdened import unburdened

_PUBLIC = frozenset({"public"})
_NEWSROOM = frozenset({"public", "newsroom"})
_DESK = frozenset({"public", "newsroom", "desk"})


@dataclass(frozen=True, slots=True)
class Sight:
    """What a principal may see of the stories of one desk."""

    levels: frozenset[str]
    """Visibilities it may see: of public, newsroom and desk."""
    embargoed: bool
    """Whether it may see what is under embargo."""
    withheld: bool
    """Whether it may see what is held back."""
    names_sources: bool
    """Whether it sees of a source more than its terms let the public know."""


def sight(principal: Principal, desk: str) -> Sight:
    """What somebody may see of a desk's stories.

    A reader (and an admin, who keeps accounts, not stories) sees what is public; a reporter the newsroom's; an
    editor everything of the own desks; an archivist everything but what is under embargo.
    """
    match principal.role:
        case Role.EDITOR if may_edit_desk(principal, desk):
            return Sight(_DESK, embargoed=True, withheld=True, names_sources=True)
        case Role.EDITOR | Role.REPORTER:
            return Sight(_NEWSROOM, embargoed=False, withheld=False, names_sources=True)
        case Role.ARCHIVIST:
            return Sight(_DESK, embargoed=False, withheld=True, names_sources=True)
        case Role.READER | Role.ADMIN:
            return Sight(_PUBLIC, embargoed=False, withheld=False, names_sources=False)
        case _:
            return Sight(frozenset(), embargoed=False, withheld=False, names_sources=False)


def visible(development: Development, seen: Sight, now: Instant) -> bool:
    """Whether a development may be seen now, on its own merits; what it was said via must be visible too."""
    if development.event.visibility not in seen.levels:
        return False
    if development.withheld and not seen.withheld:
        return False
    return seen.embargoed or development.embargo <= now


def visible_entries(entries: Entries, policy: Entries, seen: Sight, now: Instant) -> dict[Ref, Entry]:
    """The entries of a story that may be seen: then's content (`entries`) under today's policy (`policy`)."""
    keys = {
        key for kind, key in entries if kind == "development" and _reachable(key, entries, policy, seen, now)
    }
    hidden = [entry for (_, key), entry in entries.items() if isinstance(entry, Development) and key not in keys]
    shown = {
        ref: _redacted(entry, policy.get(ref)) for ref, entry in entries.items() if _belongs(ref, entry, keys, seen)
    }
    return unburdened(shown, hidden)


def source_as_seen(source: Source, seen: Sight) -> dict[str, str]:
    """What may be said of a source: all that was logged, or what its terms let the public know."""
    if not seen.names_sources and source.terms == "deep_background":
        return {"description": "A source whose terms allow no attribution", "terms": source.terms}
    if not seen.names_sources and source.terms != "on_record":
        return {"description": source.description, "terms": source.terms}
    named = ("description", "number", "proximity", "terms", "outlet", "url", "document", "retrieved_at")
    return {name: getattr(source, name) for name in named if getattr(source, name)}


def _reachable(key: str, entries: Entries, policy: Entries, seen: Sight, now: Instant) -> bool:
    """Whether a development and all that it was said via may be seen, by what the policy says of each."""
    passed: set[str] = set()
    while key and key not in passed:
        passed.add(key)
        then = entries.get(("development", key))
        ruling = policy.get(("development", key), then)
        if not isinstance(then, Development) or not isinstance(ruling, Development):
            return False
        if not visible(ruling, seen, now):
            return False
        key = then.event.via
    return True


def _redacted(entry: Entry, ruling: Entry | None) -> Entry:
    """The entry without what has been redacted since."""
    if not isinstance(entry, Development) or not isinstance(ruling, Development):
        return entry
    since = set(ruling.redacted) - set(entry.redacted)
    if not since:
        return entry
    there = [name for name in since if name in types_of(type(entry.event)) or name in entry.event.sealed]
    return entry.but(event=blanked(entry.event, there), redacted=ruling.redacted)


def _belongs(ref: Ref, entry: Entry, keys: set[str], seen: Sight) -> bool:
    match entry:
        case Development():
            return ref[1] in keys
        case Correction(target=target):
            return target in keys
        case Link(from_=start, to=end):
            return start in keys and end in keys
        case Question(visibility=visibility):
            return visibility in seen.levels
        case _:
            return True
