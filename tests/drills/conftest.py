"""What the drills share: how often they strike, and a table of what came of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("DRILL_ROUNDS", "2"))
"""How often a fault strikes: a few times in `make test`, many in `make drills`."""

_rows: list[tuple[str, dict[str, object]]] = []


@pytest.fixture
def note_down(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Puts counts into the table at the end: `note_down(kills=12, lost=0)`."""
    name = request.node.name.removeprefix("test_").replace("_", " ")
    return lambda **counts: _rows.append((name, counts))


@pytest.fixture
def rounds() -> int:
    """How often to strike."""
    return ROUNDS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, where drills were run in this process."""
    if not _rows:
        return
    terminalreporter.section("drills")
    for name, counts in _rows:
        terminalreporter.write_line(f"{name:<100} " + "  ".join(f"{what} {n}" for what, n in counts.items()))


@contextmanager
def python(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process of this checkout, killed at the end with all that it started."""
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
