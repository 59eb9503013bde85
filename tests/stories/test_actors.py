"""People, organizations and blocs: their names, their offices, who speaks for them."""

import pytest

from tests.stories.given import Newsroom, a, given, refused
from tracker.stories import actors
from tracker.stories.dates import ImpreciseDate
from tracker.stories.errors import Invalid, KeyTaken, LearnedTooEarly, Missing, Unknown

MINISTER = a("actor.role_taken", actor="hale", role="Minister of Transport", organization="Government", from_="2015-05")


def test_an_actor_is_introduced():
    newsroom = Newsroom()

    events = newsroom.record("actor.added", key="hale", name="Minister Hale", kind="person")

    assert events == [actors.ActorAdded(key="hale", name="Minister Hale", kind="person")]
    assert newsroom.entry("actor", "hale").name == "Minister Hale"


def test_introducing_somebody_again_under_the_same_name_changes_nothing():
    newsroom = given()

    assert newsroom.record("actor.added", key="hale", name="Minister Hale", kind="person") == []


def test_a_key_names_one_actor():
    newsroom = given()

    with refused(KeyTaken, "key"):
        newsroom.record("actor.added", key="hale", name="Somebody Else", kind="person")


@pytest.mark.parametrize("voice", ["desk", "unattributed"])
def test_the_voices_that_are_nobodys_can_be_nobodys_key(voice):
    newsroom = Newsroom()

    with refused(KeyTaken, "key"):
        newsroom.record("actor.added", key=voice, name="A Desk", kind="organization")


def test_an_actor_needs_a_name_that_can_be_read():
    newsroom = Newsroom()

    with refused(Missing, "name"):
        newsroom.record("actor.added", key="nobody", name="  ", kind="person")


def test_an_actor_goes_by_another_name():
    newsroom = given()

    events = newsroom.record("actor.alias_added", actor="hale", alias="J. Hale")

    assert events == [actors.AliasAdded(key="hale", alias="J. Hale")]
    assert newsroom.entries("actor/hale")["alias", "J. Hale"].actor == "hale"


@pytest.mark.parametrize("alias", ["Minister Hale", "J. Hale"])
def test_a_name_that_is_known_is_no_new_alias(alias):
    newsroom = given(a("actor.alias_added", actor="hale", alias="J. Hale"))

    assert newsroom.record("actor.alias_added", actor="hale", alias=alias) == []


def test_an_office_is_taken_and_left():
    newsroom = given()

    taken = newsroom.record(MINISTER)
    left = newsroom.record(
        "actor.role_left", actor="hale", role="Minister of Transport", how="resigned", until="2017-03-02"
    )

    assert taken == [
        actors.RoleTaken(
            key="hale", role="Minister of Transport", organization="Government", from_=ImpreciseDate(edtf="2015-05")
        )
    ]
    assert left == [
        actors.RoleLeft(
            key="hale", role="Minister of Transport", how="resigned", until=ImpreciseDate(edtf="2017-03-02"), taken="2"
        )
    ]
    office = newsroom.entries("actor/hale")["role", "2"]
    assert (office.held, office.left, office.since, office.until) == (
        False, "resigned", ImpreciseDate(edtf="2015-05"), ImpreciseDate(edtf="2017-03-02"),
    )  # fmt: skip


def test_an_office_that_is_held_is_not_taken_again():
    newsroom = given(MINISTER)

    assert newsroom.record(MINISTER) == []


def test_an_office_that_was_left_can_be_taken_again_and_both_tenures_stay():
    newsroom = given(MINISTER, a("actor.role_left", actor="hale", role="Minister of Transport"))

    newsroom.record(MINISTER)

    tenures = [entry for ref, entry in newsroom.entries("actor/hale").items() if ref[0] == "role"]
    assert [tenure.held for tenure in tenures] == [False, True]


def test_nobody_leaves_an_office_they_are_not_known_to_hold():
    newsroom = given()

    with refused(Invalid, "role"):
        newsroom.record("actor.role_left", actor="hale", role="Minister of Transport")


def test_nobody_leaves_an_office_before_it_is_known_that_they_took_it():
    newsroom = given(MINISTER | {"learned_at": "2017-02-01T00:00:00Z"})

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record(
            "actor.role_left", actor="hale", role="Minister of Transport", learned_at="2017-01-01T00:00:00Z"
        )

    assert refusal.value.earliest == "2017-02-01T00:00:00.000000Z"


def test_somebody_speaks_for_another():
    newsroom = given()

    events = newsroom.record("actor.spokesperson_named", actor="moss", for_="hale")

    assert events == [actors.SpokespersonNamed(key="moss", for_="hale")]
    assert newsroom.entries("actor/moss")["spokesperson", "hale"].actor == "moss"
    assert newsroom.record("actor.spokesperson_named", actor="moss", for_="hale") == []


def test_nobody_speaks_for_somebody_unknown():
    newsroom = given()

    with refused(Unknown, "for"):
        newsroom.record("actor.spokesperson_named", actor="moss", for_="nobody")


@pytest.mark.parametrize(
    "record",
    [
        a("actor.alias_added", actor="nobody", alias="No One"),
        a("actor.role_taken", actor="nobody", role="Minister"),
        a("actor.role_left", actor="nobody", role="Minister"),
        a("actor.spokesperson_named", actor="nobody", for_="hale"),
    ],
)
def test_nothing_is_noted_of_an_actor_nobody_introduced(record):
    newsroom = given()

    with refused(Unknown, "key"):
        newsroom.record(record)


def test_nothing_is_known_of_an_actor_before_the_actor_is():
    newsroom = given()

    with refused(LearnedTooEarly, "learned_at"):
        newsroom.record("actor.alias_added", actor="hale", alias="J.", learned_at="2015-01-01T00:00:00Z")
