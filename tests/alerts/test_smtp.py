"""Whether a mail was handed over is known at every step, by a real mail server."""

import socket
import ssl
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from tests.alerts.endpoints import misbehaving
from tests.alerts.mailboxes import mailboxes
from tests.alerts.test_guarded_http import self_signed
from tests.alerts.told import message
from tracker.alerts.mail import Letterhead, compose
from tracker.alerts.outcomes import Accepted, Refused, TryAgain, Unknown
from tracker.alerts.smtp import MailServer

SENT = message().created_at


def a_mail(to: str = "ben@example.org") -> EmailMessage:
    letterhead = Letterhead("stories@desk.example", "https://desk.example")
    return compose(message(), to, "https://desk.example/u/1", letterhead, SENT)


def test_a_mail_is_taken_whole() -> None:
    with mailboxes() as server:
        outcome = MailServer.read(server.url).send(a_mail())

    assert outcome == Accepted(250, "Taken")
    assert server.recipients == ["ben@example.org"]
    assert "The mayor never met the builder" in str(server.mails[0]["Subject"])


def test_long_addresses_and_ids_arrive_as_they_are_for_programs_to_read() -> None:
    host = f"stories.{'long-' * 9}name.desk.example"
    way_out = f"https://{host}/unsubscribe/{'MDFhMjEyZDMt' * 6}.HqdaE72WjRhV2-2ACf_j71Br"
    told = compose(message(), "ben@example.org", way_out, Letterhead("a@desk.example", f"https://{host}"), SENT)
    with mailboxes() as server:
        MailServer.read(server.url).send(told)

    headers = dict(server.mails[0].raw_items())
    assert headers["List-Unsubscribe"] == f"<{way_out}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for name in ("Message-ID", "References", "In-Reply-To"):
        assert headers[name].endswith(f"@{host}>")
        assert "=?" not in headers[name]


def test_lines_that_begin_with_a_dot_arrive_as_they_are() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "a@desk.example", "ben@example.org"
    mail.set_content("first\n.\n..two\nlast\n")
    with mailboxes() as server:
        MailServer.read(server.url).send(mail)

    assert server.mails[0].get_content().replace("\r\n", "\n") == "first\n.\n..two\nlast\n"


def test_a_mailbox_that_is_full_is_tried_again_and_one_that_does_not_exist_is_not() -> None:
    with mailboxes() as server:
        server.at_recipient = lambda to: {"full": "451 Full", "gone": "550 No such user"}[to.partition("@")[0]]

        assert MailServer.read(server.url).send(a_mail("full@example.org")) == TryAgain("Full", 451)
        assert MailServer.read(server.url).send(a_mail("gone@example.org")) == Refused("No such user", 550)
    assert server.mails == []


def test_a_mail_refused_at_its_end_was_not_taken() -> None:
    with mailboxes() as server:
        server.at_end = lambda mail: "451 Busy" if "1" in str(mail["Message-ID"]) else "554 Spam"

        assert MailServer.read(server.url).send(a_mail()) == TryAgain("Busy", 451)


def test_a_server_that_hangs_after_the_mail_leaves_the_outcome_unknown() -> None:
    with mailboxes() as server:
        server.hang = 60
        began = time.monotonic()
        outcome = MailServer.read(server.url, deadline=1.5).send(a_mail())

    assert isinstance(outcome, Unknown)
    assert time.monotonic() - began < 3


def converse(*answers: bytes) -> "object":
    """A server that gives these answers, one for each line it hears, and hangs up."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        heard = connection.makefile("rb")
        for answer in answers:
            heard.readline()
            connection.sendall(answer)

    return behave


def test_a_server_that_hangs_up_before_the_end_of_the_mail_has_not_taken_it() -> None:
    with misbehaving(converse(b"250 a\r\n", b"250 b\r\n", b"250 c\r\n")) as port:  # type: ignore[arg-type]
        outcome = MailServer.read(f"smtp://127.0.0.1:{port}").send(a_mail())

    assert isinstance(outcome, TryAgain)
    assert outcome.elsewhere


def test_a_greeting_that_trickles_in_is_cut_off() -> None:
    def behave(connection: socket.socket) -> None:
        for _ in range(100):
            connection.sendall(b"2")
            time.sleep(0.05)

    with misbehaving(behave) as port:
        outcome = MailServer.read(f"smtp://127.0.0.1:{port}", deadline=0.3).send(a_mail())

    assert isinstance(outcome, TryAgain)


def test_a_server_that_is_down_is_everybodys_trouble_and_no_recipients() -> None:
    with misbehaving(lambda connection: None) as port:
        pass

    assert MailServer.read(f"smtp://127.0.0.1:{port}").send(a_mail()) == TryAgain(
        "The mail server refused the connection.", elsewhere=True
    )


def test_it_encrypts_where_that_is_offered_and_checks_the_certificate(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen: list[str] = []

    def authenticate(server: object, session: object, envelope: object, mechanism: str, auth: object) -> AuthResult:
        seen.append(mechanism)
        return AuthResult(success=True)

    with mailboxes(tls_context=context, require_starttls=True, authenticator=authenticate) as server:
        url = f"smtp://ana:secret@localhost:{server.port}"
        distrusting = MailServer.read(url).send(a_mail())
        trusting = MailServer.read(url)
        object.__setattr__(trusting, "tls", lambda: ssl.create_default_context(cafile=str(certificate)))

        assert trusting.send(a_mail()) == Accepted(250, "Taken")

    assert distrusting == TryAgain("TLS with the mail server failed.", elsewhere=True)
    assert len(seen) == 1


def test_a_password_is_not_told_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.alerts.smtp._is_here", lambda host: False)
    with mailboxes() as server:
        outcome = MailServer.read(f"smtp://ana:secret@127.0.0.1:{server.port}").send(a_mail())

    assert isinstance(outcome, TryAgain)
    assert "password" in outcome.said
    assert server.mails == []


@pytest.mark.parametrize("url", ["smtp://", "smtp://:25", "smtp://host?x=1"])
def test_a_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        MailServer.read(url)
