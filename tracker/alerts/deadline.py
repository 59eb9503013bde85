"""A limit on the whole of an exchange, however slowly the other side says what it says."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self


class Deadline:
    """Shuts the connection it watches when the time is up, which wakes whoever waits for it; use it as a context."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._handle: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def left(self) -> float:
        """Seconds that are left. Raises TimeoutError when there are none."""
        if (left := self._until - time.monotonic()) <= 0:
            raise TimeoutError
        return left

    def watch(self, connected: socket.socket) -> None:
        """Watch a connection, by a handle of our own: TLS takes the first one over."""
        connected.settimeout(self.left())
        self._handle = connected.dup()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._handle is not None:
            self._handle.close()

    def _shut(self) -> None:
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)
