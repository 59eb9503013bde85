"""The log under test, on both databases."""

import pytest
from sqlalchemy import Engine

from tracker.eventstore.store import EventStore


@pytest.fixture
def store(engine: Engine) -> EventStore:
    """An empty log."""
    return EventStore(engine)
