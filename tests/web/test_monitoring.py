"""For those who watch over the machine: is it ready, and how does it fare; numbers, and no word of a story."""

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.newsroom import ADMIN, EDITOR, note, record, requests
from tests.web.visiting import Visitor, bearer
from tracker import db, instants
from tracker.bootstrap import Tracker, start
from tracker.db import writing
from tracker.projections import following
from tracker.wsgi import create_app


def test_a_tracker_that_keeps_up_is_ready(app: Flask, harbour: Tracker) -> None:
    answer = app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json() == {"ready": True, "checks": {"database": True, "migrations": True, "views": True}}


def test_views_that_fell_behind_a_while_ago_are_not_ready_until_they_caught_up(app: Flask, harbour: Tracker) -> None:
    harbour.handling.handle(requests(harbour, note("n2")), "ana")
    at_once = app.test_client().get("/readyz")
    later = instants.text(instants.moment(harbour.clock()).replace(year=2100))
    harbour.clock = lambda: later
    late = app.test_client().get("/readyz")
    harbour.catch_up()

    assert at_once.status_code == 200
    assert (late.status_code, late.get_json()["checks"]["views"]) == (503, False)
    assert app.test_client().get("/readyz").status_code == 200


def test_a_database_of_another_version_is_not_ready(app: Flask, tracker: Tracker) -> None:
    with writing(tracker.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.get_json()["checks"]) == (
        503, {"database": True, "migrations": False, "views": False},
    )  # fmt: skip


def test_a_database_that_does_not_answer_is_not_ready_and_pages_say_to_come_back(app: Flask, tracker: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    @event.listens_for(tracker.engine, "do_connect")
    def refuse(*_: object) -> None:
        raise db.sqlite3.OperationalError("unable to open database file")

    tracker.engine.dispose()

    ready = app.test_client().get("/readyz")
    page, told = (visitor.get(path) for path in ("/", "/api/v1/stories"))

    assert (ready.status_code, ready.get_json()["checks"]["database"]) == (503, False)
    assert page.status_code == 503
    assert "Try again in a moment" in page.text
    assert (told.status_code, told.headers["Retry-After"]) == (503, "1")
    assert app.test_client().get("/healthz").status_code == 200


def test_the_figures_count_requests_by_route_and_say_nothing_of_a_story(app: Flask, harbour: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    visitor.get("/stories/harbour/developments/n1")
    visitor.get("/stories/harbour/developments/nowhere")
    visitor.get("/no/such/page")
    app.test_client().open("/healthz", method="BREW")
    harbour.handling.handle(requests(harbour, note("n2")), "ana")

    figures = app.test_client().get("/metrics", headers=bearer(harbour, ADMIN)).text

    route = 'route="/stories/<slug>/developments/<key>"'
    assert "tracker_events_total 3.0" in figures
    assert "# TYPE tracker_messages gauge" in figures
    assert f'tracker_lag_events{{follower="{following.NAME}"}} 1.0' in figures
    assert f'tracker_requests_total{{method="GET",{route},status="200"}} 1.0' in figures
    assert f'tracker_requests_total{{method="GET",{route},status="404"}} 1.0' in figures
    assert 'tracker_requests_total{method="other",route="none",status="404"} 1.0' in figures
    assert f"tracker_request_seconds_count{{{route}}} 2.0" in figures
    assert "harbour" not in figures
    assert "BREW" not in figures


@pytest.mark.drill
def test_more_askers_than_connections_are_told_to_come_back_and_nobody_waits_for_long(
    harbour: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "POOL_SIZE", 2)
    monkeypatch.setattr(db, "POOL_SECONDS", 0.2)
    small = start(harbour.settings)
    visitor = Visitor(create_app(small), EDITOR)
    held = [small.engine.connect() for _ in range(2)]

    refused = visitor.get("/")
    for connection in held:
        connection.close()
    record(small, note("n2"))

    assert refused.status_code == 503
    assert visitor.get("/").status_code == 200
    small.engine.dispose()
