"""The timeline is rendered by TimelineJS itself, from the package its makers publish; a deposit opens offline."""

import functools
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.web.browsing import CHROMIUM, QUIET, needs_chromium
from tracker.archive.exports import offline
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import Telling

pytestmark = [needs_chromium, pytest.mark.xdist_group("browser-exports")]

PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/package/dist/css/timeline.css">
<div id="timeline" style="width:100%;height:600px"></div><script src="/package/dist/js/timeline.js"></script>
<script>new TL.Timeline("timeline", "/story.json", {script_path: location.origin + "/package/dist/js/", font: null})
</script>"""


@pytest.fixture
def timelinejs(tmp_path: Path) -> Path:
    """A folder with the published package in it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not here, so TimelineJS can't be had")
    packed = subprocess.run(
        [npm, "pack", "--silent", "@knight-lab/timelinejs@3.9.11"], cwd=tmp_path, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    if packed.returncode:
        pytest.skip("the npm registry does not answer, so TimelineJS can't be had")
    with tarfile.open(tmp_path / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.fixture
def served(timelinejs: Path) -> Iterator[str]:
    """The folder on a port of its own."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(timelinejs)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_timelinejs_renders_every_slide_with_our_words_for_its_date(
    telling: Telling, timelinejs: Path, served: str
) -> None:
    (timelinejs / "story.json").write_bytes(FORMATS["timelinejs"].write(telling))
    (timelinejs / "index.html").write_text(PAGE)
    errors: list[str] = []

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(served)
        page.wait_for_selector("#harbour-signed .tl-headline-date", state="attached")
        markers = page.locator(".tl-timemarker").count()
        words = page.locator("#harbour-signed .tl-headline-date").text_content() or ""
        browser.close()

    assert errors == []
    assert markers == len(telling.stories[0].developments)
    assert words.lower() == "in january"


def test_the_page_of_a_deposit_opens_from_a_file_without_a_network(telling: Telling, tmp_path: Path) -> None:
    (tmp_path / "harbour.html").write_bytes(offline.page(telling.stories[0], telling.now))
    complaints: list[str] = []

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        page = browser.new_context(offline=True).new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((tmp_path / "harbour.html").as_uri())
        headings, title = page.locator("article h3").count(), page.locator("h1").inner_text()
        browser.close()

    assert complaints == []
    assert (title, headings) == ("The harbour <contract>", len(telling.stories[0].developments))
