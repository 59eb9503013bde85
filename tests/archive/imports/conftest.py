"""A desk with one open story, to import into."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.newsroom import HARBOUR, record
from tracker.archive.imports import formats
from tracker.archive.records import Imported, import_drafts
from tracker.bootstrap import Tracker, start
from tracker.config import Settings

Carry = Callable[..., Imported]


@pytest.fixture
def desk(sqlite_database: str) -> Iterator[Tracker]:
    """A tracker on SQLite with the harbour story: what an import says does not hang on the database."""
    settings = {"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32}
    started = start(Settings.from_environment(settings))
    record(started, HARBOUR)
    yield started
    started.engine.dispose()


@pytest.fixture
def carry(desk: Tracker) -> Carry:
    """Imports a file into the harbour story and brings the views up to date."""

    def carried(form: str, content: str | bytes, mapping: Mapping[str, str] | None = None, **how: Any) -> Imported:
        body = content.encode() if isinstance(content, str) else content
        drafts = formats.read(form, body, mapping or {})
        done = import_drafts(desk.handling, drafts, by="ana", zone=desk.zone, now=desk.clock(), story="harbour", **how)
        desk.catch_up()
        return done

    return carried
