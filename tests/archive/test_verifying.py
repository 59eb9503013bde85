"""Whatever an owner does to the log behind its triggers is found, and the first wrong position is named."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, update

from tests.archive.tampering import cut_tail, drop_guards, rewrite, swap, tamper
from tests.newsroom import HARBOUR, note, record
from tracker.archive import checking, checkpoints, verifying, walking
from tracker.archive.checkpoints import Checkpoint
from tracker.archive.verifying import Report, verify
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.eventstore import sealing
from tracker.eventstore.tables import head, nodes
from tracker.projections import following

SEALED = {
    "type": "note.logged", "story": "harbour", "key": "n5", "text": "From inside", "sources": [
        {"key": "clerk", "description": "A clerk", "number": "one", "proximity": "firsthand", "terms": "background",
         "identity": "Ida Brandt"}],
}  # fmt: skip


@pytest.fixture
def kept(tracker: Tracker) -> Checkpoint:
    """Ten events: eight notes on one story, an actor and a source; and the checkpoint of the first six of them."""
    record(tracker, HARBOUR, note("n1"), note("n2"), note("n3"))
    record(tracker, {"type": "actor.added", "key": "quint", "name": "Mara Quint", "kind": "person"}, note("n4"))
    checkpoint = now(tracker)
    record(tracker, SEALED)
    record(tracker, note("n6"), note("n7"))
    assert (checkpoint.size, tracker.store.position()) == (6, 10)
    return checkpoint


def now(tracker: Tracker) -> Checkpoint:
    with reading(tracker.engine) as connection:
        return checkpoints.now(connection, "story-tracker")


def kinds(report: Report) -> set[str]:
    return {problem.kind for problem in report.problems}


def test_an_untouched_log_is_what_was_written(tracker: Tracker, kept: Checkpoint) -> None:
    report = verify(tracker.engine, [kept, now(tracker)])

    assert (report.well, report.first_wrong, report.problems) == (True, None, [])
    assert (report.events, report.streams, report.root) == (10, 3, now(tracker).root)
    assert [judgement.holds for judgement in report.judgements] == [True, True]
    assert report.entries


def test_an_empty_log_is_well(tracker: Tracker) -> None:
    assert verify(tracker.engine).well


def test_it_is_the_same_in_small_pages(tracker: Tracker, kept: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PAGE", 3)
    monkeypatch.setattr(checking, "PAGE", 2)
    read, compared = list[int](), list[int]()

    report = verify(tracker.engine, [kept], progress=read.append, compared=compared.append)

    assert report.well
    assert read == [3, 6, 9, 10]
    assert (compared[0], compared[-1], sorted(compared)) == (1, 10, compared)


def test_of_a_log_that_is_wrong_from_end_to_end_no_more_is_kept_than_is_told(
    tracker: Tracker, kept: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MOST_NOTED", 3)
    monkeypatch.setattr(checking, "MOST_DIFFERENCES", 2)
    drop_guards(tracker.engine)
    edits = ("UPDATE events SET recorded_by = 'nobody'", "UPDATE entries SET stream = 'x/' || stream")
    tamper(tracker.engine, *edits)

    report = verify(tracker.engine)

    assert (report.first_wrong, len([each for each in report.problems if each.kind == "content"])) == (1, 3)
    assert len([each for each in report.problems if each.kind == "view"]) == 2


def test_a_destroyed_key_changes_nothing(tracker: Tracker, kept: Checkpoint) -> None:
    with writing(tracker.engine) as connection:
        (key,) = connection.execute(sealing.sealing_keys.select()).all()
        sealing.destroy(connection, key.id, tracker.clock())

    assert verify(tracker.engine, [kept]).well


TAMPERED: dict[str, tuple[Callable[[Engine], object], int, str]] = {
    "one byte of a body": (
        lambda e: tamper(e, "UPDATE events SET data = replace(data, 'Note n2', 'Note n9') WHERE position = 3"),
        3, "content",
    ),
    "a backdated event": (
        lambda e: tamper(e, "UPDATE events SET learned_at = '2016-01-01T00:00:00.000000Z' WHERE position = 4"),
        4, "content",
    ),
    "a body that is no JSON any more": (
        lambda e: tamper(e, "UPDATE events SET data = '{' WHERE position = 2"), 2, "content",
    ),
    "a deleted event": (lambda e: tamper(e, "DELETE FROM events WHERE position = 4"), 4, "missing"),
    "the first event deleted": (lambda e: tamper(e, "DELETE FROM events WHERE position = 1"), 1, "missing"),
    "an event put in at the end": (
        lambda e: tamper(
            e, "INSERT INTO events SELECT 11, 'e9', 'story/other', 1, type, recorded_at, recorded_by, learned_at,"
            " causation, correlation, NULL, hash, data FROM events WHERE position = 10",
        ), 11, "end",
    ),
    "two events swapped": (lambda e: swap(e, 3, 4), 3, "chain"),
    "two events of different streams swapped": (lambda e: swap(e, 5, 6), 5, "tree"),
    "two hashes swapped": (
        lambda e: tamper(
            e, "CREATE TABLE kept AS SELECT position, hash FROM events",
            "UPDATE events SET hash = (SELECT hash FROM kept WHERE kept.position = 5 - events.position)"
            " WHERE position IN (2, 3)",
        ), 2, "content",
    ),
    "an event and all hashes after it rewritten": (
        lambda e: rewrite(e, 5, tree_too=False, recorded_by="somebody else"), 5, "tree",
    ),
    "the last event rewritten": (
        lambda e: rewrite(e, 10, tree_too=False, recorded_by="somebody else"), 10, "tree",
    ),
    "a tail that was cut": (lambda e: tamper(e, "DELETE FROM events WHERE position > 8"), 9, "end"),
    "a tail cut with the head set back": (
        lambda e: tamper(e, "DELETE FROM events WHERE position > 8", "UPDATE head SET position = 8"), 9, "end",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_is_found_and_its_first_position_named(tracker: Tracker, kept: Checkpoint, how: str) -> None:
    act, first_wrong, kind = TAMPERED[how]
    drop_guards(tracker.engine)
    act(tracker.engine)

    report = verify(tracker.engine, [kept])

    said = "\n".join(f"{problem.kind}: {problem}" for problem in report.problems)
    assert report.first_wrong == first_wrong, said
    assert kind in {problem.kind for problem in report.problems if problem.position == first_wrong}, said


def test_an_edited_node_is_told_from_an_edited_event(tracker: Tracker, kept: Checkpoint) -> None:
    drop_guards(tracker.engine)
    blank = "'\\x00'::bytea" if tracker.engine.dialect.name == "postgresql" else "x'00'"
    for number in (1, 3, 8):
        tamper(tracker.engine, f"UPDATE nodes SET hash = {blank} WHERE number = {number}")

        report = verify(tracker.engine, [kept])

        (problem,) = report.problems
        assert (problem.kind, problem.position) == ("tree", None)
        assert "node 1 " in problem.what


def test_a_consistent_rewrite_is_shown_by_a_kept_checkpoint_and_by_nothing_else(
    tracker: Tracker, kept: Checkpoint
) -> None:
    later = now(tracker)
    drop_guards(tracker.engine)
    rewrite(tracker.engine, 8, tree_too=True, recorded_by="somebody else")
    following.rebuild(tracker.engine)

    alone, against = verify(tracker.engine), verify(tracker.engine, [kept, later])

    assert alone.well
    assert not against.well
    assert [judgement.holds for judgement in against.judgements] == [True, False]
    assert (kinds(against), against.first_wrong) == ({"checkpoint"}, 7)
    assert "from here to 10" in against.problems[0].what


def test_a_log_set_back_is_shown_by_a_kept_checkpoint_and_by_nothing_else(tracker: Tracker, kept: Checkpoint) -> None:
    later = now(tracker)
    drop_guards(tracker.engine)
    cut_tail(tracker.engine, 8)
    following.rebuild(tracker.engine)

    alone, against = verify(tracker.engine), verify(tracker.engine, [kept, later])

    assert alone.problems == []
    assert (kinds(against), against.first_wrong) == ({"checkpoint"}, 9)
    assert "cut, or it was set back" in against.problems[0].what


def test_an_edited_view_is_found_with_the_field_that_differs(tracker: Tracker, kept: Checkpoint) -> None:
    tamper(
        tracker.engine,
        "UPDATE entries SET body = replace(body, 'Note n2', 'Note n9') WHERE key = 'n2'",
        "DELETE FROM entries WHERE key = 'n3' AND kind = 'development'",
        "UPDATE streams SET version = 99 WHERE stream = 'story/harbour'",
    )

    report = verify(tracker.engine)

    assert kinds(report) == {"view"}
    said = [problem.what for problem in report.problems]
    assert any("“n2” differs in body: event.headline, body: event.text" in each for each in said), said
    assert any("“n3” is missing from the view" in each for each in said)
    assert any("ends elsewhere in the view" in each for each in said)
    assert report.first_wrong in {3, 4}


def test_an_edited_view_is_found_wherever_a_page_ends(
    tracker: Tracker, kept: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(
        tracker.engine, "UPDATE meanings SET word = 'retraction' WHERE position = 4",
        "INSERT INTO entries SELECT 'story/nowhere', kind, key, position, type, status, visibility, embargo, withheld,"
        " via, body FROM entries WHERE key = 'n2'",
    )  # fmt: skip
    for page in (1, 2, 500):
        monkeypatch.setattr(checking, "PAGE", page)

        said = [problem.what for problem in verify(tracker.engine).problems]

        assert said == [
            "story/harbour: meanings “of its events” differ from the replay",
            "story/nowhere: development “n2” belongs to a stream that the log does not have",
        ]


def test_a_program_that_grew_no_tree_is_named_as_such(tracker: Tracker, kept: Checkpoint) -> None:
    drop_guards(tracker.engine)
    with writing(tracker.engine) as connection:
        connection.execute(update(head).values(tree_size=0, frontier=b""))
        connection.execute(delete(nodes))

    (problem,) = verify(tracker.engine).problems

    assert (problem.kind, problem.position) == ("tree", None)
    assert "the next append will make it whole" in problem.what
