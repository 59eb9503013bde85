"""The two databases behave alike where the newsroom leans on it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from tracker.db import connect, is_busy, migrate, reading, schema_version, writing


@pytest.fixture
def diary(engine: Engine) -> Engine:
    """A database with a table of lines."""
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE diary (line INTEGER PRIMARY KEY)"))
    return engine


def add_line(engine: Engine, line: int) -> None:
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO diary VALUES (:line)"), {"line": line})


def lines(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT count(*) FROM diary")).scalar_one())


def test_what_is_written_is_there_and_what_failed_is_not(diary: Engine) -> None:
    add_line(diary, 1)

    with pytest.raises(RuntimeError):
        add_line_and_change_ones_mind(diary, 2)

    assert lines(diary) == 1


def add_line_and_change_ones_mind(engine: Engine, line: int) -> None:
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO diary VALUES (:line)"), {"line": line})
        raise RuntimeError("on second thoughts")


def test_a_page_sees_one_state_of_the_database_and_blocks_no_writer(diary: Engine) -> None:
    add_line(diary, 1)

    with reading(diary) as connection:
        before = connection.execute(text("SELECT count(*) FROM diary")).scalar()
        add_line(diary, 2)
        after = connection.execute(text("SELECT count(*) FROM diary")).scalar()

    assert (before, after) == (1, 1)
    assert lines(diary) == 2


def test_a_connection_that_read_may_write_afterwards(diary: Engine) -> None:
    for line in range(20):
        assert lines(diary) == line
        add_line(diary, line)


def test_on_postgresql_a_reading_transaction_is_refused_a_write(postgresql_database: str) -> None:
    engine = connect(postgresql_database)

    with pytest.raises(DBAPIError, match="read-only transaction"), reading(engine) as connection:
        connection.execute(text("CREATE TABLE diary (line INTEGER)"))

    engine.dispose()


def test_two_writers_at_once_both_get_their_turn(diary: Engine) -> None:
    start = threading.Barrier(4)

    def write(writer: int) -> None:
        start.wait(30)
        for line in range(10):
            add_line(diary, writer * 10 + line)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    assert lines(diary) == 40


def test_only_a_lock_held_for_too_long_counts_as_busy(diary: Engine) -> None:
    with reading(diary) as connection, pytest.raises(DBAPIError) as failed:
        connection.execute(text("SELECT nothing FROM nowhere"))

    assert not isinstance(failed.value, OperationalError) or not is_busy(failed.value)


def test_foreign_keys_are_kept(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE desks (name TEXT PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE editors (desk TEXT REFERENCES desks (name))"))

    with pytest.raises(DBAPIError), writing(engine) as connection:
        connection.execute(text("INSERT INTO editors VALUES ('politics')"))


def test_sqlite_survives_a_power_cut(sqlite_database: str) -> None:
    engine = connect(sqlite_database)

    with reading(engine) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
        }

    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 5000,
    }
    engine.dispose()


def test_on_postgresql_a_hung_client_does_not_stop_the_newsroom(postgresql_database: str) -> None:
    engine = connect(postgresql_database)

    with writing(engine) as connection:
        settings = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("lock_timeout", "idle_in_transaction_session_timeout", "transaction_isolation")
        ]

    assert settings == ["2s", "5s", "read committed"]
    engine.dispose()


def test_options_of_the_url_come_last_and_win(postgresql_database: str) -> None:
    engine = connect(f"{postgresql_database}&options=-c%20lock_timeout%3D9s")

    with reading(engine) as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "9s"
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "5s"
    engine.dispose()


def test_a_database_knows_its_schema(engine: Engine) -> None:
    current, newest = schema_version(engine)

    assert current == newest is not None


def test_a_database_that_was_never_migrated_says_so() -> None:
    engine = create_engine("sqlite://")

    current, newest = schema_version(engine)

    assert current is None
    assert newest is not None
    engine.dispose()


def test_a_file_name_with_odd_characters_is_migrated_as_well(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("100% news") / "tracker.db"

    migrate(f"sqlite:///{path}")

    assert path.stat().st_size > 0
