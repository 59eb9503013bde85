"""Where is measured: an SQLite file and a PostgreSQL server of this run's own, both made to keep what they commit."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from unittest import mock

from sqlalchemy import NullPool, create_engine, make_url, text

from tests import servers
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import connect, migrate, reading

DURABLE = "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=128MB"
"""What a newsroom would run; the server that the tests start syncs nothing."""

_POSTGRESQL_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
_SQLITE_SETTINGS = ("journal_mode", "synchronous")

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """A database system to measure on."""

    name: str
    fresh: Callable[[], str]
    """Makes a migrated, empty database, which goes with its folder or its server; the URL."""
    settings: Mapping[str, str]
    """What the system itself says about how it keeps things."""


@contextmanager
def durable_postgresql() -> Iterator[str]:
    """A PostgreSQL server that syncs what it commits; the URL of its database `postgres`."""
    with mock.patch.object(servers, "_FAST", DURABLE), servers.postgres() as url:
        yield url


def sqlite(folder: Path) -> Place:
    """SQLite files in a folder."""
    template = folder / "template.db"
    url = f"sqlite:///{template}"
    migrate(url)

    def fresh() -> str:
        return f"sqlite:///{shutil.copy(template, folder / f'tracker-{next(_numbers)}.db')}"

    return Place("SQLite", fresh, _settings(url, "PRAGMA {}", _SQLITE_SETTINGS))


def postgresql(server: str) -> Place:
    """Databases of a PostgreSQL server, of which this is the URL of a database whose user may make others."""
    admin = create_engine(make_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    template = f"bench_template_{next(_numbers)}"

    def run(statement: str) -> None:
        with admin.connect() as connection:
            connection.execute(text(statement))

    def at(name: str) -> str:
        return admin.url.set(database=name).render_as_string(hide_password=False)

    def fresh() -> str:
        name = f"bench_{next(_numbers)}"
        run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return at(name)

    run(f"CREATE DATABASE {template}")
    migrate(at(template))
    return Place("PostgreSQL", fresh, _settings(server, "SHOW {}", _POSTGRESQL_SETTINGS))


@contextmanager
def tracker_at(url: str, more: Mapping[str, str] = MappingProxyType({})) -> Iterator[Tracker]:
    """A whole tracker on a migrated database; `more` are variables of its environment."""
    own = {"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": "s" * 32}
    tracker = start(Settings.from_environment(own | dict(more)))
    try:
        yield tracker
    finally:
        tracker.close()


def _settings(url: str, ask: str, names: tuple[str, ...]) -> dict[str, str]:
    engine = connect(url)
    with reading(engine) as connection:
        found = {name: str(connection.execute(text(ask.format(name))).scalar()) for name in names}
    engine.dispose()
    return found
