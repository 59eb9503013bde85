"""Errors as RFC 9457 problem details: one table from what can go wrong to its status and title."""

from typing import Any

import orjson
from flask import Response, g
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

from tracker.archive.asking import BadQuestion
from tracker.archive.signing_keys import WrongSecret
from tracker.eventstore.errors import BrokenTree, CommandReused, LogBusy, WrongExpectedVersion
from tracker.handling import RefusedIn
from tracker.intake import Unreadable
from tracker.overlay import Overtaken
from tracker.projections.story_page import NoSuchStory
from tracker.stories.search_query import BadQuery

_TITLES: dict[type[Exception], tuple[int, str]] = {
    Unreadable: (422, "The record can't be read"),
    RefusedIn: (422, "The record was refused"),
    Overtaken: (409, "Somebody changed this after you read it"),
    WrongExpectedVersion: (412, "The story has moved on"),
    CommandReused: (422, "This Idempotency-Key was used for another request"),
    LogBusy: (503, "The log is busy"),
    BrokenTree: (500, "The log is damaged"),
    WrongSecret: (500, "Nothing can be signed"),
    NoSuchStory: (404, "There is nothing here"),
    BadQuestion: (400, "The question can't be read"),
    NoConnectionLeft: (503, "The database is busy"),
    OperationalError: (503, "The database does not answer"),
    BadQuery: (400, "The query can't be read"),
}
_SILENT = (NoSuchStory, NoConnectionLeft, OperationalError)
"""Errors whose own words may say too much."""
_AGAIN = (LogBusy, NoConnectionLeft, OperationalError)
"""Errors that pass: the same request may be sent again."""


def known(error: Exception) -> tuple[int, str] | None:
    """Status and title of an error that has a place in the table."""
    return next((told for kind, told in _TITLES.items() if isinstance(error, kind)), None)


def answer(error: Exception) -> Response:
    """The problem document of an error; one that nobody expected says nothing about itself."""
    if isinstance(error, HTTPException):
        return _problem(error.code or 500, error.name, detail=error.description, headers=dict(error.get_headers()))
    found = known(error)
    if found is None:
        return _problem(500, "Something went wrong here", detail=f"It is noted as {g.get('reference')}.")
    status, title = found
    detail = "" if isinstance(error, _SILENT) else str(error)
    return _problem(status, title, detail=detail, errors=_errors(error), headers=_headers(error))


def _errors(error: Exception) -> list[dict[str, Any]]:
    match error:
        case Unreadable(problems=problems):
            return [{"field": problem.field, "message": problem.message} for problem in problems]
        case RefusedIn(index=index, refused=refused):
            return [{"record": index, "field": refused.field, "message": refused.message}]
        case BadQuestion(name=name):
            return [{"field": name, "message": str(error)}]
        case _:
            return []


def _headers(error: Exception) -> dict[str, str]:
    return {"Retry-After": "1"} if isinstance(error, _AGAIN) else {}


def _problem(
    status: int, title: str, *, detail: str | None, errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    if errors:
        body["errors"] = errors
    response = Response(orjson.dumps(body), status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    for name in ("Allow", "Retry-After"):
        if headers and name in headers:
            response.headers[name] = headers[name]
    return response
