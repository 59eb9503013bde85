"""Logging at speed in a real browser: the keys are counted, and nothing needs the mouse."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import needs_chromium
from tracker.sample import demonstration

STORY = f"/stories/{demonstration.STORY}"
COUNT = "addEventListener('keydown', () => { sessionStorage.keys = 1 + Number(sessionStorage.keys ?? 0); })"

pytestmark = [pytest.mark.xdist_group("browser-logging"), needs_chromium]

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "logging.md"


def keys_pressed(page: Page) -> int:
    """How many keys went down since the window was opened."""
    return int(page.evaluate("Number(sessionStorage.keys ?? 0)"))


# How many seconds that takes is measured by `python -m benchmarks.run --only logging`.
def test_a_denial_with_one_source_takes_the_keys_that_the_guide_says_and_under_25(
    visit: Any, complaints: list[str]
) -> None:
    page = visit()
    page.context.add_init_script(COUNT)
    page.goto(STORY)
    who, claim, source = "kislyak", "two meetings", "The press office of the embassy"

    for key in "lx":
        page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Who")).to_be_focused()
    page.keyboard.type(who)
    expect(page.get_by_role("option", name="Sergey Kislyak")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(claim)
    expect(page.locator(".suggested [aria-selected=true]")).to_contain_text("two meetings in 2016")
    for key in ("Enter", "Tab", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Source")).to_be_focused()
    page.keyboard.type(source)
    pressed = keys_pressed(page) + 1
    page.keyboard.press("Enter")

    expect(page.locator(".flash")).to_contain_text("Logged: claim denied.")
    beyond = pressed - len(who + claim + source)
    assert beyond < 25
    assert f"takes {beyond} keys beyond its words" in GUIDE.read_text(encoding="utf-8")
    assert complaints == []

    page.goto(f"{STORY}/log?type=claim.denied")
    expect(page.get_by_role("combobox", name="Source")).to_have_value(source)
    assert page.locator("select[name=claim]").input_value() == ""


def test_a_line_of_several_is_completed_and_a_list_is_closed_by_escape(visit: Any, complaints: list[str]) -> None:
    page = visit()
    page.goto(f"{STORY}/log?type=meeting.revealed")
    box, list = page.get_by_label("Who met"), page.get_by_role("listbox", name="Suggestions").first

    box.press_sequentially("Somebody new\nkisl")
    expect(list.get_by_role("option")).to_have_text(["Sergey Kislyak"])
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", list.get_by_role("option").get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Somebody new\nSergey Kislyak")
    box.press_sequentially("\nse")
    expect(list).to_be_visible()
    page.keyboard.press("Escape")
    expect(list).to_be_hidden()
    expect(box).to_be_focused()

    assert complaints == []


def paste(page: Page, text: str, target: str) -> None:
    """Paste a text into what a selector finds, as the clipboard would."""
    page.evaluate(
        """([text, target]) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            document.querySelector(target).dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        [text, target],
    )


def test_a_pasted_link_is_the_sources_and_a_pasted_passage_is_what_was_said(
    visit: Any, complaints: list[str]
) -> None:
    page = visit()
    page.goto(f"{STORY}/log?type=statement.made")

    paste(page, "https://www.gazette.example/story", "#f-speaker")
    expect(page.get_by_label("Link")).to_have_value("https://www.gazette.example/story")
    expect(page.get_by_label("Outlet")).to_have_value("gazette.example")
    expect(page.get_by_role("status").filter(has_text="link of the source")).to_be_visible()
    paste(page, "“I was not there,” she said.", "body")

    expect(page.get_by_label("Verbatim quotation")).to_have_value("“I was not there,” she said.")
    expect(page.get_by_label("Verbatim quotation")).to_be_focused()
    expect(page.get_by_label("Who speaks")).to_have_value("")
    assert complaints == []


def test_keys_rest_in_boxes_act_outside_and_show_themselves(visit: Any, complaints: list[str]) -> None:
    page = visit()
    page.goto(STORY)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("row", name="n New development")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("li.development h3 a").nth(place)).to_be_focused()
    page.keyboard.press("j")
    marked = page.locator(":focus").get_attribute("href")
    page.keyboard.press("c")
    page.wait_for_url(f"**{marked}/correct")

    page.get_by_label("Public note").focus()
    page.keyboard.type("gbn")
    expect(page.get_by_label("Public note")).to_have_value("gbn")
    page.keyboard.press("Escape")
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/")
    assert complaints == []


def test_keys_that_are_switched_off_do_nothing(visit: Any) -> None:
    page = visit()
    page.goto("/preferences")
    page.get_by_label("Single keys act").uncheck()
    page.get_by_role("button", name="Keep").click()
    page.goto(STORY)

    page.keyboard.press("n")
    page.keyboard.press("?")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith(STORY)


def test_what_is_typed_goes_along_when_another_type_is_chosen(visit: Any, complaints: list[str]) -> None:
    page = visit()
    page.goto(f"{STORY}/log?type=note.logged")
    page.locator("#f-text").fill("He has no idea what this is about.")

    page.get_by_role("link", name="Statement").click()
    expect(page.get_by_role("combobox", name="Who speaks")).to_be_focused()
    page.locator("#f-speaker").fill("FBI")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    for key in "lx":
        page.keyboard.press(key)

    expect(page.locator("#f-by")).to_have_value("FBI")
    expect(page.locator("#f-text")).to_have_value("He has no idea what this is about.")
    assert complaints == []


def test_a_long_list_to_tick_from_is_narrowed_by_words(visit: Any, complaints: list[str]) -> None:
    page = visit()
    page.goto(f"{STORY}/log?type=contradiction.identified")
    listed, narrow = page.locator(".picks label"), page.get_by_label("Type words of it to narrow the list")

    narrow.fill("flynn")
    expect(listed.filter(visible=True)).to_have_count(1)
    narrow.press("Enter")

    expect(page.locator(".picks input:checked")).to_have_value("flynn-resigned")
    expect(listed.filter(visible=True)).not_to_have_count(1)
    assert complaints == []
