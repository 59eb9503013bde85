"""Idle live readers on one web process: do pages still answer, and how long until the last of them has a hint?

A server of its own, started as a newsroom would, holds the readers; another on the same database holds none, and is the
floor. The readers are raw sockets in one event loop, so that they cost this process next to nothing.
"""

import asyncio
import http.client
import itertools
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from benchmarks import histories
from benchmarks.measuring import Measure, Seconds, timed
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tests.servers import until
from tracker.accounts import people, tokens
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.sample import demonstration

FLOOR_IS = "the same from a server to which nobody listens"
_STORY = "live"


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of live reading, with the readers connected."""
    url = place.fresh()
    with tracker_at(url) as tracker:
        demonstration.load(tracker)
        token = _token(tracker)
        histories.record(tracker, histories.story_of_developments(_STORY, 8))
        tracker.catch_up()
        with _serving(url) as crowded, _serving(url) as quiet, Readers(crowded, token, sizes.readers) as readers:
            page = f"/stories/{demonstration.STORY}.json"
            listened = f"{sizes.readers:,} readers idle"
            yield [
                Measure(
                    f"a page, {listened}: {named}", place.name, "ms",
                    _asking(crowded, token, page, sizes.pings, share), _asking(quiet, token, page, sizes.pings, share),
                    FLOOR_IS,
                )
                for named, share in (("half of the answers", 0.5), ("99 of 100", 0.99))
            ] + [_hinted(place.name, readers, crowded, quiet, token)]  # fmt: skip


class Readers:
    """So many open streams, read in one thread."""

    def __init__(self, port: int, token: str, number: int) -> None:
        self._port, self._token, self.number = port, token, number
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._heard = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: list[asyncio.Task[None]] = []

    def __enter__(self) -> "Readers":
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(120)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def hinted(self, append: Callable[[], object]) -> Seconds:
        """From an append until the last of them has its hint."""
        self._heard = 0
        began = time.perf_counter()
        append()
        until(lambda: self._heard >= self.number, within=60)
        return time.perf_counter() - began

    async def _open(self) -> None:
        gate = asyncio.Semaphore(50)  # a server's backlog is not what is measured

        async def one() -> None:
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                writer.write(
                    f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n\r\n"
                    .encode()
                )  # fmt: skip
                status = await reader.readline()
                assert b" 200 " in status, status
                await reader.readuntil(b"retry:")
            self._writers.append(writer)
            self._tasks.append(asyncio.create_task(self._listen(reader)))

        await asyncio.gather(*(one() for _ in range(self.number)))

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"event: hint")
                self._heard += 1

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()


def _asking(port: int, token: str, page: str, times: int, share: float) -> Callable[[], Seconds]:
    """The time under which this share of so many answers came."""

    def ask() -> Seconds:
        taken = [timed(lambda: _ask(port, token, "GET", page)) for _ in range(times)]
        return statistics.quantiles(taken, n=100, method="inclusive")[round(share * 100) - 1]

    return ask


def _hinted(database: str, readers: Readers, crowded: int, quiet: int, token: str) -> Measure:
    """The hint to the last of them, from a request that logs a note on, beside the hint to one alone."""
    numbers = itertools.count()

    def log(port: int) -> None:
        _ask(port, token, "POST", f"/api/v1/stories/{_STORY}/developments", histories.note(_STORY, f"n{next(numbers)}"))

    def alone() -> Seconds:
        with Readers(quiet, token, 1) as one:
            return one.hinted(lambda: log(quiet))

    return Measure(
        f"a note logged until the last of {readers.number:,} has its hint", database, "ms",
        lambda: readers.hinted(lambda: log(crowded)), alone, "the same with one reader alone",
    )  # fmt: skip


def _ask(port: int, token: str, method: str, path: str, body: histories.Record | None = None) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body) if body else None, sent)
    answer = connection.getresponse()
    assert answer.status < 300, answer.read()
    answer.read()
    connection.close()


@contextmanager
def _serving(url: str) -> Iterator[int]:
    """A web server of its own on a database; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": "s" * 32}
    with subprocess.Popen(
        [sys.executable, "-m", "tracker", "serve", "--port", str(port)], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            until(lambda: _answers(port))
            yield port
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def _token(tracker: Tracker) -> str:
    with writing(tracker.engine) as connection:
        people.add_person(connection, "ana", people.Role.EDITOR, "a long password", now=tracker.clock())
        return tokens.create_token(connection, "ana", "live", tracker.clock())
