"""The page of a story: as it stands, or as it was known on the clocks that the address asks for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from sqlalchemy import Connection

from tracker.accounts.gate import needs
from tracker.archive import asking
from tracker.db import reading
from tracker.projections import board
from tracker.projections.catch_up import Since, StoryNews, of_story
from tracker.projections.presentation import document
from tracker.projections.read_positions import Reading, looked, readings
from tracker.projections.scene import Asked, Document
from tracker.stories.entries import Question
from tracker.web import log_lists, position_grid, reading_on, story_chart
from tracker.web.blueprint import blueprint
from tracker.web.charts.days import of_instant
from tracker.web.current import principal, tracker
from tracker.web.ledger_lists import ledgers
from tracker.web.looking import Look, look
from tracker.web.paging import asked_with, page_of
from tracker.web.standing import where_it_stands
from tracker.web.telling import as_json, may_log, people_in, scene_of, wants_json

LOG_PAGE = 50
AT_ONCE = 1_000
"""Developments on the page that has them all, to print."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story as far as its page shows it, and what is new in it for whoever looks."""

    look: Look
    news: StoryNews | None = None
    read: Reading | None = None
    visit: Reading | None = None
    """Where the viewer is from now on; None on a story as it was, where nobody moves."""
    position: int = 0


@blueprint.get("/stories/<slug>")
@blueprint.get("/stories/<slug>.json", endpoint="story_json")
@needs("read")
def story(slug: str) -> Any:
    """A story as it stands, or as it was known on the clocks that the address asks for."""
    if wants_json():
        scene = scene_of(slug)
        answer = as_json(document(scene))
        answer.set_etag(str(scene.version))
        return answer
    here = tracker()
    asked = asking.read_asked(request.args, here.zone)
    with reading(here.engine) as connection:
        told = _told(connection, slug, asked)
        page = _page(told, asked)
    if told.visit:
        reading_on.remember(slug, told.read, told.visit)
    return page


def _told(connection: Connection, slug: str, asked: Asked) -> Told:
    """A story for whoever looks: from the views, or replayed where the clocks leave events out. Raises NoSuchStory."""
    now = tracker().clock()
    whole = look(connection, slug, asked, now)
    if asked.selects:
        return Told(whole)
    position = board.position_of(connection, f"story/{slug}")
    read = readings(connection, principal().name, [slug]).get(slug)
    visit = looked(read, position, now)
    given = reading_on.asked_since()
    since = Since(visit.before, visit.before_at) if given is None else Since(given, now)
    news = of_story(connection, slug, whole.title, whole.seen, now, since)
    return Told(whole, news, read, visit, position)


def _page(told: Told, asked: Asked) -> str:
    """The page, of which only what is shown is read in full."""
    outline, whole = told.look.drawn.overview, told.look.drawn.chart
    filters = log_lists.filters(request.args)
    dated = story_chart.dated_lines(told.look.drawn, asked, told.look.bodies)
    found = log_lists.listed(dated if "known" in filters else outline.lines, filters)
    page = request.args.get("page", "")
    log = page_of([outline.by_key[line.key] for line in found], page, AT_ONCE if page == "all" else LOG_PAGE)
    listed = ledgers(outline, request.args)
    grid = position_grid.grids(listed.gridded, request.args.get("positions", ""), told.look.bodies)
    actors = [*(whole.actors if whole else ()), *([filters["actor"]] if "actor" in filters else []), *grid.actors.items]
    scene = told.look.excerpt({line.key for line in log.items} | listed.needed, actors)
    shown = document(scene)
    asked_at = asked.known_at or asked.recorded_at or scene.now
    questions = {key: entry for (_, key), entry in scene.entries.items() if isinstance(entry, Question)}
    here, names = _addresses(scene.slug, log.items), people_in(scene)
    return render_template(
        "story.html", told=shown, asked=asked, clocks=request.args, may_log=may_log(scene), names=names,
        headlines=outline.headlines, number=len(outline.lines), position=told.position,
        standing=where_it_stands(outline, questions, of_instant(asked_at)), news=told.news,
        first_look=told.read is None,
        chart=story_chart.written(told.look.drawn, dated, filters, here, names, asked),
        public=story_chart.by_publicity(asked), log=log, filters=filters, ledgers=listed, grid=grid,
        now_day=of_instant(asked_at),
        docs=_by_key(shown["developments"]), claims=_by_key(shown["claims"]), demands=_by_key(shown["demands"]),
        contradictions=_by_key(shown["contradictions"]), here=here,
    )  # fmt: skip


def _by_key(listed: list[Document]) -> dict[str, Document]:
    return {each["key"]: each for each in listed}


def _addresses(slug: str, on_page: Iterable[Any]) -> dict[str, Callable[..., str]]:
    """Addresses for the templates: this page with something else asked, and where a development is read."""
    shown = {line.key for line in on_page}
    kept = {*asking.CLOCKS, "position"}
    clocks: dict[str, Any] = {name: value for name, value in request.args.items() if name in kept}
    page = url_for("pages.story", slug=slug)

    def address(part: str = "", **changed: Any) -> str:
        asked = urlencode(asked_with(request.args, **changed), safe="!$'()*,/:;?@")
        return f"{page}{asked and '?'}{asked}{part and '#'}{part}"

    @cache
    def other() -> str:
        return urlencode(asked_with(request.args, known=None, happened=None, page=None), safe="!$'()*,/:;?@")

    def days(known: str, happened: str) -> str:
        return f"{page}?{other()}{other() and '&'}known={known}&happened={happened}#log-head"

    def development(key: str, *, whole: bool = False) -> str:
        if key in shown and not whole:
            return f"#{key}"
        return url_for("pages.development", slug=slug, key=key, **clocks)

    return {"address": address, "days": days, "development": development}
