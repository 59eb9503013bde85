"""Each format becomes records that the one path decides; what can't be carried is named, never dropped in silence."""

import json
from typing import Any

import pytest

from tests.archive.imports.conftest import Carry
from tests.newsroom import EDITOR, look
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import tell
from tracker.archive.imports import formats
from tracker.archive.imports.drafting import NotThatFormat
from tracker.archive.imports.table import Table, guess
from tracker.bootstrap import Tracker
from tracker.db import reading


def logged(desk: Tracker) -> list[dict[str, Any]]:
    return list(look(desk)["developments"])


def test_columns_are_matched_by_name_and_the_rest_becomes_lines_of_the_text(desk: Tracker, carry: Carry) -> None:
    done = carry("csv", "Title;Date;Link;Docket\n'=Suit filed;in March 2016;https://court.example/7;16-cv-1\n")

    (each,) = logged(desk)
    assert (each["headline"], each["occurred"]["edtf"], each["occurred"]["as_said"]) == (
        "=Suit filed", "2016-03", "in March 2016",
    )  # fmt: skip
    assert (each["sources"][0]["url"], each["details"]["text"]) == ("https://court.example/7", "Docket: 16-cv-1")
    assert (done.problems, done.left_out) == ((), {})


def test_a_column_is_what_whoever_imports_says_it_is(desk: Tracker, carry: Carry) -> None:
    carry("csv", "a,b,c\nSigned,2016,junk\n", {"a": "headline", "b": "occurred", "c": "leave_out"})

    (each,) = logged(desk)
    assert (each["headline"], each["occurred"]["edtf"], "junk" in str(each)) == ("Signed", "2016", False)


def test_each_refusal_names_its_line_and_column(carry: Carry) -> None:
    rows = 'Fine,2016,3\n"On two\nlines",03/02/2016,4\nToo much,2016,77\n,,\nNo date,2016-02-30,5\n'
    rows += f"Far too much,2016,{'7' * 5_000}\n"
    table = f"Title,Date,Urgency\n{rows}"

    done = carry("csv", table, {"Urgency": "urgency"})

    assert [(each.line, each.field) for each in done.problems] == [
        (3, "Date"), (5, "Urgency"), (7, "Date"), (8, "Urgency"),
    ]  # fmt: skip
    assert "“03/02/2016” can't be read as a date for certain." in str(done.problems[0])
    assert done.events == 1


def test_with_keep_going_the_good_rows_are_recorded_and_twice_adds_nothing(desk: Tracker, carry: Carry) -> None:
    table = "Title,Date\nFine,2016\nBad,someday\n"

    first, again = carry("csv", table, keep_going=True), carry("csv", table, keep_going=True)

    assert [each["headline"] for each in logged(desk)] == ["Fine"]
    assert (len(first.problems), first.repeated, again.events, again.repeated) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "no line of headings"),
        (b"a,b\n\xff,1\n", "line 2 is not UTF-8"),
        (b'a,b\n"open,1\n', "can't be read as CSV"),
        (b"a\x00,b\n1,2\n", "NUL"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(table: bytes, why: str) -> None:
    with pytest.raises(NotThatFormat, match=why):
        formats.read("csv", table, {})


def test_a_column_that_is_not_there_or_can_be_nothing_is_named() -> None:
    with pytest.raises(NotThatFormat, match="no column “Datum”; there are: Date"):
        formats.read("csv", b"Date\n2016\n", {"Datum": "occurred"})
    with pytest.raises(NotThatFormat, match="“when” is nothing a column can be"):
        formats.read("csv", b"Date\n2016\n", {"Date": "when"})


def test_a_name_is_not_taken_for_a_field_that_its_values_do_not_fit() -> None:
    table = Table(b"id,type,urgency,Title,name\nno key,guilty-plea,high,A,B\n")

    assert guess(table) == {"id": "note", "type": "note", "urgency": "note", "Title": "headline", "name": "note"}


def test_our_own_table_comes_back_with_types_dates_and_words(desk: Tracker, carry: Carry) -> None:
    carry("csv", "headline,text,occurred,occurred_as_said,tags\n=Signed,+One,2016-09,in September,a; b\n")
    with reading(desk.engine) as connection:
        telling = tell(connection, "harbour", EDITOR, desk.clock(), desk.zone, "https://x.example")
    table = FORMATS["csv"].write(telling).replace(b"note-", b"copy-")

    done = carry("csv", table)

    first, second = logged(desk)
    kept = ("type", "headline", "occurred", "tags", "details", "visibility", "unsourced")
    assert done.problems == ()
    assert {name: first[name] for name in kept} == {name: second[name] for name in kept}


def test_a_timeline_keeps_its_display_dates_and_its_spans(desk: Tracker, carry: Carry) -> None:
    slides = [
        {"start_date": {"year": "1815", "month": "12"}, "text": {"headline": "<b>Ada</b>", "text": "<p>One</p><p>Two"},
         "media": {"url": "https://m.example/a.jpg", "credit": "Commons"}, "group": "People"},
        {"start_date": {"year": 1900, "display_date": "around then"}, "end_date": {"year": 1910},
         "text": {"headline": "Span"}, "background": {"color": "red"}},
        {"start_date": {"year": "1900", "month": "13"}, "text": {"headline": "Impossible"}},
    ]  # fmt: skip

    done = carry("timelinejs", json.dumps({"title": {"text": {"headline": "T"}}, "events": slides}), keep_going=True)

    ada, span = logged(desk)
    assert (ada["headline"], ada["details"]["text"], ada["occurred"]["edtf"]) == ("Ada", "One\nTwo", "1815-12")
    assert (ada["sources"][0]["description"], ada["tags"]) == ("Commons", ["People"])
    assert (span["occurred"]["edtf"], span["occurred"]["as_said"]) == ("1900/1910", "around then")
    assert [(each.unit, each.line, each.field) for each in done.problems] == [("slide", 3, "start_date")]
    assert done.left_out == {"background": 1}


def test_a_wire_item_that_was_cancelled_is_refused_by_name(desk: Tracker, carry: Carry) -> None:
    items = [
        {"uri": "urn:a", "headlines": [{"value": "Stands"}], "pubStatus": "usable", "genres": [{"name": "x"}],
         "bodies": [{"value": "<p>Yes", "contentType": "text/html"}], "by": "Agency",
         "versionCreated": "2019-05-10T16:02:28+02:00"},
        {"uri": "urn:b", "headlines": [{"value": "Gone"}], "pubStatus": "canceled"},
        {"uri": "urn:c", "type": "event", "title": "Summit",
         "eventDetails": {"dates": {"expectedStartDate": "2030-07"}}},
    ]  # fmt: skip

    done = carry("ninjs", json.dumps(items), keep_going=True)

    note, planned = logged(desk)
    assert (note["headline"], note["details"]["text"], note["made_public"]["edtf"]) == (
        "Stands", "Yes\nuri: urn:a", "2019-05-10T16:02:28+02:00",
    )  # fmt: skip
    assert (planned["type"], planned["details"]["date"]["edtf"]) == ("event.planned", "2030-07")
    assert [(each.unit, each.line, each.field) for each in done.problems] == [("item", 2, "pubStatus")]
    assert done.left_out == {"genres": 1}


def test_newsml_is_read_without_entities_and_from_nowhere_else() -> None:
    bomb = b"""<?xml version="1.0"?><!DOCTYPE newsItem [<!ENTITY a SYSTEM "file:///etc/passwd">]>
    <newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><contentMeta><headline>&a;</headline></contentMeta></newsItem>"""

    with pytest.raises(NotThatFormat, match="document type declaration"):
        formats.read("newsml", bomb, {})
    with pytest.raises(NotThatFormat, match="well-formed"):
        formats.read("newsml", b"<newsItem", {})
    with pytest.raises(NotThatFormat, match="no NewsML-G2"):
        formats.read("newsml", b"<html/>", {})


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>
<item><title>Council meets</title><link>https://g.example/1</link><pubDate>Thu, 02 Mar 2017 08:00:00 +0100</pubDate>
<description>&lt;p&gt;Words &lt;script&gt;alert(1)&lt;/script&gt;&lt;a href="https://g.example/2"&gt;more&lt;/a&gt;&lt;/p&gt;</description>
</item><item><title>Undated</title><pubDate>some day</pubDate></item></channel></rss>"""


def test_entries_of_a_feed_are_drafts_that_only_the_desk_sees(desk: Tracker, carry: Carry) -> None:
    done = carry("feed", FEED, keep_going=True)

    (each,) = logged(desk)
    assert (each["headline"], each["visibility"]) == ("Council meets", "desk")
    assert each["details"]["text"] == "Words more (https://g.example/2)"
    assert each["made_public"]["edtf"] == "2017-03-02T07:00:00Z"
    assert each["sources"][0]["outlet"] == "Gazette"
    assert [(each.unit, each.line, each.field) for each in done.problems] == [("entry", 2, "published")]


@pytest.mark.parametrize("form", ["atom", "jsonfeed"])
def test_our_own_feeds_come_back(desk: Tracker, carry: Carry, form: str) -> None:
    carry("csv", "headline,text\nSigned,At night\n")
    with reading(desk.engine) as connection:
        telling = tell(connection, "harbour", EDITOR, desk.clock(), desk.zone, "https://x.example")

    done = carry("feed", FORMATS[form].write(telling))

    assert done.problems == ()
    assert [each["headline"] for each in logged(desk)] == ["Signed", "Signed"]


def test_what_is_no_feed_is_refused() -> None:
    with pytest.raises(NotThatFormat, match="no feed"):
        formats.read("feed", b"just words", {})


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.csv", b"title,date\n", "csv"),
        ("a.csv", b"Year,Month,Display Date,Headline\n", "timelinejs"),
        ("a.json", b'{"events": [{"start_date": {}}]}', "timelinejs"),
        ("a.json", b'{"uri": "urn:x", "events": []}', "ninjs"),
        ("a.json", b'{"version": "https://jsonfeed.org/version/1.1"}', "feed"),
        ("a.xml", b'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/">', "newsml"),
        ("a.xml", b"\xef\xbb\xbf<rss>", "feed"),
        ("a.jsonl", b'{"type": "note.logged"}', "records"),
    ],
)
def test_a_file_is_known_by_its_name_and_beginning(name: str, content: bytes, form: str) -> None:
    assert formats.detect(name, content) == form
