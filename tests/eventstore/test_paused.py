"""A client that hangs with a lock in its hands: PostgreSQL lets it go, and it can't write when it wakes up."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import make_url, update
from sqlalchemy.exc import DBAPIError

from tests.eventstore.examples import asked, note, some
from tests.eventstore.following import NAME, agree, create_view, positions_seen, view
from tests.eventstore.test_killed import CHECKOUT
from tests.servers import until
from tracker.db import connect, writing
from tracker.eventstore.append import lock_head
from tracker.eventstore.events import Receipt
from tracker.eventstore.store import EventStore
from tracker.eventstore.subscriptions import catch_up
from tracker.eventstore.tables import head


@pytest.fixture
def impatient(postgresql_database: str) -> str:
    """The database for clients that may hang for a moment only; ours allow five seconds."""
    options = {"options": "-c idle_in_transaction_session_timeout=200ms"}
    return make_url(postgresql_database).update_query_dict(options).render_as_string(hide_password=False)


def test_a_writer_hung_at_the_end_of_the_log_stops_nobody_and_takes_no_position(
    postgresql_database: str, impatient: str
) -> None:
    hanging, engine, receipts = connect(impatient), connect(postgresql_database), list[Receipt]()

    def hang_with_the_head(meanwhile: EventStore) -> None:
        with writing(hanging) as connection:
            lock_head(connection)
            connection.execute(update(head).values(position=head.c.position + 1))
            receipts.extend(meanwhile.append(asked(note())))

    with pytest.raises(DBAPIError, match="idle-in-transaction timeout"):
        hang_with_the_head(meanwhile=EventStore(engine))

    assert receipts == [Receipt(1, 1, repeated=False)]
    hanging.dispose()
    engine.dispose()


def test_a_runner_that_wakes_up_late_writes_nothing_behind_its_successor(
    postgresql_database: str, impatient: str
) -> None:
    engine = connect(postgresql_database)
    EventStore(engine).append(asked(*some(10)))
    create_view(engine)
    runner = subprocess.Popen(
        [sys.executable, "-m", "tests.eventstore.following", impatient, "6", "after", "10"],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "halted\n"
        until(lambda: bool(catch_up(engine, NAME, view)))

        _, told = runner.communicate()

    assert (runner.returncode, "idle-in-transaction timeout" in told) == (1, True)
    assert positions_seen(engine) == list(range(1, 11))
    assert agree(engine)
    engine.dispose()
