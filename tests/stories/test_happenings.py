"""What happened: meetings, actions, planned events, free notes; and what every development must say."""

import pytest

from tests.stories.given import a, a_development, given, note, refused
from tracker.stories import happenings
from tracker.stories.dates import ImpreciseDate
from tracker.stories.errors import AlreadyRetracted, Invalid, KeyTaken, Missing, Unknown, WrongKind
from tracker.stories.fields import Capacity, Described, Participant, Place, Purpose

HEARING = a_development("event.planned", key="p1", title="Hearing", date="2017-06-20", place="Room 1")


def test_a_meeting_is_revealed_with_the_roles_people_say_they_had():
    newsroom = given()

    (event,) = newsroom.record(
        a_development(
            "meeting.revealed", key="m1",
            participants=[
                {"actor": "hale", "capacity": ["senator", {"as": "campaign adviser", "according_to": "ward"}]},
                {"actor": {"description": "a shipping executive", "on_behalf_of": "greens"}},
            ],
            mode="in_person", setting="a hotel", purpose=[{"text": "the contract", "by": "ward"}], revealed_by="moss",
            previously_disclosed="no", occurred="2016-09", place={"name": "Port", "country": "NL"},
        )
    )  # fmt: skip

    assert event == happenings.MeetingRevealed(
        key="m1",
        headline="Meeting revealed: Minister Hale and a shipping executive, a hotel",
        participants=(
            Participant(
                actor="hale", capacity=(Capacity(as_="senator"), Capacity(as_="campaign adviser", according_to="ward"))
            ),
            Participant(actor=Described(description="a shipping executive", on_behalf_of="greens")),
        ),
        mode="in_person", setting="a hotel", purpose=(Purpose(text="the contract", by="ward"),), revealed_by="moss",
        previously_disclosed="no", occurred=ImpreciseDate(edtf="2016-09"), place=Place(name="Port", country="NL"),
        sources=("wire",),
    )  # fmt: skip


def test_a_meeting_has_somebody_in_it():
    newsroom = given()

    with refused(Invalid, "participants"):
        newsroom.record(a_development("meeting.revealed", participants=[]))


@pytest.mark.parametrize(
    ("type", "event", "headline"),
    [
        ("action.announced", happenings.ActionAnnounced, "Minister Hale announced: resigned (all offices)"),
        ("action.taken", happenings.ActionTaken, "Minister Hale resigned (all offices)"),
    ],
)
def test_an_action_is_announced_and_taken(type, event, headline):
    newsroom = given()

    events = newsroom.record(
        a_development(type, key="a1", actor="hale", action="resigned", scope="all offices", effective="2017-03-02")
    )

    assert events == [
        event(
            key="a1", headline=headline, actor="hale", action="resigned", scope="all offices",
            effective=ImpreciseDate(edtf="2017-03-02"), sources=("wire",),
        )
    ]  # fmt: skip


def test_a_note_is_the_fast_way_in():
    newsroom = given()

    events = newsroom.record("note.logged", key="n1", text="Crowd outside the ministry", unsourced="seen from the desk")

    assert events == [
        happenings.NoteLogged(
            key="n1", headline="Crowd outside the ministry", text="Crowd outside the ministry",
            unsourced="seen from the desk",
        )
    ]  # fmt: skip


def test_a_long_note_makes_a_short_headline():
    newsroom = given()

    newsroom.record(note("n1", text="word\n" * 100))

    assert newsroom.event("n1").headline == " ".join(["word"] * 32)[:159].rstrip() + "…"


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("a" * 80 + " " + "b" * 79, "a" * 80 + " " + "b" * 79),
        ("a" * 80 + ", " + "b" * 79, "a" * 80 + "…"),
        ("a " + "b" * 200, "a " + "b" * 157 + "…"),
    ],
    ids=["it fits", "it ends with a word", "one word is too long"],
)
def test_a_headline_made_of_a_text_ends_with_a_word_where_it_can(text, headline):
    assert given(note("n1", text=text)).event("n1").headline == headline


def test_what_bears_on_a_note_names_it_by_its_headline():
    newsroom = given(note("n1", headline="The port was closed", text="Nobody came in, at least not by sea."))

    newsroom.record(a_development("claim.denied", key="d1", claim="n1", by="hale"))

    assert newsroom.event("d1").headline == "Minister Hale denies: The port was closed"


def test_a_note_of_nothing_but_space_is_called_by_its_key():
    newsroom = given(note("n1", text=" \u2028\n"))

    assert newsroom.event("n1").headline == "n1"


def test_a_headline_that_was_given_is_kept():
    newsroom = given(note("n1", headline="As the desk put it"))

    assert newsroom.event("n1").headline == "As the desk put it"


def test_a_planned_event_is_changed_and_takes_place_when_it_was_planned_for():
    newsroom = given(HEARING)

    changed = newsroom.record("event.changed", target="p1", date="2017-06-21")
    happened = newsroom.record("event.took_place", target="p1")

    assert changed == [happenings.EventChanged(target="p1", date=ImpreciseDate(edtf="2017-06-21"))]
    assert happened == [happenings.EventTookPlace(target="p1")]
    planned = newsroom.event("p1")
    assert (planned.title, planned.date.edtf, planned.occurred.edtf) == ("Hearing", "2017-06-21", "2017-06-21")
    assert (planned.place, newsroom.development("p1").settled) == (Place(name="Room 1"), "took_place")


def test_a_planned_event_can_take_place_at_another_time_than_planned():
    newsroom = given(HEARING)

    newsroom.record("event.took_place", target="p1", occurred="2017-06-22")

    assert newsroom.event("p1").occurred == ImpreciseDate(edtf="2017-06-22")


def test_a_planned_event_is_called_off():
    newsroom = given(HEARING)

    events = newsroom.record("event.cancelled", target="p1", reason="no quorum")

    assert events == [happenings.EventCancelled(target="p1", reason="no quorum")]
    assert newsroom.development("p1").settled == "cancelled"


def test_an_event_is_planned():
    newsroom = given()

    events = newsroom.record(HEARING)

    assert events == [
        happenings.EventPlanned(
            key="p1", headline="Planned: Hearing", title="Hearing", date=ImpreciseDate(edtf="2017-06-20"),
            place=Place(name="Room 1"), sources=("wire",),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("ended", ["event.took_place", "event.cancelled"])
def test_a_planned_event_ends_once(ended):
    newsroom = given(HEARING, a(ended, target="p1"))

    assert newsroom.record(ended, target="p1") == []


@pytest.mark.parametrize(
    ("ended", "then"),
    [
        ("event.took_place", a("event.cancelled", target="p1")),
        ("event.cancelled", a("event.took_place", target="p1")),
        ("event.cancelled", a("event.changed", target="p1", title="Vote")),
        ("event.took_place", a("event.changed", target="p1", title="Vote")),
    ],
)
def test_a_planned_event_that_has_ended_is_not_planned_any_more(ended, then):
    newsroom = given(HEARING, a(ended, target="p1"))

    with refused(Invalid, "target"):
        newsroom.record(then)


def test_a_change_of_plan_says_what_changed():
    newsroom = given(HEARING)

    with refused(Invalid, ""):
        newsroom.record("event.changed", target="p1")


UPDATES = [
    a("event.changed", target="x", title="Vote"),
    a("event.took_place", target="x"),
    a("event.cancelled", target="x"),
]


@pytest.mark.parametrize("update", UPDATES)
def test_only_what_was_planned_takes_place(update):
    newsroom = given(note("x"))

    with refused(WrongKind, "target"):
        newsroom.record(update)


@pytest.mark.parametrize("update", UPDATES)
def test_nothing_becomes_of_a_plan_nobody_logged(update):
    newsroom = given()

    with refused(Unknown, "target"):
        newsroom.record(update)


@pytest.mark.parametrize("update", UPDATES)
def test_nothing_becomes_of_a_plan_that_was_retracted(update):
    newsroom = given(HEARING | {"key": "x"}, a("development.retracted", target="x", reason="never planned"))

    with refused(AlreadyRetracted, "target"):
        newsroom.record(update)


def test_a_development_says_where_it_comes_from():
    newsroom = given()

    with refused(Missing, "sources"):
        newsroom.record("note.logged", text="Heard it somewhere")


def test_no_reason_is_not_a_reason_for_having_no_source():
    newsroom = given()

    with refused(Missing, "sources"):
        newsroom.record("note.logged", text="Heard it somewhere", unsourced="  ")


def test_a_key_names_one_development():
    newsroom = given(note("n1"))

    with refused(KeyTaken, "key"):
        newsroom.record(note("n1", text="Something else"))


def test_even_a_retracted_development_keeps_its_key():
    newsroom = given(note("n1"), a("development.retracted", target="n1", reason="wrong"))

    with refused(KeyTaken, "key"):
        newsroom.record(note("n1"))


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (a_development("action.taken", actor="nobody", action="resigned"), "actor"),
        (a_development("meeting.revealed", participants=["hale", "nobody"]), "participants.1.actor"),
        (
            a_development("meeting.revealed", participants=[{"actor": {"description": "x", "on_behalf_of": "nobody"}}]),
            "participants.0.actor.on_behalf_of",
        ),
        (
            a_development("meeting.revealed", participants=["hale"], purpose=[{"text": "x", "by": "nobody"}]),
            "purpose.0.by",
        ),
        (note("n1", via="nothing"), "via"),
    ],
)
def test_whoever_and_whatever_is_named_has_been_logged(record, field):
    newsroom = given()

    with refused(Unknown, field):
        newsroom.record(record)


def test_nothing_new_is_said_in_what_was_retracted():
    newsroom = given(note("n1"), a("development.retracted", target="n1", reason="wrong"))

    with refused(AlreadyRetracted, "via"):
        newsroom.record(note("n2", via="n1"))
