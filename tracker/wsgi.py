"""The Flask application: who is asking, may they, and what every answer carries."""

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from tracker import bootstrap
from tracker.accounts import sessions, tokens
from tracker.accounts.gate import needs, permission_of
from tracker.accounts.people import ANONYMOUS, Principal
from tracker.accounts.permissions import may
from tracker.api import (
    actors,  # noqa: F401  (routes hang on the blueprint)
    problems,
    proofs,
    routes,
    searching,  # noqa: F401  (routes hang on the blueprint)
    stream,
)
from tracker.api import (  # noqa: F401  (routes hang on the blueprint)
    catch_up as api_catch_up,
)
from tracker.api.subscriptions import blueprint as subscriptions_api
from tracker.audience import Audience
from tracker.bootstrap import Tracker
from tracker.config import Settings
from tracker.db import reading, writing
from tracker.web import (  # noqa: F401  (views hang on the blueprint)
    actor_pages,
    admin,
    alerts_pages,
    archive_room,
    board_page,
    catch_up_page,
    cell_marks,
    channel_pages,
    chart_words,
    compare_page,
    documents,
    editing,
    eight,
    errors,
    exporting,
    follow,
    held_links,
    helping,
    hiding,
    importing,
    inbox_page,
    languages,
    live,
    log_notice,
    log_page,
    memento,
    monitoring,
    navigation,
    pages,
    preferences,
    presence,
    record_words,
    refusals,
    search_page,
    shortcuts,
    signing_in,
    story_feeds,
    story_page,
    suggesting,
    tables,
    time_travel,
    words,
)
from tracker.web.blueprint import blueprint

LARGEST_BODY = 16 * 1024 * 1024
SESSION_COOKIE = "tracker_session"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(tracker: Tracker | None = None) -> Flask:
    """The application around a tracker; without one, around that of the environment."""
    tracker = tracker or bootstrap.start(Settings.from_environment(os.environ))
    app = Flask("tracker.web", static_folder="static", template_folder="templates")
    app.extensions["tracker"] = tracker
    app.extensions["audience"] = Audience(tracker)
    secure = tracker.settings.base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=tracker.settings.secret_key, MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False,
        SESSION_COOKIE_NAME="tracker_form", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=secure,
        SIGNED_IN_COOKIE=f"__Host-{SESSION_COOKIE}" if secure else SESSION_COOKIE, SIGNED_IN_COOKIE_SECURE=secure,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )  # fmt: skip
    csrf = CSRFProtect(app)
    app.register_blueprint(blueprint)
    for part in (routes, proofs, stream):
        app.register_blueprint(part.blueprint, url_prefix="/api/v1")
    app.register_blueprint(subscriptions_api, url_prefix="/api/v1")
    app.view_functions["static"] = needs("sign_in")(app.view_functions["static"])
    monitoring.prepare(app, tracker)
    for worded in (
        words, record_words, chart_words, cell_marks, languages, log_notice, navigation, preferences, alerts_pages,
        inbox_page, follow, shortcuts, eight, presence, refusals,
    ):  # fmt: skip
        worded.prepare(app)

    @app.before_request
    def gate() -> AnyResponse | None:
        g.principal, by_token = _who_asks(tracker, app.config["SIGNED_IN_COOKIE"])
        g.still = _still(tracker, app.config["SIGNED_IN_COOKIE"])
        if request.endpoint is None:
            return None  # no such page: answered as absent, whoever asks
        if any("\x00" in named for named in (request.view_args or {}).values()):
            abort(404)  # nothing has a NUL in its name, and PostgreSQL can't even be asked
        permission = permission_of(app.view_functions.get(request.endpoint))
        # Whoever posts to an address that is a secret itself (a mail program, RFC 8058) has no session to misuse.
        if not by_token and permission != "hold_link" and request.method not in {"GET", "HEAD", "OPTIONS"}:
            csrf.protect()
        return _admit(permission)

    live.prepare(app)

    @app.after_request
    def guard(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.errorhandler(Exception)
    def tell(error: Exception) -> Any:
        if isinstance(error, CSRFError):
            error = _Expired()
        known = problems.known(error)
        if not isinstance(error, HTTPException) and (
            known is None or known[0] == 500 or isinstance(error, SQLAlchemyError)
        ):
            g.reference = secrets.token_hex(4)
            route = request.url_rule.rule if request.url_rule else "none"
            app.logger.exception("No answer", extra={"route": route, "reference": g.reference})
        if request.path.startswith("/api/"):
            return problems.answer(error)
        return errors.answer(error, known[0] if known else 500)

    return app


class _Expired(HTTPException):
    code = 400
    description = "This form has expired or came from elsewhere; go back, reload the page and send it again."


def _who_asks(tracker: Tracker, cookie: str) -> tuple[Principal, bool]:
    """Who asks, and whether by a token of the API rather than by a session."""
    now, (token, session) = tracker.clock(), _shown(cookie)
    if token:
        with reading(tracker.engine) as connection:
            principal = tokens.token_principal(connection, token, now)
            due = principal is not None and tokens.token_touch_due(connection, token, now)
        if due:
            with writing(tracker.engine) as connection:
                tokens.touch_token(connection, token, now)
        return principal or ANONYMOUS, principal is not None
    if not session or request.endpoint == "static":
        return ANONYMOUS, False
    with reading(tracker.engine) as connection:
        principal = sessions.session_principal(connection, session, now)
        due = principal is not None and sessions.touch_due(connection, session, now)
    if due:
        with writing(tracker.engine) as connection:
            sessions.touch_session(connection, session, now)
    return principal or ANONYMOUS, False


def _still(tracker: Tracker, cookie: str) -> Callable[[], Principal]:
    """Looks again who asked, for an answer that goes on for long; that they listen does not keep them signed in."""
    token, session = _shown(cookie)

    def look() -> Principal:
        with reading(tracker.engine) as connection:
            if token:
                return tokens.token_principal(connection, token, tracker.clock()) or ANONYMOUS
            return sessions.session_principal(connection, session, tracker.clock()) or ANONYMOUS

    return look


def _shown(cookie: str) -> tuple[str, str]:
    """The token and the session that a request shows; where it shows a token, nothing else counts."""
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Bearer "):
        return authorization.removeprefix("Bearer ").strip() or "none", ""
    return "", request.cookies.get(cookie, "")


def _admit(permission: Any) -> AnyResponse | None:
    """Nothing for somebody who may; the sign-in page, or a refusal, for somebody who may not."""
    if permission is not None and may(g.principal, permission):
        return None
    if g.principal.role is not None or permission is None:
        abort(403)
    if request.path.startswith("/api/"):
        abort(401)
    return redirect(url_for("pages.sign_in", next=request.full_path.rstrip("?")), 303)


