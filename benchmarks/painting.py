"""A story as a reader's browser shows it: how long until something is painted, in headless Chromium.

From asking for the page to its first contentful paint, signed in as an editor, with everything that the page brings.
Nothing may jump meanwhile: a page whose layout shifts is an error here, not a figure.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from benchmarks import histories, unfolding
from benchmarks.browser import CHROMIUM, Window, served
from benchmarks.measuring import Measure, Seconds
from benchmarks.places import Place, tracker_at
from benchmarks.showing import signed_in
from benchmarks.sizes import Sizes

_FLOOR = "/help"

_OBSERVE = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shifted += each.value; })
    .observe({ type: "layout-shift", buffered: true });
}"""
_PAINTED = """() => new Promise((told) => new PerformanceObserver((list, observer) => {
  const first = list.getEntries().find((each) => each.name === "first-contentful-paint");
  if (first) { observer.disconnect(); requestAnimationFrame(() => told([first.startTime, window.shifted])); }
}).observe({ type: "paint", buffered: true }))"""


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of painting; none where there is no Chromium."""
    if not CHROMIUM.exists():
        yield []
        return
    with tracker_at(place.fresh()) as tracker:
        for developments in sizes.stories:
            histories.record(tracker, unfolding.story(f"story-of-{developments}", developments))
        tracker.catch_up()
        client = signed_in(tracker)
        with served(client.application) as url, Window(url, client) as window:
            yield [_painted(place.name, window, developments) for developments in sizes.stories]


def _painted(database: str, window: Window, developments: int) -> Measure:
    return Measure(
        f"first paint of a story of {developments:,} developments, nothing shifting", database, "ms",
        lambda: window.visit(lambda page: _first_paint(page, f"/stories/story-of-{developments}")),
        lambda: window.visit(lambda page: _first_paint(page, _FLOOR)), "first paint of the page of help",
    )  # fmt: skip


def _first_paint(page: Page, address: str) -> Seconds:
    page.add_init_script(f"({_OBSERVE})()")
    page.goto(address, wait_until="load")
    painted, shifted = page.evaluate(_PAINTED)
    if shifted:
        raise AssertionError(f"{address}: the layout shifts by {shifted:.3f}")
    return float(painted) / 1000
