"""A deposit is a bag that any BagIt tool accepts, checkable without us, and silent about what it must not say."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import bagit
import orjson
import pytest

from tests.archive.exports.conftest import CANARIES, SITE
from tests.newsroom import ARCHIVIST, HARBOUR, READER, note, record
from tracker.accounts.people import Principal
from tracker.archive.documents import Documents
from tracker.archive.exports.deposit import documents_of, log_of, write_bag, zipped_bag
from tracker.archive.exports.told import tell
from tracker.bootstrap import Tracker
from tracker.db import reading


def bag(tracker: Tracker, folder: Path, viewer: Principal) -> Path:
    document = folder.parent / hashlib.sha256(b"a letter").hexdigest()
    document.write_bytes(b"a letter")
    with reading(tracker.engine) as connection:
        telling = tell(connection, "harbour", viewer, tracker.clock(), tracker.zone, SITE)
        log = log_of(connection, telling, viewer, telling.now)
        write_bag(folder, telling, log, evidence={"checkpoint.txt": b"signed\n"}, documents=[document])
    return folder


def test_a_bag_validates_and_is_found_out_when_a_byte_changes(carried: Tracker, tmp_path: Path) -> None:
    folder = bag(carried, tmp_path / "bag", ARCHIVIST)

    bagit.Bag(str(folder)).validate()
    held = {str(path.relative_to(folder / "data")) for path in (folder / "data").rglob("*") if path.is_file()}
    assert held >= {"README.md", "log.jsonl", "checkpoint.txt", "stories.db", "stories/harbour.html",
                    "stories/harbour.json"}  # fmt: skip
    assert len([name for name in held if name.startswith("documents/")]) == 1

    (folder / "data/checkpoint.txt").write_bytes(b"forged\n")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_the_hashes_of_a_deposit_are_checked_by_what_its_readme_says(carried: Tracker, tmp_path: Path) -> None:
    lines = (bag(carried, tmp_path / "bag", ARCHIVIST) / "data/log.jsonl").read_bytes().splitlines()
    events = [json.loads(line) for line in lines]
    whole = [event for event in events if event["data"] is not None and "redacted" not in event]

    for event in whole:
        hashed = {
            "id": event["id"], "stream": event["subject"], "version": int(event["streamversion"]),
            "type": event["type"], "recorded_at": event["recordedtime"], "recorded_by": event["recordedby"],
            "learned_at": event["learnedtime"], "causation": event["causationid"],
            "correlation": event.get("correlationid"), "prev_hash": event.get("prevhash"), "data": event["data"],
        }  # fmt: skip
        assert hashlib.sha256(orjson.dumps(hashed, option=orjson.OPT_SORT_KEYS)).hexdigest() == event["eventhash"]
    assert len(whole) > len(events) / 2
    assert [event["sequence"] for event in events] == sorted(event["sequence"] for event in events)


def test_a_deposit_says_nothing_off_the_record_and_a_public_one_only_what_is_public(
    carried: Tracker, tmp_path: Path
) -> None:
    def holds(folder: Path) -> set[str]:
        bodies = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        return {canary for canary in CANARIES if any(canary.encode() in body for body in bodies)}

    assert holds(bag(carried, tmp_path / "archive", ARCHIVIST)) == {"CANARY-desk", "CANARY-newsroom"}
    assert holds(bag(carried, tmp_path / "public", READER)) == set()


def test_the_page_opens_without_anything_from_elsewhere(carried: Tracker, tmp_path: Path) -> None:
    page = (bag(carried, tmp_path / "bag", READER) / "data/stories/harbour.html").read_text()

    assert "The harbour &lt;contract&gt;" in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "src=" not in page


def test_the_documents_of_what_is_told_go_with_it_and_no_others(tracker: Tracker, tmp_path: Path) -> None:
    kept = Documents(tmp_path / "documents")
    shown, hidden, unused = (kept.keep(word) for word in (b"shown", b"hidden", b"unused"))
    sources = [{"description": each.hash[:8], "document": each.reference} for each in (shown, hidden)]
    record(tracker, HARBOUR, note("n1", visibility="public", unsourced="", sources=sources[:1]),
           note("n2", visibility="public", unsourced="", sources=sources[:1]),
           note("n3", visibility="desk", unsourced="", sources=sources[1:]))  # fmt: skip

    with reading(tracker.engine) as connection:
        telling = tell(connection, "harbour", READER, tracker.clock(), tracker.zone, SITE)

    assert [path.name for path in documents_of(telling, kept)] == [shown.hash]
    assert kept.path(unused.hash) is not None


def test_a_deposit_never_mixes_with_what_is_there(carried: Tracker, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")

    with pytest.raises(FileExistsError, match="empty folder"):
        bag(carried, tmp_path, READER)


def test_a_browser_gets_the_bag_as_one_file(carried: Tracker) -> None:
    with reading(carried.engine) as connection:
        telling = tell(connection, "harbour", READER, carried.clock(), carried.zone, SITE)
        log = log_of(connection, telling, READER, telling.now)
        body = zipped_bag(telling, log, evidence={}, documents=())

    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert "harbour/bagit.txt" in names
    assert "harbour/data/stories/harbour.html" in names
