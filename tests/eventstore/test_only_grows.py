"""The database itself refuses to change what is in the log."""

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tests.eventstore.examples import MEETING, asked, some
from tracker.db import connect, migrate, writing
from tracker.eventstore.chain import check_stream
from tracker.eventstore.errors import BrokenChain
from tracker.eventstore.store import EventStore


def copy_of_the_first(
    verb: str, position: int = 1, id: str = "'e9'", stream: str = "'story/other'", version: int = 1
) -> str:
    """A statement that puts an altered copy of the first event at another place, or at its own."""
    return (
        f"{verb} INTO events SELECT {position}, {id}, {stream}, {version}, type, recorded_at, recorded_by, learned_at, "
        "causation, correlation, prev_hash, hash, '{}' FROM events WHERE position = 1"
    )


CHANGES = {
    "update": "UPDATE events SET data = '{}' WHERE position = 1",
    "update of nothing": "UPDATE events SET data = '{}' WHERE position = 99",
    "delete": "DELETE FROM events WHERE position = 2",
    "truncate": "TRUNCATE events",
    "truncate among others": "TRUNCATE commands, events, head",
    "insert over": copy_of_the_first("INSERT"),
    "insert or update": copy_of_the_first("INSERT") + " ON CONFLICT (position) DO UPDATE SET data = '{}'",
    "replace by position": copy_of_the_first("INSERT OR REPLACE"),
    "replace by id": copy_of_the_first("REPLACE", position=9, id="id"),
    "replace by version": copy_of_the_first("REPLACE", position=9, stream="stream"),
}
ONLY_POSTGRESQL = {"update of nothing", "truncate", "truncate among others"}
ONLY_SQLITE = {"replace by position", "replace by id", "replace by version"}


@pytest.mark.parametrize("change", CHANGES)
def test_a_recorded_event_stays_as_it_is(engine: Engine, change: str) -> None:
    if change in (ONLY_SQLITE if engine.dialect.name == "postgresql" else ONLY_POSTGRESQL):
        pytest.skip("the other database's own way")
    store = EventStore(engine)
    store.append(asked(*some(3)))
    before = store.read_all()

    with pytest.raises(DBAPIError, match=r"the log only grows|duplicate key"), writing(engine) as connection:
        connection.execute(text(CHANGES[change]))

    assert store.read_all() == before


def test_whoever_owns_the_tables_has_no_right_to_change_them(postgres_admin: Engine, postgresql_database: str) -> None:
    """The trigger is the second wall; the first is that not even the owner holds the privilege."""
    url = make_url(postgresql_database)
    owner, name = f"owner_of_{url.database}", f"owned_{url.database}"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {owner} LOGIN"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {owner}"))
    owned = url.set(username=owner, database=name).render_as_string(hide_password=False)
    migrate(owned)
    engine = connect(owned)
    EventStore(engine).append(asked(*some(3)))

    try:
        for change in ("update", "delete", "truncate"):
            with pytest.raises(DBAPIError, match="permission denied"), writing(engine) as connection:
                connection.execute(text(CHANGES[change]))
    finally:
        engine.dispose()
        with postgres_admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"DROP ROLE {owner}"))


BEHIND_THE_TRIGGERS = {
    "edited": ("UPDATE events SET data = '{}' WHERE position = 2", 2),
    "backdated": ("UPDATE events SET learned_at = '2016-01-01T00:00:00.000000Z' WHERE position = 3", 3),
    "moved to a batch": ("UPDATE events SET correlation = 'import-7' WHERE position = 1", 1),
    "deleted": ("DELETE FROM events WHERE position = 2", 3),
    "first deleted": ("DELETE FROM events WHERE position = 1", 2),
    "inserted": (copy_of_the_first("INSERT", position=5, stream="stream", version=5), 5),
    "swapped": (
        "UPDATE events SET data = (SELECT e.data FROM events e WHERE e.version = 5 - events.version)",
        1,
    ),
}


@pytest.mark.parametrize("change", BEHIND_THE_TRIGGERS)
def test_a_change_behind_the_triggers_is_found_by_the_chain(engine: Engine, change: str) -> None:
    statement, first_wrong = BEHIND_THE_TRIGGERS[change]
    store = EventStore(engine)
    store.append(asked(*some(4)))
    check_stream(store.read_stream(MEETING))
    with writing(engine) as connection:
        for step in (*drop_triggers(engine), statement):
            connection.execute(text(step))

    with pytest.raises(BrokenChain) as broken:
        check_stream(store.read_stream(MEETING))

    assert broken.value.position == first_wrong


def drop_triggers(engine: Engine) -> list[str]:
    """What an intruder with the rights of a database administrator would begin with."""
    if engine.dialect.name == "postgresql":
        return ["DROP TRIGGER events_only_grow ON events"]
    return [f"DROP TRIGGER events_refuse_{kind}" for kind in ("update", "delete", "replace")]
