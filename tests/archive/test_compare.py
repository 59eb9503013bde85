"""What happened between two moments: every event that the later one has and the earlier one has not."""

from typing import Any

import orjson
import pytest

from tests.newsroom import ARCHIVIST, EDITOR, HARBOUR, READER, REPORTER, note, record
from tracker.accounts.people import Principal
from tracker.archive.asking import BadQuestion
from tracker.archive.compare import COLUMNS, compare, read_between, rows
from tracker.archive.moments import moments, step
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections.story_page import NoSuchStory

MARA = {"key": "mara", "name": "Mara Quint"}
CLAIM = {"type": "claim.asserted", "key": "c1", "text": "The tender was open", "claimant": MARA, "unsourced": "x",
         "headline": "Quint: it was open"}  # fmt: skip


def on(day: str, *records: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of what was learned on a day."""
    return [{**each, "learned_at": f"{day}T12:00:00Z"} for each in records]


def told(tracker: Tracker, viewer: Principal = EDITOR, **asked: str) -> dict[str, Any]:
    """What somebody is told who compares; `from_` stands for `from`."""
    between = read_between({name.rstrip("_"): text for name, text in asked.items()}, tracker.zone)
    with reading(tracker.engine) as connection:
        return compare(connection, "harbour", viewer, tracker.clock(), tracker.zone, between)


def changes(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["consequence"], each["key"]) for each in told["changes"]]


@pytest.fixture
def harbour(tracker: Tracker) -> Tracker:
    """A story that became known over five days in March."""
    record(tracker, *on("2017-03-01", HARBOUR, note("n1", headline="A contract"), CLAIM))
    record(tracker, *on(
        "2017-03-02", {"type": "claim.denied", "key": "d1", "claim": "c1", "by": {"key": "ole", "name": "Ole Brand"},
                       "unsourced": "x", "headline": "Brand denies it"},
        {"type": "demand.made", "key": "r1", "demanders": ["ole"], "action": "resign", "addressee": "mara",
         "unsourced": "x"},
        {"type": "question.raised", "key": "q1", "text": "Who signed?"},
    ))  # fmt: skip
    record(tracker, *on(
        "2017-03-03", {"type": "development.corrected", "target": "n1", "public_note": "It was night.",
                       "changes": [{"field": "headline", "now": "A contract, at night"}]},
        {"type": "demand.answered", "key": "a1", "demand": "r1", "by": "mara", "answer": "refused", "unsourced": "x",
         "headline": "Quint stays"},
        {"type": "question.answered", "question": "q1", "answer": "The pilot"},
    ))  # fmt: skip
    record(tracker, *on("2017-03-04", {"type": "development.retracted", "target": "d1", "reason": "misheard"}))
    record(tracker, *on("2017-03-05", note("n2", headline="A second contract")))
    return tracker


def test_what_was_added_denied_corrected_answered_and_retracted_is_told_gravest_first(harbour: Tracker) -> None:
    found = told(harbour, from_="2017-03-01", to="2017-03-04")

    assert changes(found) == [
        ("retracted", "d1"), ("corrected", "n1"), ("claim_denied", "c1"), ("demand_refused", "r1"),
        ("demand_made", "r1"), ("question_answered", "q1"), ("question_raised", "q1"),
    ]  # fmt: skip
    assert found["summary"][0] == {"consequence": "retracted", "number": 1}
    assert (found["from"]["developments"], found["to"]["developments"]) == (2, 5)
    by_word = {each["consequence"]: each for each in found["changes"]}
    (correction,) = by_word["corrected"]["acts"]
    assert correction["fields"] == [{"field": "headline", "was": "A contract", "now": "A contract, at night"}]
    assert (correction["note"], correction["learned_at"][:10]) == ("It was night.", "2017-03-03")
    assert by_word["corrected"]["title"] == "A contract, at night"
    assert [act["title"] for act in by_word["claim_denied"]["acts"]] == ["Brand denies it"]
    assert by_word["question_answered"]["acts"][0]["fields"][0]["now"] == "The pilot"
    assert by_word["retracted"]["acts"][0]["note"] == "misheard"


def test_the_order_in_which_two_moments_are_given_does_not_matter(harbour: Tracker) -> None:
    there, back = told(harbour, from_="2017-03-02", to="2017-03-03"), told(harbour, from_="2017-03-03", to="2017-03-02")

    assert (there["swapped"], back["swapped"]) == (False, True)
    assert back == there | {"swapped": True}


def test_without_moments_it_is_what_became_known_last(harbour: Tracker) -> None:
    assert changes(told(harbour)) == [("logged", "n2")]
    assert changes(told(harbour, from_="2017-03-04")) == [("logged", "n2")]
    assert ("story_opened", "harbour") in changes(told(harbour, to="2017-03-01"))
    assert changes(told(harbour, from_="2017-03-06", to="2017-03-09")) == []


def test_a_fact_learned_late_belongs_to_the_day_it_was_learned_and_to_the_place_it_was_recorded(
    harbour: Tracker,
) -> None:
    before = str(harbour.store.position())
    record(harbour, *on("2017-03-02", note("late", headline="Known all along")))

    assert ("logged", "late") in changes(told(harbour, from_="2017-03-01", to="2017-03-02"))
    assert ("logged", "late") not in changes(told(harbour, from_="2017-03-02"))
    assert changes(told(harbour, by="position", from_=before)) == [("logged", "late")]
    assert changes(told(harbour, by="recorded_at", from_="2017-03-05", to="2017-03-09")) == []


def test_the_correction_of_a_late_fact_is_told_on_its_own_day_with_what_it_was(harbour: Tracker) -> None:
    record(harbour, *on("2017-03-02", note("late", headline="Known for long")))
    record(harbour, *on("2017-03-06", {"type": "development.corrected", "target": "late",
                                       "changes": [{"field": "headline", "now": "Known all along"}]}))  # fmt: skip

    found = told(harbour, from_="2017-03-05", to="2017-03-07")

    assert changes(found) == [("corrected", "late")]
    assert found["changes"][0]["acts"][0]["fields"] == [
        {"field": "headline", "was": "Known for long", "now": "Known all along"}
    ]


def test_what_was_taken_back_and_reinstated_in_between_is_told_as_both(harbour: Tracker) -> None:
    record(harbour, *on("2017-03-05", {"type": "development.retraction_reversed", "target": "d1"}))

    found = told(harbour, from_="2017-03-03", to="2017-03-05")

    assert changes(found) == [
        ("retracted", "d1"), ("retraction_reversed", "d1"), ("claim_denied", "c1"), ("logged", "n2"),
    ]  # fmt: skip
    assert {each["status"] for each in found["changes"]} == {"standing"}


def test_nobody_is_told_of_what_they_may_not_see(harbour: Tracker) -> None:
    record(
        harbour, note("shown", visibility="public"), note("held", visibility="public", headline="canary"),
        {"type": "development.withheld", "target": "held", "reason": "legal canary"},
        note("later", visibility="public", embargo="2999-01-01T00:00:00Z", headline="canary too"),
        {"type": "claim.denied", "key": "desk-denial", "claim": "c1", "by": "ole", "unsourced": "x",
         "visibility": "desk", "headline": "canary three"},
    )  # fmt: skip
    asked = {"from_": "2017-03-05"}

    assert changes(told(harbour, READER, **asked)) == [("logged", "shown")]
    assert changes(told(harbour, READER)) == [("logged", "shown")]
    for viewer in (READER, REPORTER):
        assert b"canary" not in orjson.dumps(told(harbour, viewer, **asked))
    assert ("withheld", "held") in changes(told(harbour, ARCHIVIST, **asked))
    assert ("logged", "later") not in changes(told(harbour, ARCHIVIST, **asked))

    record(harbour, {"type": "development.released", "target": "held"})
    freed = told(harbour, READER, **asked)
    assert changes(freed) == [("logged", "shown"), ("logged", "held")]
    assert b"legal" not in orjson.dumps(freed)


def test_a_link_to_a_story_is_told_to_whoever_may_see_that_story(harbour: Tracker) -> None:
    record(
        harbour, note("shown", visibility="public"), {"type": "story.opened", "story": "canary", "title": "A secret"},
        {"type": "story.linked", "story": "harbour", "other": "canary", "relation": "precedent"},
    )  # fmt: skip

    assert b"canary" not in orjson.dumps(told(harbour, READER, from_="2017-03-05"))
    (link,) = (each for each in told(harbour, REPORTER, from_="2017-03-05")["changes"] if each["kind"] == "story_link")
    assert link["title"] == "precedent: canary"


def test_a_story_nobody_may_see_is_absent(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))

    with pytest.raises(NoSuchStory):
        told(tracker, READER)


def test_a_redacted_field_is_in_no_comparison(harbour: Tracker) -> None:
    record(
        harbour, {"type": "development.corrected", "target": "n1", "changes": [{"field": "summary", "now": "canary"}]}
    )
    record(harbour, {"type": "detail.redacted", "target": "n1", "fields": ["summary"], "authority": "court"})

    assert b"canary" not in orjson.dumps(told(harbour, from_="2017-03-01"))


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"from": "yesterday"}, "from"), ({"to": "soon"}, "to"), ({"by": "weather"}, "by"),
     ({"by": "position", "from": "2017"}, None), ({"by": "position", "from": "first"}, "from")],
)  # fmt: skip
def test_a_moment_that_cannot_be_read_is_refused_by_name(tracker: Tracker, asked: Any, field: str | None) -> None:
    if field is None:
        assert read_between(asked, tracker.zone)
        return
    with pytest.raises(BadQuestion) as refusal:
        read_between(asked, tracker.zone)
    assert refusal.value.name == field


def test_a_comparison_is_a_table_too(harbour: Tracker) -> None:
    table = [dict(zip(COLUMNS, row, strict=True)) for row in rows(told(harbour, from_="2017-03-02", to="2017-03-03"))]

    corrected = next(row for row in table if row["consequence"] == "corrected")
    assert (corrected["field"], corrected["was"], corrected["now"]) == (
        "headline",
        "A contract",
        "A contract, at night",
    )
    assert len(table) == 3


def test_the_moments_of_a_story_are_the_instants_at_which_something_became_known(harbour: Tracker) -> None:
    with reading(harbour.engine) as connection:
        known = moments(connection, "harbour", EDITOR, harbour.clock(), harbour.zone)

    assert [(moment.at[:10], moment.number, moment.word, moment.title) for moment in known] == [
        ("2017-03-01", 3, "claim_asserted", "Quint: it was open"),
        ("2017-03-02", 3, "claim_denied", "Quint: it was open"),
        ("2017-03-03", 3, "corrected", "A contract, at night"), ("2017-03-04", 1, "retracted", "Brand denies it"),
        ("2017-03-05", 1, "logged", "A second contract"),
    ]  # fmt: skip
    assert step(known, None, -1) == known[3]
    assert step(known, known[3].at, 1) == known[4]
    assert step(known, known[4].at, 1) is None
    assert step(known, known[0].at, -1) is None
    assert step(known, "2017-03-02T00:00:00.000000Z", -1) == known[0]
    assert step([], None, -1) is None


def test_nothing_hidden_makes_a_moment(harbour: Tracker) -> None:
    record(
        harbour, *on("2017-03-09", note("desk", visibility="desk")), *on("2017-03-06", note("n3", visibility="public"))
    )

    with reading(harbour.engine) as connection:
        seen = [
            [moment.at[:10] for moment in moments(connection, "harbour", viewer, harbour.clock(), harbour.zone)]
            for viewer in (READER, REPORTER, EDITOR)
        ]

    assert seen[0] == ["2017-03-01", "2017-03-06"]
    assert [days[-1] for days in seen] == ["2017-03-06", "2017-03-06", "2017-03-09"]


def test_the_other_clocks_stop_where_something_had_happened_or_was_public(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR, note("n1", occurred="2016-09", made_public="2017-03-01"), note("n2", occurred="2016-09-08")
    )

    with reading(tracker.engine) as connection:
        happened, public = (
            moments(connection, "harbour", EDITOR, tracker.clock(), tracker.zone, clock)
            for clock in ("occurred_by", "public_at")
        )

    assert [moment.at[:10] for moment in happened] == ["2016-09-08", "2016-09-30"]
    assert [(moment.at[:10], moment.number) for moment in public] == [("2017-03-01", 1)]
