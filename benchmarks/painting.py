"""A story as a reader's browser shows it: how long until something is painted, in headless Chromium.

From asking for the page to its first contentful paint, signed in as an editor, with everything that the page brings.
Nothing may jump meanwhile: a page whose layout shifts is an error here, not a figure.
"""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright
from werkzeug.serving import make_server

from benchmarks import histories, unfolding
from benchmarks.measuring import Measure, Seconds
from benchmarks.places import Place, tracker_at
from benchmarks.showing import signed_in
from benchmarks.sizes import Sizes

CHROMIUM = Path("/usr/bin/chromium")
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
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
        cookie = client.application.config["SIGNED_IN_COOKIE"]
        signed = client.get_cookie(cookie)
        with _served(client.application) as url, _Window(url, cookie, signed.value if signed else "") as window:
            yield [
                _painted(place.name, window, url, developments) for developments in sizes.stories
            ]


def _painted(database: str, window: "_Window", url: str, developments: int) -> Measure:
    return Measure(
        f"first paint of a story of {developments:,} developments, nothing shifting", database, "ms",
        lambda: window.first_paint(f"{url}/stories/story-of-{developments}"),
        lambda: window.first_paint(url + _FLOOR), "first paint of the page of help",
    )  # fmt: skip


class _Window:
    """A browser in a thread of its own: an event loop runs there, and other measures run theirs here."""

    def __init__(self, url: str, cookie: str, value: str) -> None:
        self._cookie: Any = {"name": cookie, "value": value, "url": url}
        self._thread = ThreadPoolExecutor(1)
        self._open = ExitStack()

    def __enter__(self) -> "_Window":
        self._context = self._thread.submit(self._begin).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._open.close).result()
        self._thread.shutdown()

    def first_paint(self, address: str) -> Seconds:
        """The seconds to the first contentful paint; AssertionError where the layout shifts."""
        painted, shifted = self._thread.submit(self._visit, address).result()
        if shifted:
            raise AssertionError(f"{address}: the layout shifts by {shifted:.3f}")
        return float(painted) / 1000

    def _begin(self) -> BrowserContext:
        playwright = self._open.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_QUIET))
        self._open.callback(chromium.close)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([self._cookie])
        return context

    def _visit(self, address: str) -> tuple[float, float]:
        page = self._context.new_page()
        page.add_init_script(f"({_OBSERVE})()")
        page.goto(address, wait_until="load")
        painted, shifted = page.evaluate(_PAINTED)
        page.close()
        return painted, shifted


@contextmanager
def _served(app: Any) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        app.extensions["audience"].close()  # whoever listens is sent away before the database is left
        server.shutdown()
        thread.join()
        server.server_close()
