"""Documents from the browser: kept while logging, shown with the passage marked, given out so that nothing runs."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.newsroom import EDITOR, READER, REPORTER, SPORTS_EDITOR, look
from tests.web.visiting import Page, Visitor
from tracker.bootstrap import Tracker
from tracker.wsgi import create_app

LETTER = "Dear council,\n\nit is agreed:  “the contract is signed\nat night” and <b>nobody</b> is told.\n".encode()
STATEMENT = {
    "speaker": "Maria M\u00fcller", "quotes": "the contract is signed at night", "source": "A letter to the council",
    "visibility": "public",
}  # fmt: skip


@pytest.fixture
def harbour(harbour: Tracker, tmp_path: Path) -> Tracker:
    harbour.settings = replace(harbour.settings, documents=str(tmp_path / "documents"))
    return harbour


@pytest.fixture
def app(harbour: Tracker) -> Flask:
    return create_app(harbour)


def log(visitor: Visitor, content: bytes = LETTER, name: str = "letter.txt", **typed: Any) -> TestResponse:
    page = visitor.read("/stories/harbour/log?type=statement.made")
    given = page.form("/stories/harbour/log")["values"] | STATEMENT | typed
    return visitor.client.post(
        "/stories/harbour/log", data=given | {"source_file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )  # fmt: skip


def kept(tracker: Tracker) -> tuple[str, str]:
    """The key of the statement and the hash of its document."""
    each = look(tracker)["developments"][-1]
    return each["key"], each["sources"][0]["document"].removeprefix("sha256:")


def test_a_document_kept_while_logging_is_shown_with_its_passage(app: Flask, harbour: Tracker) -> None:
    answer = log(Visitor(app, EDITOR))
    key, hash = kept(harbour)
    path = f"/stories/harbour/developments/{key}/documents/{hash}"

    page = Visitor(app, READER).read(path)

    assert answer.status_code == 303
    assert "<mark>the contract is signed\nat night</mark>" in page.markup
    assert "&lt;b&gt;nobody" in page.markup
    assert path in Visitor(app, READER).read(f"/stories/harbour/developments/{key}").markup


def test_the_file_is_saved_and_runs_nowhere(app: Flask, harbour: Tracker) -> None:
    log(Visitor(app, EDITOR), b"<!doctype html><script>alert(1)</script>the contract is signed at night", "page.html")
    key, hash = kept(harbour)

    answer = Visitor(app, READER).get(f"/stories/harbour/developments/{key}/documents/{hash}/file")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={hash[:16]}.html"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    shown = Visitor(app, READER).read(f"/stories/harbour/developments/{key}/documents/{hash}")
    assert "alert(1)" not in shown.markup
    assert "<mark>" in shown.markup


def test_a_document_is_seen_by_whoever_sees_what_rests_on_it(app: Flask, harbour: Tracker) -> None:
    log(Visitor(app, EDITOR), visibility="newsroom")
    key, hash = kept(harbour)
    ben, dora = Visitor(app, REPORTER), Visitor(app, READER)
    for of, named in ((key, hash), ("n1", hash), (key, "0" * 64)):
        path = f"/stories/harbour/developments/{of}/documents/{named}"

        assert ben.get(path).status_code == (200 if (of, named) == (key, hash) else 404)
        assert [dora.get(f"{path}{more}").status_code for more in ("", "/file")] == [404, 404]


def test_a_background_sources_document_is_not_the_publics(app: Flask, harbour: Tracker) -> None:
    log(Visitor(app, EDITOR), source_terms="background", source_identity="Jane Roe")
    key, hash = kept(harbour)

    assert Visitor(app, REPORTER).get(f"/stories/harbour/developments/{key}/documents/{hash}").status_code == 200
    assert Visitor(app, READER).get(f"/stories/harbour/developments/{key}/documents/{hash}").status_code == 404
    assert "Jane Roe" not in "".join(event.data for event in harbour.store.read_all())


def test_a_file_that_is_no_document_is_refused_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, harbour: Tracker
) -> None:
    answer = log(Visitor(app, EDITOR), b"PK\x03\x04" + b"\x00" * 40, "archive.zip")
    page = Page("/", answer.text)

    assert answer.status_code == 422
    assert "no kind of document" in page.errors["source_file"]
    assert page.form("/stories/harbour/log")["values"]["source"] == "A letter to the council"


def test_what_is_sent_again_after_a_mistake_keeps_its_file(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    first = Page("/stories/harbour/log", log(visitor, speaker="").text)

    again = visitor.send(first, form="/stories/harbour/log", speaker="Maria Müller")

    assert again.status_code == 303
    assert harbour.documents.find(kept(harbour)[1]) is not None


def test_details_are_redacted_with_an_authority(app: Flask, harbour: Tracker) -> None:
    log(Visitor(app, EDITOR), summary="Her address is 1 Harbour Street")
    key, _ = kept(harbour)
    visitor, path = Visitor(app, EDITOR), f"/stories/harbour/developments/{kept(harbour)[0]}/redact"

    status, page = visitor.send_page(visitor.read(path))
    done = visitor.send(page, fields="summary", authority="the court")

    assert (status, page.errors["authority"]) == (422, "Say on whose authority; it stays on record.")
    assert done.status_code == 303
    assert "Harbour Street" not in Visitor(app, REPORTER).read(f"/stories/harbour/developments/{key}").markup


def test_a_source_is_forgotten_with_a_reason_and_its_document_goes(app: Flask, harbour: Tracker) -> None:
    log(Visitor(app, EDITOR), source_terms="background", source_identity="Jane Roe")
    key, hash = kept(harbour)
    source = look(harbour)["developments"][-1]["sources"][0]["key"]
    visitor = Visitor(app, EDITOR)

    status, page = visitor.send_page(visitor.read(f"/sources/{source}/forget"))
    done = visitor.send(page, reason="We promised")

    assert (status, "reason" in page.errors) == (422, True)
    assert done.status_code == 303
    assert harbour.documents.find(hash) is None
    assert "This source is forgotten" in visitor.read(f"/sources/{source}/forget").words
    assert visitor.get(f"/stories/harbour/developments/{key}/documents/{hash}").status_code == 404
    assert Visitor(app, REPORTER).get(f"/sources/{source}/forget").status_code == 403


def test_a_sealed_detail_is_read_with_a_reason_by_whoever_edits_the_story(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    log(visitor, sealed_name="Her phone (home)", sealed_text="555-0100")
    path = f"/stories/harbour/developments/{kept(harbour)[0]}/sealed"

    status, page = visitor.send_page(visitor.read(path), detail="her_phone_home")
    _, shown = visitor.send_page(page, detail="her_phone_home", reason="To call her back")

    assert (status, "reason" in page.errors, "555-0100" in page.words) == (422, True, False)
    assert "555-0100" in shown.words
    assert Visitor(app, SPORTS_EDITOR).get(path).status_code in {403, 404}
    assert Visitor(app, REPORTER).get(path).status_code == 403
