"""Documents are kept once, as what they are; and a quoted passage is found where it stands."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.newsroom import HARBOUR, note, record
from tracker.archive import forgetting
from tracker.archive.documents import Documents, NotKept, hash_of
from tracker.archive.passages import find, in_context
from tracker.bootstrap import Tracker
from tracker.cli import cli

LETTER = b"Dear council,\n\nthe contract was signed at night.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Documents:
    return Documents(tmp_path / "documents")


def files(documents: Documents) -> list[Path]:
    return [path for path in documents._folder.rglob("*") if path.is_file()]


def test_the_same_document_is_kept_once_and_found_by_its_hash(folder: Documents) -> None:
    first, again = folder.keep(LETTER), folder.keep(LETTER)

    assert first == again
    assert len(files(folder)) == 1
    assert folder.find(first.hash) == (first, LETTER)
    assert hash_of(first.reference) == first.hash


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (LETTER, "text/plain"),
        ("Grüße".encode(), "text/plain"),
        (b"  <!DOCTYPE html><title>x</title>", "text/html"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
    ],
)
def test_a_document_is_what_its_bytes_say(folder: Documents, content: bytes, media_type: str) -> None:
    assert folder.keep(content).media_type == media_type


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\x00" * 60, "no kind of document"),
        (b"MZ\x90\x00\x03" + b"\x00" * 60, "no kind of document"),
        (b"text\x00with a NUL", "no kind of document"),
        (b"a" * (10 * 1024 * 1024 + 1), "at most 10 MB"),
    ],
)
def test_what_is_no_document_is_refused_and_leaves_nothing(folder: Documents, content: bytes, why: str) -> None:
    with pytest.raises(NotKept, match=why):
        folder.keep(content)
    assert not folder._folder.exists()


def test_a_document_that_was_tampered_with_is_not_shown(folder: Documents) -> None:
    kept = folder.keep(LETTER)
    files(folder)[0].write_bytes(b"another letter")

    assert folder.find(kept.hash) is None


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash_leads_nowhere(folder: Documents, wrong: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        folder.find(wrong)


def source(key: str, document: str) -> dict[str, str]:
    return {"type": "source.added", "key": key, "description": key, "document": document, "terms": "background"}


def test_a_forgotten_source_takes_its_document_with_it_unless_another_rests_on_it(
    tracker: Tracker, folder: Documents
) -> None:
    shared, own = folder.keep(LETTER), folder.keep(b"only the aide had this")
    record(tracker, HARBOUR, source("aide", own.reference), source("clerk", shared.reference),
           source("guard", shared.reference), note("n1"))  # fmt: skip

    record(tracker, {"type": "source.forgotten", "key": "aide"}, {"type": "source.forgotten", "key": "clerk"})
    forgetting.follow(tracker.engine, folder)
    one_left = (folder.find(own.hash), folder.find(shared.hash))
    record(tracker, {"type": "source.forgotten", "key": "guard"})
    forgetting.follow(tracker.engine, folder)

    assert one_left[0] is None
    assert one_left[1] is not None
    assert files(folder) == []
    assert forgetting.follow(tracker.engine, folder) == 0


TEXT = "He said: “I did not\n  meet them.” Later he said: \"I did not meet them.\" And left."


def test_a_passage_is_found_across_line_breaks_and_kinds_of_quotation_marks() -> None:
    place = find(TEXT, '"I did not meet them."')

    assert place is not None
    assert TEXT[slice(*place)] == "“I did not\n  meet them.”"


def test_of_several_places_the_one_with_the_right_surroundings_is_meant() -> None:
    place = find(TEXT, "I did not meet them.", prefix="Later he said: “", suffix="” And")

    assert place is not None
    assert place[0] > TEXT.index("Later")


@pytest.mark.parametrize("words", ["", "   ", "never said", "I did not. meet them"])
def test_what_does_not_stand_there_is_not_found(words: str) -> None:
    assert find(TEXT, words) is None


def test_far_from_a_passage_the_text_is_left_out() -> None:
    text = "a " * 2_000 + "THE WORDS" + " b" * 2_000

    shown = in_context(text, [{"exact": "THE WORDS"}], around=100)

    assert [part.text for part in shown if part.marked] == ["THE WORDS"]
    assert sum(len(part.text) for part in shown) < 300
    assert [part.gap for part in shown] == [True, False, False, False, True]


@given(st.text(alphabet="ab \n", max_size=200), st.lists(st.text(alphabet="ab ", min_size=1, max_size=4), max_size=4))
def test_what_is_shown_is_the_text_in_order_and_never_twice(text: str, quotes: list[str]) -> None:
    shown = in_context(text, [{"exact": quote} for quote in quotes], around=10)

    at = 0
    for part in shown:
        at = text.index(part.text, at) + len(part.text)
    assert sum(len(part.text) for part in shown) <= len(text)
    if not any(part.gap for part in shown):
        assert "".join(part.text for part in shown) == text


def test_the_command_keeps_files_and_says_what_to_call_them(sqlite_database: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(LETTER)
    (tmp_path / "thing.zip").write_bytes(b"PK\x03\x04" + b"\x00" * 40)
    environment = {"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32,
                   "TRACKER_DOCUMENTS": str(tmp_path / "kept")}  # fmt: skip

    kept = CliRunner().invoke(cli, ["keep", str(tmp_path / "letter.txt")], env=environment)
    refused = CliRunner().invoke(cli, ["keep", str(tmp_path / "thing.zip")], env=environment)

    reference = kept.output.split()[0]
    assert Documents(tmp_path / "kept").find(hash_of(reference)) is not None
    assert (refused.exit_code, "no kind of document" in refused.output) == (2, True)
