"""An exported log is checked by whoever has the file: no database, and nothing of it changed, left out or put in."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import HARBOUR, READER, note, record
from tracker.archive import bundles, checkpoints, evidence, signing_keys
from tracker.archive.bundles import Bundle, open_bundle, verify_all
from tracker.archive.cloudevents import NotTheLog, export
from tracker.archive.exports import deposit
from tracker.archive.exports.told import tell
from tracker.archive.notes import Verifier
from tracker.archive.verifying import Report
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.sample import demonstration

Lines = list[dict[str, Any]]


@pytest.fixture
def tracker(sqlite_tracker: Tracker) -> Tracker:
    """What is exported is the same from either database."""
    actor = {"type": "actor.added", "key": "quint", "name": "Mara Quint", "kind": "person"}
    record(sqlite_tracker, HARBOUR, note("n1"), actor, note("n2"), note("n3"))
    return sqlite_tracker


def exported(tracker: Tracker, stream: str | None = None) -> Lines:
    return [json.loads(line) for line in export(tracker.engine, stream)]


def signed(tracker: Tracker) -> str:
    return str(checkpoints.signed(tracker.engine, tracker.settings, tracker.clock()))


def keys(tracker: Tracker) -> list[Verifier]:
    with reading(tracker.engine) as connection:
        return signing_keys.verifiers(connection)


def check(lines: Lines, *notes: str, keys: list[Verifier] | None = None, **more: Any) -> Report:
    return verify_all(Bundle([json.dumps(line).encode() for line in lines], **more), notes, keys or [])


def proofs(tracker: Tracker, lines: Lines) -> list[bytes]:
    with reading(tracker.engine) as connection:
        return list(evidence.proofs(connection, [int(line["sequence"]) for line in lines], 5))


def test_a_whole_log_is_checked_against_its_checkpoint(tracker: Tracker) -> None:
    note = signed(tracker)

    report = check(exported(tracker), note, keys=keys(tracker))

    assert (report.well, report.events, report.size) == (True, 5, 5)
    assert [(each.holds, each.signed) for each in report.judgements] == [(True, True)]


def test_without_a_key_the_signature_is_said_to_be_unchecked(tracker: Tracker) -> None:
    (judgement,) = check(exported(tracker), signed(tracker)).judgements

    assert (judgement.holds, judgement.signed) == (True, False)


def test_a_forged_checkpoint_is_not_believed(tracker: Tracker) -> None:
    forged = signed(tracker).replace("\n5\n", "\n4\n")

    report = check(exported(tracker), forged, keys=keys(tracker))

    assert [problem.kind for problem in report.problems] == ["checkpoint"]
    assert "forged" in report.problems[0].what


TAMPERED: dict[str, tuple[Callable[[Lines], object], int, str]] = {
    "edited": (lambda lines: lines[1]["data"].update(headline="Another"), 2, "content"),
    "backdated": (lambda lines: lines[3].update(learnedtime="2016-01-01T00:00:00.000000Z"), 4, "content"),
    "deleted": (lambda lines: lines.pop(1), 2, "missing"),
    "deleted in the story": (lambda lines: lines.pop(3), 4, "missing"),
    "swapped": (lambda lines: lines.insert(1, lines.pop(2)), 2, "order"),
    "twice": (lambda lines: lines.insert(2, lines[1]), 2, "order"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_line_that_is_not_what_it_was_is_named(tracker: Tracker, how: str) -> None:
    act, first_wrong, kind = TAMPERED[how]
    lines = exported(tracker)
    act(lines)

    report = check(lines)

    assert report.first_wrong == first_wrong, report.problems
    assert kind in {problem.kind for problem in report.problems if problem.position == first_wrong}


def test_a_cut_tail_is_seen_by_the_checkpoint_only(tracker: Tracker) -> None:
    note = signed(tracker)

    assert check(exported(tracker)[:4]).well
    report = check(exported(tracker)[:4], note)

    assert not report.well
    assert "longer log" in report.problems[0].what


def test_one_storys_events_are_evidence_and_proved_one_by_one(tracker: Tracker) -> None:
    lines = exported(tracker, "story/harbour")
    note = signed(tracker)
    true = proofs(tracker, lines)

    report = check(lines, checkpoint=note, proofs=true, keys=keys(tracker))

    assert (report.well, report.events) == (True, 4)
    assert [each.said for each in report.judgements] == [
        "4 events were proved to be in the log of the checkpoint of 5 events"
    ]
    unproved = check(lines, note)
    assert [problem.kind for problem in unproved.problems] == ["checkpoint"]


def test_a_proof_that_is_missing_or_of_something_else_is_named(tracker: Tracker) -> None:
    lines = exported(tracker, "story/harbour")
    true = proofs(tracker, lines)
    other = [json.loads(proof) for proof in true]
    other[1]["path"] = other[2]["path"]

    missing = check(lines, proofs=true[:3])
    wrong = check(lines, proofs=[json.dumps(proof).encode() for proof in other])

    assert [(problem.position, problem.kind) for problem in missing.problems] == [(5, "proof")]
    assert [(problem.position, problem.kind) for problem in wrong.problems] == [(2, "proof")]


def test_a_withheld_event_keeps_its_place_in_the_chain(tracker: Tracker) -> None:
    lines = exported(tracker)
    kept = {"id", "source", "specversion", "sequence", "streamversion", "recordedtime", "prevhash", "eventhash"}
    lines[3] = {name: value for name, value in lines[3].items() if name in kept} | {"data": None, "withheld": True}

    assert check(lines, signed(tracker), keys=keys(tracker)).well
    lines[3]["eventhash"] = "0" * 64
    assert not check(lines).well


def test_a_deposit_is_opened_as_a_folder_or_a_file(tracker: Tracker, tmp_path: Path) -> None:
    lines = b"".join(export(tracker.engine, "story/harbour"))
    positions = [1, 2, 4, 5]
    files = {"log.jsonl": lines, **evidence.files(tracker.engine, tracker.settings, tracker.clock(), positions)}
    (tmp_path / "bag" / "data").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "bag.zip", "w") as archive:
        for name, content in files.items():
            (tmp_path / "bag" / "data" / name).write_bytes(content)
            archive.writestr(f"harbour/data/{name}", content)
    (tmp_path / "log.jsonl").write_bytes(lines)

    for path in ("bag", "bag.zip"):
        with open_bundle(tmp_path / path) as bundle:
            report = verify_all(bundle, [], keys(tracker))
        assert (report.well, len(report.judgements)) == (True, 1), report.problems
    with open_bundle(tmp_path / "log.jsonl") as bundle:
        assert verify_all(bundle, [], []).well


def test_the_deposit_of_a_story_proves_itself(sqlite_tracker: Tracker, tmp_path: Path) -> None:
    demonstration.load(sqlite_tracker)
    with reading(sqlite_tracker.engine) as connection:
        telling = tell(
            connection, demonstration.STORY, READER, sqlite_tracker.clock(), sqlite_tracker.zone, "http://x.example"
        )
        log = list(deposit.log_of(connection, telling, READER, telling.now))
        positions = deposit.positions_of(connection, telling)
    proofs = evidence.files(sqlite_tracker.engine, sqlite_tracker.settings, sqlite_tracker.clock(), positions)
    deposit.write_bag(tmp_path / "bag", telling, log, evidence=proofs, documents=())

    with open_bundle(tmp_path / "bag") as bundle:
        report = verify_all(bundle, [], keys(sqlite_tracker))

    assert (report.problems, report.events) == ([], len(positions))
    assert [(each.holds, each.signed) for each in report.judgements] == [(True, True)]


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"specversion": "1.0", "id": "x"}', b'{"specversion": "1.0", "sequence": "x"}']
)
def test_a_line_that_is_no_event_is_named(line: bytes) -> None:
    with pytest.raises(NotTheLog, match="line 1"):
        bundles.verify(Bundle([line]))


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"leaf_hash": "AA==", "root": "AA==", "path": [], "index": 0, "size": 1}']
)
def test_a_line_that_is_no_proof_is_named(line: bytes) -> None:
    with pytest.raises(NotTheLog, match="line 1"):
        bundles.verify(Bundle([], proofs=[line]))
