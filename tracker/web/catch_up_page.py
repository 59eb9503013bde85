"""Catching up: what came of the stories somebody reads since they last looked, and marking a story read or unread."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.db import reading, writing
from tracker.eventstore.reading import position as end_of_log
from tracker.numbers import whole
from tracker.projections.catch_up import across, as_document
from tracker.projections.read_positions import mark
from tracker.projections.story_page import story_of
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.reading_on import asked_since
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json
from tracker.web.told_tables import NEWS, of_news


@blueprint.get("/catch-up")
@blueprint.get("/catch-up.json", endpoint="catch_up_json")
@blueprint.get("/catch-up.csv", endpoint="catch_up_csv")
@needs("read")
def catch_up() -> Any:
    """What came of the stories I read since I last looked, by consequence; `?since=POSITION` for what came after it."""
    here, since = tracker(), asked_since()
    with reading(here.engine) as connection:
        news, unopened = across(connection, principal(), here.clock(), since)
        position = end_of_log(connection)
    if wants_json():
        return as_json({"position": position, "stories": [as_document(each) for each in news],
                        "unopened": [line.slug for line in unopened]})  # fmt: skip
    if wants_csv():
        return as_csv(NEWS, of_news(news), "catch-up.csv")
    return render_template(
        "catch_up.html", news=[each for each in news if each.told], quiet=[each for each in news if not each.told],
        unopened=unopened, since=since, position=position,
    )  # fmt: skip


@blueprint.post("/stories/<slug>/read")
@needs("read")
def mark_read(slug: str) -> AnyResponse:
    """Mark a story read up to a position: all of it, or only as far as somebody had read before."""
    here, position = tracker(), whole(request.form.get("position", ""))
    if position is None:
        flash(_("That is not a place in the log; nothing was marked."), "error")
        return redirect(url_for("pages.story", slug=slug), 303)
    with reading(here.engine) as connection:
        story_of(connection, slug, principal(), here.clock())
        last = end_of_log(connection)
    with writing(here.engine) as connection:
        mark(connection, principal().name, slug, min(position, last), here.clock())
    unread = "unread" in request.form
    flash(_("Marked unread: it waits for you on the catch-up page.") if unread else _("Marked read."))
    return redirect(url_for("pages.catch_up"), 303)
