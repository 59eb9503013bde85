"""The append is in the log, but the word of it never arrives: the writer asks again and gets the first answer."""

import sqlite3
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.eventstore.cutting import wire
from tests.eventstore.examples import asked, some
from tracker.db import connect
from tracker.eventstore.events import Receipt
from tracker.eventstore.store import EventStore


@pytest.mark.drill
def test_a_retry_after_a_cut_wire_gets_the_first_answer(postgresql_database: str) -> None:
    command = asked(*some(2), expected=0, id="c1")
    with wire(postgresql_database) as (url, between):
        engine = connect(url)
        store = EventStore(engine)
        assert store.position() == 0

        between.cut.set()
        with pytest.raises(OperationalError):
            store.append(command)
        retried = store.append(command)

        assert retried == [Receipt(1, 2, repeated=True)]
        assert store.position() == 2
        engine.dispose()


def test_a_retry_after_an_error_past_the_commit_gets_the_first_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, command = EventStore(engine), asked(*some(2), expected=0, id="c1")
    commit = engine.dialect.do_commit

    def commit_and_fail(connection: Any) -> None:
        commit(connection)
        raise (sqlite3 if engine.dialect.name == "sqlite" else psycopg).OperationalError("connection lost")

    with monkeypatch.context() as patched:
        patched.setattr(engine.dialect, "do_commit", commit_and_fail)
        with pytest.raises(OperationalError, match="connection lost"):
            store.append(command)

    assert store.append(command) == [Receipt(1, 2, repeated=True)]
    assert store.position() == 2
