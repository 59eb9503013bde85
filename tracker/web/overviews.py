"""Stories in outline that were shown lately, kept for as long as they say the same to the same kind of viewer."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Connection

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.overview import Overview, lapsed, overview
from tracker.web.charts.two_clocks import Chart, two_clocks
from tracker.web.languages import language

KEPT = 64

Key = tuple[str, int, Sight, Instant, str]
"""Slug, version, who looks, when the last embargo ended, and the language the axes of the chart are written in: where
all are the same, so is what is drawn."""


@dataclass(frozen=True)
class Drawn:
    """A story in outline, and its chart, drawn when it is first asked for."""

    overview: Overview
    markup: dict[Hashable, Markup] = field(default_factory=dict)
    """The chart as it was written last for each language and each way its actors are called; nothing else is in it."""

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
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)


def drawn(connection: Connection, slug: str, version: int, seen: Sight, now: Instant) -> Drawn:
    """A story in outline as it stands."""
    shelf: Shelf = current_app.extensions.setdefault("overviews", Shelf())
    key = (slug, version, seen, lapsed(connection, slug, now), language())
    found = shelf.take(key)
    if found is None:
        found = Drawn(overview(connection, slug, seen, now))
        shelf.put(key, found)
    return found
