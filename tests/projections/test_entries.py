"""The views say what a replay says, at a cost that does not grow with history."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from tests.newsroom import HARBOUR, look, note, record, requests
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.projections import following
from tracker.projections.entries import NotFetched, Page, entry_changes
from tracker.sample import demonstration
from tracker.stories import codec

ACTS: list[dict[str, Any]] = [
    {"type": "claim.asserted", "key": "c1", "text": "The tender was open", "claimant": "Mara Quint", "unsourced": "x"},
    {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "Ole Brand", "unsourced": "x"},
    {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["n1"], "unsourced": "x"},
    {"type": "contradiction.explained", "key": "e1", "contradiction": "x1", "by": "mara-quint", "explanation": "No",
     "unsourced": "x"},
    {"type": "development.corrected", "target": "d1", "changes": [{"field": "claim", "now": "n1"}]},
    {"type": "development.retracted", "target": "d1", "reason": "misheard"},
    {"type": "development.retraction_reversed", "target": "d1"},
    {"type": "contradiction.dropped", "contradiction": "x1"},
    {"type": "demand.made", "key": "r1", "demanders": ["Ole Brand"], "action": "resign", "unsourced": "x"},
    {"type": "demand.joined", "demand": "r1", "demanders": ["Mara Quint"], "unsourced": "x"},
    {"type": "demand.met", "demand": "r1", "by": "n1"},
    {"type": "development.reclassified", "target": "n1", "as": "comment.declined", "fields": {"actor": "mara-quint"}},
    {"type": "position.taken", "actor": "mara-quint", "issue": {"key": "i", "text": "Rebuild it"}, "stance": "for",
     "unsourced": "x"},
    {"type": "question.raised", "key": "q1", "text": "Who signed?"},
    {"type": "question.answered", "question": "q1", "answer": "She did"},
    {"type": "detail.redacted", "target": "c1", "fields": ["text"], "authority": "court"},
]  # fmt: skip


@pytest.mark.parametrize("page", [1, 3, 500])
def test_the_views_equal_a_replay_whatever_the_size_of_a_page(tracker: Tracker, page: int) -> None:
    for each in [HARBOUR, note("n1"), *ACTS]:
        tracker.handling.handle(requests(tracker, each), "ana")

    following.catch_up(tracker.engine, page)

    streams, compared, found = differences(tracker.engine)
    assert (streams, found) == (3, [])
    assert compared > 12


def test_a_rebuild_gives_the_same_views_and_tells_nobody(tracker: Tracker) -> None:
    demonstration.load(tracker)
    before = look(tracker, demonstration.STORY)
    with reading(tracker.engine) as connection:
        told = connection.execute(select(func.count()).select_from(entry_changes)).scalar_one()

    rebuilt = following.rebuild(tracker.engine, page=7)

    assert rebuilt == tracker.store.position()
    assert look(tracker, demonstration.STORY) == before
    assert differences(tracker.engine)[2] == []
    with reading(tracker.engine) as connection:
        assert connection.execute(select(func.count()).select_from(entry_changes)).scalar_one() == told


def test_an_edited_view_is_found(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))
    with writing(tracker.engine) as connection:
        connection.execute(text("UPDATE entries SET status = 'retracted' WHERE key = 'n1'"))
        connection.execute(text("DELETE FROM entries WHERE kind = 'story'"))

    found = [str(each) for each in differences(tracker.engine)[2]]

    assert sorted(found) == [
        "story/harbour: development “n1” differs in status",
        "story/harbour: story “harbour” is missing from the view",
    ]


def test_projecting_a_page_takes_as_many_statements_late_in_a_story_as_early(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    counts = []
    for batch in range(3):
        tracker.handling.handle(requests(tracker, *(note(f"b{batch}n{n}") for n in range(200))), "ana")
        statements: list[str] = []

        def count(_c: object, _cur: object, statement: str, *_: object, seen: list[str] = statements) -> None:
            seen.append(statement)

        event.listen(tracker.engine, "before_cursor_execute", count)
        following.catch_up(tracker.engine)
        event.remove(tracker.engine, "before_cursor_execute", count)
        counts.append(len(statements))

    assert counts[1] == counts[2]


def test_an_event_touches_few_entries_however_long_the_story(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"), ACTS[0])
    for n in range(30):
        record(tracker, {"type": "claim.denied", "claim": "c1", "by": "mara-quint", "unsourced": str(n)})

    with reading(tracker.engine) as connection:
        most = connection.execute(
            select(func.count()).select_from(entry_changes).group_by(entry_changes.c.position)
        ).scalars()
        assert max(most) <= 3


def test_the_rule_can_ask_for_nothing_that_an_event_does_not_aim_at(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"), {"type": "development.retracted", "target": "n1", "reason": "x"})
    retracted = codec.recorded(tracker.store.read_all()[-1])

    with pytest.raises(NotFetched):
        Page({}).apply(retracted)


@pytest.mark.drill
def test_a_worker_killed_between_two_events_loses_and_doubles_nothing(tracker: Tracker, database_url: str) -> None:
    for each in [HARBOUR, note("n1"), *ACTS]:
        tracker.handling.handle(requests(tracker, each), "ana")
    killed = subprocess.run(
        [sys.executable, "-c", _DIES_AT_ITS_THIRD_PAGE, database_url],
        check=False, env={**os.environ, "PYTHONPATH": "."},
    )

    with reading(tracker.engine) as connection:
        reached = following.position(connection)
    handled = following.catch_up(tracker.engine)

    assert killed.returncode == -signal.SIGKILL
    assert reached == 2
    assert reached + handled == tracker.store.position()
    assert differences(tracker.engine)[2] == []
    with reading(tracker.engine) as connection:
        doubled = connection.execute(
            select(func.count()).select_from(entry_changes).group_by(
                entry_changes.c.position, entry_changes.c.kind, entry_changes.c.key
            )
        ).scalars()
        assert max(doubled) == 1


_DIES_AT_ITS_THIRD_PAGE = """
import os, signal, sys
from tracker import db
from tracker.projections import board, following
pages, project = [], board.project
def die_after_writing(connection, page):
    pages.append(page)
    project(connection, page)
    if len(pages) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
board.project = die_after_writing
following.catch_up(db.connect(sys.argv[1]), page=1)
"""
