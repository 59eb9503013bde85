"""A story with everything in it that a format has to express, or must not."""

from collections.abc import Iterator

import pytest

from tests.newsroom import READER, record
from tracker.archive.exports.told import Telling, tell
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import migrate, reading

SITE = "https://news.example"
CANARIES = tuple(
    f"CANARY-{word}" for word in ("desk", "newsroom", "embargo", "offrecord", "identity", "redacted")
)

STORY = (
    {"type": "story.opened", "story": "harbour", "title": "The harbour <contract>", "desk": "politics",
     "synopsis": "Who signed what, and when."},
    {"type": "source.added", "key": "letter", "description": "A letter to the council", "url": "https://doc.example/1",
     "proximity": "document", "outlet": "The Gazette"},
    {"type": "source.added", "key": "aide", "description": "CANARY-offrecord aide", "terms": "off_record",
     "identity": "CANARY-identity"},
    {"type": "actor.added", "key": "mayor", "name": "Maria Müller", "kind": "person"},
    {"type": "actor.added", "key": "council", "name": "The council", "kind": "public_body"},
    {"type": "note.logged", "key": "signed", "text": "=Signed at night; nobody said where.", "sources": ["letter"],
     "headline": "The contract was signed", "occurred": {"edtf": "2017-01", "as_said": "in January"},
     "tags": ["contract"], "beats": ["harbour"], "urgency": 3, "place": {"name": "Town hall", "latitude": "53.5",
     "longitude": "9.9"}},
    {"type": "claim.asserted", "key": "c1", "text": "The mayor never met the builder.", "claimant": "mayor",
     "sources": ["letter"], "occurred": "2017-02-03T10:00:00+01:00"},
    {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "council", "sources": ["letter"]},
    {"type": "demand.made", "key": "resign", "demanders": ["council"], "action": "resign", "addressee": "mayor",
     "deadline": "2030-06-30", "sources": ["letter"]},
    {"type": "event.planned", "key": "hearing", "title": "Hearing of the mayor", "date": "2030-05-02",
     "unsourced": "the calendar", "place": "Town hall"},
    {"type": "event.planned", "key": "vote", "title": "Vote", "date": {"edtf": "2030-05", "as_said": "in May 2030"},
     "unsourced": "the calendar"},
    {"type": "event.planned", "key": "tour", "title": "Tour of the harbour", "date": "2030-04-01",
     "unsourced": "the calendar"},
    {"type": "event.cancelled", "target": "tour"},
    {"type": "note.logged", "key": "wrong", "text": "A false alarm.", "unsourced": "a mistake"},
    {"type": "development.corrected", "target": "signed", "changes": [{"field": "headline", "now": "Signed, twice"}],
     "public_note": "Two copies."},
    {"type": "development.retracted", "target": "wrong", "reason": "It was another harbour."},
    {"type": "question.raised", "key": "q1", "text": "Who paid?", "visibility": "public"},
    {"type": "note.logged", "key": "n-desk", "text": "CANARY-desk", "unsourced": "t", "visibility": "desk"},
    {"type": "note.logged", "key": "n-room", "text": "CANARY-newsroom", "unsourced": "t", "visibility": "newsroom"},
    {"type": "note.logged", "key": "n-emb", "text": "CANARY-embargo", "unsourced": "t",
     "embargo": "2031-01-01T00:00:00.000000Z"},
    {"type": "note.logged", "key": "n-off", "text": "CANARY-offrecord words", "sources": ["aide"],
     "visibility": "newsroom"},
    {"type": "claim.asserted", "key": "c-off", "text": "CANARY-offrecord claim", "claimant": "mayor", "via": "n-off",
     "visibility": "newsroom"},
    {"type": "note.logged", "key": "n-red", "text": "kept", "summary": "CANARY-redacted", "unsourced": "t"},
    {"type": "detail.redacted", "target": "n-red", "fields": ["summary"], "authority": "the court"},
)  # fmt: skip


@pytest.fixture(scope="session")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracker]:
    """A tracker with the story, on a database that the tests here only read."""
    url = f"sqlite:///{tmp_path_factory.mktemp('carried') / 'tracker.db'}"
    migrate(url)
    settings = {"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": "s" * 32, "TRACKER_BASE_URL": SITE}
    tracker = start(Settings.from_environment(settings))
    correction = next(n for n, each in enumerate(STORY) if each["type"] == "development.corrected")
    for part in (STORY[:correction], STORY[correction:]):
        record(tracker, *(with_defaults(each) for each in part))
    yield tracker
    tracker.engine.dispose()


@pytest.fixture(scope="session")
def telling(carried: Tracker) -> Telling:
    """The story as the public may see it."""
    with reading(carried.engine) as connection:
        return tell(connection, "harbour", READER, carried.clock(), carried.zone, SITE)


def with_defaults(given: dict[str, object]) -> dict[str, object]:
    """A record of the story, public where it says nothing else."""
    type = str(given["type"])
    public = {"visibility": "public"} if type.partition(".")[2] in _DEVELOPMENTS else {}
    return public | given


_DEVELOPMENTS = {"logged", "asserted", "denied", "made", "planned"}
