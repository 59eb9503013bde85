"""What every test may ask for: the two databases, freshly migrated, and a Redis."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text

from tests.servers import postgres, redis_program, redis_server
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import connect, migrate

# A busy machine is no wrong answer.
settings.register_profile("tracker", deadline=None)
settings.load_profile("tracker")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this run; the URL of its empty database `postgres`."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server of this run; without one to start, the tests that need it say that they are skipped."""
    if not redis_program():
        pytest.skip("there is no Redis server: install redis-server, or run the tests on Python 3.11")
    with redis_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test's own, on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_database"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def tracker(database_url: str) -> Iterator[Tracker]:
    """A whole tracker on `database_url`."""
    started = start(Settings.from_environment({"TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": "s" * 32}))
    yield started
    started.close()


@pytest.fixture
def sqlite_tracker(sqlite_database: str) -> Iterator[Tracker]:
    """A whole tracker on SQLite, for what does not know its database."""
    started = start(
        Settings.from_environment({"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32})
    )
    yield started
    started.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'tracker.db')}"


@pytest.fixture
def postgresql_database(postgres_admin: Engine, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database, dropped afterwards."""
    name = f"test_{next(_numbers)}"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY"))
    yield postgres_admin.url.set(database=name).render_as_string(hide_password=False)
    with postgres_admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "tracker.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: Engine) -> str:
    """Name of a migrated PostgreSQL database to copy."""
    name = "migrated_template"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    migrate(postgres_admin.url.set(database=name).render_as_string(hide_password=False))
    return name


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator[Engine]:
    """An engine that may create and drop databases."""
    engine = create_engine(make_url(postgres_url), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()
