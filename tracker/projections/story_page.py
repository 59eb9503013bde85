"""The story as it stands now, read from the views for one viewer."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import Sight, sight, visible_entries
from tracker.instants import Instant
from tracker.projections import board
from tracker.projections.entries import entries, fetch, of_stream
from tracker.projections.scene import Asked, Scene, mentioned
from tracker.stories import codec
from tracker.stories.entries import Development, Entries, Entry, Ref, Story


class NoSuchStory(LookupError):
    """There is no such story, or none that this principal may see: the two are told apart nowhere."""


def scene(
    connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo, asked: Asked | None = None
) -> Scene:
    """A story as it stands, with what the viewer may see of it. Raises NoSuchStory."""
    stream = f"story/{slug}"
    whole = of_stream(connection, stream)
    seen = sight_of(whole, slug, principal)
    shown = visible_entries(whole, whole, seen, now)
    check_visible(shown, seen)
    return Scene(
        slug=slug, entries=shown, newsroom=newsroom(connection, mentioned(shown)), seen=seen, now=now, zone=zone,
        version=board.version_of(connection, stream), asked=asked or Asked(),
    )  # fmt: skip


def story_of(connection: Connection, slug: str, principal: Principal, now: Instant) -> Story:
    """The story itself, for somebody who may see it; costs the same however long the story. Raises NoSuchStory."""
    stream = f"story/{slug}"
    story = fetch(connection, [(stream, "story", slug)]).get((stream, "story", slug))
    if not isinstance(story, Story):
        raise NoSuchStory(slug)
    if not board.story_visible(seen := sight(principal, story.desk), board.anything(connection, stream, seen, now)):
        raise NoSuchStory(slug)
    return story


def sight_of(whole: Entries, slug: str, principal: Principal) -> Sight:
    """What the principal may see of this story. Raises NoSuchStory where it has not been opened."""
    story = whole.get(("story", slug))
    if not isinstance(story, Story):
        raise NoSuchStory(slug)
    return sight(principal, story.desk)


def check_visible(shown: Entries, seen: Sight) -> None:
    """Raises NoSuchStory where nothing of a story may be seen by this principal."""
    if not board.story_visible(seen, sum(isinstance(entry, Development) for entry in shown.values())):
        raise NoSuchStory


def newsroom(connection: Connection, refs: Iterable[Ref]) -> dict[Ref, Entry]:
    """The actors and sources named, with the actors' roles."""
    streams = sorted({f"{kind}/{key}" for kind, key in refs})
    found: dict[Ref, Entry] = {}
    rows = connection.execute(
        select(entries.c.stream, entries.c.kind, entries.c.key, entries.c.body)
        .where(entries.c.stream.in_(streams), entries.c.kind.in_(["actor", "source", "role"]))
        .order_by(entries.c.stream, entries.c.position)
    )
    for stream, kind, key, body in rows:
        found[(kind, f"{stream}#{key}" if kind == "role" else key)] = codec.decode_entry(kind, body)
    return found
