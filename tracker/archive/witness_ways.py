"""How a checkpoint gets to a witness: into a folder, by mail, to a web address, to a time-stamping authority."""

import base64
import os
import smtplib
import ssl
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from hashlib import sha512
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tracker.archive.checkpoints import Checkpoint
from tracker.archive.notes import SignedNote
from tracker.archive.witnessing import NotWitnessed, Send

Headers = Mapping[str, str]
Post = Callable[[str, bytes, Headers], tuple[int, bytes]]
"""Sends one POST; status and the beginning of the answer's body. Raises OSError where none came."""

MAIL_SECONDS = 10.0


def into_folder(witness: str, note: SignedNote) -> str:
    """Write the checkpoint into a folder (`file:/path`), as a file of its own that is never written over."""
    folder = Path(unquote(witness.removeprefix("file://").removeprefix("file:")))
    checkpoint = Checkpoint.of(note)
    path = folder / f"{checkpoint.origin}-{checkpoint.size:012d}.checkpoint"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():  # what was written before stays, and shows what has changed since
            with path.open("x", encoding="utf-8") as file:
                file.write(str(note))
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise NotWitnessed(f"The folder can’t be written to: {error.strerror}.") from error
    return ""


def by_mail(smtp_url: str, sender: str) -> Send:
    """Mail the checkpoint to `mailto:somebody@elsewhere`."""

    def send(witness: str, note: SignedNote) -> str:
        if not smtp_url:
            raise NotWitnessed("No mail is sent: TRACKER_SMTP_URL is not set.")
        checkpoint = Checkpoint.of(note)
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, unquote(witness.removeprefix("mailto:"))
        mail["Subject"] = f"Checkpoint of {checkpoint.origin}: {checkpoint.size} events"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(
            f"Please keep this. It says what the log {checkpoint.origin} was when this was sent; should the log be"
            f" rewritten, this shows it.\n\n{note}",
            charset="utf-8", cte="8bit",
        )  # fmt: skip
        try:
            _mailed(smtp_url, mail)
        except (smtplib.SMTPException, OSError) as error:
            raise NotWitnessed(f"The mail server did not take it: {type(error).__name__}.") from error
        return ""

    return send


def to_address(post: Post) -> Send:
    """POST the checkpoint as plain text; any 2xx is taken for yes."""

    def send(witness: str, note: SignedNote) -> str:
        _posted(post, witness, str(note).encode(), "text/plain; charset=utf-8")
        return ""

    return send


def to_authority(post: Post) -> Send:
    """Have the checkpoint time-stamped (RFC 3161) at `rfc3161:https://…`; needs the extra `timestamps`."""

    def send(witness: str, note: SignedNote) -> str:
        try:
            from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response
        except ImportError as error:
            raise NotWitnessed("Time stamps need the extra `timestamps` (rfc3161-client).") from error
        content = str(note).encode()
        asked = TimestampRequestBuilder().data(content).build()
        answered = _posted(post, witness.removeprefix("rfc3161:"), asked.as_bytes(), "application/timestamp-query")
        try:
            stamp = decode_timestamp_response(answered)
            fits = stamp.tst_info.message_imprint.message == sha512(content).digest() and stamp.status in {0, 1}
            fits = fits and stamp.tst_info.nonce == asked.nonce
        except ValueError as error:
            raise NotWitnessed("The authority’s answer is no time stamp.") from error
        if not fits:
            raise NotWitnessed("The authority’s time stamp is not over this checkpoint.")
        return base64.b64encode(answered).decode()

    return send


def _posted(post: Post, url: str, body: bytes, content_type: str) -> bytes:
    try:
        status, answer = post(url, body, {"Content-Type": content_type, "User-Agent": "newsroom-story-tracker"})
    except OSError as error:
        raise NotWitnessed(f"No answer: {error}") from error
    if not 200 <= status < 300:
        raise NotWitnessed(f"It answered {status}.")
    return answer


def _mailed(smtp_url: str, mail: EmailMessage) -> None:
    where = urlsplit(smtp_url)
    host, implicit = where.hostname or "localhost", where.scheme == "smtps"
    port = where.port or (465 if implicit else 25)
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=MAIL_SECONDS, context=context)
        if implicit
        else smtplib.SMTP(host, port, timeout=MAIL_SECONDS)
    )
    with server:
        if not implicit and server.has_extn("starttls"):
            server.starttls(context=context)
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(mail)
