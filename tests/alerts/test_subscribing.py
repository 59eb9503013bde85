"""Subscriptions: kept as they were asked for, changed by their owner alone, refused where they can't be right."""

from typing import Any

import pytest

from tests.alerts.desk import Desk
from tests.newsroom import REPORTER, note, record
from tracker.alerts import preview, subscribing
from tracker.alerts.rules import Rule, Silence
from tracker.alerts.subscribing import Asked, InvalidSubscription
from tracker.db import reading, writing

CONTRADICTED = {
    "type": "contradiction.identified", "key": "x1", "claim": "n1", "against": ["n2"], "unsourced": "test",
}  # fmt: skip


def test_a_subscription_is_read_back_as_it_was_asked_for(desk: Desk) -> None:
    asked = Asked(
        name="Trouble", cadence="daily", urgent=2, imports=True,
        rule=Rule(stories=("harbour",), consequences=("claim_denied",), words="tender", silence=None),
    )  # fmt: skip
    with writing(desk.tracker.engine) as connection:
        id = subscribing.subscribe(connection, "ben", asked, desk.now())

        kept = subscribing.find(connection, "ben", id)

    assert kept.asked == asked
    assert subscribing.read(subscribing.asked_document(asked)) == asked
    assert (kept.state, kept.fired) == ("active", 0)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"name": ""}, "name", "name"), ({"name": "two\nlines"}, "name", "one line"),
        ({"cadence": "often"}, "cadence", "Invalid enum value"), ({"urgent": 10}, "urgent", "1"),
        ({"channels": ["email:cleo"]}, "channels", "no channel"), ({"rule": {"words": "nonsense:x"}}, "rule", "filter"),
        ({"rule": {"urgency": 11}}, "rule.urgency", "9"), ({"rule": {"colour": "red"}}, "rule", "unknown field"),
        ({"rule": {"consequences": ["exploded"]}}, "rule.consequences[0]", "Invalid enum"),
        ({"rule": {"silence": {"of": "story", "hours": 2}}}, "rule", "Name the one story"),
        ({"name": "a\x00b"}, "", "NUL"), ({"name": "\ud800"}, "", "no text"), ({"colour": "red"}, "", "unknown field"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_refused_by_field(desk: Desk, given: dict[str, Any], field: str, says: str) -> None:
    desk.channel("cleo", "email")

    def ask() -> None:
        with writing(desk.tracker.engine) as connection:
            subscribing.subscribe(connection, "ben", subscribing.read({"name": "Rule"} | given), desk.now())

    with pytest.raises(InvalidSubscription) as refused:
        ask()

    assert refused.value.field.removeprefix("$.") == field
    assert says in refused.value.message


def test_nobody_touches_somebody_elses(desk: Desk) -> None:
    id = desk.subscribe("ben", stories=("harbour",))

    with writing(desk.tracker.engine) as connection:
        for act in (
            lambda: subscribing.find(connection, "cleo", id), lambda: subscribing.drop(connection, "cleo", id),
            lambda: subscribing.pause(connection, "cleo", id),
            lambda: subscribing.change(connection, "cleo", id, Asked(name="Mine"), desk.now()),
        ):  # fmt: skip
            with pytest.raises(subscribing.NoSuchSubscription):
                act()
        assert subscribing.of_person(connection, "ben")[0].asked.name == "Rule"


def test_paused_it_says_nothing_and_resumed_nothing_of_what_it_missed(desk: Desk) -> None:
    id = desk.subscribe(stories=("harbour",))
    with writing(desk.tracker.engine) as connection:
        subscribing.pause(connection, "ben", id)
    desk.record(note("n1"))

    with writing(desk.tracker.engine) as connection:
        subscribing.resume(connection, "ben", id, desk.now())
    desk.record(note("n2"))

    assert desk.told() == ["n2"]


def test_changed_it_follows_what_it_asks_for_now_and_a_broken_one_is_whole_again(desk: Desk) -> None:
    id = desk.subscribe(stories=("harbour",))
    with writing(desk.tracker.engine) as connection:
        subscribing.break_rules(connection, [(id, "ben", "Rule", "It can't be read")], desk.now())
        subscribing.change(connection, "ben", id, Asked(name="Tags", rule=Rule(tags=("tender",))), desk.now())

    desk.record(note("n1"), note("n2", tags=["Tender"]))

    assert desk.told() == ["n2"]


def test_a_preview_tells_what_it_would_have_told_of_what_one_may_see(desk: Desk) -> None:
    record(desk.tracker, note("n1"), note("n2"), note("n3", visibility="desk"), CONTRADICTED)
    record(desk.tracker, note("n4"), by="ben")

    def tried(rule: Rule) -> preview.Preview:
        with reading(desk.tracker.engine) as connection:
            return preview.preview(connection, REPORTER, rule, desk.now())

    assert [line.development for line in tried(Rule(stories=("harbour",))).lines] == ["x1", "n2", "n1"]
    assert [line.development for line in tried(Rule()).lines] == ["x1", "n2", "n1"]
    assert tried(Rule(consequences=("development_contradicted",))).number == 1
    assert tried(Rule()).per_week == 0.7
    assert tried(Rule(stories=("harbour",), silence=Silence("story", 48))).check_at is not None
    with pytest.raises(ValueError, match="filter"):
        tried(Rule(words="nonsense:x"))


def test_a_preview_reaches_back_thirty_days(desk: Desk) -> None:
    record(desk.tracker, note("n1"))
    desk.later = 31 * 24

    with reading(desk.tracker.engine) as connection:
        found = preview.preview(connection, REPORTER, Rule(), desk.now())

    assert (found.number, found.lines) == (0, ())
