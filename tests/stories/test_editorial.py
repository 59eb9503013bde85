"""The desk's own hand: corrections, retractions, dates refined, embargoes, verification, links, redaction."""

import msgspec
import pytest

from tests.stories.given import (
    NOW,
    a,
    a_development,
    claim,
    contradiction,
    correction,
    demand,
    denial,
    given,
    note,
    refused,
    unreadable,
)
from tracker.stories import editorial, happenings
from tracker.stories.dates import LATEST, ImpreciseDate
from tracker.stories.editorial import Changed
from tracker.stories.errors import (
    AlreadyRetracted,
    Invalid,
    KeyTaken,
    LearnedInFuture,
    LearnedTooEarly,
    Missing,
    NotCorrectable,
    NotRetracted,
    OutsideBounds,
    Unknown,
    WrongKind,
)

RETRACTED = a("development.retracted", target="n1", reason="wrong harbour", public_note="We regret it")
REVERSED = a("development.retraction_reversed", target="n1", reason="right harbour after all")


def status(newsroom, key, now=NOW):
    return newsroom.development(key).status(now)


def test_a_correction_says_what_was_wrong_and_what_is_right():
    newsroom = given(note("n1", tags=["port"]))

    events = newsroom.record(
        correction("n1", "clarification", text="Another text", occurred="2017-03", tags=["harbour", "port"])
        | {"public_note": "An earlier version was unclear", "caused_by": "our misreading"}
    )

    was_and_now = (
        Changed(field="text", was="Note n1", now="Another text"),
        Changed(field="occurred", was=None, now={"edtf": "2017-03"}),
        Changed(field="tags", was=["port"], now=["harbour", "port"]),
    )
    assert events == [
        editorial.DevelopmentCorrected(
            target="n1", class_="clarification", public_note="An earlier version was unclear",
            caused_by="our misreading", changes=was_and_now,
        )
    ]  # fmt: skip
    now = newsroom.event("n1")
    assert (now.text, now.occurred, now.tags) == ("Another text", ImpreciseDate(edtf="2017-03"), ("harbour", "port"))
    assert (newsroom.development("n1").corrections, status(newsroom, "n1")) == (1, "corrected")
    version = newsroom.log[-1].version
    told = [newsroom.entry("correction", f"n1#{version}.{n}") for n in range(3)]
    assert [(each.field, each.was, each.now, each.kind) for each in told] == [
        (change.field, change.was, change.now, "clarification") for change in was_and_now
    ]


def test_a_correction_records_only_what_changes():
    newsroom = given(note("n1"))

    (event,) = newsroom.record(correction("n1", text="Note n1", summary="More"))

    assert isinstance(event, editorial.DevelopmentCorrected)
    assert event.changes == (Changed(field="summary", was=None, now="More"),)


def test_a_correction_to_what_it_says_already_is_not_recorded():
    newsroom = given(note("n1", occurred="2017-03"))

    assert newsroom.record(correction("n1", text="Note n1", occurred={"edtf": "2017-03", "basis": "stated"})) == []


def test_a_field_can_be_corrected_to_nothing():
    newsroom = given(note("n1", place="Port", made_public="2017-03-01"))

    newsroom.record(correction("n1", place=None, made_public=None))

    assert newsroom.event("n1").place is None
    assert newsroom.event("n1").made_public is None


def test_when_it_was_made_public_is_unknown_until_somebody_says_that_it_was_not():
    newsroom = given(note("n1"), note("n2", made_public=None))

    assert newsroom.event("n1").made_public is msgspec.UNSET
    assert newsroom.event("n2").made_public is None


@pytest.mark.parametrize(
    ("record", "why", "field"),
    [
        (correction("nothing", text="x"), Unknown, "target"),
        (correction("n1"), Invalid, "changes"),
        (correction("n1", key="n2"), NotCorrectable, "changes.0.field"),
        (correction("n1", learned="2016"), NotCorrectable, "changes.0.field"),
        (correction("n1", speaker="hale"), NotCorrectable, "changes.0.field"),
        (correction("n1", embargo="2017-06-30T00:00:00Z"), NotCorrectable, "changes.0.field"),
        (correction("n1", summary="x", urgency=10), Invalid, "changes.1.now"),
        (correction("n1", occurred="2017-02-30"), Invalid, "changes.0.now"),
        (correction("n1", text=None), Invalid, "changes.0.now"),
        (correction("n1", sources=["nobody"]), Unknown, "sources.0"),
        (correction("n1", via="nothing"), Unknown, "via"),
        (correction("n1", sources=[]), Missing, "sources"),
        (correction("d1", claim="nothing"), Unknown, "claim"),
        (correction("d1", claim="gone"), AlreadyRetracted, "claim"),
        (correction("d1", claim=None), Missing, "claim"),
        (correction("d1", by="nobody"), Unknown, "by"),
        (correction("m1", participants=[]), Invalid, "participants"),
    ],
)
def test_what_a_development_would_say_keeps_the_rules_of_its_type(record, why, field):
    newsroom = given(
        note("n1"), claim("c1"), denial("d1", "c1"), a_development("meeting.revealed", key="m1", participants="hale"),
        note("gone"), a("development.retracted", target="gone", reason="wrong"),
    )  # fmt: skip

    with refused(why, field):
        newsroom.record(record)


def test_one_correction_says_once_what_is_right():
    newsroom = given(note("n1"))
    twice = [{"field": "summary", "now": "one"}, {"field": "summary", "now": "another"}]

    with refused(Invalid, "changes.1.field"):
        newsroom.record("development.corrected", target="n1", changes=twice)


def test_a_contradiction_is_not_corrected_to_hold_a_claim_against_itself():
    newsroom = given(claim("c1"), note("n1"), contradiction("x1", "c1", "n1"))

    with refused(Invalid, "against"):
        newsroom.record(correction("x1", against=["c1"]))


def test_what_points_at_something_retracted_since_can_still_be_corrected():
    newsroom = given(claim("c1"), denial("d1", "c1"), a("development.retracted", target="c1", reason="never said"))

    assert len(newsroom.record(correction("d1", summary="More"))) == 1


def test_nothing_is_said_via_itself_by_way_of_others():
    newsroom = given(note("n1"), note("n2", via="n1"))

    for said_in in ("n1", "n2"):
        with refused(Invalid, "via"):
            newsroom.record(correction("n1", via=said_in))


def test_a_correction_is_not_learned_before_what_it_newly_points_at():
    newsroom = given(
        claim("c1", learned_at="2017-01-01T00:00:00Z"), denial("d1", "c1", learned_at="2017-01-02T00:00:00Z"),
        claim("c2", learned_at="2017-03-01T00:00:00Z"),
    )  # fmt: skip

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(correction("d1", claim="c2") | {"learned_at": "2017-02-01T00:00:00Z"})

    assert refusal.value.earliest == "2017-03-01T00:00:00.000000Z"


def test_a_text_that_looks_like_a_key_is_no_aim():
    newsroom = given(
        note("n1", learned_at="2017-01-01T00:00:00Z"), note("later", learned_at="2017-03-01T00:00:00Z")
    )  # fmt: skip

    assert newsroom.record(correction("n1", headline="later") | {"learned_at": "2017-02-01T00:00:00Z"})


def test_a_development_is_retracted_and_the_retraction_reversed():
    newsroom = given(note("n1"))

    standing = []
    for record in (RETRACTED, REVERSED):
        standing.append((newsroom.record(record), status(newsroom, "n1")))

    assert standing == [
        (
            [editorial.DevelopmentRetracted(target="n1", reason="wrong harbour", public_note="We regret it")],
            "retracted",
        ),
        ([editorial.RetractionReversed(target="n1", reason="right harbour after all")], "standing"),
    ]


def test_a_retraction_gives_its_reason():
    newsroom = given(note("n1"))

    with unreadable(reason="needed"):
        newsroom.record("development.retracted", target="n1", reason="")


def test_what_is_retracted_is_not_retracted_again():
    newsroom = given(note("n1"), RETRACTED)

    with refused(AlreadyRetracted, "target"):
        newsroom.record(RETRACTED)


def test_there_is_no_reversal_without_a_retraction():
    newsroom = given(note("n1"))

    with refused(NotRetracted, "target"):
        newsroom.record(REVERSED)


ON_N1 = [
    correction("n1", summary="x"),
    a("development.reclassified", target="n1", as_="claim.asserted", fields={"claimant": "hale"}),
    a("occurrence.date_refined", target="n1", occurred="2017-03-01"),
    a("verification.changed", target="n1", level="confirmed"),
    a("embargo.set", target="n1", until="2017-07-01T00:00:00Z"),
    a("embargo.lifted", target="n1"),
    a("development.withheld", target="n1", reason="safety"),
    a("development.released", target="n1"),
    a("detail.redacted", target="n1", fields=["text"], authority="court order"),
]


@pytest.mark.parametrize("record", ON_N1)
def test_nothing_is_done_to_what_is_retracted_but_reversing_that(record):
    newsroom = given(note("n1"), RETRACTED)

    with refused(AlreadyRetracted, "target"):
        newsroom.record(record)


@pytest.mark.parametrize("record", [*ON_N1, RETRACTED, REVERSED])
def test_nothing_is_done_to_what_nobody_logged(record):
    newsroom = given()

    with refused(Unknown, "target"):
        newsroom.record(record)


# There is nothing to lift or to release.
CHANGING_N1 = [each for each in ON_N1 if each["type"] not in {"embargo.lifted", "development.released"}]


@pytest.mark.parametrize("record", [*CHANGING_N1, RETRACTED])
def test_nothing_is_done_to_a_development_before_it_is_known(record):
    newsroom = given(note("n1", learned_at="2017-03-01T00:00:00Z"))

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(record | {"learned_at": "2017-02-01T00:00:00Z"})

    assert refusal.value.earliest == "2017-03-01T00:00:00.000000Z"


def test_a_note_turns_out_to_be_a_claim_and_what_both_share_is_kept():
    newsroom = given(note("n1", occurred="2017-03", summary="More", sources=["wire", "aide"]))

    events = newsroom.record(
        "development.reclassified", target="n1", as_="claim.asserted", fields={"claimant": "hale", "key": "n9"}
    )

    assert events == [
        editorial.DevelopmentReclassified(
            target="n1", as_="claim.asserted", fields={"claimant": "hale", "key": "n9"}
        )
    ]  # fmt: skip
    became = newsroom.event("n1")
    assert (became.key, became.text, became.claimant) == ("n1", "Note n1", "hale")
    assert (became.occurred, became.summary) == (ImpreciseDate(edtf="2017-03"), "More")
    assert became.sources == ("wire", "aide")
    assert len(newsroom.record(denial("d1", "n1"))) == 1


def test_a_note_that_turns_out_to_be_a_denial_weighs_and_weighs_no_more_as_a_note():
    newsroom = given(claim("c1"), note("n1"))

    weights = []
    for as_, fields in (("claim.denied", {"claim": "c1", "by": "hale"}), ("note.logged", {"text": "A note"})):
        newsroom.record("development.reclassified", target="n1", as_=as_, fields=fields)
        weights.append(newsroom.development("c1").weights)

    assert weights == [{"denied": 1}, {}]


@pytest.mark.parametrize(
    ("as_", "fields", "why", "field"),
    [
        ("story.closed", {}, Invalid, "as"),
        ("rumour.logged", {}, Invalid, "as"),
        ("note.logged", {}, Invalid, "as"),
        ("action.taken", {"actor": "hale"}, Missing, "fields.action"),
        ("action.taken", {"actor": "hale", "action": "danced"}, Invalid, "fields.action"),
        ("action.taken", {"actor": "hale", "action": "sued", "colour": "red"}, Invalid, "fields.colour"),
        ("action.taken", {"actor": "nobody", "action": "sued"}, Unknown, "actor"),
        ("claim.asserted", {}, Missing, "claimant"),
        ("claim.denied", {"claim": "nothing", "by": "hale"}, Unknown, "claim"),
        ("claim.confirmed", {"claim": "n2", "by": "hale"}, WrongKind, "claim"),
    ],
)
def test_a_development_becomes_another_type_with_what_that_type_needs(as_, fields, why, field):
    newsroom = given(note("n1"), note("n2"))

    with refused(why, field):
        newsroom.record("development.reclassified", target="n1", as_=as_, fields=fields)


def test_a_reclassification_is_not_learned_before_what_it_newly_points_at():
    newsroom = given(note("n1", learned_at="2017-01-01T00:00:00Z"), claim("c1", learned_at="2017-03-01T00:00:00Z"))
    denied = a(
        "development.reclassified", target="n1", as_="claim.denied", fields={"claim": "c1", "by": "hale"},
        learned_at="2017-02-01T00:00:00Z",
    )  # fmt: skip

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(denied)

    assert refusal.value.earliest == "2017-03-01T00:00:00.000000Z"


def test_a_date_is_refined_inside_its_bounds():
    newsroom = given(note("n1", occurred="2016-09"))

    events = newsroom.record("occurrence.date_refined", target="n1", occurred="2016-09-08", reason="hotel bill")

    assert events == [
        editorial.OccurrenceDateRefined(target="n1", occurred=ImpreciseDate(edtf="2016-09-08"), reason="hotel bill")
    ]
    assert newsroom.event("n1").occurred == ImpreciseDate(edtf="2016-09-08")
    assert (newsroom.development("n1").corrections, status(newsroom, "n1")) == (0, "standing")


@pytest.mark.parametrize("occurred", ["2016-10-01", "2016-08/2016-09", "2016", "2016-09-30T23:00:00-05:00"])
def test_a_date_outside_its_bounds_is_a_correction(occurred):
    newsroom = given(note("n1", occurred="2016-09"))

    with refused(OutsideBounds, "occurred") as refusal:
        newsroom.record("occurrence.date_refined", target="n1", occurred=occurred)

    assert "September 2016" in refusal.value.message
    assert newsroom.record(correction("n1", occurred=occurred))


def test_any_date_refines_none():
    newsroom = given(note("n1"))

    assert newsroom.record("occurrence.date_refined", target="n1", occurred="1999")


def test_the_date_it_has_already_refines_nothing():
    newsroom = given(note("n1", occurred="2016-09"))

    assert newsroom.record("occurrence.date_refined", target="n1", occurred="2016-09") == []


def test_verification_is_changed_when_it_changes():
    newsroom = given(note("n1"))

    events = [
        newsroom.record("verification.changed", target="n1", level=level, reason="two more sources")
        for level in ("unverified", "corroborated", "corroborated")
    ]

    changed = editorial.VerificationChanged(target="n1", level="corroborated", reason="two more sources")
    assert events == [[], [changed], []]
    assert newsroom.development("n1").verification == "corroborated"


def test_an_embargo_holds_until_its_instant():
    newsroom = given(note("n1"))

    events = newsroom.record("embargo.set", target="n1", until="2017-07-01T00:00:00-04:00", terms="agreed")

    assert events == [editorial.EmbargoSet(target="n1", until="2017-07-01T04:00:00.000000Z", terms="agreed")]
    assert status(newsroom, "n1") == "embargoed"
    assert status(newsroom, "n1", "2017-07-01T03:59:59.999999Z") == "embargoed"
    assert status(newsroom, "n1", "2017-07-01T04:00:00.000000Z") == "standing"
    assert newsroom.record("embargo.set", target="n1", until="2017-07-01T04:00:00Z") == []


def test_an_embargo_without_an_end_holds_until_it_is_lifted():
    newsroom = given(note("n1"), a("embargo.set", target="n1"))

    before = newsroom.development("n1").embargo
    again = newsroom.record("embargo.set", target="n1")
    lifted = newsroom.record("embargo.lifted", target="n1", reason="published elsewhere")

    assert (before, again) == (LATEST, [])
    assert lifted == [editorial.EmbargoLifted(target="n1", reason="published elsewhere")]
    assert status(newsroom, "n1") == "standing"


@pytest.mark.parametrize("record", [note("n1"), note("n1", embargo="2017-05-01T00:00:00Z")])
def test_there_is_no_embargo_to_lift(record):
    newsroom = given(record)

    assert newsroom.record("embargo.lifted", target="n1") == []


def test_a_development_is_logged_under_embargo():
    newsroom = given(note("n1", embargo="2017-07-01T00:00:00Z"))

    assert status(newsroom, "n1") == "embargoed"


def test_a_development_is_withheld_and_released():
    newsroom = given(note("n1"))

    steps = [
        (newsroom.record(record), status(newsroom, "n1"))
        for record in (
            a("development.released", target="n1"),
            a("development.withheld", target="n1", reason="safety"),
            a("development.withheld", target="n1", reason="safety"),
            a("development.released", target="n1", reason="safe now"),
        )
    ]

    assert steps == [
        ([], "standing"),
        ([editorial.DevelopmentWithheld(target="n1", reason="safety")], "withheld"),
        ([], "withheld"),
        ([editorial.DevelopmentReleased(target="n1", reason="safe now")], "standing"),
    ]


def test_the_gravest_word_is_the_status():
    newsroom = given(note("n1"))

    said = []
    for record in (
        correction("n1", summary="x"),
        a("embargo.set", target="n1"),
        a("development.withheld", target="n1", reason="safety"),
        RETRACTED,
    ):
        newsroom.record(record)
        said.append(status(newsroom, "n1"))

    assert said == ["corrected", "embargoed", "withheld", "retracted"]


def test_a_detail_is_redacted_on_somebody_s_authority():
    newsroom = given(note("n1", summary="names a child", place="her street"))

    events = newsroom.record("detail.redacted", target="n1", fields=["summary", "place"], authority="court order 12")

    assert events == [
        editorial.DetailRedacted(target="n1", fields=("summary", "place"), authority="court order 12")
    ]  # fmt: skip
    assert (newsroom.event("n1").summary, newsroom.event("n1").place) == ("", None)
    assert newsroom.development("n1").redacted == ("summary", "place")


def test_what_must_be_there_says_that_it_was_redacted():
    newsroom = given(claim("c1"), a_development("action.taken", key="a1", actor="hale", action="sued"))

    newsroom.record("detail.redacted", target="c1", fields=["text", "headline", "claimant"], authority="order")
    newsroom.record("detail.redacted", target="a1", fields=["actor"], authority="order")

    assert (newsroom.event("c1").text, newsroom.event("c1").headline) == ("[redacted]", "")
    assert newsroom.event("a1").actor == "unattributed"


def test_redacting_it_again_is_not_recorded():
    newsroom = given(note("n1", summary="x"), a("detail.redacted", target="n1", fields="summary", authority="order"))

    assert newsroom.record("detail.redacted", target="n1", fields="summary", authority="order") == []


@pytest.mark.parametrize(
    ("fields", "why", "field"),
    [
        ([], Invalid, "fields"),
        (["colour"], NotCorrectable, "fields"),
        (["key"], NotCorrectable, "fields"),
        (["action"], NotCorrectable, "fields"),
    ],
)
def test_a_redaction_hides_a_field_without_making_it_another_record(fields, why, field):
    newsroom = given(a_development("action.taken", key="a1", actor="hale", action="sued"))

    with refused(why, field):
        newsroom.record("detail.redacted", target="a1", fields=fields, authority="order")


def test_what_was_redacted_is_not_written_again_by_a_correction():
    newsroom = given(note("n1", summary="x"), a("detail.redacted", target="n1", fields="summary", authority="order"))

    with refused(NotCorrectable, "changes.0.field"):
        newsroom.record(correction("n1", summary="x"))


@pytest.mark.parametrize("field", ["sources", "by", "claim"])
def test_what_was_redacted_does_not_keep_the_rest_from_being_corrected(field):
    newsroom = given(
        claim("c1"), denial("d1", "c1"), a("detail.redacted", target="d1", fields=field, authority="order")
    )

    assert len(newsroom.record(correction("d1", headline="Hale denies it"))) == 1


def test_two_developments_are_linked_once_for_each_relation():
    newsroom = given(note("n1"), note("n2"))

    events = [
        newsroom.record("developments.linked", from_="n1", to="n2", relation=relation)
        for relation in ("follows", "follows", "background")
    ]

    assert events[0] == [editorial.DevelopmentsLinked(from_="n1", to="n2", relation="follows")]
    assert [len(each) for each in events] == [1, 0, 1]
    assert newsroom.entry("link", "n1:follows:n2").to == "n2"


@pytest.mark.parametrize(
    ("from_", "to", "why", "field"),
    [
        ("n1", "n1", Invalid, "to"),
        ("n1", "nothing", Unknown, "to"),
        ("nothing", "n1", Unknown, "from"),
        ("gone", "n1", AlreadyRetracted, "from"),
        ("n1", "gone", AlreadyRetracted, "to"),
    ],
)
def test_a_link_joins_two_standing_developments(from_, to, why, field):
    newsroom = given(note("n1"), note("gone"), a("development.retracted", target="gone", reason="wrong"))

    with refused(why, field):
        newsroom.record("developments.linked", from_=from_, to=to, relation="follows")


def test_a_link_is_not_learned_before_either_end():
    newsroom = given(note("n1", learned_at="2017-01-01T00:00:00Z"), note("n2", learned_at="2017-03-01T00:00:00Z"))

    with refused(LearnedTooEarly, "learned_at"):
        newsroom.record(
            "developments.linked", from_="n1", to="n2", relation="follows", learned_at="2017-02-01T00:00:00Z"
        )


def test_nobody_has_learned_what_is_yet_to_come():
    newsroom = given()

    with refused(LearnedInFuture, "learned_at"):
        newsroom.record(note("n1", learned_at="2017-06-01T12:00:00.000001Z"))


@pytest.mark.parametrize(
    ("learned_at", "counts"),
    [
        ("2017-06-01T12:00:00Z", NOW),
        ("2017-01", "2017-01-31T23:59:59.999999Z"),
        ({"edtf": "2017-01", "as_said": "in January"}, "2017-01-31T23:59:59.999999Z"),
        ("2017-06", NOW),
        (None, NOW),
    ],
)
def test_what_the_newsroom_knew_imprecisely_counts_from_its_latest_bound_or_now(learned_at, counts):
    newsroom = given(note("n1", learned_at=learned_at))

    assert newsroom.development("n1").learned_at == counts


def test_an_imprecise_date_of_learning_is_kept_as_it_was_said():
    newsroom = given(note("n1", learned_at={"edtf": "2017-01", "as_said": "in January"}))

    assert newsroom.event("n1").learned == ImpreciseDate(edtf="2017-01", as_said="in January")


def test_a_month_to_come_is_in_the_future():
    newsroom = given()

    with refused(LearnedInFuture, "learned_at"):
        newsroom.record(note("n1", learned_at="2017-07"))


def test_one_record_may_retract_several_developments():
    newsroom = given(note("n1"), note("n2"))

    events = newsroom.record("development.retracted", target=["n1", "n2"], reason="same mistake")

    assert [event.target for event in events] == ["n1", "n2"]
    assert (status(newsroom, "n1"), status(newsroom, "n2")) == ("retracted", "retracted")


def test_of_several_retractions_all_are_made_or_none():
    newsroom = given(note("n1"))

    with refused(Unknown, "target"):
        newsroom.record("development.retracted", target=["n1", "nothing"], reason="same mistake")

    assert status(newsroom, "n1") == "standing"


def test_a_development_of_every_kind_can_be_retracted():
    newsroom = given(demand("m1"))

    newsroom.record("development.retracted", target="m1", reason="never made")

    assert status(newsroom, "m1") == "retracted"
    with refused(KeyTaken, "key"):
        newsroom.record(demand("m1"))


def test_what_an_editor_has_seen_counts_content_not_weight():
    newsroom = given(claim("c1"))
    seen = newsroom.development("c1").changed

    newsroom.record(denial("d1", "c1"))
    newsroom.record("verification.changed", target="c1", level="disputed")

    assert newsroom.development("c1").changed == seen
    newsroom.record(correction("c1", text="Put right"))
    assert newsroom.development("c1").changed == newsroom.log[-1].version
    assert isinstance(newsroom.event("c1"), happenings.DevelopmentFields)
