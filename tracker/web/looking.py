"""A story as whoever asks may see it: all of it in outline, and any part of it in full."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import request
from sqlalchemy import Connection

from tracker.accounts.visibility import Sight, sight
from tracker.archive import asking, replay
from tracker.db import reading
from tracker.instants import Instant
from tracker.projections import board, overview
from tracker.projections.outline import Line
from tracker.projections.overview import Overview
from tracker.projections.presentation import document
from tracker.projections.scene import Asked, Document, Scene
from tracker.projections.story_page import NoSuchStory, story_of
from tracker.stories.entries import Development, Entries
from tracker.web.current import principal, tracker
from tracker.web.overviews import Drawn, drawn


@dataclass(frozen=True, slots=True)
class Look:
    """A story in outline, and how a part of it is had in full."""

    drawn: Drawn
    excerpt: Callable[[Collection[str], Iterable[str]], Scene]
    """The developments with these keys, and the names of these actors besides."""
    bodies: Callable[[Iterable[Line]], Entries]
    """These of its developments as they are stored, for what the outline lacks."""
    seen: Sight
    title: str = ""


@dataclass(frozen=True)
class One:
    """One development, with what it was said via, in a story that is known in outline."""

    key: str
    outline: Overview
    scene: Scene

    @cached_property
    def told(self) -> Document:
        """The story as far as it is read: the development is among the few in it."""
        return document(self.scene)

    @cached_property
    def each(self) -> Document:
        """The development as its story's document has it."""
        return next(each for each in self.told["developments"] if each["key"] == self.key)

    @property
    def entry(self) -> Development:
        """The development itself."""
        found = self.scene.entries[("development", self.key)]
        assert isinstance(found, Development)
        return found


def look(connection: Connection, slug: str, asked: Asked, now: Instant) -> Look:
    """A story for whoever asks: from the views, or replayed where the clocks leave events out. Raises NoSuchStory."""
    here = tracker()
    if asked.selects:
        scene = replay.scene(connection, slug, principal(), now, here.zone, asked)
        then = overview.overview_of(scene)
        return Look(
            Drawn(then), lambda keys, _: overview.excerpt_of(scene, then, keys), lambda _: scene.entries, scene.seen
        )
    story = story_of(connection, slug, principal(), now)
    seen, version = sight(principal(), story.desk), board.version_of(connection, f"story/{slug}")
    whole = drawn(connection, slug, version, seen, now)
    return Look(
        whole,
        lambda keys, actors: overview.excerpt(
            connection, slug, story, seen, now, here.zone, asked, version, whole.overview, keys, actors
        ),
        lambda lines: overview.bodies(connection, slug, lines), seen, story.title,
    )  # fmt: skip


def look_at(slug: str, key: str, clocks: Mapping[str, str] | None = None) -> One:
    """One development as the clocks in the address ask for it, or as those given do. Costs the same however long the
    story. Raises NoSuchStory where it is not there, or not to be seen."""
    here = tracker()
    asked = asking.read_asked(request.args if clocks is None else clocks, here.zone)
    with reading(here.engine) as connection:
        found = look(connection, slug, asked, here.clock())
        if key not in found.drawn.overview.by_key:
            raise NoSuchStory(key)
        return One(key, found.drawn.overview, found.excerpt([key], ()))
