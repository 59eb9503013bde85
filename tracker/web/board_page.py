"""The front board: the stories of my beats, the one that moved last first, each with its state in a line."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts import beats
from tracker.accounts.gate import needs
from tracker.accounts.permissions import may
from tracker.accounts.visibility import sight
from tracker.db import reading, writing
from tracker.projections import activity
from tracker.projections import board as front
from tracker.projections.board import StoryLine
from tracker.projections.catch_up import of_stories
from tracker.projections.directory import directory
from tracker.projections.outline import stories_with
from tracker.web import tables
from tracker.web.blueprint import blueprint
from tracker.web.charts.sparkline import sparkline
from tracker.web.current import principal, tracker
from tracker.web.paging import asked_with
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json

STATUSES = ("active", "resting", "closed")
ALL = "all"


@blueprint.get("/")
@blueprint.get("/stories.json", endpoint="board_json")
@blueprint.get("/stories.csv", endpoint="board_csv")
@needs("read")
def board() -> Any:
    """The stories by latest movement: of my beats, or those that `?beat=`, `?status=` and `?actor=` leave."""
    now = tracker().clock()
    with reading(tracker().engine) as connection:
        every = front.board(connection, principal(), now)
        own = beats.beats_of(connection, principal().name)
        lines = _shown(connection, every, own, request.args)
        if wants_csv():
            return as_csv(tables.STORIES, tables.of_stories(lines), "stories.csv")
        if wants_json():
            return as_json({"stories": lines})
        seen = {f"story/{line.slug}": sight(principal(), line.desk) for line in lines}
        days = activity.by_day(connection, seen, now)
        news = of_stories(connection, principal(), now, lines)
    return render_template(
        "board.html", stories=lines, may_log=may(principal(), "log"), news=news, own=own, number=len(every),
        sparks={line.slug: sparkline(days.get(f"story/{line.slug}", ())) for line in lines},
        beats=sorted({beat for line in every for beat in line.beats}), statuses=STATUSES, asked=request.args,
        narrowed=lambda **changed: url_for("pages.board", **_plain(asked_with(request.args, **changed))),
    )  # fmt: skip


@blueprint.post("/beats")
@needs("read")
def own_beat() -> AnyResponse:
    """Make a beat mine, or no longer so."""
    beat = request.form.get("beat", "").strip()[: beats.LONGEST]
    if beat:
        with writing(tracker().engine) as connection:
            (beats.leave if "leave" in request.form else beats.take)(connection, principal().name, beat)
    return redirect(url_for("pages.board"), 303)


def _shown(
    connection: Connection, lines: Iterable[StoryLine], own: frozenset[str], asked: Mapping[str, str]
) -> list[StoryLine]:
    beat, status, actor = (asked.get(name, "").strip() for name in ("beat", "status", "actor"))
    wanted = frozenset([beat]) if beat and beat != ALL else own if not beat else frozenset()
    found = [
        line
        for line in lines
        if (not wanted or wanted & {*line.beats, line.desk}) and (not status or line.status == status)
    ]
    if not actor:
        return found
    streams = _with(connection, actor, found)
    return [line for line in found if f"story/{line.slug}" in streams]


def _with(connection: Connection, actor: str, lines: Iterable[StoryLine]) -> set[str]:
    """The streams of those of these stories in which an actor, named by key or by name, speaks or acts."""
    key, now = directory(connection).actor(actor) or actor, tracker().clock()
    found: set[str] = set()
    for seen in {sight(principal(), line.desk) for line in lines}:
        theirs = {f"story/{line.slug}" for line in lines if sight(principal(), line.desk) == seen}
        found |= theirs & stories_with(connection, key, seen, now)
    return found


def _plain(asked: dict[str, str]) -> dict[str, Any]:
    return dict(asked)
