"""Signing in and out."""

from typing import Any

from flask import (
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts import sessions
from tracker.accounts.errors import SignInRefused, TooManyAttempts
from tracker.accounts.gate import needs
from tracker.accounts.signing_in import sign_in as admit
from tracker.db import writing
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker


@blueprint.route("/sign-in", methods=["GET", "POST"])
@needs("sign_in")
def sign_in() -> Any:
    """Sign in with a name and a password."""
    error, status, headers = "", 200, {}
    if request.method == "POST":
        name, password = request.form.get("user", ""), request.form.get("password", "")
        try:
            token = admit(tracker().engine, name, password, request.remote_addr or "", tracker().clock())
        except SignInRefused as refused:
            error, status = _(str(refused)), 422
        except TooManyAttempts as attempts:
            error = _("Too many attempts; try again in %(seconds)s s.", seconds=attempts.retry_after_seconds)
            status, headers = 429, {"Retry-After": str(attempts.retry_after_seconds)}
        else:
            _end_session()
            answer = redirect(local_address(request.values.get("next", "")), 303)
            answer.set_cookie(
                current_app.config["SIGNED_IN_COOKIE"], token, httponly=True, samesite="Lax",
                secure=current_app.config["SIGNED_IN_COOKIE_SECURE"], max_age=7 * 24 * 3600,
            )  # fmt: skip
            return answer
    return render_template("sign_in.html", error=error, next=request.values.get("next", "")), status, headers


@blueprint.post("/sign-out")
@needs("sign_in")
def sign_out() -> AnyResponse:
    """End the session, here and on the server."""
    _end_session()
    name = current_app.config["SIGNED_IN_COOKIE"]
    answer = redirect(url_for("pages.sign_in"), 303)
    answer.delete_cookie(name, secure=current_app.config["SIGNED_IN_COOKIE_SECURE"], httponly=True, samesite="Lax")
    return answer


def local_address(next: str) -> str:
    """Where to go afterwards: a page of this site and nowhere else."""
    # A browser reads a backslash as a slash, and drops tabs and line breaks before it looks.
    safe = next.startswith("/") and not next.startswith("//") and "\\" not in next and next.isprintable()
    return next if safe else url_for("pages.board")


def _end_session() -> None:
    """End the session that the request carries, if any."""
    if token := request.cookies.get(current_app.config["SIGNED_IN_COOKIE"], ""):
        with writing(tracker().engine) as connection:
            sessions.close_session(connection, token)
