"""Travelling in time on a story page: its moments for the slider, and the way to one of them without a script."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.archive.asking import CLOCKS, BadQuestion, read_asked
from tracker.archive.moments import Clock, Moment, moments, step
from tracker.db import reading
from tracker.web.blueprint import blueprint
from tracker.web.consequence_words import label
from tracker.web.current import principal, tracker
from tracker.web.dates_said import in_language
from tracker.web.telling import as_json, moment_asked
from tracker.web.words import instant_said


@blueprint.get("/stories/<slug>/moments.json")
@needs("read")
def story_moments(slug: str) -> Response:
    """The instants at which something became known, or on another `clock`, for whoever asks, and how each is said in
    the language and the zone of the page."""
    clock = _clock(request.args)
    told = [
        {"at": each.at, "said": _said(each), "number": each.number, "title": each.title,
         "meaning": label(each.word) if each.word else None}
        for each in _moments(slug, clock)
    ]
    return as_json({"clock": clock, "moments": told})


@blueprint.get("/stories/<slug>/moment")
@needs("read")
def moment(slug: str) -> AnyResponse:
    """To the story at a moment: `at` as typed on a `clock`, or the one before (`step=-1`) or after (`step=1`)."""
    clock = _clock(request.args)
    others = {name: request.args[name] for name in (*CLOCKS, "position") if name != clock and request.args.get(name)}
    if "step" in request.args:
        at = _step(slug, clock, forward=request.args["step"] == "1")
    else:
        at = request.args.get("at", "").strip()
        if at and not (read := moment_asked(clock, at)):
            flash(_("“%(typed)s” is not a day or a time; write 2017-03-03 or 3 March 2017.", typed=at[:60]), "error")
            return _to_story(slug, others | {"clock": clock, "at": at})
        at = read if at else ""
    return _to_story(slug, others | ({clock: at} if at else {}))


def _to_story(slug: str, asked: dict[str, Any]) -> AnyResponse:
    return redirect(url_for("pages.story", slug=slug, **asked), 303)


def _said(moment: Moment) -> str:
    learned = moment.learned
    return learned.as_said or in_language(learned.edtf) if learned else instant_said(moment.at)


def _step(slug: str, clock: Clock, *, forward: bool) -> str:
    """The instant of the moment next to the one in the address; "" for now."""
    current = request.args.get(clock, "")
    known = _moments(slug, clock)
    found = step(known, getattr(read_asked({clock: current}, tracker().zone), clock), 1 if forward else -1)
    if found is None:
        if not forward:
            flash(_("There is no earlier moment."))
        return "" if forward else current
    return "" if clock == "known_at" and found == known[-1] else found.at


def _moments(slug: str, clock: Clock) -> list[Moment]:
    here = tracker()
    with reading(here.engine) as connection:
        return moments(connection, slug, principal(), here.clock(), here.zone, clock)


def _clock(given: Mapping[str, str]) -> Clock:
    clock = given.get("clock", "known_at")
    if clock not in get_args(Clock):
        raise BadQuestion("clock", f"“{clock[:40]}” is no clock; choose one of {', '.join(get_args(Clock))}.")
    return cast("Clock", clock)
