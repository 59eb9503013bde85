"""kill -9 of a delivering worker at every step of a send: nothing is lost, and doubled only where nobody could know."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.alerts.conftest import Desk
from tests.alerts.delivering import Delivering, courier
from tests.alerts.endpoints import Endpoint, endpoint
from tests.alerts.mailboxes import mailboxes
from tests.alerts.mailing import outcomes, state
from tests.newsroom import note
from tests.servers import until
from tracker import instants
from tracker.db import connect

CHECKOUT = Path(__file__).parents[2]
LEASE = 0.5

# Where the worker is killed, and how often what it was sending then arrives in the end.
MAIL = {"claimed": 1, "before_sending": 1, "before_the_end": 1, "taken": 2, "before_writing_down": 2, "written_down": 1}
HOOK = {"claimed": 1, "before_sending": 1, "before_writing_down": 2, "written_down": 1}


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    return sqlite_database


def run(database: Path, mail: str, fault: str = "") -> subprocess.Popen[bytes]:
    """A worker of its own process on this database."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.alerts.delivering_process", f"sqlite:///{database}", mail, str(LEASE)],
        cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT), "FAULT": fault},
    )  # fmt: skip


def copies(desk: Desk, where: Path, steps: list[str]) -> dict[str, Path]:
    """The newsroom as it stands, once for each step."""
    original = Path(str(desk.tracker.engine.url.database))
    desk.tracker.engine.dispose()
    return {step: Path(shutil.copy(original, where / f"{step}.db")) for step in steps}


def finish(database: Path, mail: str, id: str) -> list[str]:
    """Another worker takes over once the lease is over; what came of every attempt."""
    engine = connect(f"sqlite:///{database}")
    successor = courier(engine, instants.now, mail, lease=LEASE)

    def settled() -> bool:
        successor.deliver(within=1)
        return "trying" not in outcomes(engine, id)

    until(settled)
    found = outcomes(engine, id)
    engine.dispose()
    return found


@pytest.mark.drill
def test_a_mail_survives_a_kill_at_every_step_of_its_sending(desk: Desk, tmp_path: Path) -> None:
    with mailboxes() as server:
        post = Delivering(desk, server.url)
        post.follow("email")
        desk.record(note("n1"))
        id = desk.messages(kind="alert")[0]["id"]
        arrived: dict[str, int] = {}

        for step, database in copies(desk, tmp_path, list(MAIL)).items():
            before = len(server.mails)
            killed = run(database, server.url, step)
            assert killed.wait() == -signal.SIGKILL, step
            attempts = finish(database, server.url, id)
            arrived[step] = len(server.mails) - before
            assert attempts == (["sent"] if step == "written_down" else ["unknown", "sent"]), step

    assert arrived == MAIL
    assert set(server.ids) == {f"<{id}@desk.example>"}


@pytest.mark.drill
def test_a_webhook_survives_a_kill_at_every_step_of_its_sending(desk: Desk, tmp_path: Path) -> None:
    with endpoint() as hook:
        post = Delivering(desk)
        post.follow("webhook", hook)
        desk.record(note("n1"))
        id = desk.messages(kind="alert")[0]["id"]
        arrived: dict[str, int] = {}

        for step, database in copies(desk, tmp_path, list(HOOK)).items():
            before = len(hook.received)
            killed = run(database, "", step)
            assert killed.wait() == -signal.SIGKILL, step
            finish(database, "", id)
            arrived[step] = len(hook.received) - before

    assert arrived == HOOK
    assert {headers["webhook-id"] for headers, _ in hook.received} == {id}


@pytest.mark.drill
def test_a_worker_paused_beyond_its_lease_marks_nothing(desk: Desk, tmp_path: Path) -> None:
    with endpoint((500, {}), (204, {})) as hook:
        post = Delivering(desk)
        post.follow("webhook", Endpoint(port=hook.port))
        desk.record(note("n1"))
        id = desk.messages(kind="alert")[0]["id"]
        (database,) = copies(desk, tmp_path, ["paused"]).values()
        answered = hook.answers.copy()

        paused = run(database, "", "stop@before_writing_down")
        until(lambda: len(hook.received) == 1)
        os.waitpid(paused.pid, os.WUNTRACED)
        taken_over = finish(database, "", id)
        paused.send_signal(signal.SIGCONT)
        paused.wait()

        engine = connect(f"sqlite:///{database}")
        assert answered != hook.answers
        assert taken_over == ["unknown", "sent"]
        assert outcomes(engine, id) == ["failed", "sent"]
        assert state(engine, id) == "sent"
        engine.dispose()
