"""The pages as people use them: reading, logging, correcting, retracting, signing in."""

import json
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.newsroom import EDITOR, POLITICS_EDITOR, READER, REPORTER, SPORTS_EDITOR, look, note, record
from tests.web.visiting import PASSWORD, Page, Visitor
from tracker.accounts.signing_in import FAILURES_PER_ACCOUNT
from tracker.archive.cloudevents import export, import_log
from tracker.bootstrap import Tracker
from tracker.db import connect, migrate
from tracker.eventstore.store import EventStore
from tracker.sample import demonstration
from tracker.stories.catalogue import event_types
from tracker.web.questions import FIRST

# What an editor types for each type: enough to be recorded.
TYPED: dict[str, dict[str, Any]] = {
    "meeting.revealed": {"participants": "Mara Quint\nOtto Brandt", "setting": "in his office"},
    "action.announced": {"actor": "Mara Quint", "action": "resigned", "effective": "1 May 2017"},
    "action.taken": {"actor": "Mara Quint", "action": "recused", "scope": "from the inquiry"},
    "event.planned": {"title": "The hearing", "date": "June 2017"},
    "note.logged": {"text": "Something was seen at the harbour."},
    "statement.made": {"speaker": "Mara Quint", "quotes": "I was not there.", "claims": "She was abroad."},
    "testimony.given": {
        "speaker": "Mara Quint", "forum": "the committee", "under_oath": "yes",
        "exchanges.asked_by": "Otto Brandt", "exchanges.question": "Were you there?", "exchanges.answer": "No.",
    },
    "comment.declined": {"actor": "Mara Quint", "on": "the contract"},
    "claim.asserted": {"claimant": "Mara Quint", "text": "The contract was fair."},
    "claim.denied": {"by": "Otto Brandt", "claim": "c1", "kind": "flat"},
    "claim.confirmed": {"by": "Otto Brandt", "claim": "c1"},
    "claim.qualified": {"by": "Otto Brandt", "claim": "c1", "text": "Only the second one."},
    "claim.withdrawn": {"by": "mara", "claim": "c1"},
    "contradiction.identified": {"identified_by": "desk", "claim": "c1", "against": ["d1"], "kind": "direct"},
    "contradiction.explained": {"by": "mara", "contradiction": "x1", "explanation": "A slip of the tongue."},
    "demand.made": {"demanders": "Otto Brandt", "action": "resign", "addressee": "mara"},
    "demand.joined": {"demanders": "Ida Holm", "demand": "d1"},
    "demand.withdrawn": {"by": "otto", "demand": "d1", "reason": "It was answered."},
    "demand.answered": {"by": "mara", "demand": "d1", "answer": "refused"},
    "position.taken": {
        "actor": "The council", "quantifier": "most", "stance": "not_calling_for", "issue": "inquiry",
        "issue_text": "An inquiry", "except": "Ida Holm",
    },
    "question.raised": {"text": "Who signed it?"},
    "contradiction.resolved": {"contradiction": "x1", "outcome": "There were two.", "by": "mara"},
    "contradiction.dropped": {"contradiction": "x1", "outcome": "It was none."},
    "demand.met": {"demand": "d1", "by": "n1", "extent": "partial"},
    "demand.overtaken": {"demand": "d1", "reason": "There was an election."},
    "question.answered": {"question": "q1", "answer": "The mayor did.", "by": "n1"},
    "question.dropped": {"question": "q1", "reason": "Nobody asks any more."},
    "actor.alias_added": {"key": "Mara Quint", "alias": "The Harbour Mistress"},
    "actor.role_taken": {"key": "Mara Quint", "role": "harbour master", "from": "May 2010"},
    "actor.role_left": {"key": "Otto Brandt", "role": "clerk", "until": "June 2017", "how": "resigned"},
    "actor.spokesperson_named": {"key": "Otto Brandt", "for": "Mara Quint"},
    "event.changed": {"target": "p1", "date": "June 2031"},
    "event.took_place": {"target": "p1"},
    "event.cancelled": {"target": "p1", "reason": "Nobody came."},
    "story.rested": {"reason": "Nothing is expected before the trial."},
    "story.revived": {"reason": "The trial began."},
    "story.closed": {"reason": "The trial is over."},
    "story.retitled": {"title": "The harbour trial"},
    "story.synopsis_revised": {"synopsis": "Who signed the contract, and when."},
    "story.linked": {"other": "tower", "relation": "precedent"},
    "developments.linked": {"from": "c1", "relation": "follows", "to": "n1"},
}  # fmt: skip

SETTLED = {
    "contradiction.resolved": ("contradictions", "x1", "resolved"),
    "contradiction.dropped": ("contradictions", "x1", "dropped"), "demand.met": ("demands", "d1", "met"),
    "demand.overtaken": ("demands", "d1", "overtaken"), "question.answered": ("questions", "q1", "answered"),
    "question.dropped": ("questions", "q1", "dropped"),
}  # fmt: skip
"""What has become of what: the ledger, the key in it, its status."""

NASTY = [
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eRight to left\u202c and \u200f back",
    "  spaces before and after  ",
    "a tab\tan escape \x1b a bell \x07 a delete \x7f",
    "\ufeff\u200bnothing to see",
    "{{ 7 * 7 }} {% raw %} ${1+1}",
    "' OR 1=1; DROP TABLE events; --",
    "\U0001f9d1\u200d\U0001f4bb \u0065\u0301 Ω≈ç",
    "x" * 500,
]


@pytest.fixture
def ana(app: Flask) -> Visitor:
    """An editor of every desk, signed in."""
    return Visitor(app, EDITOR)


@pytest.fixture
def disputed(harbour: Tracker) -> Tracker:
    """The harbour with a claim, a contradiction and a demand on it."""
    record(
        harbour,
        {"type": "actor.added", "key": "mara", "name": "Mara Quint", "kind": "person"},
        {"type": "actor.added", "key": "otto", "name": "Otto Brandt", "kind": "person"},
        {"type": "claim.asserted", "key": "c1", "claimant": "mara", "text": "There was one bid.", "unsourced": "test"},
        {
            "type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["n1"],
            "identified_by": "desk", "unsourced": "test",
        },
        {"type": "demand.made", "key": "d1", "demanders": ["otto"], "action": "resign", "unsourced": "test"},
        {"type": "question.raised", "key": "q1", "text": "Who opened the bids?"},
        {"type": "event.planned", "key": "p1", "title": "A hearing", "date": "2016-05", "unsourced": "test"},
    )  # fmt: skip
    return harbour


def as_json(told: dict[str, Any]) -> Any:
    """A document as it is read back."""
    return json.loads(json.dumps(told))


def typed_as(words: dict[str, Any]) -> dict[str, Any]:
    """What is typed, as the form gives it back."""
    return {name: value for name, value in words.items() if not isinstance(value, list)}


def without_tokens(markup: str) -> str:
    """A page without what differs each time it is served."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", markup)


def test_a_board_without_stories_says_what_to_do(app: Flask) -> None:
    for_editor, for_reader = Visitor(app, EDITOR).read("/"), Visitor(app, READER).read("/")

    assert "No stories yet" in for_editor.words
    assert "Open the first story" in for_editor.words
    assert "Open the first story" not in for_reader.words


def test_the_board_shows_a_story_to_the_newsroom_and_not_to_the_public(app: Flask, harbour: Tracker) -> None:
    for_reporter, for_reader = Visitor(app, REPORTER), Visitor(app, READER).read("/")

    assert "The harbour contract" in for_reporter.read("/").words
    assert "1 development" in for_reporter.read("/").words
    assert for_reporter.get("/stories.json").get_json()["stories"][0]["slug"] == "harbour"
    assert "The harbour contract" not in for_reader.words


def test_a_story_is_opened_and_its_page_invites_the_first_development(ana: Visitor) -> None:
    answer = ana.send(ana.read("/stories/new"), title="  The old mill ", beats="culture, city", desk="")
    page = ana.read(answer.location)

    assert (answer.status_code, answer.location) == (303, "/stories/the-old-mill")
    assert "Nothing is logged yet" in page.words
    assert page.flashes == ["Opened “  The old mill ”."]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": "   "}, "title"),
        ({"title": "Good", "slug": "not a slug"}, "slug"),
        ({"title": "Good", "slug": "harbour"}, "slug"),
        ({"title": "x" * 501}, "title"),
    ],
)
def test_a_story_that_can_not_be_opened_says_why_beside_the_field(
    ana: Visitor, harbour: Tracker, typed: dict[str, str], field: str
) -> None:
    status, page = ana.send_page(ana.read("/stories/new"), synopsis="Words\nkept", **typed)

    assert status == 422
    assert list(page.errors) == [field]
    assert page.form()["values"] | typed | {"synopsis": "Words\nkept"} == page.form()["values"]


def test_an_editor_of_another_desk_opens_no_story_there(app: Flask, harbour: Tracker) -> None:
    sam = Visitor(app, SPORTS_EDITOR)

    status, page = sam.send_page(sam.read("/stories/new"), title="A vote", desk="politics")

    assert (status, list(page.errors)) == (422, ["desk"])


def test_a_story_page_has_one_heading_landmarks_and_json_beside_it(ana: Visitor, disputed: Tracker) -> None:
    page = ana.read("/stories/harbour")

    assert page.markup.count("<h1") == 1
    assert {"main", "nav", "header", "footer"} <= page.tags
    assert page.headlines[-1] == "The contract was signed at night"
    assert ana.get("/stories/harbour.json").get_json() == as_json(look(disputed))
    assert ana.get("/stories/harbour", headers={"Accept": "application/json"}).get_json() == as_json(look(disputed))


def test_a_story_as_known_on_a_day_leaves_out_what_was_learned_later(ana: Visitor, harbour: Tracker) -> None:
    record(harbour, note("early", learned_at="2017-01", headline="Known in January"))
    record(harbour, note("late", learned_at="2017-03", headline="Known in March"))

    then = ana.read("/stories/harbour?known_at=2017-02-28")

    assert then.headlines == ["Known in January"]
    assert "as the newsroom knew it on 28 February 2017" in " ".join(then.words.split())
    assert ana.get("/stories/harbour.json?known_at=2017-02-28").get_json()["asked"] == {"known_at": "2017-02-28"}


def test_a_clock_that_can_not_be_read_is_named(ana: Visitor, harbour: Tracker) -> None:
    for asked in ("known_at=some day", "public_at=2017-13-40", "position=x"):
        page = ana.read(f"/stories/harbour?{asked}", 400)

        assert asked.partition("=")[2] in page.words


@pytest.mark.parametrize("path", ["", ".json", "/developments/n1", "/developments/n1.json"])
def test_what_may_not_be_seen_is_answered_like_what_is_not_there(app: Flask, harbour: Tracker, path: str) -> None:
    dora = Visitor(app, READER)

    unseen, absent = dora.get(f"/stories/harbour{path}"), dora.get(f"/stories/nowhere{path}")

    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert without_tokens(unseen.text) == without_tokens(absent.text)
    assert list(unseen.headers.keys()) == list(absent.headers.keys())


def test_a_development_that_may_not_be_seen_is_answered_like_one_that_is_not_there(
    app: Flask, harbour: Tracker
) -> None:
    record(harbour, note("open", visibility="public"))
    dora = Visitor(app, READER)

    unseen, absent = dora.get("/stories/harbour/developments/n1"), dora.get("/stories/harbour/developments/nothing")

    assert (unseen.status_code, absent.status_code) == (404, 404)
    assert without_tokens(unseen.text) == without_tokens(absent.text)


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%ff", "%ed%a0%80", "a%20b", "x" * 5_000, "..", "%2e%2e%2f", "é"])
def test_an_odd_address_is_nothing_and_no_error(ana: Visitor, harbour: Tracker, odd: str) -> None:
    for path in (f"/stories/{odd}", f"/stories/harbour/developments/{odd}", f"/actors/{odd}", f"/stories/{odd}/log"):
        assert ana.get(path).status_code in {404, 308}, path


def test_every_type_in_the_menu_has_its_example_here() -> None:
    assert TYPED.keys() == FIRST.keys()


@pytest.mark.parametrize("type", sorted(TYPED))
def test_a_development_of_each_type_is_logged_by_its_form(ana: Visitor, disputed: Tracker, type: str) -> None:
    if type == "story.revived":
        record(disputed, {"type": "story.rested", "story": "harbour"})
    if type == "actor.role_left":
        record(disputed, {"type": "actor.role_taken", "key": "otto", "role": "clerk"})
    if type == "story.linked":
        record(disputed, {"type": "story.opened", "story": "tower", "title": "The tower"})
    form = ana.read(f"/stories/harbour/log?type={type}")
    of_development, before = event_types()[type].is_development, disputed.store.position()
    more = {"headline": "Through the form", "source": "The court’s registry"} if of_development else {}

    answer = ana.send(form, **more, **TYPED[type])

    assert (answer.status_code, answer.location) == (303, "/stories/harbour"), Page("", answer.text).errors
    told = look(disputed)
    if type in SETTLED:
        where, key, status = SETTLED[type]
        assert [each["status"] for each in told[where] if each["key"] == key] == [status]
    elif type.startswith(("story.", "actor.")) or (type.startswith("event.") and not of_development):
        assert disputed.store.position() == before + 1
    elif type == "developments.linked":
        assert [each["links"] for each in told["developments"] if each["key"] == "c1"] != [[]]
    elif type == "question.raised":
        assert told["questions"][-1]["text"] == "Who signed it?"
    else:
        logged = next(each for each in told["developments"] if each["headline"] == "Through the form")
        assert logged["type"] == type
        assert logged["sources"][0]["description"] == "The court’s registry"
    (flash,) = (page := ana.read("/stories/harbour")).flashes
    assert flash.removesuffix(" See it") == f"Logged: {type.replace('.', ' ').replace('_', ' ')}."
    if flash.endswith("See it"):
        assert f'href="/stories/harbour/developments/{logged["key"]}">See it</a>' in page.markup


@pytest.mark.parametrize("type", sorted(TYPED.keys() - {"story.rested", "story.revived", "story.closed"}))
def test_an_empty_form_is_refused_beside_its_fields(ana: Visitor, disputed: Tracker, type: str) -> None:
    before = disputed.store.position()

    status, page = ana.send_page(ana.read(f"/stories/harbour/log?type={type}"))

    assert status == 422
    assert page.errors
    assert "Not recorded yet. Everything you typed is still here." in page.words
    assert "<ul><li>" not in page.markup.partition("problems")[2].partition("</div>")[0]
    assert disputed.store.position() == before


@pytest.mark.parametrize("type", sorted(TYPED))
def test_a_refused_form_keeps_everything_that_was_typed(ana: Visitor, disputed: Tracker, type: str) -> None:
    words = TYPED[type] | {"learned_at": "whenever"}
    if event_types()[type].is_development:
        words |= {
            "headline": ' "Quoted" <b>&amp;</b> ', "summary": "\nTwo\nlines", "source": "A <source>",
            "source_outlet": "Out & let", "source_terms": "background", "urgency": "3", "tags": "a, b",
            "occurred": "the other day, or so", "visibility": "desk", "embargo": "2099-05-01T12:00",
        }  # fmt: skip

    status, page = ana.send_page(ana.read(f"/stories/harbour/log?type={type}"), **words)

    assert status == 422
    assert "can't be read" in page.errors["learned_at"]
    assert page.form()["values"] | typed_as(words) == page.form()["values"]
    assert page.form()["values"]["type"] == type
    if event_types()[type].is_development:
        assert "can't be read as a date" in page.errors["occurred"]


def test_a_missing_source_is_said_beside_the_source(ana: Visitor, harbour: Tracker) -> None:
    status, page = ana.send_page(ana.read("/stories/harbour/log"), text="From nowhere")

    assert (status, list(page.errors)) == (422, ["source"])
    assert page.form()["values"]["text"] == "From nowhere"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"headline": "x" * 501}, "headline"),
        ({"text": "\x00"}, "text"),
        ({"key": "not a key"}, "key"),
        ({"key": "n1"}, "key"),
        ({"urgency": "12"}, "urgency"),
        ({"urgency": "²"}, "urgency"),
        ({"visibility": "everybody"}, "visibility"),
        ({"learned_at": "2099-01-01"}, "learned_at"),
        ({"embargo": "soon"}, "embargo"),
        ({"via": "nothing"}, "via"),
        ({"made_public": "2016-02-31"}, "made_public"),
    ],
)
def test_what_can_not_be_recorded_is_said_beside_its_field(
    ana: Visitor, harbour: Tracker, typed: dict[str, str], field: str
) -> None:
    before = harbour.store.position()
    page = ana.read("/stories/harbour/log")

    status, refused = ana.send_page(page, **{"text": "Words", "unsourced": "test"} | typed)

    assert (status, list(refused.errors)) == (422, [field])
    assert harbour.store.position() == before


def test_a_form_sent_twice_records_once(ana: Visitor, harbour: Tracker) -> None:
    form = ana.read("/stories/harbour/log")
    before = harbour.store.position()

    answers = [ana.send(form, text="Clicked twice", unsourced="test") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert harbour.store.position() == before + 1


def test_a_form_sent_again_with_other_words_loses_none_and_may_be_sent_as_another(
    ana: Visitor, harbour: Tracker
) -> None:
    form = ana.read("/stories/harbour/log")
    ana.send(form, text="The first", unsourced="test")

    status, again = ana.send_page(form, text="Gone back, and written anew", unsourced="test")
    as_another = ana.send(again)

    assert status == 422
    assert "sent already" in again.words
    assert again.form()["values"]["text"] == "Gone back, and written anew"
    assert again.form()["values"]["id"] != form.form()["values"]["id"]
    assert as_another.status_code == 303
    assert [each["details"]["text"] for each in look(harbour)["developments"][1:]] == [
        "The first", "Gone back, and written anew",
    ]  # fmt: skip


def test_a_date_in_words_is_echoed_as_it_was_read(ana: Visitor, harbour: Tracker) -> None:
    ana.send(ana.read("/stories/harbour/log"), text="A meeting", unsourced="test", occurred="in September 2016")

    (flash,) = ana.read("/stories/harbour").flashes
    told = look(harbour)["developments"][-1]["occurred"]
    assert "“in September 2016” was read as" in flash
    assert (told["edtf"], told["as_said"]) == ("2016-09", "in September 2016")
    assert told["earliest"].startswith("2016-09-01")
    assert told["latest"].startswith("2016-09-30")


def test_a_date_that_can_not_be_read_and_a_missing_source_are_told_at_once(ana: Visitor, harbour: Tracker) -> None:
    answer = ana.send(ana.read("/stories/harbour/log"), text="A meeting", occurred="some day or other")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "can&#39;t be read as a date" in page
    assert "Give at least one source" in page


def test_the_reading_of_a_date_is_told_before_it_is_sent(ana: Visitor) -> None:
    read, unread = ana.get("/dates?words=in September 2016"), ana.get("/dates?words=some%00day")

    assert read.get_json()["read"]["edtf"] == "2016-09"
    assert unread.get_json() == {"read": None, "echo": None, "missing": None}


@pytest.mark.parametrize("words", ["in July", "8 September", "in July, at the convention"])
def test_a_date_without_its_year_is_asked_for_it(ana: Visitor, harbour: Tracker, words: str) -> None:
    answer = ana.send(ana.read("/stories/harbour/log"), text="A meeting", occurred=words, source="The registry")

    assert ana.get(f"/dates?words={words}").get_json()["missing"] == "Of which year? Write it as well: “July 2016”."
    assert (answer.status_code, "Of which year?" in answer.text) == (422, True)


def test_log_it_and_another_keeps_the_source_and_when_it_was_learned(ana: Visitor, harbour: Tracker) -> None:
    kept = {"source": "The registry", "learned_at": "1 March 2017"}

    answer = ana.send(ana.read("/stories/harbour/log"), text="One", another="1", **kept)

    assert kept.items() <= ana.read(answer.location).form()["values"].items()


def test_a_source_that_is_known_is_not_introduced_again(ana: Visitor, harbour: Tracker) -> None:
    for text in ("One", "Two"):
        ana.send(ana.read("/stories/harbour/log"), text=text, source="The registry")

    first, second = (each["sources"] for each in look(harbour)["developments"][-2:])
    assert first == second
    assert len(harbour.store.streams("source/")) == 1


def test_a_type_that_is_none_has_no_form(ana: Visitor, harbour: Tracker) -> None:
    assert ana.get("/stories/harbour/log?type=story.opened").status_code == 404
    assert ana.get("/stories/harbour/log?type=nonsense").status_code == 404


def test_an_editor_of_another_desk_reads_and_does_not_log(app: Flask, harbour: Tracker) -> None:
    sam, pia = Visitor(app, SPORTS_EDITOR), Visitor(app, POLITICS_EDITOR)
    token = sam.read("/").form("/sign-out")["values"]["csrf_token"]
    before = harbour.store.position()

    for path in ("log", "developments/n1/correct", "developments/n1/retract", "developments/n1/acts"):
        typed = {"csrf_token": token, "type": "note.logged", "text": "x", "unsourced": "x", "reason": "x"}
        answer = sam.client.post(f"/stories/harbour/{path}", data=typed)

        assert answer.status_code == 403
        assert "desk that you do not edit for" in answer.text
        assert path.endswith("acts") or sam.get(f"/stories/harbour/{path}").status_code == 403
    assert harbour.store.position() == before
    assert "Log a development" not in sam.read("/stories/harbour").words
    assert pia.send(pia.read("/stories/harbour/log"), text="x", unsourced="test").status_code == 303


def test_a_correction_shows_what_it_said_and_what_it_says(ana: Visitor, harbour: Tracker) -> None:
    form = ana.read("/stories/harbour/developments/n1/correct")

    answer = ana.send(form, headline="The contract was signed at noon", public_note="We had the hour wrong.")
    page, story = ana.read(answer.location), ana.read("/stories/harbour")

    assert (answer.status_code, page.flashes) == (303, ["Corrected: Headline."])
    for shown in (page.markup, story.markup):
        assert "<del>The contract was signed at night</del>" in shown
        assert "<ins>The contract was signed at noon</ins>" in shown
        assert "We had the hour wrong." in shown
    assert story.headlines == ["The contract was signed at noon"]


def test_a_correction_offers_the_newest_and_what_is_named(
    ana: Visitor, harbour: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.editing.MOST_OFFERED", 1)
    said = {"unsourced": "x", "claimant": "Mara Quint"}
    record(
        harbour, *({"type": "claim.asserted", "key": f"c{n}", "text": f"Number {n}.", **said} for n in (1, 2, 3)),
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "Otto Brandt", "unsourced": "x"},
    )  # fmt: skip

    page = ana.read("/stories/harbour/developments/d1/correct")

    (box,) = re.findall('<select id="f-claim".*?</select>', page.markup, re.DOTALL)
    assert re.findall(r'<option value="(.\d)"( selected)?>', box) == [("c1", " selected"), ("d1", "")]


def test_whoever_only_a_correction_names_is_called_by_name(ana: Visitor, harbour: Tracker) -> None:
    record(
        harbour,
        {"type": "claim.asserted", "key": "c1", "text": "It was open.", "claimant": "Ole Brand", "unsourced": "x"},
        {"type": "actor.added", "key": "otto", "name": "Otto Brandt", "kind": "person"},
        {"type": "development.corrected", "target": "c1", "changes": [{"field": "claimant", "now": "otto"}]},
    )  # fmt: skip

    page = ana.read("/stories/harbour/developments/c1")

    assert re.search(r"was\s+Ole Brand\s+now\s+Otto Brandt", page.words)


def test_a_correction_of_nothing_says_so(ana: Visitor, harbour: Tracker) -> None:
    status, page = ana.send_page(ana.read("/stories/harbour/developments/n1/correct"))

    assert status == 422
    assert "Nothing was changed" in page.words


def test_a_correction_that_can_not_be_read_keeps_what_was_typed(ana: Visitor, harbour: Tracker) -> None:
    form = ana.read("/stories/harbour/developments/n1/correct")
    typed = {"headline": " <New> ", "occurred": "whenever", "summary": "\nTwo\nlines"}

    status, page = ana.send_page(form, **typed, public_note="Why")

    assert (status, list(page.errors)) == (422, ["occurred"])
    assert page.form()["values"] | typed | {"public_note": "Why"} == page.form()["values"]


def test_a_correction_sent_again_with_other_words_is_told_what_changed(ana: Visitor, harbour: Tracker) -> None:
    form = ana.read("/stories/harbour/developments/n1/correct")
    ana.send(form, summary="First thought")

    same = ana.send(form, summary="First thought")
    other = ana.send(form, summary="Second thought")

    assert same.status_code == 303
    assert other.status_code in {409, 422}
    assert Page("", other.text).form()["values"]["summary"] == "Second thought"
    assert len(look(harbour)["developments"][0]["corrections"]) == 1


def test_the_second_of_two_editors_sees_what_changed_and_loses_no_word(app: Flask, harbour: Tracker) -> None:
    ana, pia = Visitor(app, EDITOR), Visitor(app, POLITICS_EDITOR)
    path = "/stories/harbour/developments/n1/correct"
    first, second = ana.read(path), pia.read(path)
    typed = {"headline": "The contract was signed in secret", "summary": "Two people\nsay so.", "public_note": "Late"}
    ana.send(first, headline="The contract was signed at noon", urgency="3")

    status, conflict = pia.send_page(second, **typed)

    assert status == 409
    assert "Somebody changed this while you were typing" in conflict.words
    assert "<del>The contract was signed at night</del>" in conflict.markup
    assert "<ins>The contract was signed at noon</ins>" in conflict.markup
    assert conflict.form()["values"] | typed | {"urgency": "3"} == conflict.form()["values"]
    assert look(harbour)["developments"][0]["summary"] == ""

    again = pia.send(conflict)

    told = look(harbour)["developments"][0]
    assert again.status_code == 303
    assert (told["headline"], told["summary"], told["urgency"]) == (typed["headline"], typed["summary"], 3)
    assert [(each["was"], each["now"]) for each in told["corrections"] if each["field"] == "headline"] == [
        ("The contract was signed at night", "The contract was signed at noon"),
        ("The contract was signed at noon", "The contract was signed in secret"),
    ]


def test_fields_the_second_editor_did_not_touch_follow_the_first(app: Flask, harbour: Tracker) -> None:
    ana, pia = Visitor(app, EDITOR), Visitor(app, POLITICS_EDITOR)
    path = "/stories/harbour/developments/n1/correct"
    first, second = ana.read(path), pia.read(path)
    ana.send(first, headline="The contract was signed at noon")

    status, conflict = pia.send_page(second, summary="Two people say so.")
    again = pia.send(conflict)

    told = look(harbour)["developments"][0]
    assert (status, again.status_code) == (409, 303)
    assert (told["headline"], told["summary"]) == ("The contract was signed at noon", "Two people say so.")
    assert len(told["corrections"]) == 2


@pytest.mark.parametrize("seen", ["²", "9" * 5_000, "-1", "x", ""])
def test_a_version_that_is_none_is_no_error(ana: Visitor, harbour: Tracker, seen: str) -> None:
    form = ana.read("/stories/harbour/developments/n1/correct")

    assert ana.send(form, headline="Other", seen=seen).status_code in {303, 409}


def test_a_headline_of_two_lines_is_not_corrected_by_being_looked_at(ana: Visitor, harbour: Tracker) -> None:
    record(harbour, note("n2", headline="First line\nsecond line"))

    page = ana.read("/stories/harbour/developments/n2/correct")

    # An input drops line breaks, so what it would send differs from what was there.
    assert 'name="headline" value=' not in page.markup
    assert page.form()["values"]["headline"] == "First line\nsecond line"


def test_whoever_met_is_corrected_by_name_and_who_stays_keeps_what_is_said_of_them(
    ana: Visitor, harbour: Tracker
) -> None:
    record(
        harbour,
        {"type": "actor.added", "key": "reed", "name": "Mara Reed", "kind": "person"},
        {"type": "actor.added", "key": "lund", "name": "Ole Lund", "kind": "person"},
        {"type": "meeting.revealed", "story": "harbour", "key": "m1", "unsourced": "test", "headline": "They met",
         "participants": [{"actor": "reed", "capacity": [{"as": "mayor"}]}, "lund"]},
    )  # fmt: skip
    form = ana.read("/stories/harbour/developments/m1/correct")

    assert form.form()["values"]["participants"] == "Mara Reed\nOle Lund"
    status, page = ana.send_page(form, participants="Mara Reed\nNobody known")
    assert (status, page.errors) == (422, {"participants": "Nobody called “Nobody known” is known here yet."})
    answer = ana.send(page, participants="Mara Reed")
    assert ana.read(answer.location).flashes == ["Corrected: Who met."]
    (told,) = [each for each in look(harbour)["developments"] if each["key"] == "m1"]
    assert told["details"]["participants"] == ({"actor": "reed", "capacity": ({"as": "mayor"},)},)


def test_quotations_are_corrected_as_text_each_by_itself(ana: Visitor, harbour: Tracker) -> None:
    record(
        harbour,
        {"type": "statement.made", "story": "harbour", "key": "s1", "speaker": {"description": "A clerk"},
         "unsourced": "test", "headline": "A clerk speaks",
         "quotes": [{"exact": "We sined.", "prefix": "He said: "}, "At night."]},
    )  # fmt: skip
    form = ana.read("/stories/harbour/developments/s1/correct")

    assert form.form()["values"]["quotes"] == "We sined.\n\nAt night."
    assert "speaker" not in form.form()["values"]
    assert ana.send(form, quotes="We signed.\r\n\r\nAt night.").status_code == 303
    (told,) = [each for each in look(harbour)["developments"] if each["key"] == "s1"]
    assert told["details"]["quotes"] == ({"exact": "We signed.", "prefix": "He said: "}, {"exact": "At night."})


def test_every_field_of_the_sample_can_be_corrected_as_it_is_shown(ana: Visitor, tracker: Tracker) -> None:
    demonstration.load(tracker)

    for each in look(tracker, demonstration.STORY)["developments"]:
        form = ana.read(f"/stories/{demonstration.STORY}/developments/{each['key']}/correct")
        boxes = {name: said for name, said in form.form()["values"].items() if f"was.{name}" in form.form()["values"]}

        assert len(boxes) > 10
        assert not [said for said in boxes.values() if said.startswith(("(", "[", "{"))], each["key"]
        status, page = ana.send_page(form)
        assert (status, page.errors) == (422, {}), each["key"]
        assert "Nothing was changed" in page.words


def test_a_retraction_stays_legible_and_can_be_reversed(ana: Visitor, harbour: Tracker) -> None:
    path = "/stories/harbour/developments/n1/retract"

    status, refused = ana.send_page(ana.read(path))
    ana.send(ana.read(path), reason="The source withdrew")
    retracted = ana.read("/stories/harbour")
    ana.send(ana.read(path), reason="The source came back")
    standing = ana.read("/stories/harbour")

    assert status == 422
    assert 'role="alert"' in refused.markup
    assert "<s>The contract was signed at night</s>" in retracted.markup
    assert "The source withdrew" in retracted.words
    assert "<s>" not in standing.markup
    assert look(harbour)["developments"][0]["status"] == "standing"


def test_the_short_acts_are_recorded_from_the_page_of_a_development(ana: Visitor, harbour: Tracker) -> None:
    record(harbour, note("n2", occurred="2016-09"))
    path = "/stories/harbour/developments/n2"

    def act(type: str, **typed: str) -> dict[str, Any]:
        answer = ana.send(ana.read(path), form=type, **typed)
        assert answer.status_code == 303
        assert ana.read(path).flashes == ["Recorded."]
        return dict(next(each for each in look(harbour)["developments"] if each["key"] == "n2"))

    assert act("verification.changed", level="corroborated")["verification"] == "corroborated"
    assert act("occurrence.date_refined", occurred="8 September 2016")["occurred"]["edtf"] == "2016-09-08"
    assert act("embargo.set", until="2099-05-01T12:00")["embargo"] == "2099-05-01T12:00:00.000000Z"
    assert act("embargo.lifted")["status"] == "standing"
    assert act("development.withheld", reason="The lawyers read it")["status"] == "withheld"
    assert act("development.released")["status"] == "standing"


@pytest.mark.parametrize(
    ("type", "typed"),
    [
        ("occurrence.date_refined", {"occurred": "some day"}),
        ("occurrence.date_refined", {"occurred": "2017-09-08"}),
        ("occurrence.date_refined", {}),
        ("embargo.set", {"until": "soon"}),
        ("verification.changed", {"level": "sure"}),
    ],
)
def test_a_short_act_that_is_refused_says_why(
    ana: Visitor, harbour: Tracker, type: str, typed: dict[str, str]
) -> None:
    record(harbour, note("n2", occurred="2016-09"))
    path, before = "/stories/harbour/developments/n2", harbour.store.position()

    ana.send(ana.read(path), form=type, **typed)

    (flash,) = ana.read(path).flashes
    assert flash not in ("Recorded.", "")
    assert harbour.store.position() == before


def test_an_act_that_is_none_of_the_short_ones_is_not_there(ana: Visitor, harbour: Tracker) -> None:
    form = ana.read("/stories/harbour/developments/n1")

    answer = ana.send(form, form="verification.changed", type="story.closed")

    assert answer.status_code == 404


def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(app: Flask) -> None:
    visitor = Visitor(app)

    wrong = visitor.send_page(visitor.read("/sign-in"), user="ana", password="not the password")
    unknown = visitor.send_page(visitor.read("/sign-in"), user="nobody", password="not the password")

    assert (wrong[0], unknown[0]) == (422, 422)
    assert "The name or the password is not right." in wrong[1].words
    assert wrong[1].words == unknown[1].words
    assert wrong[1].form()["values"]["user"] == "ana"
    assert wrong[1].form()["values"]["password"] == ""


@pytest.mark.parametrize("user", ["", "\x00", "ANA ", "<script>", "é" * 1_000])
def test_an_odd_name_is_refused_like_any_other(app: Flask, user: str) -> None:
    assert Visitor(app).sign_in(user, "not the password").status_code == 422


def test_somebody_who_guesses_waits(app: Flask) -> None:
    visitor = Visitor(app)

    answers = [visitor.sign_in("ana", "not the password") for _ in range(FAILURES_PER_ACCOUNT + 1)]
    with_the_right_one = visitor.sign_in("ana", PASSWORD)

    assert [answer.status_code for answer in answers] == [422] * FAILURES_PER_ACCOUNT + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert "Too many attempts; try again in" in answers[-1].text
    assert with_the_right_one.status_code == 429


def test_whoever_signs_in_goes_where_they_wanted_to(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app)
    asked = visitor.get("/stories/harbour?known_at=2017-02-28")

    answer = visitor.send(visitor.read(asked.location), user="ana", password=PASSWORD)

    assert answer.location == "/stories/harbour?known_at=2017-02-28"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\r/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "javascript:alert(1)",
        "evil.example", "/\x00/evil.example", "http:evil.example", "///evil.example", "",
    ],
)  # fmt: skip
def test_signing_in_leads_nowhere_but_to_this_site(app: Flask, elsewhere: str) -> None:
    answer = Visitor(app).sign_in("ana", PASSWORD, next=elsewhere)

    # A browser drops tabs and line breaks from an address, and reads \\ as /.
    followed = urljoin("http://localhost/sign-in", re.sub(r"[\t\r\n]", "", answer.location).replace("\\", "/").strip())
    assert answer.status_code == 303
    assert urlsplit(followed).netloc == "localhost"
    assert urlsplit(followed).scheme == "http"


@pytest.mark.parametrize("headline", NASTY, ids=range(len(NASTY)))
def test_a_nasty_headline_survives_from_the_form_to_another_newsroom_and_runs_nowhere(
    ana: Visitor, harbour: Tracker, tmp_path: Path, headline: str
) -> None:
    form = ana.read("/stories/harbour/log")

    answer = ana.send(form, text="x", headline=headline, unsourced=headline[:400], key="nasty")
    pages = [ana.read(f"/stories/harbour{path}") for path in ("", "/developments/nasty", "/developments/nasty/correct")]
    refused = ana.send_page(form, text="", headline=headline, id=str(uuid.uuid4()))[1]
    migrate(url := f"sqlite:///{tmp_path / 'again.db'}")
    engine = connect(url)
    import_log(EventStore(engine), export(harbour.engine))

    assert answer.status_code == 303
    assert look(harbour)["developments"][-1]["headline"] == headline
    assert ana.get("/stories/harbour.json").get_json()["developments"][-1]["headline"] == headline
    assert ana.get("/api/v1/stories/harbour").get_json()["developments"][-1]["headline"] == headline
    assert pages[0].headlines[0] == headline
    assert pages[2].form()["values"]["headline"] == headline
    assert refused.form()["values"]["headline"] == headline
    for page in [*pages, refused]:
        assert "img" not in page.tags
        assert not {name for name in page.attributes if name.startswith("on")}
        assert all('src="/static/' in script for script in re.findall(r"<script[^>]*>", page.markup))
    assert list(export(engine)) == list(export(harbour.engine))
    engine.dispose()


def test_a_link_to_a_source_is_never_a_script(ana: Visitor, harbour: Tracker) -> None:
    form = ana.read("/stories/harbour/log")

    answer = ana.send(form, text="x", source="A source", source_url="javascript:alert(1)")
    pages = [ana.read("/stories/harbour"), ana.read("/stories/harbour/log")]

    assert answer.status_code in {303, 422}
    assert all('href="javascript:' not in page.markup for page in pages)


def test_too_large_a_form_is_refused_plainly(ana: Visitor, harbour: Tracker) -> None:
    answer = ana.send(ana.read("/stories/harbour/log"), text="x" * (17 * 1024 * 1024))

    assert answer.status_code == 413
    assert "too large" in answer.text
