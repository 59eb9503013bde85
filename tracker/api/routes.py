"""The HTTP API: stories, their developments, the log of events, and the schemas of all of it."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may_edit_desk
from tracker.api import openapi
from tracker.api.current import principal, tracker
from tracker.api.json_bodies import answered, limit, number, object_sent, sent
from tracker.archive import asking
from tracker.db import reading
from tracker.eventstore.reading import read_all, read_stream
from tracker.handling import Outcome
from tracker.intake import Unreadable, read
from tracker.numbers import whole
from tracker.projections import board
from tracker.projections.disclosure import may_read
from tracker.projections.presentation import document
from tracker.projections.story_page import story_of
from tracker.stories import schema
from tracker.stories.errors import Invalid
from tracker.stories.inline import slug_of
from tracker.stories.requests import Request

PAGE, LARGEST_PAGE = 100, 1_000
LARGEST_VERSION = 2**31 - 1
MOST_RECORDS = 1_000

blueprint = Blueprint("api", __name__)


@blueprint.get("/openapi.json")
@needs("sign_in")
def openapi_document() -> Response:
    """This API, as OpenAPI 3.1."""
    return answered(openapi.document(tracker().settings.base_url))


@blueprint.get("/schemas/<name>.json")
@needs("sign_in")
def schemas(name: str) -> Response:
    """The JSON Schemas of events as stored and of records as asked for."""
    documents = {"events": schema.event_schemas, "records": schema.record_schemas}
    return answered(documents[name]()) if name in documents else abort(404)


@blueprint.get("/stories")
@needs("read")
def list_stories() -> Response:
    """The stories that the caller may see, by latest movement."""
    with reading(tracker().engine) as connection:
        lines = board.board(connection, principal(), tracker().clock())
    return answered({"stories": lines})


@blueprint.post("/stories")
@needs("log")
def open_story() -> Response:
    """Open a story: `{"slug", "title", "synopsis", "beats", "desk"}`."""
    given = object_sent("A story")
    title, named = given.get("title"), given.pop("slug", "")
    slug = given.get("story") or named or (slug_of(title) if isinstance(title, str) else "")
    record = {"type": "story.opened", "story": slug} | {name: each for name, each in given.items() if name != "type"}
    if not may_edit_desk(principal(), str(given.get("desk") or "")):
        abort(403)
    outcome = _record([record], slug)[0]
    answer = answered({"story": slug, **_outcome(outcome)}, 200 if outcome.repeated else 201)
    answer.headers["Location"] = url_for("api.show_story", slug=slug)
    return answer


@blueprint.get("/stories/<slug>")
@needs("read")
def show_story(slug: str) -> Response:
    """A story as it stands, or as the clocks in the query ask for it; `ETag` is its version."""
    here = tracker()
    asked = asking.read_asked(request.args, here.zone)
    with reading(here.engine) as connection:
        scene = asking.scene(connection, slug, principal(), here.clock(), here.zone, asked)
    answer = answered(document(scene))
    answer.set_etag(str(scene.version))
    return answer


@blueprint.post("/stories/<slug>/developments")
@needs("log")
def log_developments(slug: str) -> Response:
    """Record one record, or an array of them as one append; `Idempotency-Key` and `If-Match` are obeyed."""
    here = tracker()
    with reading(here.engine) as connection:
        story = story_of(connection, slug, principal(), here.clock())
    if not may_edit_desk(principal(), story.desk):
        abort(403)
    given = sent()
    records = given if isinstance(given, list) else [given]
    if not records or len(records) > MOST_RECORDS:
        raise Unreadable([Invalid("", f"Send one record, or an array of 1 to {MOST_RECORDS}.")])
    outcomes = _record(records, slug)
    repeated = all(outcome.repeated for outcome in outcomes)
    return answered({"story": slug, "recorded": [_outcome(outcome) for outcome in outcomes]}, 200 if repeated else 201)


@blueprint.get("/stories/<slug>/events")
@needs("read")
def story_events(slug: str) -> Response:
    """The events of a story, as CloudEvents; what the caller may not see is left out but for place and hash."""
    here = tracker()
    with reading(here.engine) as connection:
        story_of(connection, slug, principal(), here.clock())
        after = min(number("after", 0), LARGEST_VERSION)
        upto = min(after + limit(PAGE, LARGEST_PAGE), LARGEST_VERSION)
        events = read_stream(connection, f"story/{slug}", after, upto=upto)
        told = may_read(connection, principal(), here.clock(), events)
    return answered({"events": told})


@blueprint.get("/events")
@needs("read")
def all_events() -> Response:
    """The log after a position, as CloudEvents; what the caller may not see is left out but for place and hash."""
    here = tracker()
    with reading(here.engine) as connection:
        events = read_all(connection, after=number("after", 0), limit=limit(PAGE, LARGEST_PAGE))
        told = may_read(connection, principal(), here.clock(), events)
    after = events[-1].position if events else number("after", 0)
    return answered({"events": told, "after": after})


def _record(records: list[Any], slug: str) -> list[Outcome]:
    here = tracker()
    key, expected = _idempotency_key(), _if_match()
    requests: list[Request] = []
    problems = []
    for n, record in enumerate(records):
        where = f"{n}." if len(records) > 1 else ""
        if isinstance(record, Mapping) and record.get("story", slug) != slug:
            problems.append(Invalid(f"{where}story", "This record names another story than the address does."))
            continue
        id = key if n == 0 else str(uuid.uuid5(uuid.UUID(key), str(n))) if key else ""
        try:
            requests += read(record, zone=here.zone, now=here.clock(), story=slug, id=id)
        except Unreadable as unreadable:
            problems += [Invalid(f"{where}{each.field}".rstrip("."), each.message) for each in unreadable.problems]
    if problems:
        raise Unreadable(problems)
    if expected is not None:
        requests = [replace(requests[0], expected=expected), *requests[1:]]
    return here.record(requests, principal().name)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "keys": list(outcome.keys), "events": outcome.events, "first_position": outcome.first_position,
        "last_position": outcome.last_position, "repeated": outcome.repeated,
    }  # fmt: skip


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not key:
        return ""
    try:
        return str(uuid.UUID(key))
    except ValueError as error:
        raise Unreadable([Invalid("Idempotency-Key", "This header holds a UUID.")]) from error


def _if_match() -> int | None:
    etag = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not etag or etag == "*":
        return None
    version = whole(etag)
    if version is None:
        raise Unreadable([Invalid("If-Match", "This header holds the ETag of the story, its version.")])
    return version

