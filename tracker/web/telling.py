"""What the pages are told: the scene an address asks for, what may be done on it, and answers as JSON."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import orjson
from flask import Response, request

from tracker import instants
from tracker.accounts.permissions import may, may_edit_desk
from tracker.archive import asking
from tracker.db import reading
from tracker.projections.scene import Scene
from tracker.spreadsheets import CSV_TYPE, csv_text
from tracker.stories.date_words import from_words
from tracker.stories.entries import Actor, Story
from tracker.web.current import principal, tracker


def scene_of(slug: str) -> Scene:
    """The story as the clocks in the address ask for it, whole."""
    here = tracker()
    asked = asking.read_asked(request.args, here.zone)
    with reading(here.engine) as connection:
        return asking.scene(connection, slug, principal(), here.clock(), here.zone, asked)


def may_log(scene: Scene) -> bool:
    """Whether who is asking may log on this story; on a story as it was, nobody may."""
    story = scene.entries.get(("story", scene.slug))
    desk = story.desk if isinstance(story, Story) else ""
    return may(principal(), "log") and may_edit_desk(principal(), desk)


def moment_asked(clock: str, typed: str) -> str:
    """What was typed, as a clock takes it: a time as it is, a day in words as that day; "" for what is neither."""
    date = from_words(typed, today())
    for text in (typed, date.edtf if date else ""):
        try:
            asking.read_asked({clock: text}, tracker().zone)
        except asking.BadQuestion:
            continue
        return text
    return ""


def today() -> date:
    """The day it is in the newsroom's zone."""
    return instants.moment(tracker().clock()).astimezone(tracker().zone).date()


def as_json(value: Any, status: int = 200) -> Response:
    """A value as an answer in JSON."""
    return Response(orjson.dumps(value, default=list), status, content_type="application/json")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], name: str, status: int = 200) -> Response:
    """A table as a file to open in a spreadsheet; nothing in it is run there."""
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(csv_text(columns, rows).encode("utf-8-sig"), status, saved, content_type=CSV_TYPE)


def people_in(scene: Scene) -> dict[str, str]:
    """What everybody is called whom a scene names, by key; those whom only a correction names, too."""
    return {key: entry.name for (_, key), entry in scene.newsroom.items() if isinstance(entry, Actor)}


def wants_json() -> bool:
    """Whether the address ends in `.json`, or the client asks for JSON rather than a page."""
    asked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or asked == "application/json"


def wants_csv() -> bool:
    """Whether the address ends in `.csv`."""
    return request.path.endswith(".csv")
