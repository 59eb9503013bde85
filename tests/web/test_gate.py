"""Every route names who may use it, and nobody else gets through."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.newsroom import EDITOR, EVERYBODY, READER, note
from tests.web.visiting import Visitor, bearer
from tracker.accounts.gate import permission_of
from tracker.accounts.people import Principal, Role
from tracker.accounts.permissions import ALLOWED
from tracker.bootstrap import Tracker
from tracker.wsgi import create_app

# A new route is a new line here, so that its permission is read by somebody.
ROUTES = {
    ("/", "GET", "read"),
    ("/actors", "GET", "read"),
    ("/actors.csv", "GET", "read"),
    ("/actors.json", "GET", "read"),
    ("/actors/<key>", "GET", "read"),
    ("/actors/<key>.csv", "GET", "read"),
    ("/actors/<key>.json", "GET", "read"),
    ("/admin", "GET", "administer"),
    ("/admin.json", "GET", "administer"),
    ("/admin/apprise", "POST", "administer"),
    ("/admin/channels/<id>", "POST", "administer"),
    ("/admin/deliveries/<id>/again", "POST", "administer"),
    ("/admin/people", "POST", "administer"),
    ("/admin/people/<name>", "POST", "administer"),
    ("/api/v1/actors", "GET", "read"),
    ("/api/v1/actors/<key>", "GET", "read"),
    ("/api/v1/catch-up", "GET", "read"),
    ("/alerts", "GET", "subscribe"),
    ("/alerts.csv", "GET", "subscribe"),
    ("/alerts.json", "GET", "subscribe"),
    ("/alerts/<id>", "GET", "subscribe"),
    ("/alerts/<id>", "POST", "subscribe"),
    ("/alerts/<id>/state", "POST", "subscribe"),
    ("/alerts/channels", "GET", "subscribe"),
    ("/alerts/channels", "POST", "subscribe"),
    ("/alerts/channels.json", "GET", "subscribe"),
    ("/alerts/channels/<id>", "POST", "subscribe"),
    ("/alerts/confirm/<word>", "GET", "hold_link"),
    ("/alerts/confirm/<word>", "POST", "hold_link"),
    ("/alerts/deliveries", "GET", "subscribe"),
    ("/alerts/deliveries.csv", "GET", "subscribe"),
    ("/alerts/deliveries.json", "GET", "subscribe"),
    ("/alerts/deliveries/<id>/again", "POST", "subscribe"),
    ("/alerts/follow", "POST", "subscribe"),
    ("/alerts/hours", "POST", "subscribe"),
    ("/alerts/mute", "POST", "subscribe"),
    ("/alerts/new", "GET", "subscribe"),
    ("/alerts/new", "POST", "subscribe"),
    ("/alerts/notifications.json", "GET", "subscribe"),
    ("/api/v1/deliveries", "GET", "subscribe"),
    ("/feeds/<word>.atom", "GET", "hold_link"),
    ("/feeds/<word>.json", "GET", "hold_link"),
    ("/unsubscribe/<word>", "GET", "hold_link"),
    ("/unsubscribe/<word>", "POST", "hold_link"),
    ("/api/v1/events", "GET", "read"),
    ("/api/v1/log/checkpoint", "GET", "verify"),
    ("/api/v1/log/proof/consistency", "GET", "verify"),
    ("/api/v1/log/proof/inclusion", "GET", "verify"),
    ("/api/v1/openapi.json", "GET", "sign_in"),
    ("/api/v1/schemas/<name>.json", "GET", "sign_in"),
    ("/api/v1/stories", "GET", "read"),
    ("/api/v1/stories", "POST", "log"),
    ("/api/v1/stories/<slug>", "GET", "read"),
    ("/api/v1/stories/<slug>/developments", "POST", "log"),
    ("/api/v1/stories/<slug>/events", "GET", "read"),
    ("/api/v1/stream", "GET", "read"),
    ("/beats", "POST", "read"),
    ("/catch-up", "GET", "read"),
    ("/catch-up.csv", "GET", "read"),
    ("/catch-up.json", "GET", "read"),
    ("/api/v1/subscriptions", "GET", "subscribe"),
    ("/api/v1/subscriptions", "POST", "subscribe"),
    ("/api/v1/subscriptions/<id>", "DELETE", "subscribe"),
    ("/api/v1/subscriptions/<id>", "GET", "subscribe"),
    ("/api/v1/subscriptions/<id>", "PATCH", "subscribe"),
    ("/api/v1/subscriptions/preview", "POST", "subscribe"),
    ("/api/v1/search", "GET", "read"),
    ("/api/v1/stories/<slug>/compare", "GET", "read"),
    ("/admin/identity", "GET", "administer"),
    ("/admin/identity", "POST", "administer"),
    ("/archive", "GET", "verify"),
    ("/archive.csv", "GET", "verify"),
    ("/archive.json", "GET", "verify"),
    ("/archive/checkpoint", "GET", "verify"),
    ("/archive/events/<id>", "GET", "verify"),
    ("/archive/events/<id>.json", "GET", "verify"),
    ("/archive/reads", "GET", "verify"),
    ("/archive/reads.csv", "GET", "verify"),
    ("/archive/reads.json", "GET", "verify"),
    ("/archive/verify", "POST", "verify"),
    ("/dates", "GET", "read"),
    ("/healthz", "GET", "sign_in"),
    ("/help", "GET", "read"),
    ("/inbox", "GET", "subscribe"),
    ("/inbox.csv", "GET", "subscribe"),
    ("/inbox.json", "GET", "subscribe"),
    ("/inbox/read", "POST", "subscribe"),
    ("/language", "POST", "sign_in"),
    ("/log", "GET", "log"),
    ("/preferences", "GET", "sign_in"),
    ("/preferences", "POST", "sign_in"),
    ("/metrics", "GET", "monitor"),
    ("/readyz", "GET", "sign_in"),
    ("/search", "GET", "read"),
    ("/search.csv", "GET", "read"),
    ("/search.json", "GET", "read"),
    ("/sign-in", "GET", "sign_in"),
    ("/sign-in", "POST", "sign_in"),
    ("/sign-out", "POST", "sign_in"),
    ("/static/<path:filename>", "GET", "sign_in"),
    ("/stories.csv", "GET", "read"),
    ("/stories.json", "GET", "read"),
    ("/stories/<slug>", "GET", "read"),
    ("/stories/<slug>.csv", "GET", "read"),
    ("/stories/<slug>.json", "GET", "read"),
    ("/stories/<slug>/compare", "GET", "read"),
    ("/stories/<slug>/compare.csv", "GET", "read"),
    ("/stories/<slug>/compare.json", "GET", "read"),
    ("/stories/<slug>/at/<position>", "GET", "replay"),
    ("/stories/<slug>/at/<position>.json", "GET", "replay"),
    ("/timegate/stories/<slug>", "GET", "replay"),
    ("/timemap/stories/<slug>", "GET", "replay"),
    ("/stories/<slug>/developments/<key>", "GET", "read"),
    ("/stories/<slug>/developments/<key>.csv", "GET", "read"),
    ("/stories/<slug>/developments/<key>.json", "GET", "read"),
    ("/stories/<slug>/developments/<key>/acts", "POST", "log"),
    ("/stories/<slug>/developments/<key>/correct", "GET", "log"),
    ("/stories/<slug>/developments/<key>/correct", "POST", "log"),
    ("/stories/<slug>/developments/<key>/documents/<hash>", "GET", "read"),
    ("/stories/<slug>/developments/<key>/documents/<hash>/file", "GET", "read"),
    ("/sources/<key>/forget", "GET", "log"),
    ("/sources/<key>/forget", "POST", "log"),
    ("/stories/<slug>/developments/<key>/sealed", "GET", "log"),
    ("/stories/<slug>/developments/<key>/sealed", "POST", "log"),
    ("/stories/<slug>/developments/<key>/redact", "GET", "log"),
    ("/stories/<slug>/developments/<key>/redact", "POST", "log"),
    ("/stories/<slug>/developments/<key>/retract", "GET", "log"),
    ("/stories/<slug>/developments/<key>/retract", "POST", "log"),
    ("/stories/<slug>/calendar.ics", "GET", "read"),
    ("/stories/<slug>/export", "GET", "export"),
    ("/stories/<slug>/export/<form>", "GET", "export"),
    ("/stories/<slug>/feed.atom", "GET", "read"),
    ("/stories/<slug>/feed.json", "GET", "read"),
    ("/stories/<slug>/import", "GET", "log"),
    ("/stories/<slug>/import", "POST", "log"),
    ("/stories/<slug>/import/<correlation>", "GET", "log"),
    ("/stories/<slug>/import/<correlation>", "POST", "log"),
    ("/stories/<slug>/moment", "GET", "read"),
    ("/stories/<slug>/moments.json", "GET", "read"),
    ("/stories/<slug>/log", "GET", "log"),
    ("/stories/<slug>/log", "POST", "log"),
    ("/stories/<slug>/presence", "POST", "log"),
    ("/stories/<slug>/suggest", "GET", "log"),
    ("/stories/<slug>/read", "POST", "read"),
    ("/stories/new", "GET", "log"),
    ("/stories/new", "POST", "log"),
    ("/suggest", "GET", "log"),
}
_NAMED = {
    "<slug>": "harbour",
    "<key>": "n1",
    "<name>": "events",
    "<form>": "csv",
    "<hash>": "0" * 64,
    "<correlation>": "none",
    "<id>": "nothing",
    "<position>": "1",
    "<word>": "made.up",
    "<path:filename>": "style.css",
}


def address(rule: str) -> str:
    """An address of a route."""
    for placeholder, name in _NAMED.items():
        rule = rule.replace(placeholder, name)
    return rule


def walked(app: Flask) -> Iterator[tuple[str, str, str | None]]:
    """Every route of the application with each method it was given, and its permission."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.rule, method, permission_of(app.view_functions[rule.endpoint])


def ask(app: Flask, rule: str, method: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Ask for a route, each time from a browser that knows nothing."""
    return app.test_client().open(address(rule), method=method, headers=headers, buffered=True)


def test_every_route_states_its_permission_and_stands_in_the_table(app: Flask) -> None:
    assert set(walked(app)) == ROUTES


def test_a_route_that_states_none_is_closed_to_everybody(harbour: Tracker) -> None:
    app = create_app(harbour)
    app.add_url_rule("/forgotten", "forgotten", lambda: "everything")

    answers = [app.test_client().get("/forgotten", headers=bearer(harbour, person)) for person in EVERYBODY]

    assert [answer.status_code for answer in [*answers, app.test_client().get("/forgotten")]] == [403] * 6
    assert ("/forgotten", "GET", None) in set(walked(app)) - ROUTES


def test_nobody_gets_further_than_the_sign_in_page(app: Flask, harbour: Tracker) -> None:
    for rule, method, permission in sorted(ROUTES):
        if method != "GET":
            continue
        for asked in (method, "HEAD", "OPTIONS"):
            answer = ask(app, rule, asked)

            if permission == "sign_in":
                assert answer.status_code == 200, (rule, asked)
            elif permission == "hold_link":  # whoever makes an address up finds nothing there
                assert answer.status_code == (200 if asked == "OPTIONS" else 404), (rule, asked)
            elif rule.startswith("/api/"):
                assert answer.status_code == 401, (rule, asked)
                assert answer.content_type == "application/problem+json"
                assert answer.headers["WWW-Authenticate"] == "Bearer"
            else:
                assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), (rule, asked)


def test_nobody_sends_a_form_or_a_record(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app)
    token = visitor.read("/sign-in").form()["values"]["csrf_token"]
    before = harbour.store.position()

    for rule, method, permission in ROUTES:
        if method == "GET":
            continue
        without = ask(app, rule, method)
        within = visitor.client.open(address(rule), method=method, data={"csrf_token": token})

        if permission == "hold_link":  # posted to by mail programs, which hold no session
            assert (without.status_code, within.status_code) == (404, 404), rule
            continue
        assert without.status_code == 400, rule
        if permission in {"log", "subscribe"}:
            assert within.status_code == (401 if rule.startswith("/api/") else 303), rule
            assert rule.startswith("/api/") or within.location.startswith("/sign-in"), rule
    assert harbour.store.position() == before


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.role)
def test_each_role_passes_where_the_table_of_permissions_says(
    app: Flask, harbour: Tracker, person: Principal
) -> None:
    token, visitor = bearer(harbour, person), Visitor(app, person)
    app.extensions["audience"].most = 0  # a stream would go on

    for rule, method, permission in sorted(ROUTES):
        allowed = person.role in ALLOWED[permission]  # type: ignore[index]
        answers = [ask(app, rule, method, token)]
        if method == "GET":
            answers.append(visitor.get(address(rule), buffered=True))

        for answer in answers:
            assert (answer.status_code not in {401, 403}) == allowed, (rule, method, answer.status_code)
            assert "/sign-in" not in answer.headers.get("Location", "") or rule.startswith("/sign-"), (rule, method)
            assert answer.status_code != 500, (rule, method)


def test_a_permission_names_no_role_twice_over_and_nobody_signs_in_by_reading() -> None:
    assert None in ALLOWED["sign_in"]
    assert all(None not in roles for permission, roles in ALLOWED.items() if permission not in {"sign_in", "hold_link"})
    assert ALLOWED["log"] == {Role.EDITOR}


@pytest.mark.parametrize("wrong", ["nst_000000000000_" + "0" * 64, "nonsense", "", "nst_é"])
def test_a_token_that_is_none_is_nobody(app: Flask, harbour: Tracker, wrong: str) -> None:
    answer = app.test_client().get("/api/v1/stories", headers={"Authorization": f"Bearer {wrong}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("wrong", ["nonsense", "é", "x" * 4_000])
def test_a_session_that_is_none_is_nobody(app: Flask, harbour: Tracker, wrong: str) -> None:
    browser = app.test_client()
    browser.set_cookie("tracker_session", wrong)

    assert browser.get("/").status_code == 303


def test_whoever_signs_out_is_out_everywhere_that_session_went(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, READER)
    cookie = visitor.client.get_cookie("tracker_session")
    assert cookie is not None

    visitor.send(visitor.read("/"), form="/sign-out")
    visitor.client.set_cookie("tracker_session", cookie.value)

    assert visitor.get("/").status_code == 303


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app)

    cookies = visitor.sign_in("ana").headers.getlist("Set-Cookie")

    (session,) = [cookie for cookie in cookies if cookie.startswith("tracker_session=")]
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session


def test_behind_https_the_cookies_are_for_https_only(harbour: Tracker) -> None:
    harbour.settings = replace(harbour.settings, base_url="https://desk.example")
    visitor = Visitor(create_app(harbour))

    cookies = visitor.sign_in("ana").headers.getlist("Set-Cookie")

    assert [cookie.split("=")[0] for cookie in cookies if "tracker_session" in cookie] == ["__Host-tracker_session"]
    assert all("Secure" in cookie for cookie in cookies)


def test_every_page_carries_the_headers_that_keep_strangers_scripts_out(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    paths = "/", "/stories/harbour", "/stories/harbour/log", "/nowhere", "/sign-in", "/api/v1/stories", "/api/v1/no"
    for path in paths:
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_a_form_is_heard_with_its_token_only(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    form = visitor.read("/stories/harbour/log").form()
    typed = form["values"] | {"text": "Sent from elsewhere", "unsourced": "test"}
    before = harbour.store.position()

    without = visitor.client.post(form["action"], data={k: v for k, v in typed.items() if k != "csrf_token"})
    forged = visitor.client.post(form["action"], data=typed | {"csrf_token": typed["csrf_token"][::-1]})
    none_recorded = harbour.store.position() == before
    with_it = visitor.client.post(form["action"], data=typed)

    assert (without.status_code, forged.status_code, with_it.status_code) == (400, 400, 303)
    assert "expired or came from elsewhere" in without.text
    assert none_recorded
    assert harbour.store.position() == before + 1


def test_a_token_for_forms_is_good_in_its_own_browser_only(app: Flask, harbour: Tracker) -> None:
    stolen = Visitor(app, EDITOR).read("/stories/harbour/log").form()["values"]
    other = Visitor(app, EDITOR)

    answer = other.client.post("/stories/harbour/log", data=stolen | {"text": "x", "unsourced": "test"})

    assert answer.status_code == 400


def test_the_api_hears_a_session_with_a_token_for_forms_only_and_a_bearer_without(
    app: Flask, harbour: Tracker
) -> None:
    visitor = Visitor(app, EDITOR)
    form_token = visitor.read("/").form("/sign-out")["values"]["csrf_token"]
    path, body = "/api/v1/stories/harbour/developments", note("n2")

    without = visitor.client.post(path, json=body)
    by_session = visitor.client.post(path, json=body, headers={"X-CSRFToken": form_token})
    by_bearer = app.test_client().post(path, json=note("n3"), headers=bearer(harbour, EDITOR))
    by_false_bearer = visitor.client.post(path, json=note("n4"), headers={"Authorization": "Bearer nonsense"})

    assert (without.status_code, without.content_type) == (400, "application/problem+json")
    assert by_session.status_code == 201
    assert by_bearer.status_code == 201
    assert by_false_bearer.status_code == 400
