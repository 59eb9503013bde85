"""An archivist's day in a real browser: what was known then, what had happened, what changed, its proof, and a copy."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.newsroom import ARCHIVIST
from tests.web.browsing import needs_chromium
from tracker.sample import demonstration

STORY = f"/stories/{demonstration.STORY}"

pytestmark = [pytest.mark.xdist_group("browser-archivist"), needs_chromium]


def ask(page: Page, clock: str, day: str, said: str) -> None:
    """Ask for the story by one of its clocks; the page says the day in words."""
    page.get_by_role("radio", name=clock, exact=True).check()
    page.locator("#at").fill(day)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".banner")).to_contain_text(said)


def prove_an_event(page: Page) -> None:
    """From the archive to the proof of one event, which holds."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Archive").click()
    page.get_by_label("Type", exact=True).select_option("meeting.revealed")
    page.get_by_role("button", name="Show", exact=True).click()
    lines = page.locator(".log-lines tbody tr")
    expect(lines).to_have_count(2)
    lines.first.get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("of the log")
    expect(page.get_by_text("taken anew just now, and the same")).to_be_visible()
    expect(page.get_by_text("this is what comes out")).to_be_visible()


def test_an_archivist_replays_compares_proves_and_takes_a_copy(visit: Any, complaints: list[str]) -> None:
    page = visit(ARCHIVIST)
    page.get_by_role("link", name="The attorney general and the ambassador").click()
    meetings = page.locator("li.development", has=page.locator(".type", has_text="Meeting"))
    expect(meetings).to_have_count(2)
    expect(page.get_by_role("link", name="Log a development")).to_have_count(0)

    ask(page, "was known", "2017-02-28", "28 February 2017")
    expect(page.locator("ol.log .type", has_text="Testimony")).to_have_count(2)
    expect(meetings).to_have_count(0)
    page.get_by_role("radio", name="had happened").check()
    expect(page.locator(".banner")).to_contain_text("had happened by 28 February 2017")
    assert page.url.endswith("?occurred_by=2017-02-28")
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator(".banner")).to_have_count(0)
    ask(page, "had happened", "2017-02-28", "28 February 2017")
    expect(meetings.locator(".chip.certainly")).to_have_count(2)

    page.goto(f"{STORY}?known_at=2017-02-28")
    page.get_by_role("link", name="What changed since").click()
    expect(page.get_by_label("From", exact=True)).to_have_value("2017-02-28")
    expect(page.get_by_role("list", name="In short")).to_contain_text("contradiction")
    expect(page.locator("ol.changed .type", has_text="Meeting")).to_have_count(2)

    prove_an_event(page)

    page.get_by_role("definition").get_by_role("link", name=f"story/{demonstration.STORY}").click()
    page.get_by_role("link", name="Export", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    assert taken.value.suggested_filename.startswith(demonstration.STORY)
    assert taken.value.path().stat().st_size > 0
    assert complaints == []
