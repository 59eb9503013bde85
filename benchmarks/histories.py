"""What is recorded when we measure: a real timeline's history where it lies beside the checkout, and a made one."""

import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import timeline_history
from tracker import intake
from tracker.bootstrap import Tracker
from tracker.stories.requests import Request

Record = dict[str, Any]

REVISIONS = 306
"""As many as the real history has."""

_REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "stories" / "trump-russia-2017" / "revisions.jsonl"
_LARGEST_BATCH = 500
_SUMMARY = (
    "The chair confirmed the date after two postponements; the minister’s office says that the full"
    " correspondence will be handed over a week before, and that nobody in the house had seen it until then."
)


def story(slug: str, title: str = "The harbour contract") -> list[Record]:
    """The records that open a story and add the source that everything in it rests on."""
    return [
        {"type": "story.opened", "story": slug, "title": title, "desk": "politics"},
        {"type": "source.added", "story": slug, "key": f"{slug}-office", "description": "The committee’s press office",
         "proximity": "firsthand", "number": "one", "terms": "on_record"},
    ]  # fmt: skip


def note(slug: str, key: str) -> Record:
    """One note about as long as a newsroom would write it, with its date, tags and source."""
    return {
        "type": "note.logged", "story": slug, "key": key, "occurred": "2017-03-02", "visibility": "public",
        "headline": f"Committee sets a date for the hearing on the harbour contract ({key})", "text": _SUMMARY,
        "tags": ["harbour", "contract"], "sources": [f"{slug}-office"],
    }  # fmt: skip


def developing(slug: str) -> Iterator[Record]:
    """A story going on without end, one event a record: of ten records eight are developments, one corrects, one
    retracts an earlier one."""
    for n in itertools.count():
        yield from (note(slug, f"note-{n}-{m}") for m in range(6))
        yield {"type": "claim.asserted", "story": slug, "key": f"claim-{n}", "visibility": "public",
               "claimant": {"description": "the minister"}, "text": "Nobody in the house had seen the letters.",
               "sources": [f"{slug}-office"]}  # fmt: skip
        yield {"type": "claim.denied", "story": slug, "key": f"denial-{n}", "visibility": "public",
               "by": {"description": "the opposition"}, "claim": f"claim-{n}",
               "sources": [f"{slug}-office"]}  # fmt: skip
        yield {"type": "development.corrected", "story": slug, "target": f"note-{n}-0",
               "changes": [{"field": "headline", "now": f"Committee puts off the hearing ({n})"}]}  # fmt: skip
        yield {"type": "development.retracted", "story": slug, "target": f"note-{n}-1", "reason": "It was another one."}


def story_of_events(slug: str, events: int) -> list[Record]:
    """A story whose records come to this many events (at least 2)."""
    return [*story(slug), *itertools.islice(developing(slug), events - 2)]


def story_of_developments(slug: str, developments: int) -> list[Record]:
    """A story with this many developments (a multiple of 8)."""
    return [*story(slug), *itertools.islice(developing(slug), developments // 8 * 10)]


def history(revisions: int) -> tuple[str, list[bytes]]:
    """The first revisions of a history (at most `REVISIONS`) as lines of records, and what to call it."""
    if not _REAL.is_file():
        made = story_of_events("timeline", revisions)
        return f"a made history of {revisions} records", [_line(each) for each in made]
    with _REAL.open(encoding="utf-8") as lines:
        first = itertools.islice(lines, revisions)
        records = timeline_history.records(first, "timeline", "A timeline as its authors wrote it")
        return f"a real history of {revisions} revisions", [_line(each) for each in records]


def requests(tracker: Tracker, records: Iterable[Record]) -> list[Request]:
    """Records read as the web and the API read them."""
    return [each for record in records for each in intake.read(record, zone=tracker.zone, now=tracker.clock())]


def record(tracker: Tracker, records: Iterable[Record]) -> None:
    """Record records in as few transactions as an import would; the views stay where they are."""
    asked = requests(tracker, records)
    for first in range(0, len(asked), _LARGEST_BATCH):
        tracker.handling.handle(asked[first : first + _LARGEST_BATCH], "ana")


def _line(record: Record) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode()
