"""A story in outline: what lists and charts are made of, who may see it, and that it equals a replay."""

from typing import Any

import pytest
from sqlalchemy import select, text

from tests.newsroom import ARCHIVIST, EDITOR, HARBOUR, READER, REPORTER, note, record, requests
from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.eventstore import subscriptions
from tracker.projections import activity, following, outline
from tracker.projections.board import board

SAID: list[dict[str, Any]] = [
    {"type": "statement.made", "key": "s1", "speaker": "Mara Quint", "occurred": "2017-02", "sources": ["a pilot"],
     "visibility": "public"},
    {"type": "claim.asserted", "key": "c1", "text": "It was open.", "via": "s1", "visibility": "public"},
]  # fmt: skip
FOR_THE_DESK = {"field": "visibility", "now": "desk"}


def lines(tracker: Tracker, viewer: Principal = EDITOR) -> dict[str, outline.Line]:
    with reading(tracker.engine) as connection:
        found = outline.lines(connection, "story/harbour", sight(viewer, "politics"), tracker.clock())
    return {line.key: line for line in found}


def test_what_was_said_via_another_inherits_its_date_and_its_speaker(tracker: Tracker) -> None:
    record(tracker, HARBOUR, *SAID)

    line = lines(tracker)["c1"]

    assert (line.edtf, line.actor, line.state) == ("2017-02", "mara-quint", "asserted")


@pytest.mark.parametrize(
    ("act", "viewer"),
    [
        ({"type": "embargo.set", "target": "s1", "until": "2999-01-01T00:00:00Z"}, ARCHIVIST),
        ({"type": "development.withheld", "target": "s1", "reason": "legal"}, REPORTER),
        ({"type": "development.corrected", "target": "s1", "changes": [FOR_THE_DESK]}, READER),
    ],
    ids=["embargo", "withheld", "visibility"],
)
def test_what_was_said_via_another_is_hidden_with_it(tracker: Tracker, act: dict[str, Any], viewer: Principal) -> None:
    record(tracker, HARBOUR, note("n1", visibility="public"), *SAID)
    before = set(lines(tracker, viewer))

    record(tracker, act)

    assert before - set(lines(tracker, viewer)) == {"s1", "c1"}
    assert set(lines(tracker)) == {"n1", "s1", "c1"}
    with reading(tracker.engine) as connection:
        (line,) = board(connection, viewer, tracker.clock())
    assert line.developments == 1
    assert differences(tracker.engine)[2] == []


def test_the_state_of_a_claim_is_the_gravest_that_holds(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR, note("n1"), *SAID,
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "Ole Brand", "unsourced": "x"},
        {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["n1"], "unsourced": "x"},
    )  # fmt: skip

    found = lines(tracker)

    assert (found["c1"].state, found["x1"].state) == ("contradicted", "open")
    assert found["x1"].aimed == ["c1", "n1"]


def test_developments_are_counted_by_the_day_they_were_learned(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR | {"learned_at": "2017-01-01T00:00:00Z"},
        *(note(f"n{n}", learned_at=f"2017-03-0{1 + n % 2}T12:00:00Z") for n in range(5)),
    )  # fmt: skip

    with reading(tracker.engine) as connection:
        rows = connection.execute(select(activity.activity.c.day, activity.activity.c.number)).all()

    assert {tuple(row) for row in rows} == {("2017-03-01", 3), ("2017-03-02", 2)}


def test_an_edited_outline_is_found(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))
    with writing(tracker.engine) as connection:
        connection.execute(text("UPDATE outline SET headline = 'Rewritten'"))
        connection.execute(text("UPDATE activity SET number = 7"))
        connection.execute(text("DELETE FROM meanings"))

    found = {(each.kind, each.key) for each in differences(tracker.engine)[2]}

    assert found == {("outline", "n1"), ("activity", "by day"), ("meanings", "of its events")}


def test_views_of_a_former_shape_are_made_anew_and_tell_nobody(tracker: Tracker) -> None:
    tracker.handling.handle(requests(tracker, HARBOUR, note("n1")), "ana")
    following.catch_up(tracker.engine)
    with writing(tracker.engine) as connection:
        subscriptions.reset(connection, following.NAME)
        subscriptions.start_at(connection, "views", 2)
        for table in ("outline", "activity", "meanings"):
            connection.execute(text(f"DELETE FROM {table}"))

    handled = [following.catch_up(tracker.engine), following.catch_up(tracker.engine)]

    assert handled == [2, 0]
    assert differences(tracker.engine)[2] == []
