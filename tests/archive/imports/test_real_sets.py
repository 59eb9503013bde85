"""What others really wrote, carried in: nothing is lost in silence, every refusal names its line and field."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.archive.imports.conftest import Carry
from tracker.archive.imports.plain_text import plain_text
from tracker.archive.records import Imported, import_records
from tracker.bootstrap import Tracker
from tracker.stories.inline import slug_of

SHARED = Path(__file__).parents[4] / "shared/data"
STORIES, WIRE = SHARED / "stories", SHARED / "wire"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the real input of ../shared/data is not here")


def read(path: str) -> Any:
    return json.loads((STORIES / path).read_text("utf-8"))


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    listed = list(rows)
    held = io.StringIO()
    writer = csv.DictWriter(held, list(listed[0]))
    writer.writeheader()
    writer.writerows({name: ", ".join(value) if isinstance(value, list) else value for name, value in row.items()}
                     for row in listed)  # fmt: skip
    return held.getvalue()


def carry_records(desk: Tracker, lines: Iterable[dict[str, Any]]) -> Imported:
    return import_records(
        desk.handling, [json.dumps(line) for line in lines], by="ana", zone=desk.zone, now=desk.clock(),
        story="harbour", keep_going=True,
    )  # fmt: skip


def test_breaches_that_happened_years_before_anybody_knew(carry: Carry) -> None:
    columns = {"BreachDate": "occurred", "AddedDate": "made_public", "Description": "text", "Title": "headline"}

    done = carry("csv", table(read("breaches-2018/breaches.json")), columns)

    assert (done.lines, done.events, done.problems) == (299, 299, ())


def test_investigations_and_lawsuits_as_they_were_published(carry: Carry) -> None:
    investigations = STORIES / "fivethirtyeight/russia-investigation/russia-investigation.csv"
    lawsuits = STORIES / "fivethirtyeight/trump-lawsuits/trump-lawsuits.csv"

    first = carry("csv", investigations.read_bytes(), {"investigation-start": "occurred", "investigation": "tags"})
    second = carry("csv", lawsuits.read_bytes(), {"dateFiled": "occurred", "caseName": "headline", "issue": "text"})

    assert (first.lines, first.problems) == (194, ())
    assert (second.lines, second.problems) == (57, ())


def test_malformed_times_are_refused_by_line_and_field_and_only_those(carry: Carry) -> None:
    items = read("covid-policies-2020/events.json")
    exact = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"

    malformed = {n for n, item in enumerate(items) if not re.fullmatch(exact, item["published_date"])}
    done = carry("csv", table(items), {"published_date": "made_public"}, keep_going=True)

    refused = {each.line - 2 for each in done.problems}
    assert len(malformed) == 32
    assert refused <= malformed
    assert {each.field for each in done.problems} == {"published_date"}
    assert done.lines == len(items) - len(refused)
    # The rest of the 32 can be read for certain: blanks around a time, a date alone, a time without its seconds.
    assert (len(items), len(refused)) == (135, 7)


def test_incidents_with_many_links_and_a_day_that_is_believed(desk: Tracker) -> None:
    def lines() -> Iterable[dict[str, Any]]:
        for item in read("seattle-2020/incidents.json"):
            sources = [{"description": link["label"] or link["url"], "url": link["url"]} for link in item["links"]]
            said = item["date_text"].replace("(Believed to be) ", "possibly ")
            yield {
                "type": "note.logged", "key": item["id"], "headline": item["title"],
                "text": item["text"] or item["title"],
                "occurred": {"edtf": said.replace("possibly ", "") + ("?" if "possibly" in said else "")},
                "tags": item["tags"], "sources": sources or None, "unsourced": None if sources else "no link was given",
            }  # fmt: skip

    done = carry_records(desk, lines())

    assert (done.lines, done.problems) == (85, ())


def test_events_whose_sources_have_dates_of_their_own(desk: Tracker) -> None:
    def lines() -> Iterable[dict[str, Any]]:
        for item in read("cascade-2014/events.json"):
            sources = [
                {"description": (each.get("title") or each["url"])[:500], "url": each.get("url") or "",
                 "outlet": each.get("outlet") or ""}
                for each in item["sources"]
            ]  # fmt: skip
            yield {
                "type": "note.logged", "key": item["id"], "headline": item["title"][:500], "occurred": item["date"],
                "text": plain_text(item["body_md"])[:20_000], "tags": item["tags"] or [], "sources": sources or None,
                "unsourced": None if sources else "none was given",
            }  # fmt: skip

    done = carry_records(desk, lines())

    # One key of theirs has a colon in it, which no key of ours may have: named, not mended.
    assert [(each.line, each.field) for each in done.problems] == [(17, "key")]
    assert done.lines == 51


def test_a_portal_of_many_stories_a_day(desk: Tracker) -> None:
    def lines() -> Iterable[dict[str, Any]]:
        opened: set[str] = set()
        for item in read("current-events-2015-09/days-01-to-10.json"):
            title = _name(item.get("belongsToStory")) or "Elsewhere"
            slug = slug_of(title)
            if slug not in opened:
                yield {"type": "story.opened", "story": slug, "title": title}
            opened.add(slug)
            beat = _name(item.get("category"))
            yield {
                "type": "note.logged", "story": slug, "text": item["description"], "occurred": item["date"][:10],
                "beats": [beat] if beat else [], "tags": [each["name"] for each in item["entity"]],
                "unsourced": "a portal of current events",
            }  # fmt: skip

    done = carry_records(desk, lines())

    assert done.problems == ()
    assert done.lines == 132 + 35


def test_every_valid_sample_of_the_wire_comes_in(carry: Carry) -> None:
    for path in sorted((WIRE / "ninjs").glob("*3.*/*.json")):
        done = carry("ninjs", path.read_bytes())
        assert (done.lines > 0, done.problems) == (True, ()), path.name
    for path in sorted((WIRE / "newsml-g2").glob("*.xml")):
        done = carry("newsml", path.read_bytes())
        assert (done.lines > 0, done.problems) == (True, ()), path.name


def test_a_real_timeline_comes_in_from_both_of_its_forms(carry: Carry) -> None:
    told = carry("timelinejs", (WIRE / "timelinejs/women_in_computing.json").read_bytes())
    sheet = carry("timelinejs", (WIRE / "timelinejs/women_in_computing.csv").read_bytes())

    assert (told.lines, told.problems) == (10, ())
    assert (sheet.lines, sheet.problems) == (10, ())


def _name(given: Any) -> str:
    if isinstance(given, dict):
        given = given.get("name") or given.get("title") or next(iter(given.values()), "")
    return str(given or "").strip()
