"""A browser for what is measured in one: headless Chromium, signed in, in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = Path("/usr/bin/chromium")
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

T = TypeVar("T")


class Window:
    """A browser in a thread of its own: an event loop runs there, and other measures run theirs here."""

    def __init__(self, url: str, client: FlaskClient) -> None:
        cookie = client.application.config["SIGNED_IN_COOKIE"]
        signed = client.get_cookie(cookie)
        self.url = url
        self._cookie: Any = {"name": cookie, "value": signed.value if signed else "", "url": url}
        self._thread = ThreadPoolExecutor(1)
        self._open = ExitStack()

    def __enter__(self) -> "Window":
        self._context = self._thread.submit(self._begin).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._open.close).result()
        self._thread.shutdown()

    def visit(self, work: Callable[[Page], T]) -> T:
        """Do some work on a new page, signed in as the client was."""
        return self._thread.submit(self._on_page, work).result()

    def _begin(self) -> BrowserContext:
        playwright = self._open.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_QUIET))
        self._open.callback(chromium.close)
        context = chromium.new_context(base_url=self.url, viewport={"width": 1280, "height": 900})
        context.add_cookies([self._cookie])
        return context

    def _on_page(self, work: Callable[[Page], T]) -> T:
        page = self._context.new_page()
        try:
            return work(page)
        finally:
            page.close()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """An application on a free port; its address."""
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
