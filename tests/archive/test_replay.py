"""What did we know then, and what had happened by then: two questions, two answers."""

import pytest
from sqlalchemy import event

from tests.newsroom import HARBOUR, keys, look, note, record
from tracker.archive.asking import BadQuestion
from tracker.bootstrap import Tracker
from tracker.sample import demonstration

MEETINGS = {"july-meeting", "september-meeting"}


@pytest.fixture
def sample(tracker: Tracker) -> Tracker:
    demonstration.load(tracker)
    return tracker


def test_before_the_revelation_nobody_knew_of_a_meeting(sample: Tracker) -> None:
    told = look(sample, demonstration.STORY, known_at="2017-02-28")

    assert set(keys(told)) == {"hearing", "no-communications", "written-no", "no-election-contact"}
    assert told["contradictions"] == []
    assert [claim["standing"] for claim in told["claims"]] == [["asserted"], ["asserted"]]


def test_yet_both_meetings_had_happened_by_then(sample: Tracker) -> None:
    told = look(sample, demonstration.STORY, occurred_by="2017-02-28")

    happened = {each["key"]: each["happened"] for each in told["developments"]}
    assert {happened[key] for key in MEETINGS} == {"certainly"}


def test_in_the_middle_of_july_the_first_meeting_had_possibly_happened(sample: Tracker) -> None:
    told = look(sample, demonstration.STORY, occurred_by="2016-07-20")

    happened = {each["key"]: each["happened"] for each in told["developments"]}
    assert (happened["july-meeting"], happened["september-meeting"]) == ("possibly", "not_yet")


def test_the_meetings_were_not_public_before_march(sample: Tracker) -> None:
    for day, public in (("2017-02-28", False), ("2017-03-31", True)):
        told = look(sample, demonstration.STORY, public_at=day)
        assert {each["public"] for each in told["developments"] if each["key"] in MEETINGS} == {public}


def test_a_replay_asks_no_more_of_the_database_the_more_people_it_names(tracker: Tracker) -> None:
    asked = list[int]()
    record(tracker, HARBOUR)
    for number in (1, 6):
        everybody = [{"name": f"Councillor {n}", "kind": "person"} for n in range(number)]
        record(tracker, {"type": "meeting.revealed", "participants": everybody, "unsourced": "test"})
        statements = list[str]()
        event.listen(tracker.engine, "before_cursor_execute", lambda *given, seen=statements: seen.append(given[2]))
        assert len(look(tracker, known_at="2999")["actors"]) == number
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_a_question_that_is_not_asked_is_not_answered(sample: Tracker) -> None:
    told = look(sample, demonstration.STORY)

    assert {(each["happened"], each["public"]) for each in told["developments"]} == {(None, None)}


def test_today_the_replay_of_everything_is_the_view(sample: Tracker) -> None:
    view = look(sample, demonstration.STORY)

    replayed = look(sample, demonstration.STORY, position=str(sample.store.position()))

    assert replayed | {"asked": {}} == view


def test_a_late_fact_corrected_and_retracted_shows_on_each_clock_as_it_was(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", learned_at="2017-01-10", text="First"))
    record(tracker, {"type": "development.corrected", "target": "n1", "learned_at": "2017-02-10",
                     "changes": [{"field": "text", "now": "Second"}]})  # fmt: skip
    record(tracker, {"type": "development.retracted", "target": "n1", "learned_at": "2017-03-10", "reason": "wrong"})

    shown = {
        day: [(each["details"]["text"], each["status"]) for each in look(tracker, known_at=day)["developments"]]
        for day in ("2017-01-09", "2017-01-10", "2017-02-10", "2017-03-10")
    }

    assert shown == {
        "2017-01-09": [],
        "2017-01-10": [("First", "standing")],
        "2017-02-10": [("Second", "corrected")],
        "2017-03-10": [("Second", "retracted")],
    }


def test_the_clocks_that_select_hold_together(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("late", learned_at="2017-05-01"), note("early", learned_at="2017-01-01"))

    assert keys(look(tracker, known_at="2017-02-01")) == ["early"]
    assert keys(look(tracker, known_at="2017-02-01", position="2")) == []


@pytest.mark.parametrize("clocks", [{"known_at": "some day"}, {"position": "-1"}, {"public_at": "2017-02-30"}])
def test_a_clock_that_can_not_be_read_is_named(tracker: Tracker, clocks: dict[str, str]) -> None:
    record(tracker, HARBOUR)

    with pytest.raises(BadQuestion) as refused:
        look(tracker, **clocks)

    assert refused.value.name in clocks
