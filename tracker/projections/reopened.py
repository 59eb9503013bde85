"""What is open to those who may not see what settled it: demands and questions that the board counts for them."""

from collections import Counter
from collections.abc import Collection
from typing import Literal

from sqlalchemy import Connection

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.otherwise import otherwise
from tracker.stories.entries import Development, Entry, Question, demand_status

OPEN = ("open", "answered")
"""What a demand has come to while something is still to be done about it."""

_SETTLING = ("demand.answered", "demand.withdrawn")


def reopened(connection: Connection, streams: Collection[str], seen: Sight, now: Instant) -> dict[str, Counter[str]]:
    """For each of these streams how many more `demands` and `questions` are open than the settled ones look."""
    more: dict[str, Counter[str]] = {}
    for (stream, *_), (before, after) in otherwise(connection, streams, seen, now, _SETTLING).items():
        if (kind := _open(after)) and not _open(before):
            more.setdefault(stream, Counter())[kind] += 1
    return more


def _open(entry: Entry) -> Literal["demands", "questions", ""]:
    match entry:
        case Question(status="open"):
            return "questions"
        case Development() if not entry.retracted and demand_status(entry) in OPEN:
            return "demands"
        case _:
            return ""
