"""The database dies in the middle of an append: what was acknowledged is there, and work goes on without anybody."""

import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drills.conftest import python
from tests.drills.crashing import crashing_postgres
from tests.drills.ledger import acknowledged, check
from tests.servers import until
from tracker.db import connect, migrate

pytestmark = pytest.mark.drill

WRITER = ("-m", "tests.drills.ledger")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the server's processes are found in /proc")
def test_a_postgresql_killed_again_and_again_loses_nothing_it_acknowledged(
    tmp_path: Path, rounds: int, note_down: Callable[..., None]
) -> None:
    ledger = tmp_path / "ledger"
    with crashing_postgres() as server:
        migrate(server.url)
        with python(*WRITER, server.url, str(ledger)) as writer:
            for n in range(rounds):
                before = len(acknowledged(ledger))
                until(lambda before=before: len(acknowledged(ledger)) > before + 20)  # type: ignore[misc]
                server.kill(children=n % 2 == 0)
                server.start()
            before = len(acknowledged(ledger))
            until(lambda: len(acknowledged(ledger)) > before)
            assert writer.poll() is None
        engine = connect(server.url)
        told, events = check(engine, ledger)
        engine.dispose()

    note_down(kills=rounds, acknowledged=told, events=events, lost=0)


def test_a_writer_on_sqlite_killed_again_and_again_leaves_a_whole_log(
    sqlite_database: str, tmp_path: Path, rounds: int, note_down: Callable[..., None]
) -> None:
    ledger = tmp_path / "ledger"
    for _ in range(rounds):
        before = len(acknowledged(ledger))
        with python(*WRITER, sqlite_database, str(ledger)) as writer:
            until(lambda before=before: len(acknowledged(ledger)) > before + 20)  # type: ignore[misc]
            writer.send_signal(signal.SIGKILL)
        engine = connect(sqlite_database)
        told, events = check(engine, ledger)
        engine.dispose()

    note_down(kills=rounds, acknowledged=told, events=events, lost=0)


def test_what_a_power_cut_would_leave_of_a_sqlite_file_is_a_whole_log(
    sqlite_database: str, tmp_path: Path, rounds: int, note_down: Callable[..., None]
) -> None:
    ledger, file = tmp_path / "ledger", Path(sqlite_database.removeprefix("sqlite:///"))
    with python(*WRITER, sqlite_database, str(ledger)) as writer:
        for n in range(rounds):
            before = len(acknowledged(ledger))
            until(lambda before=before: len(acknowledged(ledger)) > before + 20)  # type: ignore[misc]
            # Halted, it is seen as it is in the midst of its work; of what is shared in memory nothing is copied.
            writer.send_signal(signal.SIGSTOP)
            copy, told = tmp_path / f"copy{n}.db", tmp_path / f"ledger{n}"
            for part in ("", "-wal"):
                shutil.copy(f"{file}{part}", f"{copy}{part}")
            shutil.copy(ledger, told)
            writer.send_signal(signal.SIGCONT)

            engine = connect(f"sqlite:///{copy}")
            check(engine, told)
            engine.dispose()
            with sqlite3.connect(copy) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.close()

    note_down(copies=rounds, acknowledged=len(acknowledged(ledger)), lost=0)
