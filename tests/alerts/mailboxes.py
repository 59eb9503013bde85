"""A real mail server for tests, that answers as it is told and keeps what it takes."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 Taken"


@dataclass
class Mailboxes:
    """What the server took, and how it answers: by recipient at RCPT, and in turn at the end of DATA."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    at_recipient: Callable[[str], str] = lambda to: "250 Ok"
    at_end: Callable[[EmailMessage], str] = lambda mail: TAKEN
    hang: float = 0
    """Seconds from the end of a mail until the answer."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = email.message_from_bytes(bytes(envelope.content or b""), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        await asyncio.sleep(self.hang)
        answer = self.at_end(mail)
        if answer.startswith("250"):
            self.mails.append(mail)
            self.recipients.extend(envelope.rcpt_tos)
        return answer


@contextmanager
def mailboxes(port: int = 0, **how: Any) -> Iterator[Mailboxes]:
    """Serve on a free port, or on this one."""
    kept = Mailboxes()
    controller = Controller(kept, hostname="127.0.0.1", port=port or _free_port(), **how)
    controller.start()
    assert controller.server is not None
    kept.port = controller.server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        controller.stop(no_assert=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
