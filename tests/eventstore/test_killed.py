"""kill -9 at the worst moment: nothing is lost, nothing is done twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.eventstore.examples import asked, some
from tests.eventstore.following import NAME, agree, create_view, positions_seen, reached, view
from tests.servers import until
from tracker.db import connect
from tracker.eventstore.store import EventStore
from tracker.eventstore.subscriptions import catch_up

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.drill
@pytest.mark.parametrize("page", [1, 4], ids=["one a page", "four a page"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_runner_killed_between_two_events_is_made_up_for(database_url: str, when: str, page: int) -> None:
    engine = connect(database_url)
    EventStore(engine).append(asked(*some(10)))
    create_view(engine)

    kill_at(database_url, stop=6, when=when, page=page)

    committed = 5 if page == 1 else 4
    assert (positions_seen(engine), reached(engine)) == (list(range(1, committed + 1)), committed)
    # The server needs a moment to notice that the runner, and so its lock, is gone.
    until(lambda: bool(catch_up(engine, NAME, view)))
    assert positions_seen(engine) == list(range(1, 11))
    assert agree(engine)
    engine.dispose()


def kill_at(url: str, stop: int, when: str, page: int) -> None:
    """Run the follower in its own process until it halts at an event, its transaction open, and kill it there."""
    runner = subprocess.Popen(
        [sys.executable, "-m", "tests.eventstore.following", url, str(stop), when, str(page)],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "halted\n"
        runner.send_signal(signal.SIGKILL)
        runner.communicate()
    assert runner.returncode == -signal.SIGKILL
