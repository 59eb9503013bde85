"""Checkpoints go outside on a timetable, to folders, mailboxes, web addresses and time-stamping authorities."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

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
