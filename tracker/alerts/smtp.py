"""Handing a mail to the newsroom's mail server, and knowing at every step whether it has been handed over."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.alerts.deadline import Deadline
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain, Unknown, one_line

CONNECT_SECONDS = 5.0
DEADLINE_SECONDS = 30.0

_ENDS = b"\r\n.\r\n"
_BROKEN = (smtplib.SMTPException, OSError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class MailServer:
    """`smtp://USER:PASSWORD@HOST:PORT` (STARTTLS where it is offered) or `smtps://…`, taken apart."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    deadline: float = DEADLINE_SECONDS
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context

    @classmethod
    def read(cls, url: str, deadline: float = DEADLINE_SECONDS) -> "MailServer":
        """From the setting. ValueError for what names no host."""
        parts = urlsplit(url)
        if not parts.hostname or parse_qs(parts.query):
            raise ValueError("the mail server's URL must be smtp://HOST:PORT or smtps://HOST:PORT")
        implicit = parts.scheme == "smtps"
        port = parts.port or (465 if implicit else 587 if parts.username else 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, user, password, implicit, deadline)

    def send(self, mail: EmailMessage, step: Callable[[str], None] = lambda _: None) -> Outcome:
        """Hand over one mail; what came of it. `step` is told before the mail ends, and once it has been taken."""
        with Deadline(self.deadline) as deadline:
            session = _Session(deadline)
            try:
                return self._converse(session, mail, step)
            finally:
                session.close()

    def _converse(self, session: "_Session", mail: EmailMessage, step: Callable[[str], None]) -> Outcome:
        try:
            self._open(session)
            code, said = session.mail(str(mail["From"].addresses[0].addr_spec))
        except _BROKEN as error:
            return TryAgain(_reason(error), elsewhere=True)
        if code != 250:
            return TryAgain(one_line(said), code, elsewhere=True)
        try:
            code, said = session.rcpt(str(mail["To"].addresses[0].addr_spec))
            if code not in {250, 251}:
                return _refusal(code, said)
            code, said = session.docmd("DATA")
            if code != 354:
                return _refusal(code, said)
            session.send(_body(mail))
        except _BROKEN as error:
            return TryAgain(_reason(error), elsewhere=True)  # without its end no server may take a mail
        step("before_the_end")
        try:
            session.send(_ENDS)
            code, said = session.getreply()
        except _BROKEN as error:
            return Unknown(_reason(error))
        step("taken")
        with suppress(*_BROKEN):
            session.docmd("QUIT")
        return Accepted(code, one_line(said)) if code == 250 else _refusal(code, said)

    def _open(self, session: "_Session") -> None:
        """Connect, encrypt, sign in. Raises what smtplib and sockets raise."""
        session.dial(self.host, self.port, self.tls() if self.implicit_tls else None)
        session.ehlo_or_helo_if_needed()
        if not self.implicit_tls and session.has_extn("starttls"):
            session.starttls(context=self.tls())
            session.ehlo()
        if self.user:
            if not isinstance(session.sock, ssl.SSLSocket) and not _is_here(self.host):
                raise smtplib.SMTPException("The mail server offers no encryption, so it is not told a password.")
            session.login(self.user, self.password)


class _Session(smtplib.SMTP):
    """A conversation whose whole length is limited, and which never waits for anything longer."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(local_hostname="localhost")
        self._deadline = deadline

    def dial(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Connect, and hear the greeting."""
        connected = socket.create_connection((host, port), min(CONNECT_SECONDS, self._deadline.left()))
        self._deadline.watch(connected)
        # An address, which RFC 5321 allows: to look for a name of ours could take longer than all the rest.
        here = ip_address(connected.getsockname()[0].partition("%")[0])
        self.local_hostname = f"[{here}]" if here.version == 4 else f"[IPv6:{here}]"
        self._host = host  # what STARTTLS checks the certificate against
        self.sock = tls.wrap_socket(connected, server_hostname=host) if tls else connected
        self.file = None
        code, said = self.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)


def _body(mail: EmailMessage) -> bytes:
    """The mail as it is sent, without its end: lines end in CRLF, and a dot that begins one is doubled (RFC 5321)."""
    written = mail.as_bytes(policy=mail.policy.clone(cte_type="7bit", linesep="\r\n"))
    lines = written.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)


def _refusal(code: int, said: bytes) -> Outcome:
    """4xx: not now. 5xx: not ever."""
    if 500 <= code < 600:
        return Refused(one_line(said), code)
    return TryAgain(one_line(said), code if code > 0 else None)


def _reason(error: Exception) -> str:
    match error:
        case smtplib.SMTPServerDisconnected():
            return "The mail server hung up."
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=said):
            return f"{code} {one_line(said)}"
        case TimeoutError():
            return "The mail server did not answer in time."
        case ConnectionRefusedError():
            return "The mail server refused the connection."
        case ssl.SSLError():
            return "TLS with the mail server failed."
        case socket.gaierror():
            return "The mail server's address can't be found."
        case smtplib.SMTPException():
            return one_line(str(error))
        case _:
            return "The connection to the mail server broke off."


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
