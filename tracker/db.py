"""One way to the database, whether a file on the desk or a server for the whole newsroom."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SortedText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text whose order matters (instants, keys): by bytes on both databases, whatever the server's language."""

# A hung client must not stop the newsroom: it loses the log's lock after five seconds, others give up after two.
_POSTGRESQL_OPTIONS = (
    "-c lock_timeout=2s -c idle_in_transaction_session_timeout=5s -c default_transaction_isolation=read\\ committed"
)

POOL_SIZE = 16
"""Connections a process keeps open at most; half as many as the web has threads, for none holds one while it thinks."""
POOL_SECONDS = 5.0
"""How long a thread waits for one of them."""

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",  # a destroyed key must not stay behind in the file
)


def connect(url: str) -> Engine:
    """An engine for a `sqlite:///…` or `postgresql+psycopg://…` URL; nothing is opened until it is used."""
    where = make_url(url)
    return _sqlite(where) if where.get_backend_name() == "sqlite" else _postgresql(where)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write; committed at the end, rolled back on an error.

    On SQLite it takes the write lock at once (waiting up to 5 s), on PostgreSQL it is READ COMMITTED.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads, all its statements seeing one state of the database; it blocks no writer."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keep: Collection[str] = (),
    by: Sequence[str] = (),
) -> None:
    """Put rows by their primary key, or by other columns that are unique: new ones are added, of others every column
    but `keep` is replaced."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = list(by) or [column.name for column in table.primary_key]
    replaced = [column.name for column in table.c if column.name not in {*keys, *keep}]
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=keys, set_={name: statement.excluded[name] for name in replaced}
        ),
        rows,
    )


def is_busy(error: OperationalError) -> bool:
    """Whether somebody else held a lock for longer than we wait."""
    match error.orig:
        case sqlite3.OperationalError() as cause:
            return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        case cause:
            return getattr(cause, "sqlstate", None) == "55P03"  # lock_not_available


def migrate(url: str) -> None:
    """Bring the database at this URL to the newest schema, creating it where there is none; all or nothing."""
    engine = connect(url)
    try:
        with writing(engine) as connection:
            config = migrations()
            config.attributes.update(connection=connection, compare=False)
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def schema_version(engine: Engine) -> tuple[str | None, str | None]:
    """The revision the database is at (None: never migrated) and the newest one this code knows."""
    with reading(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(migrations()).get_current_head()


def migrations() -> Config:
    """Alembic's configuration for our migrations, in a checkout as in an installed wheel."""
    package = Path(__file__).resolve().parent
    installed = package / "migrations"
    config = Config()
    config.set_main_option(
        "script_location", str(installed if installed.is_dir() else package.parent / "migrations").replace("%", "%%")
    )
    return config


def _postgresql(where: URL) -> Engine:
    given = where.query.get("options", "")
    options = f"{_POSTGRESQL_OPTIONS} {given if isinstance(given, str) else ' '.join(given)}".strip()
    return create_engine(where.update_query_dict({"options": options}), pool_pre_ping=True, **_engine_options())


def _sqlite(where: URL) -> Engine:
    # Without an isolation level the driver begins no transactions of its own, so that ours are the only ones.
    engine = create_engine(where, connect_args={"timeout": 5.0, "isolation_level": None}, **_engine_options())
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _engine_options() -> dict[str, Any]:
    # An error's message must not carry what was to be written; who waits for a connection is told soon.
    pooled = {"pool_size": POOL_SIZE, "max_overflow": 0, "pool_timeout": POOL_SECONDS}
    return {"hide_parameters": True, **pooled}


def _set_pragmas(connection: Any, _record: object) -> None:
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
