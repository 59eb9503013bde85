"""Takes the pictures of the documentation from the demo: `python -m docs.take_pictures [NAME…]`; needs Chromium."""

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, FloatRect, Page, StorageState, sync_playwright
from werkzeug.serving import make_server

from tracker import bootstrap, instants
from tracker.alerts import subscribing
from tracker.sample import demonstration
from tracker.wsgi import create_app

PICTURES = Path(__file__).with_name("pictures")
CHROMIUM = "/usr/bin/chromium"
STORY = f"/stories/{demonstration.STORY}"
INVENTED = f"/stories/{demonstration.INVENTED}"

DESKTOP, PHONE = (1280, 900), (390, 844)
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be seen, by whom, and in which light."""

    name: str
    path: str
    role: str = "editor"
    size: tuple[int, int] = DESKTOP
    scheme: Literal["light", "dark"] = "light"
    of: str = ""
    """A part of the page to show alone; none: the window."""


PAGES = (
    Picture("board", "/", "reporter", (1280, 600)),
    Picture("story", STORY, "reporter"),
    Picture("story-dark", STORY, "reporter", scheme="dark"),
    Picture("story-phone", STORY, "reporter", PHONE),
    Picture("story-phone-dark", STORY, "reporter", PHONE, "dark"),
    Picture("chart", INVENTED, of=".chart"),
    Picture("chart-dark", INVENTED, scheme="dark", of=".chart"),
    Picture("ledgers", STORY, "reporter", of=".ledgers"),
    Picture("as-known", f"{STORY}?known_at=2017-02-28&occurred_by=2017-02-28"),
    Picture("unfolding", f"{INVENTED}?known_at=2025-09-09", "reporter"),
    Picture("compare", f"{INVENTED}/compare?from=2025-09-03&to=2025-09-12", "reporter"),
    Picture("development", f"{INVENTED}/developments/crack-count"),
    Picture("actor", "/actors/holm", "reporter"),
    Picture("actors", "/actors", "reporter", (1280, 700)),
    Picture("search", "/search?q=mayor", "reporter", (1280, 640)),
    Picture("catch-up", "/catch-up", "reporter"),
    Picture("log", f"{STORY}/log?type=claim.denied"),
    Picture("alerts", "/alerts", "reporter"),
    Picture("new-alert", "/alerts/new", "reporter"),
    Picture("inbox", "/inbox", "reporter"),
    Picture("archive", "/archive", "archivist"),
    Picture("admin", "/admin", "admin"),
)


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all of them."""
    with _demo() as (url, roles), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--hide-scrollbars"])
        wanted = [picture for picture in PAGES if not names or picture.name in names]
        signed_in = {role: _sign_in(browser, url, roles[role]) for role in {picture.role for picture in wanted}}
        for picture in wanted:
            _take(browser, url, signed_in[picture.role], picture)
            print(f"{picture.name}.png", file=sys.stderr)
        browser.close()


def _take(browser: Browser, url: str, signed_in: StorageState, picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, color_scheme=picture.scheme, locale="en",
        reduced_motion="reduce", device_scale_factor=2 if width < 600 else 1, storage_state=signed_in,
    )  # fmt: skip
    page = context.new_page()
    page.goto(picture.path, wait_until="load")
    page.screenshot(
        path=PICTURES / f"{picture.name}.png", animations="disabled", full_page=bool(picture.of),
        clip=_around(page, picture.of) if picture.of else None,
    )  # fmt: skip
    context.close()


def _around(page: Page, part: str) -> FloatRect:
    box = page.locator(part).first.bounding_box()
    assert box is not None
    return {"x": box["x"] - MARGIN, "y": box["y"] - MARGIN, "width": box["width"] + 2 * MARGIN,
            "height": box["height"] + 2 * MARGIN}  # fmt: skip


def _sign_in(browser: Browser, url: str, account: dict[str, str]) -> StorageState:
    page = browser.new_page(base_url=url)
    page.goto("/sign-in")
    page.locator("[name=user]").fill(account["user"])
    page.locator("[name=password]").fill(account["password"])
    page.locator("form", has=page.locator("[name=password]")).locator("button").click()
    state = page.context.storage_state()
    page.close()
    return state


@contextmanager
def _demo() -> Iterator[tuple[str, dict[str, Any]]]:
    """The demo as it is a quarter of an hour after its start, served on a free port; its address and sign-ins."""
    with tempfile.TemporaryDirectory(prefix="tracker-pictures-") as folder:
        settings = demonstration.fresh(Path(folder), "https://stories.example.org")
        earlier = bootstrap.start(settings, clock=lambda: subscribing.hours_later(instants.now(), -0.25))
        roles = demonstration.fill(earlier)
        earlier.catch_up()
        earlier.engine.dispose()
        tracker = bootstrap.start(replace(settings, base_url="http://127.0.0.1"))
        tracker.catch_up()
        app = create_app(tracker)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", roles
        app.extensions["audience"].close()
        server.shutdown()
        tracker.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
