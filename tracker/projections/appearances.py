"""Where actors appear: the stories that name them, what of these somebody may see, and how that stands for them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, FromClause, and_, false, not_, or_, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import Sight, sight
from tracker.instants import Instant
from tracker.projections.activity import activity
from tracker.projections.entries import StreamRef, fetch
from tracker.projections.mentions import mentions
from tracker.projections.outline import may_see, outline
from tracker.stories.entries import Development, Entry, Ref, Story
from tracker.stories.unburdened import unburdened

Sights = Mapping[Sight, list[str]]
"""The streams of stories, by what somebody may see of them."""


def stories_naming(connection: Connection, actors: Iterable[str]) -> dict[str, Story]:
    """The stories that name any of these actors, by stream."""
    naming = select(mentions.c.stream).where(mentions.c.actor.in_(sorted(actors))).distinct()
    streams = connection.execute(naming).scalars().all()
    found = fetch(connection, [(stream, "story", stream.removeprefix("story/")) for stream in streams])
    return {where[0]: story for where, story in found.items() if isinstance(story, Story)}


def sights_of(stories: Mapping[str, Story], principal: Principal) -> Sights:
    """These stories by what the principal may see of them."""
    sights: dict[Sight, list[str]] = {}
    for stream, story in stories.items():
        sights.setdefault(sight(principal, story.desk), []).append(stream)
    return sights


def shown(rows: FromClause, sights: Sights, now: Instant) -> ColumnElement[bool]:
    """Whether rows that carry who may see them, of these stories, may be seen."""
    theirs = (and_(rows.c.stream.in_(streams), may_see(rows, seen, now)) for seen, streams in sights.items())
    return or_(false(), *theirs)


def shown_naming(sights: Sights, now: Instant) -> ColumnElement[bool]:
    """Whether a development of the outline, joined to the mentions of actors whom all these stories name, may be seen.

    Costs by what names the actors, not by all that is told in the stories.
    """
    if len(sights) == 1:
        return may_see(outline, next(iter(sights)), now)
    # Not the column itself: SQLite would go through the stories, and for each development through all the actors.
    stream = mentions.c.stream + ""
    theirs = (and_(stream.in_(streams), may_see(outline, seen, now)) for seen, streams in sights.items())
    return or_(false(), *theirs)


def as_seen(
    connection: Connection, bodies: Mapping[StreamRef, Entry], sights: Sights, now: Instant
) -> dict[StreamRef, Entry]:
    """These entries without the weight of what may not be seen. Costs nothing where nothing is hidden."""
    hidden = _hidden(connection, sorted({stream for stream, *_ in bodies}), sights, now)
    found = dict(bodies)
    for stream in {stream for stream, *_ in hidden}:
        acts = [entry for where, entry in hidden.items() if where[0] == stream and isinstance(entry, Development)]
        for (kind, key), entry in unburdened(_of(bodies, stream), acts).items():
            found[(stream, kind, key)] = entry
    return found


def _hidden(connection: Connection, streams: list[str], sights: Sights, now: Instant) -> dict[StreamRef, Entry]:
    """What may not be seen of the stories that hide something."""
    held = select(activity.c.stream).where(
        activity.c.stream.in_(streams), activity.c.number > 0, not_(shown(activity, sights, now))
    )
    hiding = list(connection.execute(held.distinct()).scalars())
    if not hiding:
        return {}
    unseen = select(outline.c.stream, outline.c.key).where(
        outline.c.stream.in_(hiding), not_(shown(outline, sights, now))
    )
    return fetch(connection, [(stream, "development", key) for stream, key in connection.execute(unseen)])


def _of(found: Mapping[StreamRef, Entry], stream: str) -> dict[Ref, Entry]:
    return {(kind, key): entry for (each, kind, key), entry in found.items() if each == stream}
