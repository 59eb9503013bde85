"""Feeds that other people's programs read, and that say what was withdrawn."""

import json
from dataclasses import replace
from pathlib import Path

import feedparser
import jsonschema
import pytest
from lxml import etree

from tests.tombstones import read_with_tombstones
from tracker.feeds import Feed, FeedEntry, Withdrawn, atom, json_feed, newest_first

MEETING = FeedEntry(
    id="urn:uuid:0192f0c4-7b1e-7c3a-9d55-1f2e3a4b5c6d",
    title="Two meetings <revealed> & counted",
    url="https://example.org/stories/ag/developments/m2",
    published="2017-03-02T01:12:09.000000Z",
    updated="2017-03-03T08:00:00.000000Z",
    text="The first paragraph.\n<script>alert(1)</script>",
    author="ana",
    categories=("meeting.revealed", "politics"),
)
GONE = Withdrawn("urn:uuid:0192f0c4-0000-7c3a-9d55-1f2e3a4b5c6d", "2017-03-04T09:00:00.000000Z", "The source withdrew.")
FEED = Feed(
    id="https://example.org/stories/ag",
    title="The attorney general",
    url="https://example.org/stories/ag",
    address="https://example.org/stories/ag/feed.atom",
    author="Example Newsroom",
    subtitle="What is known",
    language="en",
    entries=(MEETING,),
    withdrawn=(GONE,),
)
EMPTY = Feed(id="urn:x", title="Empty", url="https://x.example", address="https://x.example/f", author="X")
SCHEMA = Path(__file__).parents[2] / "shared/data/wire/feeds/jsonfeed-schema-v1.1.json"


def test_an_atom_feed_is_read_by_feedparser_without_complaint() -> None:
    read = feedparser.parse(atom(FEED))

    assert not read.bozo
    assert (read.feed.title, read.feed.updated) == (FEED.title, GONE.when)
    assert (read.feed.id, read.feed.links[1].rel, read.feed.links[1].href) == (FEED.id, "self", FEED.address)
    (entry,) = read.entries
    assert (entry.id, entry.title, entry.link) == (MEETING.id, MEETING.title, MEETING.url)
    assert (entry.published, entry.updated, entry.author) == (MEETING.published, MEETING.updated, "ana")
    assert [tag.term for tag in entry.tags] == ["meeting.revealed", "politics"]


def test_text_is_never_taken_for_markup() -> None:
    written = etree.fromstring(atom(FEED)).find(".//{*}content")

    assert written.text == "<p>The first paragraph.</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert json.loads(json_feed(FEED))["items"][0]["content_html"] == written.text


def test_what_was_withdrawn_is_a_tombstone() -> None:
    (tomb,) = etree.fromstring(atom(FEED)).findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")

    assert (tomb.get("ref"), tomb.get("when")) == (GONE.id, GONE.when)
    assert tomb.findtext("{*}comment") == GONE.why
    assert json.loads(json_feed(FEED))["_withdrawn"]["entries"] == [
        {"id": GONE.id, "when": GONE.when, "why": GONE.why}
    ]


def test_feedparser_reads_past_tombstones_to_every_entry_and_sees_the_last_of_them() -> None:
    earlier = Withdrawn("urn:x:earlier", "2017-03-04T08:00:00.000000Z")
    read = feedparser.parse(atom(replace(FEED, withdrawn=(earlier, GONE))))

    assert not read.bozo
    assert [entry.id for entry in read.entries] == [MEETING.id]
    assert read.namespaces["at"] == "http://purl.org/atompub/tombstones/1.0"
    assert dict(read.feed["at_deleted-entry"]) == {"ref": GONE.id, "when": GONE.when}
    assert read.feed["at_comment"] == GONE.why


def test_feedparser_reads_all_tombstones_once_it_knows_the_element() -> None:
    earlier = Withdrawn("urn:x:earlier", "2017-03-04T08:00:00.000000Z")
    read = read_with_tombstones(atom(replace(FEED, withdrawn=(earlier, GONE))))

    assert not read.bozo
    assert [entry.id for entry in read.entries] == [MEETING.id]
    assert [(each.ref, each.when, each.comment) for each in read.feed.tombstones] == [
        (earlier.id, earlier.when, ""), (GONE.id, GONE.when, GONE.why),
    ]  # fmt: skip


def test_a_json_feed_is_valid() -> None:
    if not SCHEMA.exists():
        pytest.skip("the JSON Feed schema of ../shared/data is not here")
    schema = json.loads(SCHEMA.read_text())

    for feed in (FEED, EMPTY):
        jsonschema.validate(json.loads(json_feed(feed)), schema)


def test_an_empty_feed_is_a_feed() -> None:
    assert not feedparser.parse(atom(EMPTY)).bozo
    assert json.loads(json_feed(EMPTY))["items"] == []


def test_characters_that_xml_has_no_way_to_write_do_not_break_the_feed() -> None:
    odd = Feed(
        id="urn:x", title="A\x0bB\ufffe", url="https://x.example", address="https://x.example/f", author="X",
        entries=(FeedEntry("urn:y", "\x1b[31m", "https://x.example/1", GONE.when, GONE.when, "\x08"),),
    )  # fmt: skip

    assert feedparser.parse(atom(odd)).feed.title == "A\ufffdB\ufffd"


def test_the_newest_come_first_and_no_more_than_asked() -> None:
    entries = [FeedEntry(f"urn:{n}", "", "", f"2017-03-0{n}T00:00:00.000000Z", "", "") for n in (1, 3, 2)]

    assert [entry.id for entry in newest_first(entries, 2)] == ["urn:3", "urn:2"]
