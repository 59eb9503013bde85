"""Runs the migrations inside one transaction, and knows every table of the tracker."""

import ast
import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, Index, MetaData, text

import tracker
from tracker.db import connect, metadata, writing


def main() -> None:
    """Migrate over the connection we were given, or over one of our own to TRACKER_DATABASE_URL."""
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    engine = connect(os.environ.get("TRACKER_DATABASE_URL", "sqlite:///tracker.db"))
    try:
        with writing(engine) as connection:
            run(connection)
    finally:
        engine.dispose()


def run(connection: Connection) -> None:
    """Run what was asked in the connection's transaction; of two at once, the second waits for the first."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('tracker migrations'))"))
    context.configure(
        connection=connection,
        target_metadata=every_table() if context.config.attributes.get("compare", True) else None,
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
        include_name=without_search_indexes(connection),
        include_object=with_indexes_of(connection.dialect.name),
    )
    with context.begin_transaction():
        context.run_migrations()


def every_table() -> MetaData:
    """The tracker's tables, after importing every module that owns one."""
    for name in owners(Path(tracker.__file__).parent):
        importlib.import_module(name)
    return metadata


def owners(package: Path) -> Iterator[str]:
    """Names of the modules that own tables: those that import `metadata`. No other is run for its tables' sake."""
    for path in sorted(package.rglob("*.py")):
        module = path.relative_to(package.parent).with_suffix("")
        if module.parts[1] != "migrations" and imports_metadata(ast.parse(path.read_bytes())):
            yield ".".join(module.parts).removesuffix(".__init__")


def imports_metadata(module: ast.Module) -> bool:
    """Whether a module says `from tracker.db import metadata`, alone or among others."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == connect.__module__
        and any(name.name == "metadata" for name in node.names)
        for node in ast.walk(module)
    )


def without_search_indexes(connection: Connection) -> Callable[[str | None, str, object], bool]:
    """SQLite's full-text indexes are virtual tables with tables of their own behind them; they are not compared."""
    virtual: list[str] = []
    if connection.dialect.name == "sqlite":
        listed = text("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        virtual = list(connection.execute(listed).scalars())

    def include(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not any(name == index or str(name).startswith(f"{index}_") for index in virtual)

    return include


def with_indexes_of(dialect: str) -> Callable[[object, str | None, str, bool, object], bool]:
    """An index of a kind that only PostgreSQL has is looked for there alone."""

    def include(object: object, _name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
        gin = isinstance(object, Index) and object.dialect_options["postgresql"]["using"] == "gin"
        return dialect == "postgresql" or not gin

    return include


main()
