"""Stories in outline that were shown lately, kept for each kind of viewer and brought up to what changed since."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Connection

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.outline import Line
from tracker.projections.overview import Overview, lapsed, overview, refreshed
from tracker.web.charts.two_clocks import Chart, two_clocks
from tracker.web.languages import language

KEPT, DEVELOPMENTS = 64, 50_000
"""So many outlines at most, and so many developments in them all, about a kilobyte each."""

WHOLE_SECONDS = 300.0
"""After so long a story is read whole again, so that views which were made anew are seen."""

Key = tuple[str, Sight, str]
"""Slug, who looks, and the language the axes of the chart are written in: where these are the same, so is what is
drawn of one version."""


@dataclass(frozen=True)
class Drawn:
    """A story in outline, and its chart, drawn when it is first asked for."""

    overview: Overview
    lapsed: Instant = ""
    """When the last embargo on it ended."""
    whole_at: float = 0.0
    """When it was last read whole, on the clock that never goes back."""
    markup: dict[Hashable, Markup] = field(default_factory=dict)
    """The chart as it was written last for each language and each way its actors are called; nothing else is in it."""
    published: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    """The developments by when they became public, once somebody has asked for that, by the zone it is counted in."""

    @cached_property
    def chart(self) -> Chart | None:
        """The two-clock chart; None where nothing is dated."""
        return two_clocks(self.overview.lines)


@dataclass
class Shelf:
    """The outlines shown last, shared by the threads of a process."""

    kept: OrderedDict[Key, Drawn] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: Key) -> Drawn | None:
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
            return found

    def put(self, key: Key, drawn: Drawn) -> None:
        with self.lock:
            self.kept[key] = drawn
            self.kept.move_to_end(key)
            while len(self.kept) > 1 and (len(self.kept) > KEPT or self._developments() > DEVELOPMENTS):
                self.kept.popitem(last=False)

    def _developments(self) -> int:
        return sum(len(each.overview.lines) for each in self.kept.values())


def drawn(connection: Connection, slug: str, version: int, seen: Sight, now: Instant) -> Drawn:
    """A story in outline as it stands at this version of it."""
    shelf: Shelf = current_app.extensions.setdefault("overviews", Shelf())
    key, ended = (slug, seen, language()), lapsed(connection, slug, now)
    kept = shelf.take(key)
    if kept and (kept.lapsed != ended or time.monotonic() > kept.whole_at + WHOLE_SECONDS):
        kept = None
    if kept and kept.overview.version == version:
        return kept
    brought = refreshed(connection, slug, kept.overview, version, seen, now) if kept else None
    if kept and brought:
        found = Drawn(brought, ended, kept.whole_at)
    else:
        found = Drawn(overview(connection, slug, version, seen, now), ended, time.monotonic())
    shelf.put(key, found)
    return found
