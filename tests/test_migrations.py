"""The migrations make exactly the tables the code asks for, wherever they start from."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from typing import TypeVar

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text, update

import tracker
from tracker import instants
from tracker.accounts import people
from tracker.alerts import subscribing
from tracker.alerts.rules import Rule
from tracker.alerts.tables import postings
from tracker.db import connect, migrate, migrations, reading, schema_version, writing
from tracker.eventstore.store import EventStore

CHECKOUT = Path(__file__).resolve().parent.parent
_numbers = count(1)
Answer = TypeVar("Answer")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database with nothing in it."""
    return str(request.getfixturevalue(f"empty_{request.param}"))


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def empty_postgresql(postgres_admin: Engine) -> Iterator[str]:
    name = f"empty_{next(_numbers)}"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres_admin.url.set(database=name).render_as_string(hide_password=False)
    with postgres_admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def tables(url: str) -> set[str]:
    return _ask(url, lambda engine: set(inspect(engine).get_table_names()))


def version(url: str) -> tuple[str | None, str | None]:
    return _ask(url, schema_version)


def _ask(url: str, question: Callable[[Engine], Answer]) -> Answer:
    engine = connect(url)
    try:
        return question(engine)
    finally:
        engine.dispose()


def test_the_tables_are_those_the_code_asks_for(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", database_url)
    # Every module, so that no table is left out here, in whatever way its module comes by `metadata`.
    for module in walk_packages(tracker.__path__, "tracker."):
        if not module.name.endswith("__main__"):
            import_module(module.name)

    command.check(migrations())


def test_a_table_without_a_migration_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    url = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TRACKER_DATABASE_URL", url)
    with writing(engine) as connection:
        connection.execute(text("DROP TABLE sealing_keys"))

    with pytest.raises(Exception, match="sealing_keys"):
        command.check(migrations())


def test_alembic_itself_works_from_a_checkout(sqlite_database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=CHECKOUT,
        env=os.environ | {"TRACKER_DATABASE_URL": sqlite_database},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout.strip()) == (0, "No new upgrade operations detected."), done.stderr


def test_an_empty_database_becomes_a_log(empty_url: str) -> None:
    migrate(empty_url)

    current, newest = version(empty_url)
    assert current == newest
    assert {"events", "head", "commands", "checkpoints", "sealing_keys"} <= tables(empty_url)
    assert _ask(empty_url, lambda engine: EventStore(engine).position()) == 0


def test_a_database_that_is_up_to_date_stays_as_it_is(empty_url: str) -> None:
    migrate(empty_url)
    before = tables(empty_url), version(empty_url)

    migrate(empty_url)

    assert (tables(empty_url), version(empty_url)) == before


def test_each_release_leads_to_the_next(empty_url: str) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()][::-1]

    for revision in revisions:
        upgrade(empty_url, revision)
        assert version(empty_url)[0] == revision


def upgrade(url: str, revision: str) -> None:
    def up(engine: Engine) -> None:
        with writing(engine) as connection:
            command.upgrade(_with(connection), revision)

    _ask(url, up)


def test_a_rule_of_an_earlier_release_waits_for_the_other_forms_of_its_words(engine: Engine) -> None:
    now = instants.now()
    rule = Rule(words="meeting OR meetings OR 2017")
    with writing(engine) as connection:
        people.add_person(connection, "ben", people.Role.REPORTER, "a long password", now=now)
        subscribing.subscribe(connection, "ben", subscribing.Asked(name="Meetings", rule=rule), now)
        command.downgrade(_with(connection), "0012")
        connection.execute(update(postings).values(term="word:meeting"))
        command.upgrade(_with(connection), "head")
        posted = set(connection.execute(select(postings.c.term)).scalars())

    assert posted == {"word:meeting", "word:¶meet"}


def _with(connection: Connection) -> Config:
    config = migrations()
    config.attributes.update(connection=connection, compare=False)
    return config


def test_an_interrupted_migration_leaves_nothing(empty_url: str) -> None:
    with pytest.raises(RuntimeError):
        _ask(empty_url, _interrupted)

    assert tables(empty_url) == set()
    migrate(empty_url)
    assert version(empty_url)[0] is not None


def _interrupted(engine: Engine) -> None:
    with writing(engine) as connection:
        command.upgrade(_with(connection), "head")
        raise RuntimeError("the power went")


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    code = "import sys; from tracker.db import migrate; migrate(sys.argv[1])"

    def start(_: int) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-c", code, empty_url]
        return subprocess.run(arguments, cwd=CHECKOUT, capture_output=True, text=True)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(start, range(2)))

    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    assert version(empty_url)[0] is not None


def test_a_database_of_a_later_release_is_told_from_ours(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    current, newest = schema_version(engine)

    assert current == "9999" != newest
    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM head")).scalar() == 1
