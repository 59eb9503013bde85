"""Logging at speed: what is offered, remembered, brought in from elsewhere, and asked about when logged twice."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.newsroom import EDITOR, SPORTS_EDITOR, look, note, record
from tests.web.visiting import Page, Visitor
from tracker.bootstrap import Tracker
from tracker.web import log_page
from tracker.web.eight import eight
from tracker.web.questions import FIRST


@pytest.fixture
def ana(app: Flask) -> Visitor:
    """An editor of every desk."""
    return Visitor(app, EDITOR)


@pytest.fixture
def peopled(harbour: Tracker) -> Tracker:
    """The harbour with two people, a claim and a source with a link."""
    record(
        harbour,
        {"type": "actor.added", "key": "mara", "name": "Mara Quint", "kind": "person"},
        {"type": "actor.added", "key": "otto", "name": "Otto Brandt", "kind": "person"},
        {
            "type": "claim.asserted", "key": "c1", "claimant": "mara", "text": "There was one bid.",
            "headline": "One bid only", "sources": [
                {"description": "The registry", "url": "https://www.gazette.example/a", "outlet": "The Gazette"},
            ],
        },
    )  # fmt: skip
    return harbour


def suggested(visitor: Visitor, path: str) -> list[str]:
    """What is suggested, as values."""
    return [each["value"] for each in visitor.get(path).get_json()["suggestions"]]


def test_there_are_eight_buttons_each_for_a_type_that_has_a_form_and_with_a_key_of_its_own() -> None:
    ways = [way for button in eight() for way in button]

    assert len(eight()) == 8
    assert {way.type for way in ways} <= FIRST.keys()
    assert len({way.key for way in ways}) == len(ways)


def test_actors_and_sources_are_suggested_by_any_part_of_their_names(ana: Visitor, peopled: Tracker) -> None:
    assert suggested(ana, "/suggest?names=actor&words=quint") == ["Mara Quint"]
    assert suggested(ana, "/suggest?names=actor&words=BR otto") == ["Otto Brandt"]
    assert suggested(ana, "/suggest?names=actor&words=nobody") == []
    assert suggested(ana, "/suggest?names=source&words=regis") == ["The registry"]
    assert ana.get("/suggest?names=secrets&words=x").status_code == 404


def test_claims_are_suggested_by_headline_and_words_on_stories_one_edits(
    app: Flask, ana: Visitor, peopled: Tracker
) -> None:
    assert suggested(ana, "/stories/harbour/suggest?names=claim&words=bid") == ["c1"]
    assert suggested(ana, "/stories/harbour/suggest?names=claim&words=there was") == ["c1"]
    assert suggested(ana, "/stories/harbour/suggest?names=demand&words=") == []
    assert Visitor(app, SPORTS_EDITOR).get("/stories/harbour/suggest?names=claim&words=").status_code == 403
    assert ana.get("/stories/nowhere/suggest?names=claim&words=").status_code == 404


def test_what_is_retracted_is_not_offered(ana: Visitor, peopled: Tracker) -> None:
    record(peopled, {"type": "development.retracted", "target": "c1", "reason": "test"})

    assert suggested(ana, "/stories/harbour/suggest?names=claim&words=bid") == []
    assert "One bid only" not in ana.read("/stories/harbour/log?type=claim.denied").words


def test_the_source_an_editor_named_last_is_there_again(app: Flask, ana: Visitor, peopled: Tracker) -> None:
    record(peopled, note("n9", sources=["The court"], unsourced=""), by="pia")

    for_ana = ana.read("/stories/harbour/log").form()["values"]["source"]
    ana.send(ana.read("/stories/harbour/log"), text="Another", source="The porter")
    after = ana.read("/stories/harbour/log?type=claim.denied").form()["values"]["source"]

    assert (for_ana, after) == ("The registry", "The porter")


def test_a_link_as_source_becomes_its_link_with_the_outlet_known_for_that_host(
    ana: Visitor, peopled: Tracker
) -> None:
    ana.send(ana.read("/stories/harbour/log"), text="One", source="https://gazette.example/b?x=1")
    ana.send(ana.read("/stories/harbour/log"), text="Two", source=" http://www.elsewhere.example/ ")

    (one,), (two,) = (each["sources"] for each in look(peopled)["developments"][-2:])
    assert (one["description"], one["outlet"], one["url"]) == (
        "The Gazette", "The Gazette", "https://gazette.example/b?x=1",
    )  # fmt: skip
    assert (two["outlet"], two["url"]) == ("elsewhere.example", "http://www.elsewhere.example/")


@pytest.mark.parametrize(
    ("type", "where"), [("note.logged", "text"), ("statement.made", "quotes"), ("meeting.revealed", "summary")]
)
def test_the_bookmarklet_brings_link_title_and_passage_to_where_they_belong(
    ana: Visitor, peopled: Tracker, type: str, where: str
) -> None:
    brought = "url=https://gazette.example/c&title=A+vote&selection=They+voted."

    chooser = ana.read(f"/log?{brought}")
    filled = ana.read(f"/stories/harbour/log?type={type}&{brought}").form()["values"]

    assert "/stories/harbour/log?url=https://gazette.example/c" in chooser.markup.replace("&amp;", "&")
    assert (filled[where], filled["source"], filled["source_outlet"], filled["source_url"]) == (
        "They voted.", "A vote", "The Gazette", "https://gazette.example/c",
    )  # fmt: skip


def test_a_link_that_runs_is_no_link(ana: Visitor, peopled: Tracker) -> None:
    filled = ana.read("/stories/harbour/log?url=javascript:alert(1)&title=A+vote").form()["values"]

    assert filled["source_url"] == ""


def test_only_stories_one_edits_are_offered_to_what_was_found_elsewhere(app: Flask, peopled: Tracker) -> None:
    page = Visitor(app, SPORTS_EDITOR).read("/log?url=https://gazette.example/c")

    assert "The harbour contract" not in page.words
    assert "No story is open to you" in page.words


DENIAL = {"by": "Otto Brandt", "claim": "c1", "source": "The registry"}


def deny(visitor: Visitor, **typed: Any) -> TestResponse:
    """Log Otto's denial of the claim."""
    return visitor.send(visitor.read("/stories/harbour/log?type=claim.denied"), **{**DENIAL, **typed})


def test_what_looks_logged_already_is_asked_about_once_and_then_logged(ana: Visitor, peopled: Tracker) -> None:
    first = deny(ana)
    position = peopled.store.position()

    again = deny(ana, headline="Director: nothing of the kind")
    asked = Page("/stories/harbour/log", again.text)
    unchanged = peopled.store.position() == position
    anyway = ana.send(asked)

    assert (first.status_code, again.status_code, unchanged) == (303, 409, True)
    assert "This may be logged already." in asked.words
    assert "logged by ana" in asked.words
    assert asked.form()["values"]["headline"] == "Director: nothing of the kind"
    assert anyway.status_code == 303
    assert peopled.store.position() == position + 1


def test_a_form_sent_twice_by_a_double_click_is_no_twin_of_itself(ana: Visitor, peopled: Tracker) -> None:
    form = ana.read("/stories/harbour/log?type=claim.denied")

    answers = [ana.send(form, **DENIAL) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert sum(each["type"] == "claim.denied" for each in look(peopled)["developments"]) == 1


def test_a_remembered_source_that_shares_its_name_is_named_and_not_keyed(ana: Visitor, harbour: Tracker) -> None:
    for n, terms in enumerate(("on_record", "on_record", "background", "background")):
        source = {"description": f"Somebody {terms}", "url": f"https://gazette.example/{n}", "terms": terms}
        record(harbour, note(f"s{n}", sources=[source], unsourced=""))

        if n == 1:
            assert ana.read("/stories/harbour/log").form()["values"]["source"] == "Somebody on_record"
    # By its description it would be a new one, on the record.
    assert ana.read("/stories/harbour/log").form()["values"]["source"].startswith("somebody-background-")


def test_another_story_is_chosen_from_those_that_may_be_seen(app: Flask, ana: Visitor, peopled: Tracker) -> None:
    record(peopled, {"type": "story.opened", "story": "tower", "title": "The tower", "desk": "sports"})

    offered = ana.read("/stories/harbour/log?type=story.linked")
    elsewhere = ana.read("/stories/harbour/log?type=story.rested")

    assert '<datalist id="stories"><option value="tower">The tower</option></datalist>' in offered.markup
    assert "<h1>Log a change to the story</h1>" in offered.markup
    assert 'id="stories"' not in elsewhere.markup


def test_what_is_not_listed_any_more_is_held_against_a_claim_by_its_key(
    ana: Visitor, peopled: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(peopled, note("n2"))
    monkeypatch.setattr(log_page, "MOST_OFFERED", 1)
    form = ana.read("/stories/harbour/log?type=contradiction.identified")

    answer = ana.send(form, identified_by="desk", claim="c1", against=["", " n1 "], unsourced="test")

    assert "The newest 1 are listed." in form.words
    assert answer.status_code == 303
    assert look(peopled)["contradictions"][0]["against"] == ["n1"]


def test_the_time_of_an_embargo_names_its_zone(ana: Visitor, peopled: Tracker) -> None:
    zone = str(peopled.zone)

    assert f"<small>{zone}</small>" in ana.read("/stories/harbour/log").markup
    assert f"({zone}; empty: until lifted)" in ana.read("/stories/harbour/developments/c1").words
