"""Rules on silence: told once when nothing came for so long, and not when it came."""

from typing import Any

import orjson
import pytest

from tests.alerts.desk import Desk
from tests.newsroom import POLITICS_EDITOR, REPORTER, note
from tracker.accounts.people import Principal
from tracker.alerts import inbox, subscribing
from tracker.alerts.preview import Preview, preview
from tracker.alerts.rules import Of, Rule, Silence, in_words
from tracker.alerts.silence import lasted
from tracker.db import reading, writing

MAYOR = {"actor": "mayor", "name": "The Mayor", "kind": "person"}
DEMAND = {
    "type": "demand.made", "story": "harbour", "key": "d1", "action": "resign", "addressee": "mayor",
    "demanders": ["union"], "unsourced": "test", "headline": "The union wants the mayor to go",
}  # fmt: skip
ANSWER = {
    "type": "demand.answered", "story": "harbour", "key": "a1", "demand": "d1", "by": "mayor", "answer": "refused",
    "unsourced": "test",
}  # fmt: skip
PEOPLE = tuple({"type": "actor.added", "key": key, "name": key.title(), "kind": "person"} for key in ("mayor", "union"))


def told(desk: Desk) -> list[tuple[str, str, list[Any]]]:
    """What Ben was told: story, development, and why."""
    return [
        (item["stream"], item["development"], orjson.loads(item["rules"])[0]["why"])
        for each in desk.messages(person="ben")
        for item in each["items"]
    ]


def test_a_story_that_has_not_moved_is_told_of_once_and_again_after_it_moved(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",), silence=Silence("story", 48))

    desk.catch_up()
    desk.later = 49
    desk.catch_up()
    desk.later = 200
    desk.catch_up()
    first = told(desk)
    desk.later = 0
    desk.record(note("n1"))
    desk.later = 47
    desk.catch_up()
    still = told(desk)
    desk.later = 49
    desk.catch_up()

    assert first == still == [("story/harbour", "", [["silence", "48"], ["story", "harbour"]])]
    assert len(told(desk)) == 2


@pytest.mark.parametrize("answered", [False, True])
def test_a_demand_without_an_answer_for_seven_days(desk: Desk, answered: bool) -> None:
    desk.record(*PEOPLE, DEMAND)
    desk.subscribe(stories=("harbour",), about=("d1",), silence=Silence("demand", 7 * 24))

    if answered:
        desk.record(ANSWER)
    desk.record(note("n1"))
    desk.later = 7 * 24 + 1
    desk.catch_up()
    desk.catch_up()

    why = [["silence", "168"], ["story", "harbour"], ["about", "d1"]]
    assert told(desk) == ([] if answered else [("story/harbour", "d1", why)])


def test_a_demand_that_is_answered_already_is_nothing_to_wait_for(desk: Desk) -> None:
    desk.record(*PEOPLE, DEMAND, ANSWER)
    desk.subscribe(stories=("harbour",), about=("d1",), silence=Silence("demand", 1))

    desk.later = 2
    desk.catch_up()

    assert told(desk) == []


def test_a_silence_is_read_in_the_inbox_with_what_is_silent_and_for_how_long(desk: Desk) -> None:
    desk.record(*PEOPLE)
    desk.subscribe(name="The mayor speaks", actors=("mayor",), silence=Silence("actor", 24))
    desk.subscribe(stories=("harbour",), silence=Silence("story", 24))
    desk.later = 25
    desk.catch_up()
    desk.arrive()

    with reading(desk.tracker.engine) as connection:
        found = inbox.messages(connection, REPORTER, desk.now())

    items = {item["headline"]: item for each in found for item in each["items"]}
    assert set(items) == {"", "The harbour contract"}
    assert in_words(items[""]["rules"][0]["why"]) == "silent for 24 hours; mayor speaks"


@pytest.mark.parametrize("spoke", [False, True])
def test_somebody_who_has_not_commented(desk: Desk, spoke: bool) -> None:
    desk.record(*PEOPLE)
    desk.subscribe(actors=("mayor",), stories=("harbour",), silence=Silence("actor", 24))

    desk.record(note("n1", text="The mayor was seen"))
    if spoke:
        desk.record({"type": "statement.made", "speaker": "mayor", "unsourced": "test", "quotes": ["No comment"]})
    desk.later = 25
    desk.catch_up()

    assert len(told(desk)) == (0 if spoke else 1)


def test_a_silence_of_what_one_may_not_see_is_not_told(desk: Desk) -> None:
    desk.record(*PEOPLE, DEMAND | {"visibility": "desk"})
    desk.subscribe(stories=("harbour",), about=("d1",), silence=Silence("demand", 24))

    desk.later = 25
    desk.catch_up()

    assert told(desk) == []


def test_a_silence_waits_for_a_snooze_to_end_and_a_muted_story_has_none(desk: Desk) -> None:
    snoozed = desk.subscribe("ben", stories=("harbour",), silence=Silence("story", 24))
    desk.subscribe("cleo", stories=("harbour",), silence=Silence("story", 24))
    with writing(desk.tracker.engine) as connection:
        subscribing.snooze(connection, "ben", snoozed, subscribing.hours_later(desk.now(), 48))
        subscribing.mute(connection, "cleo", "story/harbour", None)

    desk.later = 25
    desk.catch_up()
    asleep = told(desk)
    desk.later = 49
    desk.catch_up()

    assert asleep == []
    assert len(told(desk)) == 1
    assert desk.told("cleo") == []


def test_two_silences_of_one_story_are_two_things_to_tell_and_paused_ones_are_none(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",), silence=Silence("story", 24))
    desk.subscribe(stories=("harbour",), silence=Silence("story", 48))
    paused = desk.subscribe(stories=("harbour",), silence=Silence("story", 12))
    with writing(desk.tracker.engine) as connection:
        subscribing.pause(connection, "ben", paused)

    desk.later = 60
    desk.catch_up()

    assert [why[0] for _, _, why in told(desk)] == [["silence", "24"], ["silence", "48"]]
    with reading(desk.tracker.engine) as connection:
        assert subscribing.find(connection, "ben", paused).check_at is None


@pytest.mark.parametrize(
    ("of", "heard", "told"),
    [
        ("story", [], [2]),
        ("story", [1, 5], [3, 7]),
        ("story", [1, 2, 3, 4, 5, 6, 7, 8, 9], []),
        ("demand", [], [2]),
        ("demand", [1, 5], []),
        ("demand", [5], [2]),
    ],
)
def test_a_storys_silence_begins_anew_and_any_other_is_over_once_something_came(
    of: Of, heard: list[int], told: list[int]
) -> None:
    def day(number: int) -> str:
        return f"2017-03-{number + 1:02}T00:00:00.000000Z"

    assert lasted(Silence(of, 48), day(0), [day(each) for each in heard], day(9)) == [day(each) for each in told]


@pytest.mark.parametrize("answered", [False, True])
def test_a_preview_tells_the_silences_there_were(desk: Desk, answered: bool) -> None:
    desk.record(*PEOPLE, DEMAND, *([ANSWER] if answered else []))
    desk.later = 8 * 24

    def tried(rule: Rule) -> Preview:
        with reading(desk.tracker.engine) as connection:
            return preview(connection, REPORTER, rule, desk.now())

    of_demand = tried(Rule(stories=("harbour",), about=("d1",), silence=Silence("demand", 7 * 24)))
    of_story = tried(Rule(stories=("harbour",), silence=Silence("story", 48)))
    of_actor = tried(Rule(actors=("mayor",), silence=Silence("actor", 24)))

    assert [(line.development, line.consequences) for line in of_demand.lines] == ([] if answered else [("d1", ())])
    assert (of_story.number, of_story.lines[0].why) == (1, (("silence", "48"), ("story", "harbour")))
    assert of_story.per_week == 0.2
    assert of_actor.number == 1


def test_a_demand_one_may_not_see_is_waited_for_like_one_that_is_not_there(desk: Desk) -> None:
    desk.record(*PEOPLE, DEMAND | {"visibility": "desk"})
    desk.later = 8 * 24
    now = desk.now()

    def waits_since(person: Principal, key: str) -> str | None:
        rule = Rule(stories=("harbour",), about=(key,), silence=Silence("demand", 24))
        with reading(desk.tracker.engine) as connection:
            found = preview(connection, person, rule, now)
        assert found.number == (person is POLITICS_EDITOR)
        return found.silent_since

    assert waits_since(REPORTER, "d1") == waits_since(REPORTER, "d2") == now
    assert waits_since(POLITICS_EDITOR, "d1") != now
