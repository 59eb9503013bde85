"""Travelling in time without a script: the moments of a story, and the way from one to the next."""

from typing import Any

import pytest
from flask import Flask

from tests.newsroom import EDITOR, HARBOUR, READER, note, record
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker


@pytest.fixture
def harbour(tracker: Tracker) -> Tracker:
    """A story that became known over three days."""
    for day, first in (("01", HARBOUR), ("02", note("n2", occurred="2016-09")), ("03", note("n3"))):
        record(tracker, {**first, "learned_at": f"2017-03-{day}T12:00:00Z"})
    return tracker


def to(app: Flask, query: str) -> str:
    """Where the page of a moment leads."""
    answer = Visitor(app, EDITOR).get(f"/stories/harbour/moment?{query}")
    assert answer.status_code == 303
    return str(answer.location)


FIRST, SECOND = "2017-03-01T12:00:00.000000Z", "2017-03-02T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("clock=known_at&at=2017-03-02", "?known_at=2017-03-02"),
        ("clock=known_at&at=2+March+2017", "?known_at=2017-03-02"),
        ("clock=occurred_by&at=2017&known_at=2018", "?known_at=2018&occurred_by=2017"),
        ("clock=known_at&at=&known_at=2018&public_at=2017", "?public_at=2017"),
        ("clock=known_at&step=-1", f"?known_at={SECOND}"),
        (f"clock=known_at&step=-1&known_at={SECOND}", f"?known_at={FIRST}"),
        (f"clock=known_at&step=1&known_at={FIRST}&public_at=2017", f"?public_at=2017&known_at={SECOND}"),
        (f"clock=known_at&step=1&known_at={SECOND}", ""),
        ("clock=known_at&step=1", ""),
        ("clock=occurred_by&step=1&occurred_by=2015", "?occurred_by=2016-09-30T23:59:59.999999Z"),
    ],
)
def test_a_moment_leads_to_the_story_as_it_was(app: Flask, harbour: Tracker, asked: str, address: str) -> None:
    assert to(app, asked).replace("%3A", ":") == f"/stories/harbour{address}"


def test_the_box_holds_a_moment_as_somebody_would_type_it(app: Flask, harbour: Tracker) -> None:
    page = Visitor(app, EDITOR).read(f"/stories/harbour?known_at={SECOND}")

    assert 'name="at" value="2017-03-02T12:00Z"' in page.markup
    asked = Visitor(app, EDITOR).get("/stories/harbour/moment?clock=known_at&at=2017-03-02T12:00Z")
    assert asked.location.endswith("known_at=2017-03-02T12:00Z")


def test_before_the_first_moment_there_is_none(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    address = visitor.get(f"/stories/harbour/moment?clock=known_at&step=-1&known_at={FIRST}").location

    assert f"known_at={FIRST}" in address.replace("%3A", ":")
    assert visitor.read(address).flashes == ["There is no earlier moment."]


def test_what_is_no_day_is_refused_and_kept_in_the_box(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    page = visitor.read(visitor.get("/stories/harbour/moment?clock=public_at&at=the+other+day").location)

    assert "“the other day” is not a day or a time" in page.flashes[0]
    assert page.markup.count('value="the other day"') == 1
    assert visitor.get("/stories/harbour/moment?clock=weather").status_code == 400


def test_the_page_names_its_moments_and_leads_to_what_changed(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    then, now = visitor.read("/stories/harbour?known_at=2017-03-02"), visitor.read("/stories/harbour")

    assert "/stories/harbour/compare?from=2017-03-02" in then.markup
    assert "step=1&amp;known_at=2017-03-02" in then.markup
    assert "Later moment" not in now.words
    assert "Only what the newsroom had learned by then" in now.words


def test_the_stops_of_the_slider_are_for_whoever_asks(app: Flask, harbour: Tracker) -> None:
    record(harbour, note("n4", visibility="public"))

    mine = Visitor(app, EDITOR).get("/stories/harbour/moments.json").json["moments"]
    public = Visitor(app, READER).get("/stories/harbour/moments.json").json["moments"]

    assert [(each["at"], each["number"], each["title"], each["meaning"]) for each in mine[:3]] == [
        (FIRST, 1, "The harbour contract", "story opened"), (SECOND, 1, "Note n2", "new development"),
        ("2017-03-03T12:00:00.000000Z", 1, "Note n3", "new development"),
    ]  # fmt: skip
    assert [each["title"] for each in public] == ["The harbour contract", "Note n4"]


def test_a_stop_is_said_in_the_language_and_the_zone_of_the_page(app: Flask, harbour: Tracker) -> None:
    record(harbour, note("n5", learned_at="2017-05"), note("n6", occurred="2017-03-02"))
    visitor = Visitor(app, EDITOR)
    visitor.client.set_cookie("tracker_language", "de")
    visitor.client.set_cookie("tracker_zone", "America/New_York")

    def said(clock: str) -> list[str]:
        told: Any = visitor.get(f"/stories/harbour/moments.json?clock={clock}").json
        return [each["said"] for each in told["moments"]]

    assert said("known_at")[1:4] == ["2. März 2017, 07:00 -0500", "3. März 2017, 07:00 -0500", "Mai 2017"]
    assert "2. März 2017" in said("occurred_by")
    page = visitor.read("/stories/harbour?known_at=2017-03-02T12:30:00Z").markup
    assert 'data-said="2. März 2017, 07:30 -0500"' in page
