"""The pages that show: board, story, development, actor, and how words are read as dates."""

from typing import Any

from flask import (
    Response,
    render_template,
    request,
)

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may
from tracker.db import reading
from tracker.projections import board as front
from tracker.projections.actor_page import actor_document
from tracker.projections.presentation import document
from tracker.projections.scene import Document, date_document
from tracker.stories.date_words import echo, from_words
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.standing import where_it_stands
from tracker.web.telling import as_json, development_in, may_log, scene_of, today


@blueprint.get("/")
@blueprint.get("/stories.json", endpoint="board_json")
@needs("read")
def board() -> Any:
    """The stories, by latest movement."""
    with reading(tracker().engine) as connection:
        lines = front.board(connection, principal(), tracker().clock())
    if _wants_json():
        return as_json({"stories": [{name: getattr(line, name) for name in line.__slots__} for line in lines]})
    return render_template("board.html", stories=lines, may_log=may(principal(), "log"))


@blueprint.get("/stories/<slug>")
@blueprint.get("/stories/<slug>.json", endpoint="story_json")
@needs("read")
def story(slug: str) -> Any:
    """A story as it stands, or as it was known on the clocks that the address asks for."""
    scene = scene_of(slug)
    told = document(scene)
    if _wants_json():
        answer = as_json(told)
        answer.set_etag(str(scene.version))
        return answer
    return render_template(
        "story.html", told=told, names=_names(told), asked=scene.asked, standing=where_it_stands(told),
        may_log=may_log(scene), clocks=request.args,
        headlines={each["key"]: each["headline"] for each in told["developments"]},
        questions={each["key"]: each["text"] for each in told["questions"]},
        contradictions={each["key"]: each for each in told["contradictions"]},
    )  # fmt: skip


@blueprint.get("/stories/<slug>/developments/<key>")
@blueprint.get("/stories/<slug>/developments/<key>.json", endpoint="development_json")
@needs("read")
def development(slug: str, key: str) -> Any:
    """One development with all its fields, sources, corrections and what came of it."""
    scene = scene_of(slug)
    told = document(scene)
    found = development_in(told, key)
    if _wants_json():
        return as_json(found)
    return render_template(
        "development.html", told=told, each=found, names=_names(told), may_log=may_log(scene),
        claim=_of(told["claims"], key), demand=_of(told["demands"], key),
        contradiction=_of(told["contradictions"], key), said_in=[d for d in told["developments"] if d["via"] == key],
    )  # fmt: skip


@blueprint.get("/actors/<key>")
@blueprint.get("/actors/<key>.json", endpoint="actor_json")
@needs("read")
def actor(key: str) -> Any:
    """Somebody across the stories: roles over time, and the developments that name them."""
    with reading(tracker().engine) as connection:
        told = actor_document(connection, key, principal(), tracker().clock())
    return as_json(told) if _wants_json() else render_template("actor.html", actor=told)


@blueprint.get("/dates")
@needs("read")
def dates() -> Response:
    """How words are read as a date: `?words=in September 2016`."""
    date = from_words(request.args.get("words", ""), today())
    return as_json({"read": date_document(date), "echo": echo(date) if date else None})


@blueprint.get("/healthz")
@needs("sign_in")
def healthz() -> Response:
    """The process answers."""
    return as_json({"ok": True})


def _of(listed: list[Document], key: str) -> Document | None:
    return next((each for each in listed if each["key"] == key), None)


def _names(told: Document) -> dict[str, str]:
    return {each["key"]: each["name"] for each in told["actors"]}


def _wants_json() -> bool:
    """Whether the address ends in `.json`, or the client asks for JSON rather than a page."""
    asked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or asked == "application/json"
