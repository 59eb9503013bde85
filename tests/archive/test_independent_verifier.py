"""The forty lines in the documentation check an export without us, and are not to be fooled."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import HARBOUR, note, record
from tracker.archive import checkpoints, signing_keys
from tracker.archive.cloudevents import export
from tracker.bootstrap import Tracker
from tracker.db import reading

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verify.md"
PROGRAM = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]

Lines = list[dict[str, Any]]


@pytest.fixture
def tracker(sqlite_tracker: Tracker) -> Tracker:
    """A log of seven events in three streams, with letters and marks that JSON writes in more than one way."""
    record(sqlite_tracker, HARBOUR, note("n1", text="“Ünïcode” \t \\ / \u2028 \U0001f4f0 and \x7f"))
    record(sqlite_tracker, {"type": "actor.added", "key": "quint", "name": "Mara Quint", "kind": "person"})
    record(sqlite_tracker, note("n2"), note("n3"), {
        "type": "note.logged", "story": "harbour", "key": "n4", "text": "Said", "sources": [
            {"key": "clerk", "description": "A clerk", "terms": "background", "identity": "Ida Brandt"}]})  # fmt: skip
    return sqlite_tracker


def run(tracker: Tracker, folder: Path, lines: Lines, checkpoint: str = "", key: str = "") -> tuple[int, str]:
    """What the program says, run by a Python that knows nothing of ours."""
    with reading(tracker.engine) as connection:
        verifier = str(signing_keys.verifiers(connection)[0])
    (folder / "check.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "log.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    (folder / "kept.txt").write_text(checkpoint or signed(tracker), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py", "log.jsonl", "kept.txt", key or verifier], cwd=folder,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, (done.stdout + done.stderr).strip()


def signed(tracker: Tracker) -> str:
    return str(checkpoints.signed(tracker.engine, tracker.settings, tracker.clock()))


def lines(tracker: Tracker) -> Lines:
    return [json.loads(line) for line in export(tracker.engine)]


def test_forty_lines_check_an_exported_log(tracker: Tracker, tmp_path: Path) -> None:
    kept = signed(tracker)
    record(tracker, note("n5"))

    assert len([line for line in PROGRAM.splitlines() if line.strip()]) <= 40
    assert "tracker" not in PROGRAM
    assert run(tracker, tmp_path, lines(tracker), kept) == (
        0, "8 events as they were written; the first 7 are those of the checkpoint of story-tracker",
    )  # fmt: skip


TAMPERED: dict[str, tuple[Callable[[Lines], object], str]] = {
    "edited": (lambda lines: lines[1]["data"].update(text="Another"), "Position 2 is not what was written"),
    "deleted": (lambda lines: lines.pop(2), "Position 3 is not what was written"),
    "swapped": (lambda lines: lines.insert(3, lines.pop(4)), "Position 4 is not what was written"),
    "cut": (lambda lines: lines.pop(), "The checkpoint is of another log"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_they_name_the_first_position_that_is_not_what_was_written(
    tracker: Tracker, tmp_path: Path, how: str
) -> None:
    act, said = TAMPERED[how]
    kept, changed = signed(tracker), lines(tracker)
    act(changed)

    assert run(tracker, tmp_path, changed, kept) == (1, said)


def test_they_believe_no_checkpoint_that_was_not_signed_with_the_key(tracker: Tracker, tmp_path: Path) -> None:
    kept = signed(tracker)
    with reading(tracker.engine) as connection:
        old = str(signing_keys.verifiers(connection)[0])
    checkpoints.signed(tracker.engine, tracker.settings, tracker.clock(), new_key=True)

    forged = run(tracker, tmp_path, lines(tracker), kept.replace("\n7\n", "\n6\n"), old)
    others = run(tracker, tmp_path, lines(tracker), kept)

    assert forged == others == (1, "The checkpoint was not signed with this key")
    assert run(tracker, tmp_path, lines(tracker), kept, old)[0] == 0
