"""Taking a story elsewhere from the browser: feeds for whoever reads, every format for those who export."""

import io
import zipfile
from contextlib import suppress
from random import Random

import feedparser
import pytest
from flask import Flask

from tests.newsroom import ARCHIVIST, EDITOR, READER, REPORTER, note, record
from tests.projections.test_overview import changed, logged
from tests.web.visiting import Visitor
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.story_feed import feed
from tracker.archive.exports.told import tell
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.feeds import atom, json_feed
from tracker.handling import RefusedIn


@pytest.fixture
def told(harbour: Tracker) -> Tracker:
    """The harbour with a public note beside the newsroom's own."""
    record(harbour, note("p1", headline="The contract is public", visibility="public"))
    return harbour


def test_a_feed_tells_each_reader_what_that_reader_may_see(app: Flask, told: Tracker) -> None:
    titles = {
        person.name: [entry.title for entry in feedparser.parse(Visitor(app, person).get(
            "/stories/harbour/feed.atom").data).entries]
        for person in (READER, REPORTER)
    }  # fmt: skip

    assert titles == {
        "dora": ["The contract is public"],
        "ben": ["The contract is public", "The contract was signed at night"],
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_feed_of_the_latest_is_what_a_feed_of_all_would_begin_with(
    app: Flask, told: Tracker, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("tracker.web.story_feeds.LATEST_ENTRIES", 4)
    chance, keys = Random(seed), ["n1", "p1"]
    planned = {"type": "event.planned", "key": "v1", "title": "Vote", "date": "2030-05-02", "unsourced": "t"}
    confided = {"key": "secret", "description": "Somebody", "terms": "off_record"}
    record(told, planned, note("o1", unsourced="", sources=[confided]))
    for n in range(30):
        act = logged(f"k{n}", chance, keys) if chance.random() < 0.4 else changed(chance, [*keys, "o1", "v1"])
        with suppress(RefusedIn):
            record(told, act)
            keys += [act["key"]] if "key" in act else []
    record(told, note("o2", unsourced="", sources=["secret"]))

    for person in (READER, REPORTER, EDITOR, ARCHIVIST):
        visitor = Visitor(app, person)
        with reading(told.engine) as connection:
            whole = tell(connection, "harbour", person, told.clock(), told.zone, told.settings.base_url)
        for name, write in (("feed.atom", atom), ("feed.json", json_feed)):
            assert visitor.get(f"/stories/harbour/{name}").data == write(feed(whole, name, 4)), (person, name)
        assert visitor.get("/stories/harbour/calendar.ics").data == FORMATS["ical"].write(whole), person


@pytest.mark.parametrize("name", ["feed.atom", "feed.json", "calendar.ics"])
def test_a_reader_who_has_the_feed_already_is_told_so(app: Flask, told: Tracker, name: str) -> None:
    visitor = Visitor(app, READER)
    first = visitor.get(f"/stories/harbour/{name}")

    again = visitor.get(f"/stories/harbour/{name}", headers={"If-None-Match": first.headers["ETag"]})
    record(told, note("p2", visibility="public", text="New"), {"type": "event.planned", "story": "harbour",
           "title": "Vote", "date": "2030-05-02", "unsourced": "t", "visibility": "public"})  # fmt: skip
    later = visitor.get(f"/stories/harbour/{name}", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, later.status_code) == (200, 304, 200)


def test_a_story_that_may_not_be_seen_has_no_feed(app: Flask, harbour: Tracker) -> None:
    for path in ("feed.atom", "feed.json", "calendar.ics"):
        assert Visitor(app, READER).get(f"/stories/harbour/{path}").status_code == 404


@pytest.mark.parametrize("form", [*FORMATS, "bagit", "cloudevents"])
def test_an_archivist_downloads_each_format_under_a_name_of_ours(app: Flask, told: Tracker, form: str) -> None:
    answer = Visitor(app, ARCHIVIST).get("/stories/harbour/export", query_string={"format": form, "eyes": "public"},
                                         follow_redirects=True)  # fmt: skip

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=harbour.")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if form == "bagit":
        assert "harbour/bagit.txt" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    elif form not in {"cloudevents", "ical"}:
        assert b"The contract is public" in answer.data
        assert b"signed at night" not in answer.data


def test_whoever_exports_may_take_what_they_may_see(app: Flask, told: Tracker) -> None:
    page = Visitor(app, EDITOR).read("/stories/harbour/export")
    mine = Visitor(app, EDITOR).get("/stories/harbour/export/csv?eyes=mine")

    assert "What the public may see" in page.words
    assert b"signed at night" in mine.data
    assert Visitor(app, EDITOR).get("/stories/harbour/export/floppy").status_code == 404


def test_the_story_leads_to_its_export_for_whoever_may(app: Flask, told: Tracker) -> None:
    link = 'href="/stories/harbour/export"'

    assert link in Visitor(app, ARCHIVIST).read("/stories/harbour").markup
    assert link not in Visitor(app, READER).read("/stories/harbour").markup
