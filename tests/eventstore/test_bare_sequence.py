"""What the log is built against: numbers from a bare sequence, which a follower reads past."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from tracker.db import connect, reading


@pytest.fixture
def sequence_log(postgresql_database: str) -> Iterator[Engine]:
    """A database with a throw-away log whose positions a sequence hands out."""
    engine = connect(postgresql_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare_log (position bigserial PRIMARY KEY, what text NOT NULL)"))
    yield engine
    engine.dispose()


def write(connection: Connection, what: str) -> None:
    connection.execute(text("INSERT INTO bare_log (what) VALUES (:what)"), {"what": what})


def follow(engine: Engine, after: int) -> list[tuple[int, str]]:
    with reading(engine) as connection:
        page = connection.execute(
            text("SELECT position, what FROM bare_log WHERE position > :after ORDER BY position"), {"after": after}
        )
        return [(position, what) for position, what in page]


def test_a_bare_sequence_loses_the_event_of_whoever_commits_later(sequence_log: Engine) -> None:
    with sequence_log.connect() as slow, sequence_log.connect() as quick:
        write(slow, "numbered first")
        write(quick, "numbered second")
        quick.commit()
        first_page = follow(sequence_log, after=0)
        slow.commit()

    next_page = follow(sequence_log, after=first_page[-1][0])

    assert first_page == [(2, "numbered second")]
    assert next_page == []
    assert follow(sequence_log, after=0) == [(1, "numbered first"), (2, "numbered second")]
