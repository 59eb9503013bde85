"""The story itself: opened, retitled, linked, rested, revived, closed."""

import pytest

from tests.stories.given import EARLY, STORY, Newsroom, a, given, note, refused
from tracker.stories import story
from tracker.stories.errors import Invalid, KeyTaken, LearnedTooEarly, StoryNotOpen, Unknown


def test_a_story_is_opened_with_what_it_is_about():
    newsroom = Newsroom()

    events = newsroom.record(
        "story.opened", title="The harbour contract", synopsis="Who got it", beats=["ports"], desk="politics"
    )

    opened = story.StoryOpened(
        title="The harbour contract", synopsis="Who got it", beats=("ports",), desk="politics"
    )  # fmt: skip
    assert events == [opened]
    assert newsroom.entry("story", STORY).status == "active"


def test_a_slug_names_one_story_for_good():
    newsroom = given()

    with refused(KeyTaken, "story"):
        newsroom.record("story.opened", title="Another harbour")


def test_a_story_is_retitled_and_its_synopsis_revised():
    newsroom = given()

    retitled = newsroom.record("story.retitled", title="The harbour affair")
    revised = newsroom.record("story.synopsis_revised", synopsis="How it was awarded")

    assert retitled == [story.StoryRetitled(title="The harbour affair")]
    assert revised == [story.SynopsisRevised(synopsis="How it was awarded")]
    now = newsroom.entry("story", STORY)
    assert (now.title, now.synopsis) == ("The harbour affair", "How it was awarded")


def test_a_story_is_linked_to_another_that_this_desk_may_not_even_keep():
    newsroom = given()

    events = newsroom.record("story.linked", other="canal", relation="precedent")

    assert events == [story.StoryLinked(other="canal", relation="precedent")]
    assert newsroom.entry("story_link", "canal:precedent").other == "canal"


def test_two_relations_to_one_story_are_two_links():
    newsroom = given(a("story.linked", other="canal", relation="precedent"))

    assert len(newsroom.record("story.linked", other="canal", relation="background")) == 1


def test_a_story_is_not_linked_to_itself():
    newsroom = given()

    with refused(Invalid, "other"):
        newsroom.record("story.linked", other=STORY, relation="background")


def test_a_story_rests_is_revived_and_closed():
    newsroom = given()

    standing = []
    for record in (a("story.rested", reason="recess"), a("story.revived"), a("story.closed", reason="settled")):
        events = newsroom.record(record)
        standing.append((events, newsroom.entry("story", STORY).status))

    assert standing == [
        ([story.StoryRested(reason="recess")], "resting"),
        ([story.StoryRevived()], "active"),
        ([story.StoryClosed(reason="settled")], "closed"),
    ]


@pytest.mark.parametrize(
    "already",
    [
        a("story.retitled", title="The harbour contract"),
        a("story.synopsis_revised", synopsis=""),
        a("story.revived"),
    ],
)
def test_what_is_already_so_of_a_new_story_is_not_recorded(already):
    newsroom = given()

    assert newsroom.record(already) == []


@pytest.mark.parametrize(
    "record", [a("story.rested"), a("story.closed"), a("story.linked", other="canal", relation="spin_off")]
)
def test_saying_it_twice_records_it_once(record):
    newsroom = given(record)

    assert newsroom.record(record) == []


def test_nothing_is_logged_in_a_closed_story():
    newsroom = given(a("story.closed"))

    with refused(StoryNotOpen, "story"):
        newsroom.record(note("n1"))


def test_a_resting_story_still_takes_developments():
    newsroom = given(a("story.rested"))

    assert len(newsroom.record(note("n1"))) == 1


def test_a_closed_story_can_still_be_put_right_and_revived():
    newsroom = given(note("n1"), a("story.closed"))

    retracted = newsroom.record("development.retracted", target="n1", reason="wrong harbour")
    revived = newsroom.record("story.revived")
    logged = newsroom.record(note("n2"))

    assert [len(retracted), len(revived), len(logged)] == [1, 1, 1]


@pytest.mark.parametrize(
    "record",
    [
        a("story.retitled", story="canal", title="The canal"),
        a("story.closed", story="canal"),
        note("n1", story="canal"),
        a("question.raised", story="canal", text="Who?"),
        a("development.retracted", story="canal", target="n1", reason="wrong"),
    ],
)
def test_nothing_happens_in_a_story_nobody_opened(record):
    newsroom = given()

    with refused(Unknown, "story"):
        newsroom.record(record)


def test_a_story_is_not_retitled_before_it_was_opened():
    newsroom = given()

    with refused(LearnedTooEarly, "learned_at") as refusal:
        newsroom.record("story.retitled", title="Earlier", learned_at="2015-12-31T00:00:00Z")

    assert refusal.value.earliest == EARLY.replace("Z", ".000000Z")
