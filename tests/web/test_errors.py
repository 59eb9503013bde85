"""An error is one status to a reader and to a program, words to both, and noted where we are at fault."""

import logging

import pytest
from flask import Flask, abort

from tracker.accounts.gate import needs
from tracker.archive.asking import BadQuestion
from tracker.archive.signing_keys import WrongSecret
from tracker.bootstrap import Tracker
from tracker.eventstore.errors import BrokenTree, LogBusy
from tracker.intake import Unreadable
from tracker.projections.story_page import NoSuchStory
from tracker.stories.errors import Invalid
from tracker.wsgi import create_app

OURS = "It is on record"


def failing(tracker: Tracker, error: Exception | int) -> Flask:
    """The application with a page and a route of the API that fail."""
    app = create_app(tracker)

    @needs("sign_in")
    def fail() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    for n, path in enumerate(("/fails", "/api/v1/fails")):
        app.add_url_rule(path, f"fails_{n}", fail)
    return app


@pytest.mark.parametrize(
    ("error", "status", "ours"),
    [
        (NoSuchStory("harbour"), 404, False), (BadQuestion("position", "“x” is not a position."), 400, False),
        (LogBusy(), 503, False), (Unreadable([Invalid("text", "Say it.")]), 422, False), (410, 410, False),
        (415, 415, False), (ValueError("of ours"), 500, True), (BrokenTree("leaf 3"), 500, True),
        (WrongSecret(), 500, True),
    ],
    ids=str,
)  # fmt: skip
def test_a_page_and_the_api_fail_alike(
    tracker: Tracker, caplog: pytest.LogCaptureFixture, error: Exception | int, status: int, ours: bool
) -> None:
    client = failing(tracker, error).test_client()

    with caplog.at_level(logging.ERROR):
        page, told = client.get("/fails"), client.get("/api/v1/fails")

    assert (page.status_code, told.status_code, told.content_type) == (status, status, "application/problem+json")
    assert (OURS in page.text) is ours
    assert len([each for each in caplog.records if each.message == "No answer"]) == (2 if ours else 0)


@pytest.mark.parametrize("path", ["/", "/api/v1/stories"])
def test_a_host_that_can_be_none_is_a_bad_request(tracker: Tracker, path: str) -> None:
    answer = create_app(tracker).test_client().get(path, headers={"Host": "a" * 64})

    assert (answer.status_code, "can't be read" in answer.text or "could not understand" in answer.text) == (400, True)
