"""The inbox: what one was told, by consequence, with why it came; read and unread."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may
from tracker.alerts import inbox
from tracker.db import reading, writing
from tracker.web.blueprint import blueprint
from tracker.web.consequence_words import tallies
from tracker.web.current import principal, tracker
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json
from tracker.web.told_tables import INBOX, of_messages
from tracker.web.why import names_of, reasons


def prepare(app: Flask) -> None:
    """Let the templates of an application ask how many messages are not read."""
    app.jinja_env.globals.update(unread=unread)
    app.jinja_env.filters.update(reasons=reasons, names_of=names_of, by_story=by_story, in_short=in_short)


def unread() -> int:
    """How many messages whoever asks has not read; one indexed count a page."""
    if "unread" not in g:
        g.unread = 0
        if may(principal(), "subscribe"):
            with reading(tracker().engine) as connection:
                g.unread = inbox.unread(connection, principal().name)
    found: int = g.unread
    return found


def by_story(items: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Items by the title of their story, the story with the gravest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        found.setdefault(item["story_title"], []).append(item)
    return list(found.items())


def in_short(items: Iterable[dict[str, Any]]) -> str:
    """What many items mean in one line, each by its gravest consequence, the gravest first; of what several items bear
    on, once."""
    gravest = dict.fromkeys(
        (item["consequences"][0]["word"], item["story"], item["consequences"][0]["key"])
        for item in items
        if item["consequences"]
    )
    return ", ".join(said for _word, _number, said in tallies([word for word, _story, _key in gravest]))


@blueprint.get("/inbox")
@blueprint.get("/inbox.json", endpoint="inbox_json")
@blueprint.get("/inbox.csv", endpoint="inbox_csv")
@needs("subscribe")
def inbox_page() -> Any:
    """What one was told, the newest first; `before` is the id of a message: those that came before it."""
    with reading(tracker().engine) as connection:
        told = inbox.messages(connection, principal(), tracker().clock(), before=request.args.get("before", ""))
    if wants_json():
        return as_json({"messages": told, "unread": unread()})
    if wants_csv():
        return as_csv(INBOX, of_messages(told), "inbox.csv")
    return render_template("inbox.html", told=told, more=len(told) == inbox.PAGE)


@blueprint.post("/inbox/read")
@needs("subscribe")
def read_messages() -> AnyResponse:
    """Mark messages as read: those ticked as `id`, or all; or one as not read (`unread`)."""
    with writing(tracker().engine) as connection:
        if again := request.form.get("unread", ""):
            inbox.mark_unread(connection, principal().name, again)
        else:
            ids = request.form.getlist("id")
            inbox.mark_read(connection, principal().name, tracker().clock(), ids or None)
            if not ids:
                flash(_("All read."))
    return redirect(url_for("pages.inbox_page"), 303)
