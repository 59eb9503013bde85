"""Bringing a file into a story from the browser: looked at first, recorded then, taken back as a whole."""

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.newsroom import EDITOR, REPORTER, SPORTS_EDITOR, keys, look
from tests.web.visiting import Page, Visitor
from tracker.bootstrap import Tracker

TABLE = b"Suit;Filed\nAdams v. Port;in March 2016\nBaker v. Port;03/02/2016\n"
PATH = "/stories/harbour/import"


def choose(visitor: Visitor, content: bytes, name: str = "suits.csv", **typed: Any) -> TestResponse:
    form = visitor.read(PATH).form()
    return visitor.client.post(
        PATH, data=form["values"] | typed | {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def test_nothing_is_recorded_before_it_was_looked_at(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    before = harbour.store.position()

    page = Page(PATH, choose(visitor, TABLE).text)

    assert harbour.store.position() == before
    assert "Adams v. Port" in page.words
    assert "Nothing is recorded yet." in page.words


def test_html_is_read_as_plain_text_and_the_preview_says_so(app: Flask, harbour: Tracker) -> None:
    page = Page(PATH, choose(Visitor(app, EDITOR), b"Title,Text\nOne,<p>Signed<br>&amp; sealed</p>\n").text)

    assert "This is HTML and is read as plain text; links keep their address: Text (1)" in " ".join(page.words.split())
    assert "Signed & sealed" in " ".join(page.words.split())


def test_columns_are_said_what_they_are_and_bad_rows_are_named(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    first = Page(PATH, choose(visitor, TABLE).text)

    status, page = visitor.send_page(
        first, **{"column.0": "headline", "column.1": "occurred", "step": "look"}
    )

    assert status == 200
    assert "Line 3, Filed: “03/02/2016” can't be read as a date for certain." in " ".join(page.words.split())


def test_a_file_with_something_wrong_is_recorded_only_when_asked_to(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    first = Page(PATH, choose(visitor, TABLE).text)
    said = {"column.0": "headline", "column.1": "occurred", "step": "record"}

    refused, again = visitor.send_page(first, **said)
    kept = keys(look(harbour))
    done = visitor.send(again, **said, keep_going="1")

    assert (refused, kept) == (422, ["n1"])
    assert done.status_code == 303
    (_, new) = look(harbour)["developments"]
    assert (new["headline"], new["occurred"]["edtf"], new["recorded_by"]) == ("Adams v. Port", "2016-03", "ana")


def test_an_import_is_taken_back_with_a_reason(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    looked = Page(PATH, choose(visitor, b"Title,Date\nOne,2016\nTwo,2017\n").text)
    batch = visitor.send(looked, step="record").location
    listed = visitor.read(PATH)

    status, page = visitor.send_page(visitor.read(batch), reason="")
    done = visitor.send(page, reason="The wrong file")

    assert batch in listed.markup
    assert (status, page.errors["reason"]) == (422, "Say why; the reason stays on record.")
    assert done.status_code == 303
    assert [each["status"] for each in look(harbour)["developments"]] == ["standing", "retracted", "retracted"]
    assert "Retract 2" not in visitor.read(batch).words


def test_the_same_file_twice_says_that_it_is_here(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    for _ in range(2):
        looked = Page(PATH, choose(visitor, b"Title,Date\nOne,2016\n").text)
        answer = visitor.client.post(PATH, data=looked.form()["values"] | {"step": "record"}, follow_redirects=True)

    assert len(look(harbour)["developments"]) == 2
    assert (answer.status_code, "was here already" in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "empty.csv", "Choose a file first."),
        (b"a,b\n\xff,1\n", "latin.csv", "line 2 is not UTF-8"),
        (b"<html>", "page.xml", "no feed"),
        (b"x" * 3_000, "large.csv", "too large for the browser"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_beside_its_field(
    app: Flask, harbour: Tracker, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, why: str
) -> None:
    monkeypatch.setattr("tracker.web.importing.LARGEST_FILE", 2_000)
    answer = choose(Visitor(app, EDITOR), content, name)

    assert answer.status_code == 422
    assert why in Page(PATH, answer.text).words + " ".join(Page(PATH, answer.text).errors.values())


@pytest.mark.parametrize("carried", ["QQ", "é", "A Q=="])
def test_a_file_that_was_not_carried_along_whole_is_a_bad_request(app: Flask, harbour: Tracker, carried: str) -> None:
    ana = Visitor(app, EDITOR)
    form = ana.read(PATH).form()["values"]

    assert ana.client.post(PATH, data=form | {"content": carried, "name": "suits.csv"}).status_code == 400


def test_only_whoever_logs_on_the_story_imports_into_it(app: Flask, harbour: Tracker) -> None:
    assert Visitor(app, REPORTER).get(PATH).status_code == 403
    assert Visitor(app, SPORTS_EDITOR).get(PATH).status_code in {403, 404}
    assert Visitor(app, EDITOR).get(f"{PATH}/none").status_code == 404


def test_markup_in_a_file_is_shown_as_words(app: Flask, harbour: Tracker) -> None:
    answer = choose(Visitor(app, EDITOR), b"Title,Date\n\"<script>alert(1)</script>\",2016\n")

    assert "<script>alert" not in answer.text
