"""Who else is at work: told while they are, gone a minute after, and in nobody's way."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.newsroom import EDITOR, POLITICS_EDITOR, REPORTER, SPORTS_EDITOR
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker

WHERE = "/stories/harbour/developments/n1/correct"


@pytest.fixture
def two(app: Flask, harbour: Tracker) -> tuple[Visitor, Visitor]:
    """Two editors of the harbour."""
    return Visitor(app, EDITOR), Visitor(app, POLITICS_EDITOR)


def be_present(visitor: Visitor, **said: Any) -> str:
    """Say that somebody corrects the note; who else does."""
    token = visitor.read("/preferences").form("/preferences")["values"]["csrf_token"]
    answer = visitor.client.post(
        "/stories/harbour/presence", data={"csrf_token": token, "development": "n1", **said}
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["said"])


def test_an_editor_is_told_who_corrects_the_same_and_keeps_the_form(two: tuple[Visitor, Visitor]) -> None:
    ana, pia = two

    alone = be_present(ana)
    both = be_present(pia)
    page = pia.read(WHERE)

    assert (alone, both) == ("", "ana is correcting this.")
    assert "ana is correcting this." in page.words
    assert pia.send(page, headline="Another headline").status_code == 303
    assert "ana is correcting this." in pia.read("/stories/harbour/developments/n1").words


def test_opening_the_form_is_enough_and_who_has_sent_it_is_gone(two: tuple[Visitor, Visitor]) -> None:
    ana, pia = two

    form = ana.read(WHERE)
    told = pia.read(WHERE).words
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=4)):
        still = pia.read(WHERE).words
    ana.send(form, headline="Another headline")

    assert "ana is correcting this." in told
    assert "ana is correcting this." in still
    assert "is correcting this." not in pia.read(WHERE).words


def test_opening_the_form_that_logs_is_enough_and_who_has_logged_is_gone(two: tuple[Visitor, Visitor]) -> None:
    ana, pia = two

    form = ana.read("/stories/harbour/log")
    told = pia.read("/stories/harbour/log").words
    ana.send(form, form="/log", text="", source="a file")
    refused = pia.read("/stories/harbour/log").words
    ana.send(form, form="/log", text="It was signed.", source="a file")

    assert "ana is logging here, too." in told
    assert "ana is logging here, too." in refused
    assert "is logging here, too." not in pia.read("/stories/harbour/log").words


def test_whoever_leaves_is_gone_at_once_and_whoever_is_silent_after_a_minute(two: tuple[Visitor, Visitor]) -> None:
    ana, pia = two
    be_present(ana)

    left = be_present(ana, gone="1"), be_present(pia, gone="1"), be_present(ana)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        later = be_present(pia)

    assert left == ("", "", "")
    assert later == ""


def test_who_logs_something_new_is_another_place(two: tuple[Visitor, Visitor]) -> None:
    ana, pia = two
    be_present(ana, development="")

    assert be_present(pia) == ""
    assert be_present(pia, development="") == "ana is logging here, too."


def test_who_may_not_edit_is_neither_told_nor_told_of(app: Flask, harbour: Tracker) -> None:
    for person in (REPORTER, SPORTS_EDITOR):
        visitor = Visitor(app, person)
        token = visitor.read("/preferences").form("/preferences")["values"]["csrf_token"]

        answer = visitor.client.post("/stories/harbour/presence", data={"csrf_token": token, "development": "n1"})

        assert answer.status_code == 403


def test_a_database_that_is_busy_keeps_nobody(
    two: tuple[Visitor, Visitor], harbour: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, pia = two
    be_present(ana)
    monkeypatch.setattr("tracker.web.presence.writing", lambda engine: busy())

    assert be_present(pia) == "ana is correcting this."


def busy() -> Any:
    """What a database says that somebody else writes to."""
    raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
