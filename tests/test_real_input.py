"""Real input, where it lies beside the checkout: a timeline's own history, and strings that break things."""

import json
from pathlib import Path

import pytest

from benchmarks.timeline_history import records
from tests.newsroom import READER, look, record
from tracker.archive.cloudevents import export, import_log
from tracker.archive.records import import_records
from tracker.bootstrap import Tracker
from tracker.db import connect, migrate
from tracker.eventstore.store import EventStore

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
HISTORY = DATA / "stories" / "trump-russia-2017"
NASTY = DATA / "nasty" / "blns.json"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the sets of real input do not lie beside this checkout")


@needs_data
def test_a_timelines_history_replays_to_what_its_authors_had_at_three_instants(tracker: Tracker) -> None:
    with (HISTORY / "revisions.jsonl").open(encoding="utf-8") as revisions:
        lines = [json.dumps(each).encode() for each in records(revisions, "timeline", "A timeline")]

    done = import_records(
        tracker.handling, lines, by="import", zone=tracker.zone, now=tracker.clock(), keep_going=True
    )
    tracker.show(tracker.store.position())

    assert [(problem.field, problem.message.split("“")[1].split("”")[0]) for problem in done.problems] == [
        ("changes.0.now", "2016-12-29T12:20:00-25:00"), ("changes.0.now", "2016-12-29T12:10:00-15:00"),
    ]  # fmt: skip
    for asked in json.loads((HISTORY / "asof.json").read_text(encoding="utf-8")):
        told = look(tracker, "timeline", READER, known_at=asked["known_at"])
        found = {
            each["key"]: (each["headline"], each["occurred"]["edtf"])
            for each in told["developments"]
            if each["status"] != "retracted"
        }
        assert found == {each["slug"]: (each["title"], each["date"]) for each in asked["events"]}


@needs_data
def test_every_naughty_string_survives_as_a_headline_through_export_and_import(
    tracker: Tracker, tmp_path: Path
) -> None:
    strings = [each for each in json.loads(NASTY.read_text(encoding="utf-8")) if each.strip()]
    record(tracker, {"type": "story.opened", "story": "nasty", "title": "Nasty"})
    record(
        tracker,
        *(
            {"type": "note.logged", "story": "nasty", "text": "x", "headline": each, "unsourced": "a list"}
            for each in strings
        ),
    )

    told = look(tracker, "nasty")
    migrate(url := f"sqlite:///{tmp_path / 'again.db'}")
    again = EventStore(connect(url))
    import_log(again, list(export(tracker.engine)))

    assert len(strings) == 513
    assert [each["headline"] for each in told["developments"]] == strings
    assert again.read_all(limit=2_000) == tracker.store.read_all(limit=2_000)
