"""Hints of what has happened since a position: which story moved, for somebody who may see it; never what was said."""

from typing import NamedTuple

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.eventstore.reading import read_all
from tracker.instants import Instant
from tracker.projections.disclosure import may_read
from tracker.stories.catalogue import event_types

MOST = 500
"""Events looked through at once; whoever is further behind reads the page anew."""


class Hint(NamedTuple):
    """An event of a story at a position of the log; `new` where it is a development rather than a change of one."""

    position: int
    story: str
    new: bool


def hints(connection: Connection, principal: Principal, now: Instant, after: int, upto: int) -> list[Hint]:
    """The hints for somebody of the events after one position up to another, at most MOST of them looked through."""
    events = list(read_all(connection, after=after, limit=min(MOST, upto - after)))
    told = zip(events, may_read(connection, principal, now, events), strict=True)
    return [
        Hint(event.position, event.stream.removeprefix("story/"), _is_development(event.type))
        for event, as_read in told
        if event.position <= upto and event.stream.startswith("story/") and not as_read.get("withheld")
    ]


def _is_development(type: str) -> bool:
    row = event_types().get(type.rpartition(".v")[0])
    return row is not None and row.is_development
