"""Every page for everyone: WCAG 2.2 AA as far as axe-core sees, in light and dark, and 320 pixels are enough.

A new page is a new line in PAGES.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.newsroom import ADMIN, ARCHIVIST, EDITOR, READER, REPORTER
from tests.web.browsing import needs_chromium
from tracker.accounts.people import Principal
from tracker.sample import demonstration

STORY = f"/stories/{demonstration.STORY}"
MEETING = f"{STORY}/developments/july-meeting"

PAGES: dict[Principal, tuple[str, ...]] = {
    EDITOR: (
        "/", STORY, f"{STORY}?known_at=2017-02-28", f"{STORY}?occurred_by=2017-02-28&public_at=2017-02-28",
        f"{STORY}/log", f"{STORY}/log?type=testimony.given", f"{STORY}/log?type=contradiction.identified",
        MEETING, f"{MEETING}/correct", f"{MEETING}/retract", "/actors", "/actors/sessions", "/stories/new",
        "/log?title=A+vote", "/help", "/preferences", "/nowhere", "/search", "/search?q=russia*", "/search?q=acter:x",
        f"{STORY}/compare?from=2017-02", f"{STORY}/import", f"{MEETING}/redact", f"{MEETING}/sealed",
        "/sources/hearing-record/forget",
    ),
    REPORTER: (
        "/", "/catch-up", "/catch-up?since=1", "/alerts", "/alerts/new?start=claims", "/inbox", "/alerts/channels",
        "/alerts/deliveries",
    ),
    ARCHIVIST: (f"{STORY}/export", "/archive", "/archive?stream=source/", "/archive/reads"),
    ADMIN: ("/", "/admin", "/admin/identity"),
    READER: ("/", "/log"),
}  # fmt: skip
"""The addresses that somebody of each role looks at."""

SENT_EMPTY = (f"{STORY}/log?type=claim.denied", f"{STORY}/log?type=meeting.revealed", f"{MEETING}/correct",
              f"{MEETING}/retract", "/stories/new", f"{STORY}/import", f"{MEETING}/redact",
              "/sources/hearing-record/forget")  # fmt: skip
"""Forms that an editor sends as they are, and what comes back says what is wrong."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": RULES}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
OPEN_ALL = "for (const each of document.querySelectorAll('main details')) each.open = true"

pytestmark = [pytest.mark.xdist_group("browser-accessible"), needs_chromium]


def faults(page: Page, where: str) -> list[str]:
    """What axe-core finds wrong with a page, all of it opened: in light, then the contrasts in dark."""
    page.evaluate(OPEN_ALL)
    found = []
    for scheme, only in (("light", ALL), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        told = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": only})
        found += [
            f"{where} ({scheme}): {each['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
            for each in told.response["violations"]
            for node in each["nodes"][:3]
        ]
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("Math.ceil(document.documentElement.scrollWidth)")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found + ([f"{where}: {wide} pixels wide in a window of 320"] if wide > 320 else [])


@pytest.mark.parametrize("person", PAGES, ids=lambda person: person.role)
def test_every_page_is_for_everyone(visit: Any, person: Principal) -> None:
    page = visit(person)
    found = []

    for path in PAGES[person]:
        page.goto(path)
        found += faults(page, path)
    if person == ARCHIVIST:
        page.goto("/archive")
        page.locator(".log-lines a").first.click()
        found += faults(page, "an event of the log")

    assert found == []


def test_a_form_that_says_what_is_wrong_is_for_everyone(visit: Any) -> None:
    page = visit()
    found = []

    for path in SENT_EMPTY:
        page.goto(path)
        page.get_by_role("main").locator("form.sheet button").first.click()
        page.locator("[role=alert], .error").first.wait_for()
        found += faults(page, f"{path}, sent empty")

    assert found == []


def test_an_event_of_the_log_is_for_everyone(visit: Any) -> None:
    page = visit(ARCHIVIST)
    page.goto("/archive")

    page.goto(page.locator('main a[href^="/archive/events/"]').first.get_attribute("href"))

    assert faults(page, "an event") == []


def test_the_way_in_is_for_everyone(chromium: Any, site: str) -> None:
    context = chromium.new_context(base_url=site)
    page = context.new_page()

    page.goto("/sign-in")
    found = faults(page, "/sign-in")
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    found += faults(page, "/sign-in, refused")
    context.close()

    assert found == []


def test_the_keys_and_suggestions_are_for_everyone(visit: Any) -> None:
    page = visit()

    page.goto(STORY)
    page.keyboard.press("?")
    found = faults(page, "the keys")
    page.goto(f"{STORY}/log?type=claim.denied")
    page.keyboard.type("s")
    page.get_by_role("listbox").first.wait_for()
    found += faults(page, "suggestions")

    assert found == []
