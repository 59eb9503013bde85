"""Who and what a form names: whoever is new is introduced, whoever is known stays who they are, no word is lost."""

from typing import Any

import pytest
from flask import Flask

from tests.newsroom import EDITOR, POLITICS_EDITOR, look, note, record
from tests.web.visiting import Page, Visitor
from tracker.bootstrap import Tracker

LOG = "/stories/harbour/log"


@pytest.fixture
def ana(app: Flask) -> Visitor:
    """An editor of every desk."""
    return Visitor(app, EDITOR)


def logged(ana: Visitor, harbour: Tracker, type: str = "note.logged", **typed: Any) -> dict[str, Any]:
    """What stands on record after the form of a type was sent."""
    answer = ana.send(ana.read(f"{LOG}?type={type}"), **typed)
    assert answer.status_code == 303
    return dict(look(harbour)["developments"][-1])


def said(ana: Visitor, harbour: Tracker, who: str) -> Any:
    """Who speaks, where somebody so called is typed as the speaker."""
    return logged(ana, harbour, "statement.made", speaker=who, quotes="So it is.", source="The wire")["details"]


def test_a_name_of_one_word_introduces_somebody_like_any_other(ana: Visitor, harbour: Tracker) -> None:
    assert said(ana, harbour, "FBI")["speaker"] == "fbi"
    assert {"key": "fbi", "name": "FBI"}.items() <= {**look(harbour)["actors"][-1]}.items()


def test_somebody_unnamed_is_described_and_becomes_nobody_s_page(ana: Visitor, harbour: Tracker) -> None:
    assert said(ana, harbour, "A White House official")["speaker"]["description"] == "A White House official"
    assert "A White House official" not in {each["name"] for each in look(harbour)["actors"]}


def test_the_desk_is_the_desk_in_whichever_way_it_is_called(ana: Visitor, harbour: Tracker) -> None:
    record(harbour, {"type": "claim.asserted", "key": "c1", "claimant": "unattributed", "text": "So it is.",
                     "unsourced": "test"})  # fmt: skip
    form = ana.read(f"{LOG}?type=contradiction.identified")

    ana.send(form, identified_by="the desk", claim="c1", against=["n1"], unsourced="test")

    assert look(harbour)["contradictions"][0]["identified_by"] == "desk"


def test_a_known_source_with_another_link_is_another_one_of_that_name(ana: Visitor, harbour: Tracker) -> None:
    first, second, again = (
        logged(ana, harbour, text=text, source="The Gazette", source_url=f"https://gazette.example/{link}")
        for text, link in (("Bids were opened", "a"), ("The quay is closed", "b"), ("Two ships left", "b"))
    )

    assert [each["sources"][0]["url"][-1] for each in (first, second, again)] == ["a", "b", "b"]
    assert second["sources"][0]["key"] == again["sources"][0]["key"] != first["sources"][0]["key"]


def test_naming_a_source_again_never_changes_on_which_terms_it_speaks(ana: Visitor, harbour: Tracker) -> None:
    logged(ana, harbour, text="One", source="An official", source_terms="background")

    suggested = ana.get("/suggest?names=source&words=offic").get_json()["suggestions"]
    remembered = ana.read(LOG).words
    as_known = logged(ana, harbour, text="Two", source="An official")
    status, refused = ana.send_page(ana.read(LOG), text="Three", source="An official", source_terms="off_record")

    assert [each["note"] for each in suggested] == ["background"]
    assert "Known here: background; it stays so." in remembered
    assert as_known["sources"][0]["terms"] == "background"
    assert (status, refused.form()["values"]["source"]) == (422, "An official")
    assert "is known here on other terms (background)" in refused.words


def test_of_several_unnamed_sources_so_called_none_comes_on_the_record(ana: Visitor, harbour: Tracker) -> None:
    for n in range(2):
        source = {"description": "An official", "terms": "background", "outlet": f"Paper {n}"}
        record(harbour, note(f"s{n}", sources=[source], unsourced=""))

    status, refused = ana.send_page(ana.read(LOG), text="Three", source="An official")

    assert (status, "is known here on other terms" in refused.words) == (422, True)


def test_an_issue_is_named_in_words_and_is_the_same_for_everybody(ana: Visitor, harbour: Tracker) -> None:
    common = {"stance": "for", "source": "The wire"}
    logged(ana, harbour, "position.taken", actor="Mara Quint", issue="A special prosecutor", **common)
    logged(ana, harbour, "position.taken", actor="Otto Brandt", issue="a special prosecutor", **common)

    told = look(harbour)["positions"]
    suggested = ana.get("/stories/harbour/suggest?names=issue&words=prosec").get_json()["suggestions"]
    assert [(each["issue"], each["text"]) for each in told] == [("a-special-prosecutor", "A special prosecutor")] * 2
    assert [each["value"] for each in suggested] == ["A special prosecutor"]


def test_what_was_typed_goes_along_to_the_form_of_another_type(ana: Visitor, harbour: Tracker) -> None:
    before = harbour.store.position()
    typed = {"text": "We never met.", "occurred": "May 2017", "source": "The wire", "source_terms": "background"}

    answer = ana.send(ana.read(LOG), **typed, switch="statement.made")
    back = ana.send(Page(LOG, answer.text), speaker="Mara Quint", switch="claim.denied")

    assert (answer.status_code, harbour.store.position()) == (200, before)
    values = Page(LOG, back.text).form()["values"]
    assert {"type": "claim.denied", "by": "Mara Quint", **typed}.items() <= values.items()


def test_what_an_editor_logged_is_no_news_to_them(app: Flask, ana: Visitor, harbour: Tracker) -> None:
    other = Visitor(app, POLITICS_EDITOR)
    for reader in (ana, other):
        reader.read("/stories/harbour")

    logged(ana, harbour, text="By ana", source="The wire")

    assert "Nothing has changed" in ana.read("/stories/harbour").words
    assert "1 new development" in other.read("/stories/harbour").words


def test_what_somebody_else_logged_before_stays_news(ana: Visitor, harbour: Tracker) -> None:
    ana.read("/stories/harbour")
    record(harbour, note("n9", headline="By pia"), by="pia")

    logged(ana, harbour, text="By ana", source="The wire")

    assert "2 new developments" in ana.read("/stories/harbour").words


@pytest.mark.parametrize(
    ("type", "typed", "field", "message"),
    [
        ("note.logged", {"text": "A", "source": "An aide", "source_identity": "Joe"}, "source_identity",
         "choose other terms, or leave this out"),
        ("note.logged", {"text": "A", "source": "An aide", "source_url": "gazette"}, "source",
         "This is not a valid link"),
        ("note.logged", {"text": "A", "source": "An aide", "source_terms": "off_record", "visibility": "public"},
         "source", "“An aide” spoke off the record"),
        ("note.logged", {"text": "A", "source": "An aide", "learned_at": "9 May 2999"}, "learned_at",
         "9 May 2999 is later than now"),
        ("actor.role_taken", {"key": "Nobody Known", "role": "clerk"}, "key", "Nobody called “Nobody Known”"),
        ("story.linked", {"other": "nowhere", "relation": "precedent"}, "other", "There is no story “nowhere”"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words_beside_where_it_was_typed(
    ana: Visitor, harbour: Tracker, type: str, typed: dict[str, str], field: str, message: str
) -> None:
    status, page = ana.send_page(ana.read(f"{LOG}?type={type}"), **typed)

    assert status == 422
    assert message in page.errors[field]


@pytest.mark.parametrize(
    ("act", "typed", "told"),
    [("occurrence.date_refined", {"occurred": "18 July"}, "Of which year?"),
     ("occurrence.date_refined", {}, "Write the date that is known now."),
     ("development.withheld", {}, "Say why it is withheld")],
)  # fmt: skip
def test_a_short_act_says_what_it_needs(
    ana: Visitor, harbour: Tracker, act: str, typed: dict[str, str], told: str
) -> None:
    path = "/stories/harbour/developments/n1"

    ana.send(ana.read(path), form=act, **typed)

    assert told in ana.read(path).flashes[0]
