"""Notifications on the page that is open: asked for once, shown once, and never for what was there before."""

from typing import Any

import pytest

from tests.newsroom import REPORTER, note, record
from tests.servers import until
from tests.web.browsing import needs_chromium
from tracker.alerts import subscribing
from tracker.alerts.rules import Rule
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.sample import demonstration

pytestmark = [pytest.mark.xdist_group("browser-notifying"), needs_chromium]

# Headless Chromium shows no notifications; what would be shown is kept instead.
KEEPING = """
window.shown = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, how) { window.shown.push(title); }
};
if (localStorage.getItem("tracker-notify") === "on") window.Notification.permission = "granted";
"""


def tell(tracker: Tracker, key: str) -> None:
    """A note that Ben is alerted of, on a story of its own: what comes within minutes on one is told together."""
    opened = {"type": "story.opened", "story": key, "title": f"Story {key}"}
    record(tracker, opened, note(key, story=key, headline=f"Headline {key}"))
    tracker.catch_up()


def test_what_arrives_pops_up_once_in_a_browser_that_asked_for_it(
    visit: Any, tracker: Tracker, complaints: list[str]
) -> None:
    asked = subscribing.Asked(name="Notes", rule=Rule(types=("note.logged",)))
    with writing(tracker.engine) as connection:
        subscribing.subscribe(connection, REPORTER.name, asked, tracker.clock())
    page = visit(REPORTER)
    page.add_init_script(KEEPING)
    page.goto("/alerts/channels")
    page.get_by_role("button", name="Add this browser").click()
    page.get_by_role("button", name="Show notifications in this browser").click()
    page.get_by_text("On in this browser").wait_for()
    until(lambda: page.evaluate("localStorage.getItem('tracker-notify-after') !== null"))

    tell(tracker, "n1")
    page.goto(f"/stories/{demonstration.STORY}")
    until(lambda: page.evaluate("window.shown.length > 0"))
    first = page.evaluate("window.shown")
    tell(tracker, "n2")
    page.goto("/")
    until(lambda: page.evaluate("window.shown.length > 0"))

    assert first == ["Story n1: Headline n1"]
    assert page.evaluate("window.shown") == ["Story n2: Headline n2"]
    assert complaints == []
