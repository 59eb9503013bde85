"""A reporter's morning in a real browser: what changed since yesterday, where to read it, and what waits unread."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.newsroom import REPORTER, record
from tests.web.browsing import needs_chromium
from tracker.bootstrap import Tracker
from tracker.sample import demonstration

pytestmark = [needs_chromium, pytest.mark.xdist_group("browser-catching-up")]

STORY = f"/stories/{demonstration.STORY}"


def overnight(tracker: Tracker) -> None:
    """What an editor records while the reporter sleeps."""
    common = {"story": demonstration.STORY, "visibility": "public", "unsourced": "seen on air"}
    record(
        tracker,
        {"type": "demand.answered", "demand": "recuse", "by": "sessions", "answer": "in_part",
         "headline": "He will step back “whenever it is appropriate”", "occurred": "2017-03-02", **common},
        {"type": "development.corrected", "story": demonstration.STORY, "target": "july-meeting",
         "changes": [{"field": "summary", "now": "One of several conversations at the convention."}]},
        {"type": "note.logged", "text": "The committee meets on Monday", "embargo": "2999-01-01T00:00:00Z", **common},
    )  # fmt: skip


def test_a_reporter_reads_what_changed_since_the_last_look(visit: Any, tracker: Tracker, complaints: list[str]) -> None:
    page = visit(REPORTER)
    page.goto(STORY)
    expect(page.locator("#since")).to_contain_text("This is your first look")
    expect(page.locator("svg.two-clocks a.mark").first).to_be_attached()
    page.goto(STORY)
    expect(page.locator("#since")).to_contain_text("Nothing has changed")

    overnight(tracker)
    page.goto("/")
    page.get_by_role("link", name="Since you looked").click()

    since = page.locator("#since")
    expect(since).to_contain_text("1 correction to something you read")
    expect(since).to_contain_text("1 demand answered")
    expect(since).not_to_contain_text("new development")
    expect(page.locator("li.development.unread")).to_have_count(1)

    since.locator("summary", has_text="1 demand answered").click()
    since.get_by_role("link", name="he must step back").click()
    expect(page.locator("li.development:target h3")).to_contain_text("He will step back")

    since.get_by_role("button", name="Keep unread").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Catch up")
    expect(page.locator(".story-news")).to_contain_text("1 demand answered")

    page.get_by_role("button", name="Mark read").click()
    expect(page.get_by_role("heading", name="You are up to date")).to_be_visible()
    assert complaints == []


def test_the_chart_tells_of_a_mark_by_keyboard_and_leads_to_it(visit: Any, complaints: list[str]) -> None:
    page = visit(REPORTER)
    page.goto(STORY)
    mark = page.get_by_role("link", name="Sessions met the Russian ambassador at the party convention. happened")

    mark.focus()

    expect(mark.locator(".tip")).to_have_css("opacity", "1")
    expect(mark.locator(".tip")).to_contain_text("hidden for at least 7 months")
    mark.press("Enter")
    expect(page.locator("li.development:target h3")).to_contain_text("party convention")
    assert complaints == []
