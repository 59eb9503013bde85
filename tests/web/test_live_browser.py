"""What arrives while a page is read, in a real browser: told beside it, shown on demand, and nothing moves."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.newsroom import REPORTER, record
from tests.servers import until
from tests.web.browsing import needs_chromium
from tracker.audience import Audience
from tracker.bootstrap import Tracker
from tracker.sample import demonstration

STORY = f"/stories/{demonstration.STORY}"
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shifted += each.value; })
  .observe({ type: "layout-shift", buffered: true });"""

pytestmark = [pytest.mark.xdist_group("browser-live"), needs_chromium]


def log(tracker: Tracker, key: str, **fields: Any) -> None:
    """Somebody else logs a note on the sample story."""
    record(
        tracker,
        {"type": "note.logged", "story": demonstration.STORY, "key": key, "text": f"Note {key}", "unsourced": "test",
         "headline": f"News {key}", **fields},
        by="pia",
    )  # fmt: skip


def hide(page: Page, hidden: bool) -> None:
    """Another tab comes to the front, or this one again."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_an_editor_is_told_of_what_another_logs_and_nothing_moves_until_it_is_shown(
    app: Flask, tracker: Tracker, visit: Any, complaints: list[str]
) -> None:
    audience: Audience = app.extensions["audience"]
    page = visit()
    page.goto(STORY)
    until(lambda: audience.readers == 1)
    page.locator("li.development").nth(6).scroll_into_view_if_needed()
    page.evaluate("scrollBy({ top: 40, behavior: 'instant' }); window.opened = 'once'")
    reading = page.locator("li.development").nth(6)
    where, key = reading.bounding_box(), reading.get_attribute("id")
    page.evaluate(SHIFTS)

    log(tracker, "n1")
    expect(page.locator("#live [role=status]")).to_have_text("1 new")
    log(tracker, "n2")
    record(tracker, {"type": "development.retracted", "story": demonstration.STORY, "target": "n1", "reason": "x"})
    expect(page.locator("#live [role=status]")).to_have_text("2 new, 1 changed")

    assert reading.bounding_box() == where
    assert page.evaluate("window.shifted") == 0
    expect(page.get_by_role("link", name="News n2")).to_have_count(0)

    page.keyboard.press("u")
    expect(page.locator("li.development.fresh")).to_have_count(2)
    expect(page.get_by_role("link", name="News n2").first).to_be_attached()
    expect(page.locator("#live [role=status]")).to_be_empty()
    after = page.locator(f"li[id='{key}']").bounding_box()
    assert after is not None
    assert where is not None
    assert abs(after["y"] - where["y"]) < 2
    assert page.evaluate("window.opened") == "once"
    log(tracker, "n3")
    expect(page.locator("#live [role=status]")).to_have_text("1 new")
    assert complaints == []


def test_what_is_read_in_a_ledger_stays_in_place_with_the_focus(
    app: Flask, tracker: Tracker, visit: Any, complaints: list[str]
) -> None:
    page = visit()
    page.goto(STORY)
    until(lambda: app.extensions["audience"].readers == 1)
    link = page.locator(".ledgers section").nth(1).locator("a[href]").first
    link.evaluate("(link) => { link.scrollIntoView({ block: 'center', behavior: 'instant' }); link.focus(); }")
    where, words = link.bounding_box(), link.inner_text()

    record(
        tracker,
        {"type": "claim.asserted", "story": demonstration.STORY, "key": "c9", "claimant": "unattributed",
         "text": "A third meeting took place", "unsourced": "test"},
        by="pia",
    )  # fmt: skip
    expect(page.locator("#live [role=status]")).to_have_text("1 new")
    page.keyboard.press("u")
    expect(page.locator(".claims-ledger")).to_contain_text("A third meeting took place")

    assert page.locator(":focus").inner_text() == words
    after = page.locator(":focus").bounding_box()
    assert where is not None
    assert after is not None
    assert abs(after["y"] - where["y"]) < 2
    assert complaints == []


def test_after_a_cut_the_browser_goes_on_where_it_stopped(app: Flask, tracker: Tracker, visit: Any) -> None:
    page = visit(REPORTER)
    page.goto(STORY)
    until(lambda: app.extensions["audience"].readers == 1)
    log(tracker, "n1")
    expect(page.locator("#live [role=status]")).to_have_text("1 new")

    cut: Audience = app.extensions["audience"]
    app.extensions["audience"] = Audience(tracker)
    cut.close()
    log(tracker, "n2")
    log(tracker, "hidden", visibility="desk")
    log(tracker, "n3")

    expect(page.locator("#live [role=status]")).to_have_text("3 new")


def test_tabs_share_one_stream_and_let_it_go_while_nobody_looks(app: Flask, tracker: Tracker, visit: Any) -> None:
    audience: Audience = app.extensions["audience"]
    first = visit()
    first.goto(STORY)
    until(lambda: audience.readers == 1)
    second = first.context.new_page()
    second.goto("/")

    log(tracker, "n1")
    for tab in (first, second):
        expect(tab.locator("#live [role=status]")).to_have_text("1 new")
    assert audience.readers == 1

    hide(first, True)
    log(tracker, "n2")
    expect(second.locator("#live [role=status]")).to_have_text("2 new")
    expect(first.locator("#live [role=status]")).to_have_text("2 new")

    hide(second, True)
    log(tracker, "n3")
    hide(first, False)
    expect(first.locator("#live [role=status]")).to_have_text("3 new")


def test_a_story_as_it_was_is_not_told_of_what_comes(app: Flask, visit: Any) -> None:
    page = visit()

    page.goto(f"{STORY}?known_at=2017-02-28")

    expect(page.locator("#live")).to_have_count(0)
