"""Claims, who denies or confirms them, and what they cannot be squared with; standing is always derived."""

import pytest

from tests.stories.given import a, a_development, claim, contradiction, correction, denial, given, note, refused
from tracker.stories import claims
from tracker.stories.dates import ImpreciseDate
from tracker.stories.entries import claim_standing, contradiction_status
from tracker.stories.errors import AlreadyRetracted, Invalid, LearnedTooEarly, Missing, Unknown, WrongKind
from tracker.stories.fields import Quote


def retracted(target):
    return a("development.retracted", target=target, reason="wrong")


def reversed_(target):
    return a("development.retraction_reversed", target=target, reason="right after all")


def explanation(key="e1", of="x1", **fields):
    explained = {"key": key, "contradiction": of, "by": "hale", "explanation": "Another hat"}
    return a_development("contradiction.explained", **explained | fields)


def test_a_claim_is_a_neutral_proposition_and_somebody_s():
    newsroom = given()

    events = newsroom.record(
        a_development(
            "claim.asserted", key="c1", text="No meeting took place", claimant="hale", relayed_by="moss", about="2016",
            quotes="We never met.",
        )
    )  # fmt: skip

    assert events == [
        claims.ClaimAsserted(
            key="c1", headline="Minister Hale: No meeting took place", text="No meeting took place", claimant="hale",
            relayed_by="moss", about=ImpreciseDate(edtf="2016"), quotes=(Quote(exact="We never met."),),
            sources=("wire",),
        )
    ]  # fmt: skip
    assert claim_standing(newsroom.development("c1")) == ["asserted"]


def test_a_claim_can_be_nobody_s():
    newsroom = given(claim("c1", claimant="unattributed"))

    assert newsroom.event("c1").headline == "Claim c1"


@pytest.mark.parametrize(
    ("type", "event", "word", "headline"),
    [
        ("claim.denied", claims.ClaimDenied, "denied", "Minister Hale denies: Claim c1"),
        ("claim.confirmed", claims.ClaimConfirmed, "confirmed", "Minister Hale confirms: Claim c1"),
        ("claim.qualified", claims.ClaimQualified, "qualified", "Minister Hale qualifies: Claim c1"),
        ("claim.withdrawn", claims.ClaimWithdrawn, "withdrawn", "Minister Hale withdraws: Claim c1"),
    ],
)
def test_what_is_said_of_a_claim_gives_it_its_standing(type, event, word, headline):
    newsroom = given(claim("c1"))

    events = newsroom.record(a_development(type, key="k", claim="c1", by="hale"))

    assert events == [event(key="k", headline=headline, claim="c1", by="hale", sources=("wire",))]
    assert claim_standing(newsroom.development("c1")) == ["asserted", word]


def test_several_standings_can_hold_at_once():
    newsroom = given(
        claim("c1"), note("n1"), denial("d1", "c1"), denial("d2", "c1", by="ward"), contradiction("x1", "c1", "n1"),
        a_development("claim.confirmed", claim="c1", by="moss"),
    )  # fmt: skip

    assert claim_standing(newsroom.development("c1")) == ["asserted", "denied", "contradicted", "confirmed"]
    assert newsroom.development("c1").weights == {"denied": 2, "contradicted": 1, "confirmed": 1}


def test_a_development_that_is_no_claim_can_be_denied_too():
    newsroom = given(note("n1"), denial("d1", "n1"))

    assert newsroom.development("n1").weights == {"denied": 1}


def test_what_nobody_logged_can_be_denied_in_words():
    newsroom = given()

    (event,) = newsroom.record(denial("d1", "that there was a second meeting", kind="non_denial", as_put_by="moss"))

    assert event == claims.ClaimDenied(
        key="d1", headline="Minister Hale does not address: that there was a second meeting",
        text="that there was a second meeting", by="hale", kind="non_denial", as_put_by="moss", sources=("wire",),
    )  # fmt: skip


def test_a_denial_denies_something():
    newsroom = given()

    with refused(Missing, "claim"):
        newsroom.record(a_development("claim.denied", by="hale"))


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (a_development("claim.asserted", text="It rained"), "claimant"),
        (a_development("claim.denied", claim="c1"), "by"),
        (a_development("claim.confirmed", claim="c1"), "by"),
        (a_development("claim.qualified", claim="c1"), "by"),
        (a_development("claim.withdrawn", claim="c1"), "by"),
        (explanation(by=None), "by"),
    ],
)
def test_words_are_somebody_s(record, field):
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"))

    with refused(Missing, field):
        newsroom.record(record)


@pytest.mark.parametrize("type", ["claim.denied", "claim.confirmed", "claim.qualified", "claim.withdrawn"])
def test_nothing_is_said_of_a_claim_nobody_logged(type):
    newsroom = given()

    with refused(Unknown, "claim"):
        newsroom.record(a_development(type, claim="nothing", by="hale"))


@pytest.mark.parametrize("type", ["claim.confirmed", "claim.qualified", "claim.withdrawn"])
def test_only_a_claim_is_confirmed_qualified_or_withdrawn(type):
    newsroom = given(note("n1"))

    with refused(WrongKind, "claim"):
        newsroom.record(a_development(type, claim="n1", by="hale"))


@pytest.mark.parametrize("type", ["claim.denied", "claim.confirmed", "claim.qualified", "claim.withdrawn"])
def test_nothing_new_is_said_of_a_retracted_claim(type):
    newsroom = given(claim("c1"), retracted("c1"))

    with refused(AlreadyRetracted, "claim"):
        newsroom.record(a_development(type, claim="c1", by="hale"))


def test_a_claim_is_withdrawn_once():
    withdrawn = a_development("claim.withdrawn", claim="c1", by="hale")
    newsroom = given(claim("c1"), withdrawn)

    assert newsroom.record(withdrawn) == []


def test_retracting_a_denial_takes_its_weight_off_and_reversing_that_puts_it_back():
    newsroom = given(claim("c1"), denial("d1", "c1"))

    standing = []
    for record in (retracted("d1"), reversed_("d1")):
        newsroom.record(record)
        standing.append(claim_standing(newsroom.development("c1")))

    assert standing == [["asserted"], ["asserted", "denied"]]


def test_retracting_one_of_two_denials_leaves_the_claim_denied():
    newsroom = given(claim("c1"), denial("d1", "c1"), denial("d2", "c1", by="ward"), retracted("d1"))

    assert newsroom.development("c1").weights == {"denied": 1}


def test_correcting_what_a_denial_points_at_moves_its_weight():
    newsroom = given(claim("c1"), claim("c2"), denial("d1", "c1"))

    newsroom.record(correction("d1", claim="c2"))

    assert (newsroom.development("c1").weights, newsroom.development("c2").weights) == ({}, {"denied": 1})


def test_correcting_a_denial_to_one_in_words_takes_its_weight_off():
    newsroom = given(claim("c1"), denial("d1", "c1"))

    newsroom.record(correction("d1", claim=None, text="that anybody met"))

    assert newsroom.development("c1").weights == {}


def test_a_retracted_denial_that_is_corrected_after_its_reversal_weighs_where_it_now_points():
    newsroom = given(claim("c1"), claim("c2"), denial("d1", "c1"), retracted("d1"), reversed_("d1"))

    newsroom.record(correction("d1", claim="c2"))

    assert (newsroom.development("c1").weights, newsroom.development("c2").weights) == ({}, {"denied": 1})


def test_a_contradiction_is_somebody_s_finding():
    newsroom = given(claim("c1"), claim("c2"), note("n1"))

    events = newsroom.record(contradiction("x1", "c1", ["c2", "n1"], kind="apparent", reasoning="Both can't be"))

    assert events == [
        claims.ContradictionIdentified(
            key="x1", headline="Contradiction: Claim c1 — against Claim c2 and Note n1", claim="c1",
            against=("c2", "n1"), kind="apparent", identified_by="desk", reasoning="Both can't be", sources=("wire",),
        )
    ]  # fmt: skip
    assert contradiction_status(newsroom.development("x1")) == "open"


def test_a_contradiction_is_explained_and_the_claim_stays_contradicted():
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"))

    events = newsroom.record(explanation(on_behalf_of="greens"))

    assert events == [
        claims.ContradictionExplained(
            key="e1", headline="Minister Hale explains: Another hat", contradiction="x1", by="hale",
            on_behalf_of="greens", explanation="Another hat", sources=("wire",),
        )
    ]  # fmt: skip
    assert contradiction_status(newsroom.development("x1")) == "explained"
    assert claim_standing(newsroom.development("c1")) == ["asserted", "contradicted"]


def test_a_retracted_explanation_leaves_the_contradiction_open():
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"), explanation(), retracted("e1"))

    assert contradiction_status(newsroom.development("x1")) == "open"


@pytest.mark.parametrize(
    ("type", "event", "status"),
    [
        ("contradiction.resolved", claims.ContradictionResolved, "resolved"),
        ("contradiction.dropped", claims.ContradictionDropped, "dropped"),
    ],
)
def test_a_contradiction_that_is_settled_weighs_no_more(type, event, status):
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"))

    events = newsroom.record(type, contradiction="x1", outcome="Two calendars", basis="the diary", by="desk")

    assert events == [event(contradiction="x1", outcome="Two calendars", basis="the diary", by="desk")]
    assert contradiction_status(newsroom.development("x1")) == status
    assert claim_standing(newsroom.development("c1")) == ["asserted"]
    assert newsroom.record(type, contradiction="x1") == []


@pytest.mark.parametrize(
    ("first", "then"),
    [("contradiction.resolved", "contradiction.dropped"), ("contradiction.dropped", "contradiction.resolved")],
)
def test_a_contradiction_is_settled_one_way(first, then):
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"), a(first, contradiction="x1"))

    with refused(Invalid, "contradiction"):
        newsroom.record(then, contradiction="x1")


def test_retracting_a_contradiction_that_was_dropped_takes_nothing_off_twice():
    newsroom = given(
        claim("c1"), note("n1"), contradiction("x1", "c1", "n1"), contradiction("x2", "c1", "n1"),
        a("contradiction.dropped", contradiction="x1"), retracted("x1"),
    )  # fmt: skip

    assert newsroom.development("c1").weights == {"contradicted": 1}


def test_reversing_the_retraction_of_a_dropped_contradiction_does_not_make_it_weigh_again():
    newsroom = given(
        claim("c1"), note("n1"), contradiction("x1", "c1", "n1"), a("contradiction.dropped", contradiction="x1"),
        retracted("x1"), reversed_("x1"),
    )  # fmt: skip

    assert claim_standing(newsroom.development("c1")) == ["asserted"]


@pytest.mark.parametrize(
    ("record", "why", "field"),
    [
        (contradiction("x1", "nothing", "n1"), Unknown, "claim"),
        (contradiction("x1", "c1", ["n1", "nothing"]), Unknown, "against.1"),
        (contradiction("x1", "c1", []), Missing, "against"),
        (contradiction("x1", "c1", ["n1", "c1"]), Invalid, "against"),
        (contradiction("x1", "c1", "n1", identified_by="nobody"), Unknown, "identified_by"),
        (explanation(of="nothing"), Unknown, "contradiction"),
        (explanation(of="c1"), WrongKind, "contradiction"),
        (a("contradiction.resolved", contradiction="nothing"), Unknown, "contradiction"),
        (a("contradiction.dropped", contradiction="c1"), WrongKind, "contradiction"),
    ],
)
def test_a_contradiction_holds_something_that_was_logged_against_something_else(record, why, field):
    newsroom = given(claim("c1"), note("n1"))

    with refused(why, field):
        newsroom.record(record)


@pytest.mark.parametrize(
    "record",
    [
        explanation(),
        a("contradiction.resolved", contradiction="x1"),
        a("contradiction.dropped", contradiction="x1"),
    ],
)
def test_a_retracted_contradiction_is_neither_explained_nor_settled(record):
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"), retracted("x1"))

    with refused(AlreadyRetracted, "contradiction"):
        newsroom.record(record)


LATE = "2017-03-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    "record",
    [
        denial("d1", "c1"),
        a_development("claim.confirmed", claim="c1", by="moss"),
        contradiction("x2", "n1", "c1"),
        explanation(of="x1"),
        a("contradiction.resolved", contradiction="x1"),
        note("n2", via="c1"),
    ],
)
def test_nothing_is_learned_before_what_it_aims_at(record):
    newsroom = given(
        note("n1", learned_at="2017-01-01T00:00:00Z"),
        claim("c1", learned_at=LATE), contradiction("x1", "c1", "n1", learned_at=LATE),
    )  # fmt: skip

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(record | {"learned_at": "2017-02-28T23:59:59.999999Z"})

    assert refusal.value.earliest == LATE
    assert LATE in refusal.value.message
    assert newsroom.record(record | {"learned_at": LATE})


def test_who_is_only_mentioned_can_become_known_later():
    newsroom = given()

    events = newsroom.record(claim("c1", learned_at="2015-01-01T00:00:00Z"))

    assert len(events) == 1
