"""Sources: added under terms, confirmed, doubted, forgotten; and never public when off the record."""

import pytest

from tests.stories.given import Newsroom, a, a_development, correction, given, note, refused
from tracker.stories import sources
from tracker.stories.errors import Invalid, KeyTaken, LearnedTooEarly, NotSealed, OffRecordPublic, Unknown

SEALED = {"key": "k1", "nonce": "bm9uY2U", "ciphertext": "aGlkZGVu"}


def test_a_source_is_introduced_under_its_terms():
    newsroom = Newsroom()

    events = newsroom.record(
        "source.added", key="aide", description="an aide", number="one", proximity="firsthand", terms="background",
        outlet="The Daily", url="https://daily.example/1", document="minutes", retrieved_at="2017-03-01T08:00:00-05:00",
    )  # fmt: skip

    assert events == [
        sources.SourceAdded(
            key="aide", description="an aide", number="one", proximity="firsthand", terms="background",
            outlet="The Daily", url="https://daily.example/1", document="minutes",
            retrieved_at="2017-03-01T13:00:00.000000Z",
        )
    ]  # fmt: skip
    assert newsroom.entry("source", "aide").terms == "background"


def test_introducing_a_source_again_with_the_same_description_changes_nothing():
    newsroom = given()

    assert newsroom.record("source.added", key="wire", description="a wire report") == []


def test_a_key_names_one_source():
    newsroom = given()

    with refused(KeyTaken, "key"):
        newsroom.record("source.added", key="wire", description="another report")


def test_an_identity_is_never_logged_in_the_clear():
    newsroom = Newsroom()

    with refused(NotSealed, "identity"):
        newsroom.record("source.added", key="aide", description="an aide", terms="background", identity="Jo Doe")


def test_a_sealed_identity_is_known_to_be_there_and_not_what_it_is():
    newsroom = Newsroom()

    (added,) = newsroom.record(
        "source.added", key="aide", description="an aide", terms="deep_background", identity=SEALED
    )

    assert isinstance(added, sources.SourceAdded)
    assert added.identity == sources.Sealed(**SEALED)
    assert newsroom.entry("source", "aide").sealed
    assert not hasattr(newsroom.entry("source", "aide"), "identity")


def test_nothing_is_sealed_of_a_source_that_is_named_in_its_description():
    newsroom = Newsroom()

    with refused(Invalid, "identity"):
        newsroom.record("source.added", key="aide", description="Jo Doe", identity=SEALED)


def test_a_source_is_confirmed_and_doubted_as_often_as_it_happens():
    newsroom = given()

    confirmed = newsroom.record("source.confirmed", source="aide", reason="the minutes say so")
    newsroom.record("source.confirmed", source="aide")
    doubted = newsroom.record("source.doubted", source="aide", reason="was not there")

    assert confirmed == [sources.SourceConfirmed(key="aide", reason="the minutes say so")]
    assert doubted == [sources.SourceDoubted(key="aide", reason="was not there")]
    assert (newsroom.entry("source", "aide").confirmed, newsroom.entry("source", "aide").doubted) == (2, 1)


def test_a_source_is_forgotten_once():
    newsroom = given()

    forgotten = newsroom.record("source.forgotten", source="aide", reason="asked to be")
    again = newsroom.record("source.forgotten", source="aide")

    assert (forgotten, again) == ([sources.SourceForgotten(key="aide", reason="asked to be")], [])
    assert newsroom.entry("source", "aide").forgotten


@pytest.mark.parametrize("type", ["source.confirmed", "source.doubted", "source.forgotten"])
def test_nothing_is_noted_of_a_source_nobody_introduced(type):
    newsroom = given()

    with refused(Unknown, "key"):
        newsroom.record(type, source="nobody")


def test_a_source_is_not_borne_out_before_it_is_known():
    newsroom = given()

    with refused(LearnedTooEarly, "learned_at"):
        newsroom.record("source.confirmed", source="aide", learned_at="2015-01-01T00:00:00Z")


def test_a_development_rests_on_a_source_somebody_introduced():
    newsroom = given()

    with refused(Unknown, "sources.1"):
        newsroom.record(note("n1", sources=["wire", "rumour"]))


@pytest.mark.parametrize("terms", ["on_record", "background", "deep_background"])
def test_who_does_not_speak_off_the_record_can_stand_behind_something_public(terms):
    newsroom = given(a("source.added", key="s", description="somebody", terms=terms))

    assert len(newsroom.record(note("n1", sources="s", visibility="public"))) == 1


def test_an_off_record_source_stands_behind_nothing_public():
    newsroom = given()

    with refused(OffRecordPublic, "sources"):
        newsroom.record(note("n1", sources=["wire", "insider"], visibility="public"))


def test_an_off_record_source_stands_behind_nothing_public_that_was_said_in_what_it_told():
    newsroom = given(a_development("statement.made", key="s1", speaker="hale", sources="insider"))

    with refused(OffRecordPublic, "via"):
        newsroom.record(note("n1", via="s1", visibility="public"))


def test_what_an_off_record_source_told_is_not_made_public_by_a_correction():
    newsroom = given(note("n1", sources="insider"))

    with refused(OffRecordPublic, "sources"):
        newsroom.record(correction("n1", visibility="public"))


def test_what_is_public_is_not_put_on_an_off_record_source_by_a_correction():
    newsroom = given(note("n1", visibility="public"))

    with refused(OffRecordPublic, "sources"):
        newsroom.record(correction("n1", sources=["insider"]))


def test_what_an_off_record_source_told_is_not_made_public_by_giving_it_another_type():
    newsroom = given(note("n1", sources="insider"))

    with refused(OffRecordPublic, "sources"):
        newsroom.record(
            "development.reclassified", target="n1", as_="claim.asserted",
            fields={"visibility": "public", "claimant": "hale"},
        )  # fmt: skip


def test_a_detail_is_never_logged_in_the_clear():
    newsroom = given()

    with refused(NotSealed, "sealed.phone"):
        newsroom.record("note.logged", key="n9", text="Called back", unsourced="a call", sealed={"phone": "555-0100"})


def test_a_sealed_detail_goes_with_a_redaction_and_the_rest_stays():
    newsroom = given()
    sealed = {"phone": SEALED, "name": SEALED}
    newsroom.record("note.logged", key="n9", text="Called", unsourced="a call", sealed=sealed)

    newsroom.record("detail.redacted", target="n9", fields=["phone"], authority="a promise")

    assert set(newsroom.event("n9").sealed) == {"name"}
    assert newsroom.development("n9").redacted == ("phone",)


def test_a_forgotten_source_keeps_what_was_published_of_it_and_nothing_that_leads_to_it():
    newsroom = given()
    newsroom.record("source.added", key="clerk", description="a clerk", terms="background", url="https://x.example/1",
                    document="sha256:1", identity=SEALED)  # fmt: skip

    newsroom.record("source.forgotten", source="clerk", reason="a promise")

    clerk = newsroom.entry("source", "clerk")
    assert (clerk.description, clerk.url, clerk.document, clerk.forgotten) == ("a clerk", "", "", True)
