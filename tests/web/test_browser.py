"""An editor's way through the pages in a real browser, with scripts and without."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.newsroom import note, record
from tests.web.browsing import needs_chromium
from tracker.bootstrap import Tracker
from tracker.sample import demonstration

STORY = f"/stories/{demonstration.STORY}"

pytestmark = [pytest.mark.xdist_group("browser-editor"), needs_chromium]


def log_a_denial(page: Page) -> None:
    """From the board to a denial on record."""
    page.get_by_role("link", name="The attorney general and the ambassador").click()
    page.get_by_role("link", name="Log a development").click()
    page.get_by_role("link", name="Denial", exact=True).click()
    page.get_by_label("Who", exact=False).first.fill("Sergey Kislyak")
    if page.locator("select[name=claim]").is_visible():
        page.get_by_label("Which claim").select_option("two-meetings")
    else:
        page.get_by_role("combobox", name="Which claim").fill("two meetings")
        page.get_by_role("option", name="two meetings in 2016").first.click()
    page.get_by_label("Source", exact=False).first.fill("The embassy’s press office")
    page.locator("summary", has_text="More").click()
    page.get_by_label("Headline").fill("Ambassador denies both meetings")
    page.get_by_role("textbox", name="When it happened").fill("in March 2017")


def correct_it(page: Page) -> None:
    """From the story to a correction on record."""
    page.locator("#log").get_by_role("link", name="Ambassador denies both meetings").click()
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_label("Headline").fill("Ambassador denies one of the meetings")
    page.get_by_label("Public note").fill("He spoke of one.")
    page.get_by_role("button", name="Record the correction").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_editor_logs_a_denial_corrects_it_and_asks_what_was_known(
    visit: Any, complaints: list[str], scripts: bool
) -> None:
    page = visit(java_script_enabled=scripts)

    log_a_denial(page)
    if scripts:
        expect(page.locator("output[for=f-occurred]")).to_contain_text("Read as")
        expect(page.locator("output[for=f-occurred]")).to_contain_text("March 2017")
    page.get_by_role("button", name="Log it", exact=True).click()

    expect(page.locator(".flash")).to_contain_text("Logged: claim denied. “in March 2017” was read as")
    expect(page.get_by_role("heading", level=1)).to_have_text("The attorney general and the ambassador")
    expect(page.get_by_role("heading", name="Ambassador denies both meetings")).to_be_visible()
    expect(page.locator("section[aria-labelledby=claims]")).to_contain_text("denies it")

    correct_it(page)

    expect(page.locator(".flash")).to_contain_text("Corrected: Headline.")
    expect(page.locator("del")).to_have_text("Ambassador denies both meetings")
    expect(page.locator("ins")).to_have_text("Ambassador denies one of the meetings")
    expect(page.get_by_text("He spoke of one.")).to_be_visible()

    page.goto(STORY)
    expect(page.locator("ol.log .type", has_text="Meeting")).to_have_count(2)
    page.get_by_label("As known on").fill("2017-02-28")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".banner")).to_contain_text("28 February 2017")
    expect(page.locator("ol.log .type", has_text="Testimony")).to_have_count(2)
    expect(page.locator("ol.log .type", has_text="Meeting")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("September")
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator("ol.log .type", has_text="Meeting")).to_have_count(2)
    assert complaints == []


def test_before_the_revelation_nothing_is_known_of_the_meetings_and_today_both_had_happened(visit: Any) -> None:
    page = visit()

    page.goto(f"{STORY}?occurred_by=2017-02-28")

    meetings = page.locator("li.development", has=page.locator(".type", has_text="Meeting"))
    expect(meetings).to_have_count(2)
    for n in range(2):
        expect(meetings.nth(n).locator(".chip.certainly")).to_be_visible()


def test_the_reading_of_a_date_follows_what_is_typed(visit: Any, complaints: list[str]) -> None:
    page = visit()
    page.goto(f"{STORY}/log?type=meeting.revealed")
    box, echo = page.get_by_role("textbox", name="When it happened"), page.locator("output[for=f-occurred]")

    for typed, said in (
        ("in September 2016", "September 2016"), ("some time", "Not read as a date yet"),
        ("8 September 2016", "Read as"), ("", ""),
    ):  # fmt: skip
        box.fill(typed)
        expect(echo).to_contain_text(said)

    expect(echo).to_be_empty()
    assert complaints == []


def test_what_was_typed_is_there_again_after_a_refusal(visit: Any) -> None:
    page = visit(java_script_enabled=False)
    page.goto(f"{STORY}/log?type=meeting.revealed")

    page.get_by_label("Who met").fill("Jeff Sessions\nSergey Kislyak")
    page.get_by_role("textbox", name="When it happened").fill("the other day")
    page.get_by_role("button", name="Log it", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("Everything you typed is still here")
    expect(page.locator(".field", has=page.locator("#f-occurred")).locator(".error")).to_contain_text("the other day")
    expect(page.get_by_label("Who met")).to_have_value("Jeff Sessions\nSergey Kislyak")
    expect(page.get_by_role("textbox", name="When it happened")).to_have_value("the other day")


def test_the_second_of_two_editors_sees_the_change_and_keeps_every_word(visit: Any) -> None:
    first, second = visit(), visit(java_script_enabled=False)
    for page in (first, second):
        page.goto(f"{STORY}/developments/july-meeting/correct")
    first.get_by_label("Setting").fill("on the convention floor")
    first.get_by_role("button", name="Record the correction").click()
    expect(first.locator(".flash")).to_contain_text("Corrected: Setting.")

    second.get_by_label("Summary").fill("Two sentences.\nAnd one more.")
    second.get_by_role("button", name="Record the correction").click()

    expect(second.get_by_role("alert")).to_contain_text("Somebody changed this while you were typing")
    expect(second.get_by_role("alert").locator("ins")).to_have_text("on the convention floor")
    expect(second.get_by_label("Setting")).to_have_value("on the convention floor")
    expect(second.get_by_label("Summary")).to_have_value("Two sentences.\nAnd one more.")

    second.get_by_role("button", name="Record the correction").click()

    expect(second.locator(".flash")).to_contain_text("Corrected: Summary.")


@pytest.mark.parametrize("path", ["/", STORY, f"{STORY}/log", f"{STORY}/log?type=testimony.given",
                                  f"{STORY}/developments/july-meeting"])  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone(visit: Any, complaints: list[str], path: str, scheme: str) -> None:
    page = visit(viewport={"width": 390, "height": 844}, color_scheme=scheme)

    page.goto(path)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")

    wide = page.evaluate(
        "[document.documentElement.scrollWidth, document.body.scrollWidth, window.innerWidth].map(Math.ceil)"
    )
    assert max(wide[:2]) <= wide[2] == 390
    assert complaints == []


def test_a_headline_that_is_a_script_does_not_run(visit: Any, tracker: Tracker, complaints: list[str]) -> None:
    page = visit()
    record(tracker, {"type": "story.opened", "story": "harbour", "title": "<script>window.pwned=1</script>"})
    record(
        tracker,
        note("n1", headline="<script>window.pwned=1</script>", text='"><img src=x onerror="window.pwned=1">'),
        note("n2", headline="</title><svg onload=window.pwned=1>", summary="<iframe srcdoc='<script>'></iframe>"),
        {"type": "actor.added", "key": "mara", "name": "<b onclick=x>Mara</b>", "kind": "person"},
        note("n3", headline="{{7*7}}", sources=[{"description": "<script>window.pwned=1</script>"}], unsourced=""),
    )

    story = "/stories/harbour"
    below = ("", "/log", "/developments/n1", "/developments/n2", "/developments/n1/correct")
    for path in ("/", "/actors/mara", *(f"{story}{each}" for each in below)):
        page.goto(path)
        assert page.evaluate("window.pwned") is None, path
        assert page.locator("svg:not([class]), img, iframe, main b").count() == 0, path

    assert complaints == []
    page.goto(story)
    expect(page.locator("h3").last).to_have_text("<script>window.pwned=1</script>")


def test_words_in_a_form_are_not_left_without_asking(visit: Any) -> None:
    page = visit()
    page.goto(f"{STORY}/log")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_label("What happened").press_sequentially("Something")
    page.get_by_role("link", name="Board").click()
    page.wait_for_url("**/")

    assert asked == ["beforeunload"]


def test_on_paper_a_story_is_a_chronology_with_nothing_to_press(visit: Any) -> None:
    page = visit()
    for path in (STORY, f"{STORY}/developments/july-meeting", "/actors"):
        page.goto(path)
        page.emulate_media(media="print")
        for pressed in ("button", "form", "input", "nav", "main a[href*='/log?']", "main a[href$='.csv']"):
            expect(page.locator(pressed).locator("visible=true")).to_have_count(0)
        for words in ("JSON", "Retract", "Sign out", "Show all", "Deny it"):
            expect(page.get_by_text(words, exact=True).locator("visible=true")).to_have_count(0)
        assert page.evaluate("document.querySelector('h1').getBoundingClientRect().height > 0")
        page.emulate_media(media="screen")
    page.goto(STORY)
    page.emulate_media(media="print")
    days = page.locator("ol.log .development")
    assert days.first.bounding_box()["y"] > days.last.bounding_box()["y"], "the oldest is to be read first"
