"""The feeds and the calendar of a story, for which no more of it is read than they tell."""

from collections.abc import Set

from flask import Response, request
from sqlalchemy import Connection

from tracker.accounts.gate import needs
from tracker.archive.exports import story_feed
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import Telling, on_the_record, telling
from tracker.db import reading
from tracker.feeds import ATOM_TYPE, JSON_FEED_TYPE, Feed, atom, json_feed
from tracker.instants import Instant
from tracker.projections.outline import changed_since, embargoed
from tracker.projections.scene import Asked, Scene
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
from tracker.web.looking import Look, look

LATEST_ENTRIES = 100
DATED = ("event.planned", "demand.made")
"""The types that a calendar tells of: what is planned, and what has a deadline."""


@blueprint.get("/stories/<slug>/feed.atom")
@needs("read")
def story_atom(slug: str) -> Response:
    """The developments changed last, as an Atom feed; retractions are tombstones."""
    return _fresh(atom(_feed(slug, "feed.atom")), ATOM_TYPE)


@blueprint.get("/stories/<slug>/feed.json")
@needs("read")
def story_json_feed(slug: str) -> Response:
    """The developments changed last, as a JSON Feed."""
    return _fresh(json_feed(_feed(slug, "feed.json")), JSON_FEED_TYPE)


@blueprint.get("/stories/<slug>/calendar.ics")
@needs("read")
def story_calendar(slug: str) -> Response:
    """Planned events, deadlines and ends of embargoes, as a calendar."""
    now, form = tracker().clock(), FORMATS["ical"]
    with reading(tracker().engine) as connection:
        found = look(connection, slug, Asked(), now)
        dated = {line.key for type in DATED for line in found.drawn.overview.by_type.get(type, ())}
        scene = _told(found, dated | embargoed(connection, f"story/{slug}", now))
        body = form.write(_telling(connection, scene, now))
    return _fresh(body, form.media_type)


def _feed(slug: str, name: str) -> Feed:
    now = tracker().clock()
    with reading(tracker().engine) as connection:
        scene = _changed_last(connection, look(connection, slug, Asked(), now), f"story/{slug}", LATEST_ENTRIES)
        return story_feed.feed(_telling(connection, scene, now), name, LATEST_ENTRIES)


def _changed_last(connection: Connection, found: Look, stream: str, number: int) -> Scene:
    """The part of a story in which so many standing developments are that changed last, and all that were retracted.

    It is looked back ever further until there are enough: not everything that an event touches is changed by it.
    """
    outline, back = found.drawn.overview, number
    gone = {line.key for line in outline.lines if line.state == "retracted"}
    while True:
        since = max(0, outline.version - back)
        scene = _told(found, gone | changed_since(connection, stream, since))
        standing = (entry for entry in scene.developments() if not entry.retracted)
        if not since or sum(entry.changed > since for entry in standing) >= number:
            return scene
        back *= 4


def _told(found: Look, keys: Set[str]) -> Scene:
    return on_the_record(found.excerpt(keys & found.drawn.overview.by_key.keys(), ()))


def _telling(connection: Connection, scene: Scene, now: Instant) -> Telling:
    return telling(connection, [scene], tracker().settings.base_url, now, whole=False)


def _fresh(body: bytes, media_type: str) -> Response:
    """An answer that a reader who has it already gets as 304."""
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]
