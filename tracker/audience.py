"""Who listens live to one process: one thread looks how far the views have got, and wakes all of them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import redis
from sqlalchemy.exc import SQLAlchemyError

from tracker.accounts.people import Principal
from tracker.bootstrap import SWEEP_SECONDS, WAKE_CHANNEL, Tracker
from tracker.db import reading
from tracker.projections import following
from tracker.projections.hints import Hint, hints

MOST_READERS = 1_200
"""Streams that one process keeps open; each takes a thread while it waits, and whoever comes after is told when to
come again."""

_PATIENCE = 0.01
"""Seconds before the second look at views that are told to be behind the log; each after it waits twice as long."""


class Audience:
    """The readers of one process; `stopping` says when the server is about to end."""

    def __init__(self, tracker: Tracker, most: int = MOST_READERS) -> None:
        self.most = most
        self.stopping: Callable[[], bool] = lambda: False
        self._tracker = tracker
        self._moved = threading.Condition()
        self._position, self._readers, self._closed = 0, 0, False
        self._thread: threading.Thread | None = None
        # Readers who may see the same ask the same; the first of them reads, the others find it here.
        self._hints = lru_cache(maxsize=256)(self._read)
        self._one_reads = threading.Lock()

    @property
    def reads(self) -> int:
        """How often hints were read from the database, rather than found."""
        return self._hints.cache_info().misses

    @property
    def readers(self) -> int:
        """How many listen now."""
        return self._readers

    def enter(self) -> bool:
        """Let one more listen; False where there is no room, or the server stops."""
        with self._moved:
            if self._closed or self._readers >= self.most:
                return False
            self._readers += 1
            if self._thread is None:
                self._position = max(self._position, self._reached())
                self._thread = threading.Thread(target=self._look, name="live", daemon=True)
                self._thread.start()
            return True

    def leave(self) -> None:
        """One listens no more."""
        with self._moved:
            self._readers -= 1

    def close(self) -> None:
        """Send everybody away, and let nobody in."""
        with self._moved:
            self._closed = True
            self._moved.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def wait(self, after: int, timeout: float) -> int | None:
        """Until the views have passed a position, or the time is up: how far they are. None once closed."""
        with self._moved:
            self._moved.wait_for(lambda: self._closed or self._position > after, timeout)
            return None if self._closed else self._position

    def hints(self, principal: Principal, after: int, upto: int) -> list[Hint]:
        """What moved between two positions, of what somebody may see."""
        with self._one_reads:
            return self._hints(principal.role, principal.desks, after, upto)

    def _read(self, role: object, desks: frozenset[str], after: int, upto: int) -> list[Hint]:
        somebody = Principal("", role, desks)  # type: ignore[arg-type]  # what may be seen hangs on role and desks alone
        with reading(self._tracker.engine) as connection:
            return hints(connection, somebody, self._tracker.clock(), after, upto)

    def _look(self) -> None:
        with _wake_ups(self._tracker) as woken:
            heard, patience = 0, _PATIENCE
            while self._goes_on():
                try:
                    reached = self._reached()
                except SQLAlchemyError:
                    time.sleep(SWEEP_SECONDS)  # whoever listens waits on; the next look tries again
                    continue
                with self._moved:
                    if reached > self._position:
                        self._position = reached
                        self._moved.notify_all()
                # Told before the views are there: they will be, in a moment, or in the next.
                patience = min(2 * patience, SWEEP_SECONDS) if heard > reached else _PATIENCE
                heard = max(heard, woken(patience if heard > reached else SWEEP_SECONDS))

    def _goes_on(self) -> bool:
        if self.stopping():
            self._closed = True
        with self._moved:
            if self._closed or not self._readers:
                self._thread = None
                self._moved.notify_all()
                return False
            return True

    def _reached(self) -> int:
        with reading(self._tracker.engine) as connection:
            return following.position(connection)


@contextmanager
def _wake_ups(tracker: Tracker) -> Iterator[Callable[[float], int]]:
    """Waits, at most so many seconds, for somebody to say that the log has moved; how far it is said to be."""
    if not tracker.settings.redis_url:
        heard = 0

        def woken(seconds: float) -> int:
            nonlocal heard
            heard = tracker.awaken.wait(heard, seconds)
            return heard

        yield woken
        return
    with (
        redis.Redis.from_url(tracker.settings.redis_url, socket_connect_timeout=1) as server,
        server.pubsub(ignore_subscribe_messages=True) as channel,
    ):
        yield lambda seconds: _heard(channel, seconds)


def _heard(channel: "redis.client.PubSub", seconds: float) -> int:
    """The position said on Redis within so many seconds, 0 for none; a Redis that is away costs only the waiting."""
    try:
        if not channel.subscribed:
            channel.subscribe(WAKE_CHANNEL)
        message = channel.get_message(timeout=seconds)
        return int(message["data"]) if message and message["type"] == "message" else 0
    except (redis.RedisError, OSError):
        time.sleep(seconds)
        return 0
