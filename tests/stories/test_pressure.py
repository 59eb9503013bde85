"""Demands and what became of them, where everybody stands, and what is still unknown."""

from typing import Any

import pytest

from tests.stories.given import a, a_development, correction, demand, given, note, refused
from tracker.stories import pressure
from tracker.stories.dates import ImpreciseDate
from tracker.stories.entries import demand_status
from tracker.stories.errors import AlreadyRetracted, KeyTaken, LearnedTooEarly, Missing, Unknown, WrongKind
from tracker.stories.fields import Demander


def answer(key, how, **fields):
    return a_development("demand.answered", **{"key": key, "demand": "m1", "by": "hale", "answer": how} | fields)


def position(key, **fields):
    taken = {"key": key, "actor": "ward", "issue": "inquiry", "stance": "for"}
    return a_development("position.taken", **taken | fields)


def retracted(target):
    return a("development.retracted", target=target, reason="wrong")


INQUIRY = {"key": "inquiry", "text": "A public inquiry"}
JOINED = a_development("demand.joined", key="j1", demand="m1", demanders=["moss"])
WITHDRAWN = a_development("demand.withdrawn", key="w1", demand="m1", by="ward", reason="satisfied")
MET = a("demand.met", demand="m1", by="n1")
OVERTAKEN = a("demand.overtaken", demand="m1")
ANSWERED = a("question.answered", question="q1", answer="A")
QUESTION = a("question.raised", key="q1", text="Who else was there?", about="the hotel", visibility="desk")


def test_a_demand_says_who_wants_what_of_whom_and_on_what_grounds():
    newsroom = given()

    events = newsroom.record(
        a_development(
            "demand.made", key="m1",
            demanders=[
                {"actor": "ward", "grounds": "the testimony", "scope": "all offices"},
                {"actor": "greens", "quantifier": "most", "except": ["moss"]},
            ],
            action="resign", addressee="hale", about="the contract", conditions="unless explained",
            deadline="2017-06-10", fallback_of="m0",
        )
    )  # fmt: skip

    assert events == [
        pressure.DemandMade(
            key="m1", headline="Senator Ward and most of the Greens demand the resignation of Minister Hale",
            demanders=(
                Demander(actor="ward", grounds="the testimony", scope="all offices"),
                Demander(actor="greens", quantifier="most", except_=("moss",)),
            ),
            action="resign", addressee="hale", about="the contract", conditions="unless explained",
            deadline=ImpreciseDate(edtf="2017-06-10"), fallback_of="m0", sources=("wire",),
        )
    ]  # fmt: skip
    assert demand_status(newsroom.development("m1")) == "open"


@pytest.mark.parametrize(
    ("asked", "headline"),
    [
        ({"action": "testify"}, "Senator Ward demands testimony from Minister Hale"),
        ({"action": "release_documents"}, "Senator Ward demands the release of documents by Minister Hale"),
        ({"addressee": None}, "Senator Ward demands a resignation"),
        ({"demanders": [{"actor": "greens", "quantifier": "one"}]},
         "One of the Greens demands the resignation of Minister Hale"),
        ({"demanders": ["moss", "ward"]}, "Ida Moss and Senator Ward demand the resignation of Minister Hale"),
    ],
)  # fmt: skip
def test_the_headline_of_a_demand_is_a_sentence(asked: dict[str, Any], headline: str):
    assert given(demand("m1", **asked)).event("m1").headline == headline


def test_an_addressee_that_was_not_stated_is_not_filled_in():
    newsroom = given(demand("m1", addressee=None))

    assert newsroom.event("m1").addressee == ""


def test_others_join_a_demand():
    newsroom = given(demand("m1"))

    events = newsroom.record(JOINED)

    assert events == [
        pressure.DemandJoined(
            key="j1", headline="Ida Moss joins: Senator Ward demands the resignation of Minister Hale", demand="m1",
            demanders=(Demander(actor="moss"),), sources=("wire",),
        )
    ]  # fmt: skip
    assert (newsroom.development("m1").weights, demand_status(newsroom.development("m1"))) == ({"joined": 1}, "open")


def test_a_demand_is_withdrawn_once():
    newsroom = given(demand("m1"))

    first, second = newsroom.record(WITHDRAWN), newsroom.record(WITHDRAWN | {"key": "w2"})

    assert first == [
        pressure.DemandWithdrawn(
            key="w1", headline="Senator Ward withdraws: Senator Ward demands the resignation of Minister Hale",
            demand="m1", by="ward", reason="satisfied", sources=("wire",),
        )
    ]  # fmt: skip
    assert (second, demand_status(newsroom.development("m1"))) == ([], "withdrawn")


@pytest.mark.parametrize(
    ("how", "status"),
    [("accepted", "answered"), ("in_part", "answered"), ("deferred", "answered"), ("refused", "refused")],
)
def test_an_answer_to_a_demand_is_not_yet_what_was_demanded(how, status):
    newsroom = given(demand("m1"))

    (event,) = newsroom.record(answer("w1", how, on_behalf_of="greens", text="In due course"))

    assert isinstance(event, pressure.DemandAnswered)
    assert (event.demand, event.by, event.answer, event.on_behalf_of) == ("m1", "hale", how, "greens")
    assert demand_status(newsroom.development("m1")) == status


def test_a_retracted_answer_leaves_the_demand_open():
    newsroom = given(demand("m1"), answer("w1", "refused"), retracted("w1"))

    assert demand_status(newsroom.development("m1")) == "open"


def test_an_answer_corrected_from_refused_to_accepted_changes_what_became_of_the_demand():
    newsroom = given(demand("m1"), answer("w1", "refused"))

    newsroom.record(correction("w1", answer="accepted"))

    assert newsroom.development("m1").weights == {"accepted": 1}
    assert demand_status(newsroom.development("m1")) == "answered"


def test_a_demand_is_met_by_a_development_once():
    newsroom = given(demand("m1"), note("n1"))

    first = newsroom.record("demand.met", demand="m1", by="n1", extent="partial")
    second = newsroom.record("demand.met", demand="m1", by="n1")

    assert (first, second) == ([pressure.DemandMet(demand="m1", by="n1", extent="partial")], [])
    met = newsroom.development("m1")
    assert (demand_status(met), met.met_by) == ("met", "n1")


def test_a_demand_is_overtaken_once():
    newsroom = given(demand("m1"), note("n1"))

    first = newsroom.record("demand.overtaken", demand="m1", by="n1", reason="cabinet fell")
    second = newsroom.record("demand.overtaken", demand="m1")

    assert (first, second) == ([pressure.DemandOvertaken(demand="m1", by="n1", reason="cabinet fell")], [])
    assert demand_status(newsroom.development("m1")) == "overtaken"


def test_what_decides_a_demand_is_read_in_order_of_its_weight():
    newsroom = given(demand("m1"), note("n1"))

    statuses = []
    for record in (answer("w0", "refused"), OVERTAKEN, WITHDRAWN, MET):
        newsroom.record(record)
        statuses.append(demand_status(newsroom.development("m1")))

    assert statuses == ["refused", "overtaken", "withdrawn", "met"]


ON_A_DEMAND = [JOINED, WITHDRAWN, answer("w1", "refused"), MET, OVERTAKEN]


@pytest.mark.parametrize("record", ON_A_DEMAND)
def test_nothing_becomes_of_a_demand_nobody_logged(record):
    newsroom = given(note("n1"))

    with refused(Unknown, "demand"):
        newsroom.record(record)


@pytest.mark.parametrize("record", ON_A_DEMAND)
def test_only_a_demand_is_joined_answered_or_met(record):
    newsroom = given(note("n1"), note("m1"))

    with refused(WrongKind, "demand"):
        newsroom.record(record)


@pytest.mark.parametrize("record", ON_A_DEMAND)
def test_nothing_becomes_of_a_retracted_demand(record):
    newsroom = given(note("n1"), demand("m1"), retracted("m1"))

    with refused(AlreadyRetracted, "demand"):
        newsroom.record(record)


@pytest.mark.parametrize("record", ON_A_DEMAND)
def test_nothing_becomes_of_a_demand_before_it_is_known(record):
    newsroom = given(note("n1", learned_at="2017-01-01T00:00:00Z"), demand("m1", learned_at="2017-03-01T00:00:00Z"))

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(record | {"learned_at": "2017-02-01T00:00:00Z"})

    assert refusal.value.earliest == "2017-03-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (a_development("demand.made", action="resign"), "demanders"),
        (a_development("demand.joined", demand="m1"), "demanders"),
        (a_development("demand.withdrawn", demand="m1"), "by"),
        (a_development("demand.answered", demand="m1", answer="refused"), "by"),
        (position("p1", actor=None, issue=INQUIRY), "actor"),
        (position("p1"), "issue_text"),
    ],
)
def test_what_somebody_must_have_said_can_not_be_left_out(record, field):
    newsroom = given(demand("m1"))

    with refused(Missing, field):
        newsroom.record(record)


def test_a_demand_is_met_by_something_that_was_logged():
    newsroom = given(demand("m1"))

    with refused(Unknown, "by"):
        newsroom.record("demand.met", demand="m1", by="nothing")


def test_a_position_names_its_issue_once():
    newsroom = given()

    first = newsroom.record(
        position("p1", actor="greens", quantifier="most", except_=["moss"], issue=INQUIRY, stance="not_calling_for",
                 basis="a poll of members", evidence="12 of 20")
        | {"except": ["moss"]}
    )  # fmt: skip
    newsroom.record(position("p2"))

    assert first == [
        pressure.PositionTaken(
            key="p1", headline="Most of the Greens are not calling for: A public inquiry", actor="greens",
            quantifier="most", except_=("moss",), issue="inquiry", issue_text="A public inquiry",
            stance="not_calling_for", basis="a poll of members", evidence="12 of 20", sources=("wire",),
        )
    ]  # fmt: skip
    assert newsroom.entry("issue", "inquiry").text == "A public inquiry"


def test_the_first_text_of_an_issue_stays():
    newsroom = given(position("p1", issue=INQUIRY))

    newsroom.record(position("p2", issue=INQUIRY | {"text": "Something else"}))

    assert newsroom.entry("issue", "inquiry").text == "A public inquiry"


def test_nobody_takes_a_position_on_an_issue_before_it_is_known():
    newsroom = given(position("p1", issue=INQUIRY, learned_at="2017-03-01T00:00:00Z"))

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(position("p2", learned_at="2017-02-01T00:00:00Z"))

    assert refusal.value.earliest == "2017-03-01T00:00:00.000000Z"


def test_an_issue_that_a_corrected_position_names_is_known_from_then_on():
    newsroom = given(position("p1", issue=INQUIRY))

    newsroom.record(correction("p1", issue="audit", issue_text="An audit"))

    assert newsroom.entry("issue", "audit").text == "An audit"
    assert len(newsroom.record(position("p2", issue="audit"))) == 1


def test_an_issue_that_a_reclassified_note_names_is_known_from_then_on():
    newsroom = given(note("n1"))

    newsroom.record(
        "development.reclassified", target="n1", as_="position.taken",
        fields={"actor": "ward", "issue": "audit", "issue_text": "An audit", "stance": "for"},
    )  # fmt: skip

    assert newsroom.entry("issue", "audit").text == "An audit"


def test_a_question_is_raised_and_answered():
    newsroom = given(note("n1"))

    raised = newsroom.record(QUESTION)
    answered = newsroom.record("question.answered", question="q1", answer="Nobody", by="n1")

    assert raised == [
        pressure.QuestionRaised(key="q1", text="Who else was there?", about="the hotel", visibility="desk")
    ]
    assert answered == [pressure.QuestionAnswered(question="q1", answer="Nobody", by="n1")]
    question = newsroom.entry("question", "q1")
    assert (question.status, question.answer, question.by) == ("answered", "Nobody", "n1")


def test_a_question_is_dropped():
    newsroom = given(QUESTION)

    events = newsroom.record("question.dropped", question="q1", reason="moot")

    assert events == [pressure.QuestionDropped(question="q1", reason="moot")]
    assert newsroom.entry("question", "q1").status == "dropped"


def test_the_key_of_a_question_is_derived_from_the_command():
    newsroom = given()

    (event,) = newsroom.record("question.raised", text="Why?", id="018f0000-0000-7000-8000-0123456789ab")

    assert isinstance(event, pressure.QuestionRaised)
    assert event.key == "question-23456789ab"


@pytest.mark.parametrize(
    ("before", "record"),
    [
        ([QUESTION], QUESTION),
        ([QUESTION, ANSWERED], ANSWERED),
        ([QUESTION, a("question.dropped", question="q1")], a("question.dropped", question="q1")),
    ],
)
def test_a_question_is_raised_answered_and_dropped_once(before, record):
    newsroom = given(*before)

    assert newsroom.record(record) == []


def test_a_key_names_one_question():
    newsroom = given(QUESTION)

    with refused(KeyTaken, "key"):
        newsroom.record(QUESTION | {"text": "Something else?"})


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (a("question.answered", question="nothing", answer="A"), "question"),
        (a("question.dropped", question="nothing"), "question"),
        (a("question.answered", question="q1", answer="A", by="nothing"), "by"),
    ],
)
def test_a_question_and_its_answer_have_been_logged(record, field):
    newsroom = given(QUESTION)

    with refused(Unknown, field):
        newsroom.record(record)


def test_a_question_is_not_answered_before_it_is_asked():
    newsroom = given(QUESTION | {"learned_at": "2017-03-01T00:00:00Z"})

    with refused(LearnedTooEarly, "learned_at"):
        newsroom.record("question.answered", question="q1", answer="A", learned_at="2017-02-01T00:00:00Z")
