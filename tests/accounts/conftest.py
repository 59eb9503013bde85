"""What only tests of accounts ask for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tracker.db import connect


@pytest.fixture
def postgresql_engine(postgresql_database: str) -> Iterator[Engine]:
    """An engine on a migrated PostgreSQL database, for what SQLite's single writer can't show."""
    engine = connect(postgresql_database)
    yield engine
    engine.dispose()
