"""The states of a story one may go back to (RFC 7089): one for each event that whoever asks may read."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection

from tracker import instants
from tracker.accounts.people import Principal
from tracker.archive import asking
from tracker.eventstore.reading import position as log_position
from tracker.eventstore.reading import read_stream, version_at
from tracker.instants import Instant
from tracker.projections.disclosure import may_read
from tracker.projections.presentation import document
from tracker.projections.scene import Asked
from tracker.projections.story_page import NoSuchStory, story_of

_LOOKED_BACK = 50
"""Events that are read at once, back from the one that is asked for."""


@dataclass(frozen=True, slots=True)
class Memento:
    """A state of a story: the position it was reached at, and when that was recorded."""

    position: int
    recorded_at: Instant


def mementos(connection: Connection, slug: str, principal: Principal, now: Instant) -> list[Memento]:
    """The states of a story in their order, as far as the principal may know of them. Raises NoSuchStory.

    Of several events recorded at one instant, the last is the state.
    """
    story_of(connection, slug, principal, now)
    events = read_stream(connection, f"story/{slug}")
    told = may_read(connection, principal, now, events)
    states = {event.recorded_at: event.position for event, shown in zip(events, told, strict=True)
              if not shown.get("withheld")}  # fmt: skip
    if not states:
        raise NoSuchStory(slug)
    return [Memento(position, recorded_at) for recorded_at, position in states.items()]


def reached_at(
    connection: Connection, slug: str, position: int, principal: Principal, now: Instant
) -> Instant | None:
    """When a story came to how it stood at a position: when the last event by then was recorded that the principal
    may read; None where there is none. Costs the same however long the story, but for what may not be read."""
    stream = f"story/{slug}"
    version = version_at(connection, stream, position)
    for upto in range(version, 0, -_LOOKED_BACK):
        events = read_stream(connection, stream, max(0, upto - _LOOKED_BACK), upto)
        told = may_read(connection, principal, now, events)
        for event, shown in zip(reversed(events), reversed(told), strict=True):
            if not shown.get("withheld"):
                return event.recorded_at
    return None


def closest(states: list[Memento], wanted: Instant | None) -> Memento:
    """The state at an instant: the last that was recorded by then, or the first of all; None asks for the latest."""
    if wanted is None:
        return states[-1]
    return states[max(0, bisect_right(states, wanted, key=lambda state: state.recorded_at) - 1)]


def read_http_date(written: str) -> Instant:
    """The end of the second that an HTTP date names. Raises ValueError for what is none."""
    moment = parsedate_to_datetime(written)
    if not written.endswith("GMT"):
        raise ValueError("an HTTP date is in GMT")
    return instants.text(moment.replace(tzinfo=UTC, microsecond=999_999))


def http_date(instant: Instant) -> str:
    """An instant as an HTTP date."""
    return format_datetime(instants.moment(instant).replace(microsecond=0), usegmt=True)


def permanent(
    connection: Connection, slug: str, position: int, principal: Principal, now: Instant, zone: ZoneInfo
) -> bytes:
    """The story up to a position of the log, as canonical JSON: the same bytes whenever the same person asks.

    What may be seen is today's rule: a redaction, an embargo, a source forgotten since then is obeyed, and changes the
    bytes. Raises NoSuchStory for a position that the log has not reached, or at which the story was not yet opened.
    """
    asked = Asked(position=position, typed={"position": position})
    scene = asking.scene(connection, slug, principal, now, zone, asked)
    if not scene.version or position > log_position(connection):
        raise NoSuchStory(slug)
    return orjson.dumps(document(scene), default=list, option=orjson.OPT_SORT_KEYS)
