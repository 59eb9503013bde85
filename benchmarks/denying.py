"""A denial with one source, typed in headless Chromium as fast as people type: from its first key to the page that
confirms it.

The pace is `sizes.pace` between keys, 0.239 s where all is measured: the mean of 168,000 volunteers, who typed 52
words a minute (Dhakal, Feit, Kristensson and Oulasvirta, “Observations on Typing from 136 Million Keystrokes”, CHI
2018). Suggestions are waited for, as somebody would; time to think is not in it. The floor is the limit of 20 s.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from benchmarks import histories
from benchmarks.browser import CHROMIUM, Window, served
from benchmarks.measuring import Measure, Seconds
from benchmarks.places import Place, tracker_at
from benchmarks.showing import signed_in
from benchmarks.sizes import Sizes
from tracker.sample import demonstration

LIMIT = 20.0

_STORY = {"story": demonstration.STORY}


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measure of a typed denial, on one database, since most of it is typing; none where there is no Chromium."""
    if not CHROMIUM.exists() or place.name != "SQLite":
        yield []
        return
    with tracker_at(place.fresh()) as tracker:
        demonstration.load(tracker)
        tracker.catch_up()
        client = signed_in(tracker)
        with served(client.application) as url, Window(url, client) as window:

            def denied() -> Seconds:
                took, key = window.visit(lambda page: _typed(page, sizes.pace))
                # The next one would be asked about as its twin.
                histories.record(tracker, [_STORY | {"type": "development.retracted", "target": key, "reason": "test"}])
                tracker.catch_up()
                return took

            named = f"a denial with one source, typed at {sizes.pace:.3f} s a key"
            yield [Measure(named, place.name, "s", denied, lambda: LIMIT, "the limit for a typed denial")]


def _typed(page: Page, pace: Seconds) -> tuple[Seconds, str]:
    """The seconds from the first key on the page of the story to the page that confirms; and the key of the denial."""
    page.goto(f"/stories/{demonstration.STORY}", wait_until="load")
    keys = _Keys(page, pace)
    began = time.perf_counter()
    keys.press("l", "x")
    page.wait_for_selector("[role=combobox]#f-by:focus")
    keys.type("kislyak")
    page.wait_for_selector("[role=option]:has-text('Sergey Kislyak')")
    keys.press("ArrowDown", "Enter", "Tab")
    keys.type("two meetings")
    page.wait_for_selector(".suggested [aria-selected=true]:has-text('two meetings in 2016')")
    keys.press("Enter", "Tab", "Tab", "Tab", "Tab")
    page.wait_for_selector("#f-source:focus")
    keys.type("The embassy’s press office")
    keys.press("Enter")
    page.wait_for_selector(".flash, .problems")
    took = time.perf_counter() - began
    if "Logged: claim denied." not in page.inner_text("main"):
        raise AssertionError("the denial was not logged")
    return took, page.locator("li.development").first.get_attribute("id") or ""


class _Keys:
    def __init__(self, page: Page, pace: Seconds) -> None:
        self._page, self._pace = page, pace * 1000

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self._page.wait_for_timeout(self._pace)

    def type(self, words: str) -> None:
        self._page.keyboard.type(words, delay=self._pace)
