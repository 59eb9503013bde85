"""Takes the pictures of the documentation from the demo: `python -m docs.take_pictures [NAME…]`; needs Chromium."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).with_name("pictures")
CHROMIUM = "/usr/bin/chromium"
STORY = "/stories/attorney-general-contacts"

DESKTOP, PHONE = (1280, 900), (390, 844)


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
    Picture("board", "/"),
    Picture("story", STORY),
    Picture("story-dark", STORY, scheme="dark"),
    Picture("story-phone", STORY, size=PHONE),
    Picture("story-phone-dark", STORY, size=PHONE, scheme="dark"),
    Picture("as-known", f"{STORY}?known_at=2017-02-28&occurred_by=2017-02-28"),
    Picture("log", f"{STORY}/log"),
)


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all of them."""
    with _demo() as (url, roles), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--hide-scrollbars"])
        for picture in PAGES:
            if not names or picture.name in names:
                _take(browser, url, roles[picture.role], picture)
                print(f"{picture.name}.png", file=sys.stderr)
        browser.close()


def _take(browser: Browser, url: str, account: dict[str, str], picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, color_scheme=picture.scheme, locale="en",
        reduced_motion="reduce", device_scale_factor=2 if width < 600 else 1,
    )  # fmt: skip
    page = context.new_page()
    _sign_in(page, account, picture.path)
    seen = page.locator(picture.of).first if picture.of else page
    seen.screenshot(path=PICTURES / f"{picture.name}.png", animations="disabled")
    context.close()


def _sign_in(page: Page, account: dict[str, str], path: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=user]").fill(account["user"])
    page.locator("[name=password]").fill(account["password"])
    page.locator("form", has=page.locator("[name=password]")).locator("button").click()
    page.goto(path, wait_until="load")


@contextmanager
def _demo() -> Iterator[tuple[str, dict[str, Any]]]:
    """The demo on a free port, in a folder of its own; its address and sign-ins."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="tracker-pictures-") as folder:
        command = [sys.executable, "-m", "tracker", "demo", "--json", "--port", port, "--data", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
            try:
                assert demo.stdout is not None
                told = json.loads(demo.stdout.readline())
                _wait_for(int(port))
                yield told["url"], told["roles"]
            finally:
                demo.terminate()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the demo does not answer")


if __name__ == "__main__":
    main(sys.argv[1:])
