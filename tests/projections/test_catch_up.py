"""Since you last looked: what changed, by consequence, for whoever may see it, and once."""

from typing import Any

import pytest

from tests.newsroom import ARCHIVIST, EDITOR, HARBOUR, READER, REPORTER, note, record
from tracker import instants
from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.projections import catch_up
from tracker.projections.catch_up import Since, told
from tracker.projections.meanings import Meaning
from tracker.projections.read_positions import Reading, forget, keep, looked, mark, readings
from tracker.stories.consequence_words import summary

FUTURE = "2999-01-01T00:00:00.000000Z"
CLAIM: dict[str, Any] = {
    "type": "claim.asserted", "key": "c1", "text": "It was open.", "claimant": "Mara Quint", "unsourced": "x",
    "visibility": "public",
}  # fmt: skip
DENIAL: dict[str, Any] = {
    "type": "claim.denied", "key": "d1", "claim": "c1", "by": "Ole Brand", "unsourced": "x", "visibility": "public",
}  # fmt: skip


def since(tracker: Tracker, position: int, viewer: Principal = REPORTER, now: str = "") -> str:
    """What somebody is told who has read up to a position, in one line."""
    at = tracker.clock()
    with reading(tracker.engine) as connection:
        news = catch_up.of_story(
            connection, "harbour", "", sight(viewer, "politics"), now or at, Since(position, at)
        )  # fmt: skip
    return summary(each.word for _, listed in news.by_word() for each in listed)


def at(minutes: int) -> str:
    return f"2017-03-01T{minutes // 60:02d}:{minutes % 60:02d}:00.000000Z"


def test_what_changed_is_told_by_consequence_the_gravest_first(tracker: Tracker) -> None:
    record(tracker, HARBOUR, CLAIM, note("n1", visibility="public"))
    read = tracker.store.position()

    record(
        tracker, note("n2", visibility="public"), DENIAL,
        {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["n1"], "unsourced": "x"},
        {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "Put right"}]},
    )  # fmt: skip

    assert since(tracker, read) == "1 correction, 1 contradiction opened, 1 claim denied, 1 new development"
    assert since(tracker, tracker.store.position()) == ""


def lines(tracker: Tracker, position: int, viewer: Principal) -> list[str]:
    """The lines somebody is told who has read up to a position."""
    with reading(tracker.engine) as connection:
        news, _ = catch_up.across(connection, viewer, tracker.clock(), position)
    return [told.heading for story in news for told in story.told if "link" in told.kind]


def test_a_link_says_from_what_to_what_to_whoever_may_see_both(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", visibility="public"), note("n2", visibility="public"), note("n3"))
    read = tracker.store.position()

    record(
        tracker,
        {"type": "developments.linked", "from": "n1", "to": "n2", "relation": "precedent"},
        {"type": "developments.linked", "from": "n1", "to": "n3", "relation": "response_to"},
    )  # fmt: skip

    assert lines(tracker, read, READER) == ["Note n1 → precedent: Note n2"]
    assert lines(tracker, read, REPORTER) == ["Note n1 → response to: Note n3", "Note n1 → precedent: Note n2"]
    assert since(tracker, read, READER) == "1 link between developments"


def test_a_link_to_a_story_is_told_to_whoever_may_see_that_story(tracker: Tracker) -> None:
    pier = {"type": "story.opened", "story": "pier", "title": "The old pier"}
    record(tracker, HARBOUR, note("n1", visibility="public"), pier)
    read = tracker.store.position()
    record(tracker, {"type": "story.linked", "story": "harbour", "other": "pier", "relation": "precedent"})

    assert (lines(tracker, read, READER), since(tracker, read, READER)) == ([], "")
    assert lines(tracker, read, REPORTER) == ["precedent: The old pier"]

    record(tracker, note("p1", story="pier", visibility="public"))

    assert since(tracker, read, READER) == "1 link to another story"


def test_a_correction_of_what_nobody_can_have_read_is_not_told(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    read = tracker.store.position()

    record(
        tracker, note("n1", visibility="public"),
        {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "Put right"}]},
    )  # fmt: skip

    assert since(tracker, read) == "1 new development"


@pytest.mark.parametrize(
    "secret",
    [{"embargo": FUTURE}, {"visibility": "desk"}, {"visibility": "newsroom"}],
    ids=["embargoed", "for the desk", "for the newsroom"],
)
def test_nothing_is_counted_for_those_who_may_not_see_it(tracker: Tracker, secret: dict[str, Any]) -> None:
    record(tracker, HARBOUR, CLAIM, note("n1", visibility="public"))
    read = tracker.store.position()

    record(
        tracker, DENIAL | secret,
        {"type": "development.retracted", "target": "d1", "reason": "misheard"},
        {"type": "development.retraction_reversed", "target": "d1"},
    )  # fmt: skip

    assert since(tracker, read, READER) == ""
    assert "claim denied" in since(tracker, read, EDITOR)


def test_a_demand_met_by_what_is_withheld_is_not_told(tracker: Tracker) -> None:
    demand = {"type": "demand.made", "key": "r1", "demanders": ["Ole Brand"], "action": "resign", "unsourced": "x"}
    record(tracker, HARBOUR, demand, note("n1"))
    record(tracker, {"type": "development.withheld", "target": "n1", "reason": "legal"})
    read = tracker.store.position()

    record(tracker, {"type": "demand.met", "demand": "r1", "by": "n1"})

    assert since(tracker, read, REPORTER) == ""
    assert since(tracker, read, ARCHIVIST) == "1 demand met"


def test_what_was_under_embargo_is_new_when_it_ends(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", visibility="public", embargo=FUTURE))
    read = tracker.store.position()

    assert since(tracker, read) == ""
    assert since(tracker, read, now="2999-01-02T00:00:00.000000Z") == "1 new development"
    assert since(tracker, read, EDITOR, now="2999-01-02T00:00:00.000000Z") == ""


def test_across_stories_the_gravest_news_comes_first(tracker: Tracker) -> None:
    record(tracker, HARBOUR, CLAIM, note("n1", visibility="public"))
    record(tracker, HARBOUR | {"story": "bridge", "title": "The bridge"})
    record(tracker, HARBOUR | {"story": "tower", "title": "The tower"})
    with writing(tracker.engine) as connection:
        for story in ("harbour", "bridge"):
            mark(connection, REPORTER.name, story, tracker.store.position(), tracker.clock())

    record(tracker, note("b1", visibility="public") | {"story": "bridge"}, DENIAL)
    with reading(tracker.engine) as connection:
        news, unopened = catch_up.across(connection, REPORTER, tracker.clock())
        every, _ = catch_up.across(connection, REPORTER, tracker.clock(), since=0)

    assert [(each.slug, len(each.told)) for each in news] == [("harbour", 1), ("bridge", 1)]
    assert [line.slug for line in unopened] == ["tower"]
    assert {each.slug for each in every} == {"harbour", "bridge", "tower"}


def test_a_visit_shows_what_is_new_until_it_ends() -> None:
    first = looked(None, 5, at(0))
    again = looked(first, 8, at(10))
    still = looked(again, 9, at(35))
    later = looked(still, 12, at(120))

    assert first == Reading(5, at(0), 5, at(0))
    assert (again.before, still.before, later.before) == (5, 5, 9)
    assert looked(again, 8, at(12)) is again


def test_reading_is_kept_marked_and_forgotten(tracker: Tracker) -> None:
    with writing(tracker.engine) as connection:
        keep(connection, "ben", "harbour", Reading(7, at(0), 3, at(0)))
        mark(connection, "ana", "harbour", 4, instants.now())

    with reading(tracker.engine) as connection:
        kept = readings(connection, "ben", ["harbour", "bridge"])
        marked = readings(connection, "ana", ["harbour"])["harbour"]
    with writing(tracker.engine) as connection:
        forget(connection, "ben")
    with reading(tracker.engine) as connection:
        left = readings(connection, "ben", ["harbour"])

    assert kept == {"harbour": Reading(7, at(0), 3, at(0))}
    assert (marked.position, marked.before) == (4, 4)
    assert left == {}


def test_each_event_is_told_once_by_the_gravest_of_what_it_meant() -> None:
    opened = Meaning("story/harbour", 9, "contradiction_opened", "development", "x1", "x1")
    contradicted = opened._replace(word="claim_contradicted", key="c1")

    assert told([(opened, 9, None), (contradicted, 2, None)], Since(5, at(0))) == [opened]
