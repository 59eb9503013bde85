"""Messages and channels for tests of delivery, put straight into the tables."""

from typing import Any

import orjson
from sqlalchemy import Engine, insert, select
from uuid_utils import uuid7

from tracker.alerts.tables import attempts, channels, outbox
from tracker.db import reading, writing
from tracker.instants import Instant

NOW = "2017-03-01T12:00:00.000000Z"


def channel(engine: Engine, id: str, kind: str = "webhook", person: str = "ben", **columns: Any) -> str:
    """A channel of somebody's."""
    row = {
        "id": id, "person": person, "kind": kind, "name": "", "address": f"{id}@example.org", "secret": "",
        "state": "active", "because": "", "failures": 0, "refusals": 0, "last_error": "", "created_at": NOW,
    }  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(channels).values(row | columns))
    return id


def waiting(engine: Engine, on: str, due_at: Instant = NOW, kind: str = "test", **columns: Any) -> str:
    """A message that waits on a channel."""
    id = str(uuid7())
    with writing(engine) as connection:
        found = connection.execute(select(channels.c.person, channels.c.kind).where(channels.c.id == on)).one()
        row = {
            "id": id, "person": found.person, "channel": on, "via": found.kind, "kind": kind, "stream": "",
            "payload": orjson.dumps({}).decode(), "created_at": due_at, "due_at": due_at, "state": "waiting",
            "attempts": 0, "next_attempt_at": due_at, "epoch": 0,
        }  # fmt: skip
        connection.execute(insert(outbox).values(row | columns))
    return id


def state(engine: Engine, id: str) -> str:
    """What became of a message."""
    with reading(engine) as connection:
        return str(connection.execute(select(outbox.c.state).where(outbox.c.id == id)).scalar_one())


def outcomes(engine: Engine, id: str) -> list[str]:
    """What came of each attempt at it."""
    with reading(engine) as connection:
        found = select(attempts.c.outcome).where(attempts.c.delivery == id).order_by(attempts.c.epoch)
        return list(connection.execute(found).scalars())
