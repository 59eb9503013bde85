"""What the pages are told: the scene an address asks for, what may be done on it, and answers as JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from flask import Response, request

from tracker import instants
from tracker.accounts.permissions import may, may_edit_desk
from tracker.archive import asking
from tracker.db import reading
from tracker.projections.scene import Document, Scene
from tracker.projections.story_page import NoSuchStory
from tracker.stories.entries import Story
from tracker.web.current import principal, tracker


def scene_of(slug: str, clocks: Mapping[str, str] | None = None) -> Scene:
    """The story as the clocks in the address ask for it, or as those given do."""
    here = tracker()
    asked = asking.read_asked(request.args if clocks is None else clocks, here.zone)
    with reading(here.engine) as connection:
        return asking.scene(connection, slug, principal(), here.clock(), here.zone, asked)


def may_log(scene: Scene) -> bool:
    """Whether who is asking may log on this story; on a story as it was, nobody may."""
    story = scene.entries.get(("story", scene.slug))
    desk = story.desk if isinstance(story, Story) else ""
    return may(principal(), "log") and may_edit_desk(principal(), desk)


def development_in(told: Document, key: str) -> Document:
    """One development of a story document. Raises NoSuchStory where it is not there, or not to be seen."""
    found = next((each for each in told["developments"] if each["key"] == key), None)
    if found is None:
        raise NoSuchStory(key)
    return dict(found)


def today() -> date:
    """The day it is in the newsroom's zone."""
    return instants.moment(tracker().clock()).astimezone(tracker().zone).date()


def as_json(value: Any) -> Response:
    """A value as an answer in JSON."""
    return Response(orjson.dumps(value, default=list), content_type="application/json")


def names_in(told: Document) -> dict[str, str]:
    """What the people of a story are called, by key."""
    return {each["key"]: each["name"] for each in told["actors"]}


def wants_json() -> bool:
    """Whether the address ends in `.json`, or the client asks for JSON rather than a page."""
    asked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or asked == "application/json"
