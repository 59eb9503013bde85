"""What tests of the web ask for: an application around a newsroom with people of every role and one story."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.newsroom import EDITOR, EVERYBODY, HARBOUR, POLITICS_EDITOR, SPORTS_EDITOR, note, record
from tests.web.browsing import CHROMIUM, QUIET
from tests.web.visiting import PASSWORD, hire
from tracker.accounts.people import Principal
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.sample import demonstration
from tracker.wsgi import create_app


@pytest.fixture
def tracker(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracker]:
    """A whole tracker on one database: a page does not know which it is."""
    # Passwords of tests are hashed quickly, and stay so when somebody signs in.
    monkeypatch.setattr("tracker.accounts.signing_in.is_outdated", lambda kept, hasher: False)
    started = start(
        Settings.from_environment({"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32})
    )
    hire(started, *EVERYBODY, POLITICS_EDITOR, SPORTS_EDITOR)
    yield started
    started.close()


@pytest.fixture
def app(tracker: Tracker) -> Iterator[Flask]:
    """The application around `tracker`; whoever still listens at the end is sent away."""
    app = create_app(tracker)
    yield app
    app.extensions["audience"].close()


@pytest.fixture
def harbour(tracker: Tracker) -> Tracker:
    """The harbour story, open, with one note on it that the newsroom may see."""
    record(tracker, HARBOUR, note("n1", headline="The contract was signed at night"))
    return tracker


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module; each has its own cookies.

    Not for all of a run: while it is there, an event loop runs in this thread, and others can't start theirs.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask, tracker: Tracker) -> Iterator[str]:
    """The sample story served on a port of its own."""
    demonstration.load(tracker)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors of scripts, refused sources, failed requests."""
    return []


@pytest.fixture
def visit(chromium: Browser, site: str, complaints: list[str]) -> Iterator[Any]:
    """Opens a window, signed in as the editor or as `person`, and listens to its complaints."""
    contexts: list[BrowserContext] = []

    def opened(person: Principal = EDITOR, **how: Any) -> Page:
        context = chromium.new_context(base_url=site, **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto("/sign-in")
        page.get_by_label("Name").fill(person.name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    yield opened
    for context in contexts:
        context.close()
