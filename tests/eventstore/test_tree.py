"""The tree as it is kept: grown by every append, the same however the events came in, and never changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.eventstore.examples import asked, log, nothing, some
from tracker.db import connect, migrate, migrations, reading, writing
from tracker.eventstore import tree
from tracker.eventstore.merkle import Frontier, extends, grown, includes, leaf_hash, nodes_in
from tracker.eventstore.store import EventStore
from tracker.eventstore.tables import head, nodes
from tracker.eventstore.writes import insert_events


def by_hand(store: EventStore, size: int | None = None) -> Frontier:
    """The tree of the log's first events, made from them."""
    leaves = [leaf_hash(bytes.fromhex(event.hash)) for event in store.read_all(upto=size)]
    return grown(Frontier(), leaves)[0]


def test_every_append_grows_the_tree_in_its_own_transaction(engine: Engine) -> None:
    store = EventStore(engine)

    for number, batch in enumerate((1, 1, 5, 2, 7), start=1):
        store.append(asked(*some(batch), stream=f"story/s{number}"))
        with reading(engine) as connection:
            assert tree.frontier(connection) == by_hand(store)
    store.append(nothing("c9"))

    with reading(engine) as connection:
        assert tree.frontier(connection).size == 16
        assert list(connection.execute(select(nodes.c.number).order_by(nodes.c.number)).scalars()) == list(range(1, 16))


def test_an_append_that_is_refused_leaves_the_tree_alone(engine: Engine) -> None:
    store = EventStore(engine)
    store.append(log("story/a", "First"))

    with pytest.raises(RuntimeError):
        store.append(log("story/a", "Second"), also=_fails)

    with reading(engine) as connection:
        assert tree.frontier(connection) == by_hand(store)
        assert tree.frontier(connection).size == 1


def _fails(_: object) -> None:
    raise RuntimeError("the power went")


def test_a_restored_log_has_the_same_root(engine: Engine, sqlite_template: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(sqlite_template.read_bytes())
    elsewhere = connect(f"sqlite:///{other}")
    EventStore(elsewhere).append(asked(*some(11)))
    with reading(elsewhere) as connection:
        exported = tree.frontier(connection)
    store = EventStore(engine)
    events = EventStore(elsewhere).read_all()
    elsewhere.dispose()

    for page in (events[:4], events[:9], events):
        store.restore(page)

    with reading(engine) as connection:
        assert tree.frontier(connection) == exported


def test_every_event_and_every_earlier_log_can_be_proved(engine: Engine) -> None:
    store = EventStore(engine)
    store.append(asked(*some(13)))

    with reading(engine) as connection:
        for size in range(14):
            root = tree.root_at(connection, size)
            assert root == by_hand(store, size).root()
            assert extends(size, root, 13, by_hand(store).root(), tree.consistency(connection, size, 13))
            for event in store.read_all(upto=size):
                leaf = leaf_hash(bytes.fromhex(event.hash))
                path = tree.inclusion(connection, event.position - 1, size)
                assert includes(root, size, event.position - 1, leaf, path)


def test_a_program_that_knew_of_no_tree_is_made_good(engine: Engine) -> None:
    store = EventStore(engine)
    store.append(asked(*some(3)))
    with writing(engine) as connection:
        for step in let_nodes_be_changed(engine):
            connection.execute(text(step))
        connection.execute(update(head).values(tree_size=1, frontier=by_hand(store, 1).roots[0]))
        connection.execute(delete(nodes))

    store.append(asked(*some(4), stream="story/other"))

    with reading(engine) as connection:
        assert tree.frontier(connection) == by_hand(store)
        assert len(connection.execute(select(nodes)).all()) == nodes_in(7)


CHANGES = {
    "update": "UPDATE nodes SET hash = hash WHERE number = 1",
    "delete": "DELETE FROM nodes WHERE number = 1",
    "truncate": "TRUNCATE nodes",
    "replace": "INSERT OR REPLACE INTO nodes SELECT number, hash FROM nodes",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_node_stays_as_it_is(engine: Engine, change: str) -> None:
    if change == {"postgresql": "replace", "sqlite": "truncate"}[engine.dialect.name]:
        pytest.skip("the other database's own way")
    EventStore(engine).append(asked(*some(4)))

    with pytest.raises(DBAPIError, match="the log only grows"), writing(engine) as connection:
        connection.execute(text(CHANGES[change]))


def let_nodes_be_changed(engine: Engine) -> list[str]:
    """What an intruder with the rights of a database administrator would begin with."""
    if engine.dialect.name == "postgresql":
        return ["DROP TRIGGER nodes_only_grow ON nodes"]
    return [f"DROP TRIGGER nodes_refuse_{kind}" for kind in ("update", "delete", "replace")]


def test_a_log_from_before_there_was_a_tree_gets_one(
    engine: Engine, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "PAGE", 3)
    store = EventStore(engine)
    store.append(asked(*some(10)))
    old = connect(empty_url)
    with writing(old) as connection:
        config = migrations()
        config.attributes.update(connection=connection, compare=False)
        command.upgrade(config, "0004")
    with writing(old) as connection:
        insert_events(connection, store.read_all())
        connection.execute(text("UPDATE head SET position = 10"))

    migrate(empty_url)

    with reading(old) as connection:
        assert tree.frontier(connection) == by_hand(store)
        assert len(connection.execute(select(nodes)).all()) == nodes_in(10)
    old.dispose()


@pytest.fixture
def empty_url(tmp_path: Path, engine: Engine, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the same kind with nothing in it."""
    if engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    admin: Engine = request.getfixturevalue("postgres_admin")
    name = f"before_{engine.url.database}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
