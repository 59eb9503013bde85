"""Checkpoints go outside on a timetable, to folders, mailboxes, web addresses and time-stamping authorities."""

import base64
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from hashlib import sha512
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response

from tests.archive.tampering import cut_tail, drop_guards
from tests.newsroom import HARBOUR, note, record
from tests.servers import _free_port
from tracker.archive import checkpoints, signing_keys, verifying, witness_ways, witnessing
from tracker.archive.checkpoints import believed
from tracker.bootstrap import Tracker
from tracker.config import ConfigurationError, Settings
from tracker.db import reading
from tracker.projections import following


@pytest.fixture
def tracker(sqlite_tracker: Tracker, tmp_path: Path) -> Tracker:
    """A newsroom with a folder for a witness, and a clock that is set by hand."""
    settings = replace(sqlite_tracker.settings, witnesses=(f"file:{tmp_path / 'outside'}",), witness_minutes=60)
    sqlite_tracker.settings = settings
    sqlite_tracker.clock = lambda: "2999-05-01T12:00:00.000000Z"
    record(sqlite_tracker, HARBOUR, note("n1"))
    return sqlite_tracker


def at(tracker: Tracker, hour: str) -> int:
    """A round at a time of that day."""
    tracker.clock = lambda: f"2999-05-01T{hour}:00.000000Z"
    return tracker.witness()


def outcomes(tracker: Tracker) -> list[tuple[str, int, str]]:
    with reading(tracker.engine) as connection:
        return [(each.outcome, each.size, each.said) for each in witnessing.latest(connection)]


def check(tracker: Tracker, written: str) -> int:
    with reading(tracker.engine) as connection:
        return believed(written, signing_keys.verifiers(connection)).size


def test_a_checkpoint_goes_out_when_the_log_has_grown_and_the_time_has_come(tracker: Tracker, tmp_path: Path) -> None:
    rounds = [at(tracker, "12:00"), at(tracker, "14:00")]
    record(tracker, note("n2"))
    rounds += [at(tracker, "14:30"), at(tracker, "15:00")]
    record(tracker, note("n3"))
    rounds += [at(tracker, "15:20"), at(tracker, "15:30")]

    assert rounds == [1, 0, 1, 0, 0, 1]
    kept = sorted((tmp_path / "outside").iterdir())
    assert [path.name for path in kept] == [f"story-tracker-{size:012d}.checkpoint" for size in (2, 3, 4)]
    assert [check(tracker, path.read_text("utf-8")) for path in kept] == [2, 3, 4]


def test_nothing_is_sent_of_an_empty_log_or_without_a_witness(sqlite_tracker: Tracker, tmp_path: Path) -> None:
    assert sqlite_tracker.witness() == 0
    sqlite_tracker.settings = replace(sqlite_tracker.settings, witnesses=(f"file:{tmp_path}/outside",))
    assert sqlite_tracker.witness() == 0
    assert outcomes(sqlite_tracker) == []


def test_a_failure_is_on_record_and_tried_again_after_five_minutes(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("in the way", encoding="utf-8")

    rounds = [at(tracker, "12:00"), at(tracker, "12:04")]
    (tmp_path / "outside").unlink()
    rounds.append(at(tracker, "12:05"))

    assert rounds == [0, 0, 1]
    assert [outcome for outcome, _, _ in outcomes(tracker)] == ["sent", "failed"]
    assert "can’t be written to" in outcomes(tracker)[1][2]


def test_what_a_witness_was_sent_is_never_written_over(tracker: Tracker, tmp_path: Path) -> None:
    at(tracker, "12:00")
    (kept,) = (tmp_path / "outside").iterdir()
    kept.write_text("as it was", encoding="utf-8")

    witness_ways.into_folder(tracker.settings.witnesses[0], _note(tracker))

    assert kept.read_text("utf-8") == "as it was"


def test_verify_holds_the_log_to_what_its_witnesses_were_sent(tracker: Tracker) -> None:
    record(tracker, note("n2"), note("n3"))
    at(tracker, "12:00")
    assert verifying.verify_all(tracker.engine, [], []).judgements[0].holds
    drop_guards(tracker.engine)
    cut_tail(tracker.engine, 3)
    following.rebuild(tracker.engine)

    report = verifying.verify_all(tracker.engine, [], [])

    assert [problem.kind for problem in report.problems] == ["checkpoint"]
    assert report.first_wrong == 4


class Letters:
    """A mail server's tray."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def test_a_checkpoint_comes_by_mail_and_is_still_a_checkpoint(tracker: Tracker) -> None:
    letters = Letters()
    port = _free_port()
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        send = witness_ways.by_mail(f"smtp://127.0.0.1:{port}", "desk@x.example")
        send("mailto:archive@library.example", _note(tracker))
    finally:
        controller.stop()

    (letter,) = letters.received
    assert letter["To"] == "archive@library.example"
    body = letter.get_content().replace("\r\n", "\n")
    assert check(tracker, body[body.index("story-tracker\n2\n") :].rstrip("\n") + "\n") == 2


def test_without_a_mail_server_the_mail_is_said_not_to_go(tracker: Tracker) -> None:
    with pytest.raises(witnessing.NotWitnessed, match="TRACKER_SMTP_URL"):
        witness_ways.by_mail("", "desk@x.example")("mailto:archive@library.example", _note(tracker))
    with pytest.raises(witnessing.NotWitnessed, match="did not take it"):
        witness_ways.by_mail("smtp://127.0.0.1:1", "desk@x.example")("mailto:a@library.example", _note(tracker))


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[bytes]]]:
    """A web server that takes what is posted, and answers 500 at /busy; its address, and what it got."""
    got: list[bytes] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(500 if self.path == "/busy" else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_checkpoint_is_posted_through_the_guarded_way_out(
    tracker: Tracker, endpoint: tuple[str, list[bytes]]
) -> None:
    address, got = endpoint
    tracker.settings = replace(tracker.settings, witnesses=(f"{address}/take", f"{address}/busy"))
    refused = at(tracker, "12:00")
    outside = outcomes(tracker)
    del tracker._ways
    tracker.settings = replace(tracker.settings, allowed_hosts="127.0.0.1")

    taken = at(tracker, "13:00")

    assert (refused, taken) == (0, 1)
    assert {outcome for outcome, _, _ in outside} == {"failed"}
    assert {check(tracker, note.decode()) for note in got} == {2}
    assert ("failed", 2, "It answered 500.") in outcomes(tracker)


def test_a_time_stamp_that_is_not_over_the_checkpoint_is_not_taken(tracker: Tracker) -> None:
    asked: list[bytes] = []

    def post(url: str, body: bytes, headers: Any) -> tuple[int, bytes]:
        asked.append(body)
        assert (url, headers["Content-Type"]) == ("https://tsa.example", "application/timestamp-query")
        return 200, b"no time stamp"

    with pytest.raises(witnessing.NotWitnessed, match="no time stamp"):
        witness_ways.to_authority(post)("rfc3161:https://tsa.example", _note(tracker))
    assert base64.b64encode(asked[0])


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl to be the authority")
def test_a_checkpoint_is_time_stamped_by_an_authority(tracker: Tracker, tmp_path: Path) -> None:
    authority = _authority(tmp_path)
    note = _note(tracker)

    token = witness_ways.to_authority(authority)("rfc3161:https://tsa.example", note)

    stamp = decode_timestamp_response(base64.b64decode(token))
    assert stamp.tst_info.message_imprint.message == sha512(str(note).encode()).digest()


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl to be the authority")
def test_a_time_stamp_of_something_else_is_not_taken(tracker: Tracker, tmp_path: Path) -> None:
    authority = _authority(tmp_path)
    other = TimestampRequestBuilder().data(b"something else").build().as_bytes()

    with pytest.raises(witnessing.NotWitnessed, match="not over this checkpoint"):
        witness_ways.to_authority(lambda url, _, headers: authority(url, other, headers))(
            "rfc3161:https://tsa.example", _note(tracker)
        )


def _authority(folder: Path) -> witness_ways.Post:
    """OpenSSL as a time-stamping authority."""
    key = rsa.generate_private_key(65537, 2048)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key()).serial_number(1)
        .not_valid_before(begun).not_valid_after(begun + timedelta(days=36_500))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "serial").write_text("01\n")
    (folder / "authority.conf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\ncrypto_device = builtin\nsigner_cert = certificate.pem\n"
        "signer_key = key.pem\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha512\n"
    )

    def post(url: str, body: bytes, headers: Any) -> tuple[int, bytes]:
        (folder / "asked").write_bytes(body)
        command = ["openssl", "ts", "-reply", "-config", "authority.conf", "-queryfile", "asked", "-out", "answer"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return 200, (folder / "answer").read_bytes()

    return post


@pytest.mark.parametrize("witness", ["ftp://x", "file:relative", "mail"])
def test_a_witness_that_can_not_be_is_refused(witness: str) -> None:
    with pytest.raises(ConfigurationError, match="TRACKER_WITNESSES"):
        Settings.from_environment({"TRACKER_WITNESSES": witness, "TRACKER_SECRET_KEY": "s" * 32})


@pytest.mark.parametrize("minutes", ["0", "-1", "often"])
def test_a_timetable_that_can_not_be_is_refused(minutes: str) -> None:
    with pytest.raises(ConfigurationError, match="TRACKER_WITNESS_MINUTES"):
        Settings.from_environment({"TRACKER_WITNESS_MINUTES": minutes, "TRACKER_SECRET_KEY": "s" * 32})


def _note(tracker: Tracker) -> Any:
    return checkpoints.signed(tracker.engine, tracker.settings, tracker.clock())
