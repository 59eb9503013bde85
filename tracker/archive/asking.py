"""What is asked of a story, from query parameters or options, and the scene that answers it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.archive import replay
from tracker.instants import Instant
from tracker.numbers import whole
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
    position = read_position("position", given.get("position", ""))
    if position is not None:
        typed["position"] = position
    return Asked(**instants, position=position, typed=typed)


def read_position(name: str, given: str) -> int | None:
    """The position of the log that a parameter names; None where it is blank. Raises BadQuestion."""
    text = given.strip()
    position = whole(text)
    if text and position is None:
        raise BadQuestion(name, f"“{text[:40]}” is not a position; positions are whole numbers from 1.")
    return position


def scene(
    connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo, asked: Asked
) -> Scene:
    """The story as asked: from the views where every event counts, else replayed. Raises NoSuchStory."""
    if asked.selects:
        return replay.scene(connection, slug, principal, now, zone, asked)
    return story_page.scene(connection, slug, principal, now, zone, asked)
