"""What the machine notes of its work: one line each, and never the words that an error was about."""

import io
import json
import logging
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.newsroom import EDITOR
from tests.web.visiting import Visitor, hire
from tracker import log_lines
from tracker.accounts.gate import needs
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.wsgi import create_app

CANARY = "the harbour master is the source"


@pytest.fixture
def written() -> Any:
    """A logger, and what it has written so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log_lines.Lines())
    logger = logging.Logger("tests")
    logger.addHandler(handler)
    return logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_whoever_types_a_line_break_does_not_write_a_line_of_ours(written: Any) -> None:
    logger, lines = written

    logger.warning('Refused %s', 'ana\n{"level": "info", "message": "all is well"}\r\u2028')

    assert [(line["level"], line["logger"]) for line in lines()] == [("warning", "tests")]


def test_an_error_is_told_by_its_kinds_and_places_and_never_by_its_words(written: Any) -> None:
    logger, lines = written
    try:
        try:
            raise OSError(28, CANARY)
        except OSError as error:
            raise ValueError(f"can't read {CANARY}") from error
    except ValueError as error:
        # As Celery does it: the error's words are in the library's own message.
        logger.exception("Task catch_up failed: %r", error)

    (line,) = lines()
    assert line["error"] == ["builtins.ValueError", "builtins.OSError 28"]
    assert line["message"] == "Task catch_up failed: ValueError"
    assert line["at"][0].split(":")[0] == __file__
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize("path", ["/broken", "/api/v1/broken"])
def test_neither_the_page_nor_the_line_of_an_error_says_what_was_at_stake(
    tracker: Tracker, path: str, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(tracker, EDITOR)
    app = _with_a_fault(tracker)
    logger, lines = written
    monkeypatch.setattr(app, "logger", logger)

    answer = Visitor(app, EDITOR).get(path)

    (line,) = lines()
    assert answer.status_code in {500, 503}
    assert line["route"] == path
    assert line["error"]
    if answer.status_code == 500:
        assert line["reference"] in answer.text
    assert CANARY not in answer.text + json.dumps(line)


def test_an_error_of_the_database_does_not_carry_what_was_to_be_written(tracker: Tracker) -> None:
    with pytest.raises(Exception, match="nowhere") as refused, reading(tracker.engine) as connection:
        connection.execute(text("SELECT * FROM nowhere WHERE headline = :said"), {"said": CANARY})

    assert CANARY not in str(refused.value)


def _with_a_fault(tracker: Tracker) -> Flask:
    app = create_app(tracker)

    @needs("read")
    def broken() -> str:
        with reading(tracker.engine) as connection:
            connection.execute(text("SELECT CAST(:said AS integer) FROM nowhere"), {"said": CANARY})
        return ""

    for path in ("/broken", "/api/v1/broken"):
        app.add_url_rule(path, path, broken)
    return app
