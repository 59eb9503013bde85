"""Who else is at work here: told on the pages that log and correct, renewed while they are open."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Flask, Response, request
from flask_babel import ngettext
from sqlalchemy.exc import OperationalError

from tracker.accounts import presence
from tracker.accounts.gate import needs
from tracker.db import reading, writing
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.recording import check_editable
from tracker.web.telling import as_json


def prepare(app: Flask) -> None:
    """Let the templates of an application say who is at work."""
    app.jinja_env.globals.update(at_work=at_work)


def at_work(slug: str, development: str) -> str:
    """Who else is at work on a development (`""`: on something new), as a sentence; "" where nobody is."""
    with reading(tracker().engine) as connection:
        names = presence.others(connection, slug, development, principal().name, tracker().clock())
    if not names:
        return ""
    said = {"names": ", ".join(names), "num": len(names)}
    if development:
        return str(ngettext("%(names)s is correcting this.", "%(names)s are correcting this.", **said))
    return str(ngettext("%(names)s is logging here, too.", "%(names)s are logging here, too.", **said))


def come(slug: str, development: str, lasts: timedelta = presence.OPENED) -> None:
    """Note that whoever asks is at work there: opening the form says so, with or without a script."""
    _say(partial(presence.come, now=tracker().clock(), lasts=lasts), slug, development)


def go(slug: str, development: str) -> None:
    """Note that whoever asks has left."""
    _say(presence.go, slug, development)


@blueprint.post("/stories/<slug>/presence")
@needs("log")
def be_present(slug: str) -> Response:
    """Say that somebody is at work on `development`, or with `gone` that they no longer are; who else is."""
    check_editable(slug)
    development = request.form.get("development", "")[:200]
    if "gone" in request.form:
        go(slug, development)
    else:
        come(slug, development, presence.LASTS)
    return as_json({"said": at_work(slug, development)})


def _say(what: Callable[..., None], slug: str, development: str) -> None:
    try:
        with writing(tracker().engine) as connection:
            what(connection, slug, development, principal().name)
    except OperationalError:
        pass  # busy: nobody waits for it, and it is said again in a moment
