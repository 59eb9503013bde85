"""What is asked of a story, from query parameters or options, and the scene that answers it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.archive import replay
from tracker.instants import Instant
from tracker.projections import story_page
from tracker.projections.scene import Asked, Scene
from tracker.stories.dates import ImpossibleDate, moment_asked

CLOCKS = ("known_at", "recorded_at", "occurred_by", "public_at")


class BadQuestion(ValueError):
    """A clock that can't be read; `name` is the parameter's."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


def read_asked(given: Mapping[str, str], zone: ZoneInfo) -> Asked:
    """The clocks asked for; blank ones count as not asked, a bare date means its end in `zone`. Raises BadQuestion."""
    typed: dict[str, str | int] = {}
    instants: dict[str, Instant] = {}
    for name in CLOCKS:
        if text := given.get(name, "").strip():
            try:
                instants[name] = moment_asked(text, zone)
            except ImpossibleDate as error:
                raise BadQuestion(name, str(error)) from error
            typed[name] = text
    position = given.get("position", "").strip()
    if position and not (position.isascii() and position.isdigit() and len(position) < 19):
        raise BadQuestion("position", f"“{position[:40]}” is not a position; positions are whole numbers from 1.")
    if position:
        typed["position"] = int(position)
    return Asked(**instants, position=int(position) if position else None, typed=typed)


def scene(
    connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo, asked: Asked
) -> Scene:
    """The story as asked: from the views where every event counts, else replayed. Raises NoSuchStory."""
    if asked.selects:
        return replay.scene(connection, slug, principal, now, zone, asked)
    return story_page.scene(connection, slug, principal, now, zone, asked)
