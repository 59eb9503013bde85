"""The disk is full, an importer repeats itself in any order, a transaction is left open: the log stays whole."""

import os
import random
import signal
import sqlite3
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from tests.drills.conftest import python
from tests.eventstore.examples import asked, some
from tests.newsroom import HARBOUR, keys, look, note, requests
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import connect, migrate, schema_version, writing
from tracker.eventstore.chain import check_stream
from tracker.eventstore.store import EventStore

pytestmark = pytest.mark.drill


def test_on_a_full_disk_an_append_fails_as_a_whole_and_goes_through_once_there_is_room(sqlite_database: str) -> None:
    engine = connect(sqlite_database)
    room = 40

    @event.listens_for(engine, "connect")
    def allow(connection: Any, _: object) -> None:
        used = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {used + room}")

    store, command = EventStore(engine), asked(*some(500), id="c")
    store.append(asked(*some(3), id="a"))
    with pytest.raises(OperationalError, match="full"):
        store.append(command)
    full = store.position()
    room = 10_000
    engine.dispose()
    store.append(command)

    assert full == 3
    assert store.position() == 503
    check_stream(store.read_all(limit=1_000))
    with sqlite3.connect(sqlite_database.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    engine.dispose()


def test_an_importer_that_repeats_itself_in_any_order_adds_nothing(tracker: Tracker) -> None:
    tracker.handling.handle(requests(tracker, HARBOUR), "ana")
    asked_for = requests(tracker, *(note(f"n{n}") for n in range(12)))
    chance = random.Random(7)

    for _ in range(3):
        chance.shuffle(asked_for)
        for each in asked_for:
            tracker.handling.handle([each], "import")
    tracker.catch_up()

    assert tracker.store.position() == 13
    assert sorted(keys(look(tracker))) == sorted(f"n{n}" for n in range(12))
    assert differences(tracker.engine)[2] == []


def test_a_transaction_left_open_elsewhere_holds_up_no_append_and_no_follower(
    tracker: Tracker, postgres_admin: Engine, request: pytest.FixtureRequest
) -> None:
    if tracker.engine.dialect.name != "postgresql":
        pytest.skip("on SQLite there is one writer at a time")
    with writing(tracker.engine) as elsewhere:
        elsewhere.execute(text("CREATE TEMPORARY TABLE scratch (n integer)"))
        elsewhere.execute(text("INSERT INTO scratch VALUES (1)"))
        tracker.record(requests(tracker, HARBOUR, note("n1")), "ana")

        assert keys(look(tracker)) == ["n1"]


MIGRATE_AND_STOP = """
import sys
from alembic import command
from tracker.db import connect, migrations, writing
with writing(connect(sys.argv[1])) as connection:
    config = migrations()
    config.attributes.update(connection=connection, compare=False)
    command.upgrade(config, "head")
    print("halted", flush=True)
    sys.stdin.read()
"""


def test_a_migration_killed_before_its_end_is_run_again(
    tmp_path: Any, postgres_admin: Engine, request: pytest.FixtureRequest
) -> None:
    with postgres_admin.connect() as connection:
        connection.execute(text("CREATE DATABASE killed_while_migrating"))
    on_postgresql = postgres_admin.url.set(database="killed_while_migrating").render_as_string(hide_password=False)
    for url in (f"sqlite:///{tmp_path / 'new.db'}", on_postgresql):
        with python("-c", MIGRATE_AND_STOP, url) as half:
            assert half.stdout is not None
            assert half.stdout.readline() == "halted\n"
            os.kill(half.pid, signal.SIGKILL)
        engine = connect(url)
        before = schema_version(engine)[0]
        migrate(url)

        assert before is None
        assert schema_version(engine)[0] == schema_version(engine)[1]
        engine.dispose()
