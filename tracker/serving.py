"""The web server, with the followers in a thread beside it where there is no Redis."""

import logging
import resource
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from tracker import bootstrap, log_lines
from tracker.audience import MOST_READERS
from tracker.bootstrap import SWEEP_SECONDS, Tracker
from tracker.config import Settings
from tracker.wsgi import create_app

_log = logging.getLogger(__name__)

THREADS = MOST_READERS + 64
"""Each stream takes a thread while it waits; with no more threads than streams the pages would stop answering."""
WITNESS_SECONDS = 30.0
VERIFY_SECONDS = 600.0


def run(settings: Settings, host: str, port: int) -> None:
    """Serve until stopped. Raises SystemExit as the server does."""
    log_lines.begin()
    _open_many_files()
    _Server(settings, host, port).run()


def follow(tracker: Tracker, stopping: threading.Event) -> None:
    """Catch up when woken, and each second in any case; an error is told and the next round tries again."""
    heard = 0
    while not stopping.is_set():
        try:
            tracker.catch_up()
        except Exception:
            _log.exception("A round of the followers failed; the checkpoint stands, the next round tries again.")
        heard = tracker.awaken.wait(heard, SWEEP_SECONDS)


def follow_in_background(tracker: Tracker) -> Callable[[], None]:
    """Start the followers, the nightly check and the witnesses in threads; what it returns stops them and waits."""
    stopping = threading.Event()
    rounds = [follow, verify_nightly, *([witness] if tracker.settings.witnesses else [])]
    threads = [
        threading.Thread(target=each, args=(tracker, stopping), name=each.__name__, daemon=True) for each in rounds
    ]
    for thread in threads:
        thread.start()

    def stop() -> None:
        stopping.set()
        for thread in threads:
            thread.join()

    return stop


def witness(tracker: Tracker, stopping: threading.Event) -> None:
    """Send checkpoints to the witnesses whose turn it is; an error is told and the next round tries again."""
    while not stopping.is_set():
        try:
            tracker.witness()
        except Exception:
            _log.exception("A round of the witnesses failed; the next round tries again.")
        stopping.wait(WITNESS_SECONDS)


def verify_nightly(tracker: Tracker, stopping: threading.Event) -> None:
    """Check the log once a night, never in the first minutes; an error is told and the next round tries again."""
    while not stopping.wait(VERIFY_SECONDS):
        try:
            tracker.verify_nightly()
        except Exception:
            _log.exception("The nightly check could not be done; the next round tries again.")


def _let_listeners_go_at_the_end(worker: Any) -> None:
    worker.wsgi.extensions["audience"].stopping = lambda: not worker.alive


def _open_many_files() -> None:
    """As many connections as there may be readers need as many files open at once."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class _Logger(Logger):  # type: ignore[misc]  # gunicorn carries no types
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        log_lines.restyle(self.error_log)


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._settings, self._bind = settings, f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind, "workers": 1, "worker_class": "gthread", "threads": THREADS,
            "worker_connections": 2 * THREADS, "post_worker_init": _let_listeners_go_at_the_end,
            "graceful_timeout": 3, "accesslog": None, "errorlog": "-", "loglevel": "warning",
            "control_socket_disable": True, "logger_class": _Logger, "proc_name": "tracker",
        }  # fmt: skip
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        # Called in the worker process: threads and connections would not survive the fork.
        tracker = bootstrap.start(self._settings)
        if not self._settings.redis_url:
            follow_in_background(tracker)
        return create_app(tracker)
