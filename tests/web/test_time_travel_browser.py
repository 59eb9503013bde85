"""The slider over the whole story in a real browser: by keyboard, by itself, and on another clock."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.newsroom import note, record
from tests.web.browsing import needs_chromium
from tracker.bootstrap import Tracker
from tracker.sample import demonstration

STORY = f"/stories/{demonstration.STORY}"

pytestmark = [pytest.mark.xdist_group("browser-travel"), needs_chromium]


def test_the_story_unfolds_by_keyboard_and_by_itself_without_losing_its_place(
    visit: Any, complaints: list[str], tracker: Tracker
) -> None:
    page = visit()
    learned = ("2017-04-01", "2017-05-01")
    record(tracker, *(note(f"late-{n}", story=demonstration.STORY, learned_at=f"{day}T12:00:00Z")
                      for n, day in enumerate(learned)))  # fmt: skip
    page.goto(STORY)
    slider, said = page.get_by_role("slider", name="Moment"), page.locator("[data-time-slide] output")
    meetings = page.locator("ol.log .type", has_text="Meeting")
    expect(slider).to_be_enabled()
    expect(slider).to_have_attribute("aria-valuetext", "Now")
    expect(slider).to_have_value("3")
    expect(meetings).to_have_count(2)

    slider.focus()
    page.keyboard.press("Home")

    expect(meetings).to_have_count(0)
    expect(page.locator("ol.log .type", has_text="Testimony")).to_have_count(2)
    expect(said).to_contain_text("January 2017 · 5 became known")
    expect(page.locator(".banner")).to_contain_text("as the newsroom knew it")
    expect(slider).to_be_focused()
    assert "known_at=2017-01-31T23" in page.url.replace("%3A", ":")

    page.keyboard.press("ArrowRight")
    expect(meetings).to_have_count(2)
    expect(page.locator("#late-0")).to_have_count(0)
    expect(page.locator("li.appeared", has=page.locator(".type", has_text="Meeting"))).to_have_count(2)

    page.reload()
    expect(slider).to_have_value("1")
    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator("#late-1")).to_have_count(1)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(slider).to_have_value("3")
    assert "known_at" not in page.url
    expect(page.locator(".banner")).to_have_count(0)

    page.get_by_role("radio", name="had happened").check()
    expect(page.get_by_label("Had happened by")).to_be_visible()
    expect(said).to_have_text("All that is known, whenever it was")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("ol.log .chip.not_yet").first).to_be_visible()
    assert "occurred_by=" in page.url
    assert complaints == []
