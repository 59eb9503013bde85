"""A newsroom for tests: people of every role, and a short way to record and to look."""

from typing import Any

from tracker import intake
from tracker.accounts.people import Principal, Role
from tracker.archive import asking
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.handling import Outcome
from tracker.projections.presentation import document
from tracker.projections.scene import Document

READER = Principal("dora", Role.READER, frozenset())
REPORTER = Principal("ben", Role.REPORTER, frozenset())
EDITOR = Principal("ana", Role.EDITOR, frozenset())
POLITICS_EDITOR = Principal("pia", Role.EDITOR, frozenset({"politics"}))
SPORTS_EDITOR = Principal("sam", Role.EDITOR, frozenset({"sports"}))
ARCHIVIST = Principal("carla", Role.ARCHIVIST, frozenset())
ADMIN = Principal("emil", Role.ADMIN, frozenset())
EVERYBODY = (READER, REPORTER, EDITOR, ARCHIVIST, ADMIN)

HARBOUR = {"type": "story.opened", "story": "harbour", "title": "The harbour contract", "desk": "politics"}


def note(key: str, **fields: Any) -> dict[str, Any]:
    """A note on the harbour, with a key and whatever else."""
    return {"type": "note.logged", "story": "harbour", "key": key, "text": f"Note {key}", "unsourced": "test", **fields}


def requests(tracker: Tracker, *records: dict[str, Any], story: str = "harbour") -> list[Any]:
    """Records as requests."""
    return [
        request
        for record in records
        for request in intake.read(record, zone=tracker.zone, now=tracker.clock(), story=story)
    ]


def record(tracker: Tracker, *records: dict[str, Any], by: str = "ana") -> list[Outcome]:
    """Record records in one transaction, and bring the views up to date."""
    return tracker.record(requests(tracker, *records), by)


def look(tracker: Tracker, slug: str = "harbour", viewer: Principal = EDITOR, **clocks: str) -> Document:
    """A story as somebody sees it, on the clocks asked."""
    with reading(tracker.engine) as connection:
        asked = asking.read_asked(clocks, tracker.zone)
        return document(asking.scene(connection, slug, viewer, tracker.clock(), tracker.zone, asked))


def keys(told: Document) -> list[str]:
    """The keys of the developments of a story."""
    return [each["key"] for each in told["developments"]]
