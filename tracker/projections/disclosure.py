"""The log itself, for somebody: each event whole, or, where its content may not be seen, its place and hash."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from tracker.accounts.people import Principal, Role
from tracker.accounts.visibility import Sight, sight, visible
from tracker.eventstore.cloudevents import as_cloudevent
from tracker.eventstore.events import RecordedEvent
from tracker.instants import Instant
from tracker.projections import board
from tracker.projections.entries import StreamRef, fetch
from tracker.stories import codec
from tracker.stories.editorial import DetailRedacted, DevelopmentCorrected
from tracker.stories.entries import Development, Entry, Source, Story
from tracker.stories.fields import DevelopmentFields, Fields
from tracker.stories.pressure import QuestionRaised
from tracker.stories.references import aimed
from tracker.stories.sources import SourceAdded
from tracker.stories.story import StoryLinked

_PLACE = frozenset(
    {"id", "source", "specversion", "sequence", "streamversion", "recordedtime", "prevhash", "eventhash"}
)
_LEADING = frozenset({"identity", "url", "document", "retrieved_at"})
_NEWSROOM_ROLES = frozenset({Role.REPORTER, Role.EDITOR, Role.ARCHIVIST})


def may_read(
    connection: Connection, principal: Principal, now: Instant, events: Sequence[RecordedEvent]
) -> list[dict[str, Any]]:
    """These events as CloudEvents. One that touches anything the principal may not see has `data` null and says
    `withheld`; position and hashes stay, so that whoever reads the log can still check it."""
    decoded = [(event, codec.decode(event.type, event.data)) for event in events]
    wanted: set[StreamRef] = set()
    for event, body in decoded:
        kind, _, key = event.stream.partition("/")
        wanted |= {(event.stream, kind, key)}
        wanted |= {(event.stream, "development", key) for key in touched(body)}
    known = fetch(connection, wanted)
    further = {
        (where[0], "development", entry.event.via)
        for where, entry in known.items()
        if isinstance(entry, Development) and entry.event.via
    }
    known |= fetch(connection, further)
    unseen = _unseen_stories(connection, [body for _, body in decoded], principal, now)
    shown = [_shown(event, body, known, principal, now) and _leads_to(body) not in unseen for event, body in decoded]
    return [_told(event, is_shown, body, known) for (event, body), is_shown in zip(decoded, shown, strict=True)]


def touched(event: Fields) -> set[str]:
    """The developments an event is or touches."""
    own = {event.key} if isinstance(event, DevelopmentFields) else set[str]()
    return own | {key for kind, key in aimed(event) if kind == "development"}


def withheld(told: dict[str, Any]) -> dict[str, Any]:
    """A CloudEvent of which only the place and the hashes are told."""
    return {name: value for name, value in told.items() if name in _PLACE} | {"data": None, "withheld": True}


def _shown(
    event: RecordedEvent, body: Fields, known: dict[StreamRef, Entry], principal: Principal, now: Instant
) -> bool:
    if not event.stream.startswith("story/"):
        return principal.role in _NEWSROOM_ROLES
    story = known.get((event.stream, "story", event.stream.partition("/")[2]))
    seen = sight(principal, story.desk if isinstance(story, Story) else "")
    if isinstance(body, QuestionRaised) and body.visibility not in seen.levels:
        return False
    found = [known.get((event.stream, "development", key)) for key in touched(body)]
    return all(_visible(event.stream, entry, known, seen, now) for entry in found)


def _unseen_stories(
    connection: Connection, bodies: Sequence[Fields], principal: Principal, now: Instant
) -> set[str]:
    """The stories that these events link to and that may not be seen."""
    linked = {_leads_to(body) for body in bodies} - {""}
    return linked - board.there(connection, linked, sight(principal, ""), now) if linked else linked


def _leads_to(body: Fields) -> str:
    return body.other if isinstance(body, StoryLinked) else ""


def _visible(
    stream: str, entry: Entry | None, known: dict[StreamRef, Entry], seen: Sight, now: Instant
) -> bool:
    """Whether a development, and what it was said via, may be seen; one not yet in the views may not."""
    if not isinstance(entry, Development) or not visible(entry, seen, now):
        return False
    if not entry.event.via:
        return True
    said_in = known.get((stream, "development", entry.event.via))
    return isinstance(said_in, Development) and visible(said_in, seen, now)


def _told(
    event: RecordedEvent, shown: bool, body: Fields, known: dict[StreamRef, Entry]
) -> dict[str, Any]:
    told = as_cloudevent(event)
    if not shown:
        return withheld(told)
    redacted = _redacted(event, body, known)
    if redacted:
        told["data"] = _without(orjson.loads(event.data), redacted)
        told["redacted"] = sorted(redacted)
    return told


def _redacted(event: RecordedEvent, body: Fields, known: dict[StreamRef, Entry]) -> frozenset[str]:
    """The fields that were redacted since, or led to a source now forgotten; they are hidden here as everywhere."""
    if isinstance(body, DetailRedacted):
        return frozenset()
    if isinstance(body, SourceAdded):
        source = known.get((event.stream, "source", body.key))
        return _LEADING if isinstance(source, Source) and source.forgotten else frozenset()
    target = getattr(body, "target", "") or (body.key if isinstance(body, DevelopmentFields) else "")
    entry = known.get((event.stream, "development", target))
    fields = frozenset(entry.redacted) if isinstance(entry, Development) else frozenset[str]()
    if isinstance(body, DevelopmentCorrected):
        return fields & {change.field for change in body.changes}
    return fields


def _without(data: dict[str, Any], redacted: frozenset[str]) -> dict[str, Any]:
    kept = {name: value for name, value in data.items() if name not in redacted}
    if isinstance(kept.get("fields"), dict):
        kept["fields"] = {name: value for name, value in kept["fields"].items() if name not in redacted}
    if "changes" in kept:
        kept["changes"] = [
            {"field": change["field"]} if change["field"] in redacted else change for change in kept["changes"]
        ]
    return kept
