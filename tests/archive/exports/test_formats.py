"""Each format is read by somebody else's program, and says what it has to say."""

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from datasette.app import Datasette
from icalendar import Calendar
from lxml import etree
from pyld import jsonld
from referencing import Registry, Resource

from tests.archive.exports.conftest import CANARIES, SITE
from tests.newsroom import ARCHIVIST, EDITOR, look, record
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import Telling, tell
from tracker.archive.imports import formats
from tracker.archive.records import import_drafts
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import migrate, reading

SHARED = Path(__file__).parents[4] / "shared/data/wire"


def written(telling: Telling, form: str) -> bytes:
    return FORMATS[form].write(telling)


def parsed(telling: Telling, form: str) -> Any:
    return json.loads(written(telling, form))


@pytest.mark.parametrize("form", FORMATS)
def test_no_public_export_holds_what_the_public_may_not_see(telling: Telling, form: str) -> None:
    body = written(telling, form).decode("utf-8", "replace")

    assert "Signed, twice" in body or form == "ical"
    assert [canary for canary in CANARIES if canary in body] == []


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_said_off_the_record_leaves_for_anybody(carried: Tracker, form: str) -> None:
    for viewer in (EDITOR, ARCHIVIST):
        with reading(carried.engine) as connection:
            body = written(tell(connection, "harbour", viewer, carried.clock(), carried.zone, SITE), form)

        assert b"CANARY-offrecord" not in body
        assert b"CANARY-identity" not in body
    assert form == "ical" or b"CANARY-desk" in body


def test_csv_gives_each_development_a_row_that_no_spreadsheet_runs(telling: Telling) -> None:
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(written(telling, "csv").decode("utf-8-sig")))}

    assert list(rows) == ["signed", "c1", "d1", "resign", "hearing", "vote", "tour", "wrong", "n-red"]
    signed = rows["signed"]
    assert (signed["occurred"], signed["occurred_as_said"]) == ("2017-01", "in January")
    assert (signed["occurred_earliest"], signed["occurred_latest"]) == ("2017-01-01", "2017-01-31")
    assert json.loads(signed["details"])["text"].startswith("=Signed")
    assert rows["wrong"]["retracted_because"] == "It was another harbour."


def test_csv_is_taken_in_by_a_newsroom_that_knows_nobody_in_it(telling: Telling, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    migrate(url)
    elsewhere = start(Settings.from_environment({"TRACKER_DATABASE_URL": url}))
    record(elsewhere, {"type": "story.opened", "story": "copied", "title": "Copied"})

    done = import_drafts(
        elsewhere.handling, formats.read("csv", written(telling, "csv"), {}), by="ana", zone=elsewhere.zone,
        now=elsewhere.clock(), story="copied",
    )  # fmt: skip

    elsewhere.catch_up()
    told = look(elsewhere, "copied")
    elsewhere.close()
    assert done.problems == ()
    assert {each["key"]: each["name"] for each in told["actors"]} == {"mayor": "Maria Müller", "council": "The council"}
    assert [each["standing"] for each in told["claims"]] == [["asserted", "denied"]]


def test_a_timeline_never_shows_a_day_that_nobody_named(telling: Telling) -> None:
    slides = {slide["unique_id"]: slide for slide in parsed(telling, "timelinejs")["events"]}

    assert slides["harbour-signed"]["start_date"] == {"year": 2017, "month": 1, "display_date": "in January"}
    assert slides["harbour-resign"]["start_date"]["display_date"].startswith("When is not known; learned ")
    assert slides["harbour-wrong"]["text"]["headline"] == "Retracted: A false alarm."
    assert "Correction: headline was" in slides["harbour-signed"]["text"]["text"]


def test_ninjs_is_valid_by_the_schema_of_its_makers(telling: Telling) -> None:
    schema_file = SHARED / "ninjs/schema/ninjs-schema_3.1.json"
    item = parsed(telling, "ninjs")
    assert {each["pubStatus"] for each in item["associations"]} == {"usable", "canceled"}
    assert item["associations"][0]["eventDetails"] == {"dates": {"expectedStartDate": "2017-01"}}
    if not schema_file.exists():
        pytest.skip("the ninjs schema of ../shared/data is not here")

    schema = json.loads(schema_file.read_text())
    registry: Registry[Any] = Registry().with_resource(
        "https://geojson.org/schema/GeoJSON.json",
        Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["type"]}),
    )
    jsonschema.Draft202012Validator(schema, registry=registry).validate(item)


def test_schema_org_parses_as_linked_data(telling: Telling) -> None:
    told = parsed(telling, "schemaorg")

    def local(url: str, options: Any = None) -> dict[str, Any]:
        assert url.startswith("https://schema.org")
        terms = {"@vocab": "https://schema.org/", "url": {"@id": "https://schema.org/url", "@type": "@id"}}
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": terms}}

    nodes = jsonld.flatten(told, options={"documentLoader": local})

    types = [type.removeprefix("https://schema.org/") for node in nodes for type in node.get("@type", [])]
    assert types.count("LiveBlogPosting") == 1
    assert types.count("BlogPosting") == len(telling.stories[0].developments)
    assert types.count("Claim") == 1
    assert types.count("CorrectionComment") == 2
    claim = next(node for node in told["@graph"] if node["@type"] == "Claim")
    assert (claim["author"]["name"], claim["comment"][0]["text"]) == ("Maria Müller", "Denied (flat)")


def test_atom_marks_the_retraction_and_jsonfeed_names_it(telling: Telling) -> None:
    read = feedparser.parse(written(telling, "atom"))
    tombs = etree.fromstring(written(telling, "atom")).findall("{*}deleted-entry")
    story = telling.stories[0]

    assert not read.bozo
    assert {entry.id for entry in read.entries} == {
        story.id_of(each["key"]) for each in story.developments if each["key"] != "wrong"
    }
    assert [tomb.get("ref") for tomb in tombs] == [story.id_of("wrong")]
    assert [entry["id"] for entry in parsed(telling, "jsonfeed")["_withdrawn"]["entries"]] == [story.id_of("wrong")]
    corrected = next(entry for entry in read.entries if entry.id == story.id_of("signed"))
    assert corrected.updated > corrected.published
    assert "Two copies." in corrected.summary


def test_the_calendar_has_what_is_ahead_and_what_was_called_off(carried: Tracker, telling: Telling) -> None:
    public = {str(entry["uid"]): entry for entry in Calendar.from_ical(written(telling, "ical")).walk("VEVENT")}
    story = telling.stories[0]

    def of(key: str, what: str) -> Any:
        return public[f"{story.id_of(key).removeprefix('urn:uuid:')}-{what}"]

    assert len(public) == 4
    assert (of("hearing", "planned")["status"], str(of("hearing", "planned").decoded("dtstart"))) == (
        "CONFIRMED", "2030-05-02",
    )  # fmt: skip
    assert of("vote", "planned")["status"] == "TENTATIVE"
    assert str(of("vote", "planned").decoded("dtend")) == "2030-06-01"
    assert str(of("vote", "planned")["summary"]) == "Vote (in May 2030)"
    assert of("tour", "planned")["status"] == "CANCELLED"
    assert of("tour", "planned")["sequence"] > of("vote", "planned")["sequence"]
    assert str(of("resign", "deadline")["summary"]).startswith("Deadline: ")
    with reading(carried.engine) as connection:
        seen = tell(connection, "harbour", EDITOR, carried.clock(), carried.zone, SITE)
    assert b"Embargo ends: " in written(seen, "ical")


def test_the_sqlite_file_opens_in_datasette_and_holds_together(telling: Telling, tmp_path: Path) -> None:
    path = tmp_path / "stories.db"
    path.write_bytes(written(telling, "sqlite"))

    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = connection.execute(
            "SELECT developments.key FROM developments_fts JOIN developments ON developments.rowid ="
            " developments_fts.rowid WHERE developments_fts MATCH 'night'"
        ).fetchall()
    connection.close()
    assert found == [("signed",)]


async def _asked(path: Path) -> Any:
    datasette = Datasette([str(path)], settings={"num_sql_threads": 0})
    answer = await datasette.client.get("/stories/claims.json?_shape=array")
    page = await datasette.client.get("/stories/developments")
    return answer.json(), page.status_code


def test_datasette_shows_the_claims(telling: Telling, tmp_path: Path) -> None:
    import asyncio

    path = tmp_path / "stories.db"
    path.write_bytes(written(telling, "sqlite"))

    claims, status = asyncio.run(_asked(path))

    assert status == 200
    assert [(each["text"], each["standing"]) for each in claims] == [
        ("The mayor never met the builder.", "asserted, denied")
    ]
