"""One POST to an address that somebody typed in: it can't reach the inside, be led astray, or hold us up.

The name is resolved once and the connection is made to that very address, whose peer is checked again, so a name that
answers differently the second time (DNS rebinding) changes nothing. No proxies, no redirects, no cookies.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from tracker.alerts.addresses import (
    NOTHING_MORE,
    Address,
    AddressRefused,
    Allowed,
    Target,
    check,
    is_outside,
    plain,
    read_target,
)
from tracker.alerts.deadline import Deadline
from tracker.faults import faultpoint

CONNECT_SECONDS = 2.0
DEADLINE_SECONDS = 10.0
LARGEST_BODY = 64 * 1024

_BROKEN = (HTTPError, http.client.HTTPException, OSError, ValueError)
"""What a connection may fail with."""

Resolve = Callable[[str, int], list[str]]
"""The addresses of a host name; raises OSError where there are none."""


class NotSent(Exception):
    """Nothing of the request left this machine: no address, no connection, no TLS."""


class NoAnswer(Exception):
    """The request was sent, at least in part, and no answer came: whether it was taken is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered; at most 64 kB of its body, never shown to others than the endpoint's owner."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def resolve(host: str, port: int) -> list[str]:
    """Every address the system's resolver knows for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class GuardedHttp:
    """Sends to what may be reached. `allowed` opens more; `resolve` and `deadline` are for tests."""

    allowed: Allowed = NOTHING_MORE
    resolve: Resolve = resolve
    deadline: float = DEADLINE_SECONDS

    def look(self, url: str) -> None:
        """Raises AddressRefused for a URL that nothing would be sent to; a name that is not known yet passes."""
        target = read_target(url)
        with suppress(NotSent):
            self._addresses(target, Deadline(CONNECT_SECONDS))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send once and read the answer's status, headers and the beginning of its body.

        Raises AddressRefused and NotSent where nothing was sent, NoAnswer where it may have been.
        """
        target = read_target(url)
        with Deadline(self.deadline) as deadline:
            address = self._addresses(target, deadline)[0]
            with closing(self._connection(target, address, deadline)) as connection:
                return _exchange(connection, target, body, headers)

    def _addresses(self, target: Target, deadline: Deadline) -> list[Address]:
        """The addresses of the target, all of which may be reached."""
        found = _resolved(self.resolve, target, deadline)
        check(target, found, self.allowed)
        return found

    def _connection(self, target: Target, address: Address, deadline: Deadline) -> "_Pinned | _PinnedTls":
        anywhere = self.allowed.host(target)

        def may(peer: Address) -> bool:
            return peer == address and (anywhere or self.allowed.address(peer) or is_outside(peer))

        if target.scheme == "http":
            return _Pinned(target, address, may, deadline)
        return _PinnedTls(target, address, may, deadline, ssl_context=_tls())


class _Pin:
    """A connection to one address, whatever the host's name resolves to by now."""

    def __init__(
        self, target: Target, address: Address, may: Callable[[Address], bool], deadline: Deadline, **how: Any
    ) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS, **how)  # type: ignore[call-arg]
        self._address, self._may, self._deadline = address, may, deadline

    def _new_conn(self) -> socket.socket:
        port: int = self.port  # type: ignore[attr-defined]
        connected = socket.create_connection((str(self._address), port), min(CONNECT_SECONDS, self._deadline.left()))
        if not self._may(plain(connected.getpeername()[0])):
            connected.close()
            raise AddressRefused("The connection led elsewhere.")
        self._deadline.watch(connected)
        return connected


class _Pinned(_Pin, HTTPConnection):
    pass


class _PinnedTls(_Pin, HTTPSConnection):
    pass


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(connection: "_Pinned | _PinnedTls", target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        connection.connect()
    except _BROKEN as error:
        raise NotSent(_reason(error)) from error
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers), preload_content=False)
        faultpoint("handed_over")
        response = connection.getresponse()
    except _BROKEN as error:
        raise NoAnswer(_reason(error)) from error
    named = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, named, _beginning(response))


def _beginning(response: BaseHTTPResponse) -> bytes:
    """As much of the body as comes in time, at most LARGEST_BODY; not unpacked, so nothing can swell."""
    body = b""
    with suppress(*_BROKEN):
        while len(body) < LARGEST_BODY:
            part = response.read1(LARGEST_BODY - len(body), decode_content=False)
            if not part:
                break
            body += part
    return body


def _resolved(resolve: Resolve, target: Target, deadline: Deadline) -> list[Address]:
    """Ask the resolver once. It can't be interrupted, so it is asked in a thread that may be left behind."""
    found: list[list[str]] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            found.append(resolve(target.host, target.port))

    asking = threading.Thread(target=ask, name="resolving", daemon=True)
    asking.start()
    asking.join(deadline.left())
    if not found or not found[0]:
        raise NotSent("The host's address can't be found.")
    return [plain(each) for each in found[0]]


def _reason(error: Exception) -> str:
    """What happened, in a line without addresses."""
    cause = error.__cause__ or error.__context__ or error
    match cause:
        case ssl.SSLCertVerificationError():
            return f"The certificate is not good: {cause.verify_message}."
        case ssl.SSLError():
            return "TLS failed."
        case ConnectionRefusedError():
            return "The connection was refused."
        case TimeoutError():
            return "No answer in time."
        case _:
            return "The connection broke off."
