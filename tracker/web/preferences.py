"""How somebody wants the pages: in which language, in which zone, with keys or without; kept in their browser."""

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Flask, current_app, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.web import languages
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
from tracker.web.signing_in import local_address

ZONE, KEYS = "tracker_zone", "tracker_keys"
BROWSER_ZONE = "tracker_browser_zone"
"""Where the page's script tells in which zone the browser is, so that the next page comes in it and nothing jumps."""

_KEPT_SECONDS = 365 * 24 * 3600


def prepare(app: Flask) -> None:
    """Let the templates of an application ask what somebody prefers."""
    app.jinja_env.globals.update(
        chosen_zone=chosen_zone, keys_on=keys_on, newsroom_zone=lambda: str(tracker().zone)
    )  # fmt: skip


def chosen_zone() -> ZoneInfo | None:
    """The zone somebody wants times in; None: that of their browser."""
    return _zone(ZONE)


def zone_of_reader() -> ZoneInfo | None:
    """The zone they chose, or that of their browser; None where neither is known yet."""
    if "zone" not in g:
        g.zone = _zone(ZONE) or _zone(BROWSER_ZONE)
    found: ZoneInfo | None = g.zone
    return found


def _zone(cookie: str) -> ZoneInfo | None:
    name = request.cookies.get(cookie, "")
    return ZoneInfo(name) if name in zones() else None


@cache
def zones() -> tuple[str, ...]:
    """The names of all zones, sorted."""
    return tuple(sorted(available_timezones()))


def keys_on() -> bool:
    """Whether single keys act; they can be switched off (WCAG 2.1.4)."""
    return request.cookies.get(KEYS) != "off"


@blueprint.route("/preferences", methods=["GET", "POST"])
@needs("sign_in")
def preferences() -> Any:
    """Language, zone and keys."""
    if request.method != "POST":
        return render_template("preferences.html", zones=zones(), error="")
    zone = request.form.get("zone", "").strip()
    if zone and zone not in zones():
        error = _("There is no zone “%(zone)s”; choose one of the list, as in Europe/Berlin.", zone=zone[:60])
        return render_template("preferences.html", zones=zones(), error=error), 422
    answer = redirect(local_address(request.form.get("next", "")), 303)
    _keep(answer, ZONE, zone)
    _keep(answer, KEYS, "" if "keys" in request.form else "off")
    flash(_("Kept for this browser."))
    return _speaking(answer)


@blueprint.post("/language")
@needs("sign_in")
def choose_language() -> AnyResponse:
    """Change the language and stay on the page."""
    return _speaking(redirect(local_address(request.form.get("next", "")), 303))


def _speaking(answer: AnyResponse) -> AnyResponse:
    language = request.form.get("language", "")
    _keep(answer, languages.COOKIE, language if language in languages.LANGUAGES else "")
    return answer


def _keep(answer: AnyResponse, name: str, value: str) -> None:
    """Keep a choice in the browser, or forget it where there is none."""
    answer.set_cookie(
        name, value, max_age=_KEPT_SECONDS if value else 0, httponly=True, samesite="Lax",
        secure=current_app.config["SIGNED_IN_COOKIE_SECURE"],
    )  # fmt: skip
