"""What was said: statements, testimony and refusals to comment, with the claims and demands made in them."""

import pytest

from tests.stories.given import a, a_development, claim, given, note, refused
from tracker.stories import claims, happenings, pressure, speech
from tracker.stories.dates import ImpreciseDate
from tracker.stories.errors import (
    AlreadyRetracted,
    Invalid,
    KeyTaken,
    LearnedTooEarly,
    Missing,
    OffRecordPublic,
    Unknown,
)
from tracker.stories.fields import Demander, Described, Exchange, Quote


def test_a_statement_is_made_on_behalf_of_another():
    newsroom = given()

    events = newsroom.record(
        a_development(
            "statement.made", key="s1", speaker="moss", on_behalf_of="hale", medium="spokesperson",
            quotes=["We followed the rules."], made_public="2017-03-01",
        )
    )  # fmt: skip

    assert events == [
        speech.StatementMade(
            key="s1", headline="Ida Moss: “We followed the rules.”", speaker="moss", on_behalf_of="hale",
            medium="spokesperson", quotes=(Quote(exact="We followed the rules."),),
            made_public=ImpreciseDate(edtf="2017-03-01"), sources=("wire",),
        )
    ]  # fmt: skip


def test_a_statement_of_somebody_unnamed_introduces_nobody():
    newsroom = given()

    (event,) = newsroom.record(
        a_development("statement.made", speaker={"description": "an official", "on_behalf_of": "hale"})
    )

    assert isinstance(event, speech.StatementMade)
    assert event.speaker == Described(description="an official", on_behalf_of="hale")
    assert event.headline == "an official makes a statement"
    assert {stream for stream in newsroom.streams if stream.startswith("actor/")} == {
        "actor/hale", "actor/ward", "actor/moss", "actor/greens",
    }  # fmt: skip


def test_testimony_is_given_before_a_forum_question_by_question():
    newsroom = given()

    events = newsroom.record(
        a_development(
            "testimony.given", key="t1", speaker="hale", forum="Transport Committee", under_oath="yes", mode="oral",
            exchanges=[{"asked_by": "ward", "question": "Did you meet them?", "answer": "I did not."}],
        )
    )  # fmt: skip

    assert events == [
        speech.TestimonyGiven(
            key="t1", headline="Minister Hale testifies: Transport Committee", speaker="hale",
            forum="Transport Committee", under_oath="yes", mode="oral", sources=("wire",),
            exchanges=(Exchange(answer="I did not.", question="Did you meet them?", asked_by="ward"),),
        )
    ]  # fmt: skip


def test_what_testimony_leaves_out_is_unknown():
    newsroom = given(a_development("testimony.given", key="t1", speaker="hale", forum="Committee"))

    testimony = newsroom.event("t1")

    assert (testimony.under_oath, testimony.mode, testimony.occurred) == ("unknown", "unknown", None)


def test_somebody_declines_to_comment():
    newsroom = given()

    events = newsroom.record(a_development("comment.declined", key="d1", actor="hale", asked_by="us", on="the hotel"))

    assert events == [
        speech.CommentDeclined(
            key="d1", headline="Minister Hale declines to comment", actor="hale", asked_by="us", on="the hotel",
            sources=("wire",),
        )
    ]  # fmt: skip


STATEMENT = a_development(
    "statement.made", key="s1", speaker="hale",
    claims=[{"key": "c2", "text": "It was a courtesy call"}, {"text": "Nothing was signed"}],
    denials=[{"claim": "c1"}],
    demands=[{"action": "apologise", "addressee": "ward"}],
    positions=[{"issue": "inquiry", "issue_text": "A public inquiry", "stance": "against"}],
)  # fmt: skip


def test_what_was_said_in_a_statement_becomes_developments_of_their_own_by_the_same_speaker():
    newsroom = given(claim("c1", claimant="ward"))

    said, first, second, denied, demanded, taken = newsroom.record(STATEMENT)

    assert isinstance(said, speech.StatementMade)
    assert first == claims.ClaimAsserted(
        key="c2", headline="Minister Hale: It was a courtesy call", text="It was a courtesy call", claimant="hale",
        via="s1",
    )  # fmt: skip
    assert isinstance(second, claims.ClaimAsserted)
    assert (second.text, second.claimant, second.via) == ("Nothing was signed", "hale", "s1")
    assert isinstance(denied, claims.ClaimDenied)
    assert (denied.claim, denied.by, denied.via) == ("c1", "hale", "s1")
    assert isinstance(demanded, pressure.DemandMade)
    assert (demanded.demanders, demanded.via) == ((Demander(actor="hale"),), "s1")
    assert isinstance(taken, pressure.PositionTaken)
    assert (taken.actor, taken.stance, taken.via) == ("hale", "against", "s1")


def test_keys_of_what_was_said_are_derived_from_the_command_each_its_own():
    newsroom = given(claim("c1", claimant="ward"))

    keys = [event.key for event in newsroom.record(STATEMENT | {"id": "018f0000-0000-7000-8000-0123456789ab"})]

    assert keys == [
        "s1", "c2", "claim-23456789ab-2", "claim-23456789ab-3", "demand-23456789ab-4", "position-23456789ab-5",
    ]  # fmt: skip


def test_a_repeat_of_the_same_command_derives_the_same_keys():
    first, second = given(claim("c1")), given(claim("c1"), note("n1"))
    command = STATEMENT | {"key": None, "id": "018f0000-0000-7000-8000-0123456789ab"}

    assert [event.key for event in first.record(command)] == [event.key for event in second.record(command)]


def test_what_was_said_is_as_visible_as_the_statement():
    newsroom = given(claim("c1"))

    events = newsroom.record(STATEMENT | {"visibility": "desk"})

    assert {event.visibility for event in events} == {"desk"}


def test_what_was_said_in_a_statement_weighs_at_once():
    newsroom = given(claim("c1", claimant="ward"), STATEMENT)

    assert newsroom.development("c1").weights == {"denied": 1}


def test_somebody_else_s_words_can_be_told_in_a_statement():
    newsroom = given()

    _, told = newsroom.record(
        a_development("statement.made", speaker="moss", claims=[{"text": "It rained", "claimant": "ward"}])
    )

    assert isinstance(told, claims.ClaimAsserted)
    assert told.claimant == "ward"


def test_a_claim_said_via_a_statement_logged_before_is_its_speaker_s():
    newsroom = given(a_development("statement.made", key="s1", speaker={"description": "an official"}))

    (event,) = newsroom.record("claim.asserted", text="It rained", via="s1")

    assert isinstance(event, claims.ClaimAsserted)
    assert event.claimant == Described(description="an official")


def test_a_claim_told_in_a_note_needs_somebody_whose_it_is():
    newsroom = given(note("n1"))

    with refused(Missing, "claimant"):
        newsroom.record("claim.asserted", text="It rained", via="n1")


@pytest.mark.parametrize(
    ("nested", "why", "field"),
    [
        ({"claims": [{"text": "a"}, {"text": "b", "key": "c1"}]}, KeyTaken, "claims.1.key"),
        ({"denials": [{"claim": "nothing"}]}, Unknown, "denials.0.claim"),
        ({"positions": [{"issue": "inquiry", "stance": "for"}]}, Missing, "positions.0.issue_text"),
        ({"demands": [{"action": "resign", "addressee": "nobody"}]}, Unknown, "demands.0.addressee"),
        ({"denials": [{"kind": "partial"}]}, Missing, "denials.0.claim"),
    ],
)
def test_a_refusal_of_something_said_names_where_it_was_said_and_nothing_is_recorded(nested, why, field):
    newsroom = given(claim("c1"))
    before = len(newsroom.log)

    with refused(why, field):
        newsroom.record(a_development("statement.made", key="s1", speaker="hale", **nested))

    assert (len(newsroom.log), newsroom.entry("development", "s1")) == (before, None)


def test_two_things_said_in_one_statement_do_not_share_a_key():
    newsroom = given()

    with refused(KeyTaken, "claims.1.key"):
        newsroom.record(
            a_development(
                "statement.made", speaker="hale", claims=[{"key": "c1", "text": "a"}, {"key": "c1", "text": "b"}]
            )
        )


def test_an_issue_named_first_in_a_statement_is_known_to_what_follows_in_it():
    newsroom = given()

    events = newsroom.record(
        a_development(
            "statement.made", speaker="ward",
            positions=[
                {"issue": {"key": "inquiry", "text": "A public inquiry"}, "stance": "for"},
                {"issue": "inquiry", "actor": "greens", "quantifier": "most", "except": ["moss"], "stance": "open"},
            ],
        )
    )  # fmt: skip

    assert len(events) == 3
    assert newsroom.entry("issue", "inquiry").text == "A public inquiry"


def test_what_an_off_record_source_told_of_a_statement_makes_nothing_in_it_public():
    newsroom = given()

    with refused(OffRecordPublic, "sources"):
        newsroom.record(
            a_development(
                "statement.made", speaker="hale", sources="insider", visibility="public", claims=[{"text": "It rained"}]
            )
        )


def test_a_denial_in_a_statement_is_not_learned_before_the_claim_it_denies():
    newsroom = given(claim("c1", learned_at="2017-03-01T00:00:00Z"))

    with refused(LearnedTooEarly, "denials.0.learned_at") as refusal:
        newsroom.record(
            a_development(
                "statement.made", speaker="hale", denials=[{"claim": "c1"}], learned_at="2017-02-01T00:00:00Z"
            )
        )

    assert refusal.value.earliest == "2017-03-01T00:00:00.000000Z"


def test_what_is_said_is_learned_with_the_statement():
    newsroom = given()

    newsroom.record(
        a_development(
            "statement.made", key="s1", speaker="hale", claims=[{"key": "c1", "text": "a"}], learned_at="2017-02"
        )
    )

    assert newsroom.development("c1").learned_at == "2017-02-28T23:59:59.999999Z"
    assert newsroom.event("c1").learned == newsroom.event("s1").learned == ImpreciseDate(edtf="2017-02")


def test_nothing_is_claimed_in_a_statement_that_was_retracted():
    newsroom = given(
        a_development("statement.made", key="s1", speaker="hale"),
        a("development.retracted", target="s1", reason="never made"),
    )

    with refused(AlreadyRetracted, "via"):
        newsroom.record("claim.asserted", text="It rained", via="s1")


def test_a_note_via_a_statement_needs_no_source_of_its_own():
    newsroom = given(a_development("statement.made", key="s1", speaker="hale"))

    (event,) = newsroom.record("note.logged", key="n1", text="Visibly nervous", via="s1")

    assert event == happenings.NoteLogged(key="n1", headline="Visibly nervous", text="Visibly nervous", via="s1")


def test_a_denial_may_point_at_a_claim_of_the_same_statement() -> None:
    newsroom = given()

    newsroom.record(
        "statement.made", key="s1", speaker="hale", sources=["wire"],
        claims=[{"key": "c9", "text": "The tender was open"}], denials=[{"claim": "c9", "by": "ward"}],
    )  # fmt: skip

    assert newsroom.development("c9").weights == {"denied": 1}


def test_what_was_said_via_something_said_via_another_points_at_the_first() -> None:
    newsroom = given()
    newsroom.record("statement.made", key="s1", speaker="hale", sources=["wire"])
    newsroom.record("claim.asserted", key="c9", text="x", via="s1")

    with refused(Invalid, "via"):
        newsroom.record("claim.asserted", key="c10", text="y", via="c9")
