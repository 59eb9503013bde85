"""The story as it stood: on the newsroom's clock, on the store's, or up to a position of the log."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.accounts.visibility import visible_entries
from tracker.eventstore.reading import read_stream, read_streams
from tracker.instants import Instant
from tracker.projections.scene import Asked, Scene, mentioned
from tracker.projections.story_page import check_visible, newsroom, sight_of
from tracker.stories import codec
from tracker.stories.entries import Entry, Ref, Story
from tracker.stories.folding import fold
from tracker.stories.recorded import Recorded


def scene(
    connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo, asked: Asked
) -> Scene:
    """A story folded from the events that the clocks select, in the order of the log, under today's policy.

    Raises NoSuchStory where there is none, or none that the principal may see today.
    """
    stream = f"story/{slug}"
    events = [codec.recorded(event) for event in read_stream(connection, stream)]
    today = fold(events)
    seen = sight_of(today, slug, principal)
    check_visible(visible_entries(today, today, seen, now), seen)
    selected = [event for event in events if selects(asked, event)]
    then = _titled(fold(selected), today, slug)
    shown = visible_entries(then, today, seen, now)
    return Scene(
        slug=slug, entries=shown, newsroom=_newsroom_then(connection, mentioned(shown), asked), seen=seen, now=now,
        zone=zone, version=max((event.version for event in selected), default=0), asked=asked,
    )  # fmt: skip


def selects(asked: Asked, event: Recorded) -> bool:
    """Whether an event counts on every clock that was asked."""
    return (
        (asked.known_at is None or event.learned_at <= asked.known_at)
        and (asked.recorded_at is None or event.recorded_at <= asked.recorded_at)
        and (asked.position is None or event.position <= asked.position)
    )


def _newsroom_then(connection: Connection, refs: Iterable[Ref], asked: Asked) -> dict[Ref, Entry]:
    """The people a story names, as they were known on the clocks asked; of sources, today's rule.

    A name is a label: on the newsroom's clock, somebody who was not yet known by one has today's. By position nobody
    has, so that what is shown for a position stays the same.
    """
    listed = set(refs)
    today = newsroom(connection, listed)
    logged = read_streams(connection, (f"actor/{key}" for kind, key in listed if kind == "actor"))
    for stream, events in logged.items():
        then = fold(event for event in map(codec.recorded, events) if selects(asked, event))
        if then or asked.position is not None:
            others = {ref: entry for ref, entry in today.items() if not _is_of(ref, stream)}
            today = others | {_ref_of(ref, stream): entry for ref, entry in then.items()}
    return today


def _ref_of(ref: Ref, stream: str) -> Ref:
    kind, key = ref
    return (kind, f"{stream}#{key}") if kind == "role" else ref


def _is_of(ref: Ref, stream: str) -> bool:
    kind, key = ref
    return f"{kind}/{key}" == stream or (kind == "role" and key.startswith(f"{stream}#"))


def _titled(then: dict[Ref, Entry], today: dict[Ref, Entry], slug: str) -> dict[Ref, Entry]:
    """A title is a label: where the story was not yet opened on the clock asked, today's stands over it."""
    ref = ("story", slug)
    named = then.get(ref) or today[ref]
    return then | {ref: named if isinstance(named, Story) else today[ref]}
