"""What somebody can do to a log who owns the database: drop the triggers first, then anything."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine, delete, select, text, update

from tracker.db import writing
from tracker.eventstore import tree
from tracker.eventstore.chain import hash_again
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_all
from tracker.eventstore.tables import commands, events, head, nodes


def drop_guards(engine: Engine) -> None:
    """Drop every trigger of the log."""
    if engine.dialect.name == "postgresql":
        steps = ["DROP TRIGGER events_only_grow ON events", "DROP TRIGGER nodes_only_grow ON nodes"]
    else:
        steps = [f"DROP TRIGGER {on}_refuse_{what}" for on in ("events", "nodes")
                 for what in ("update", "delete", "replace")]  # fmt: skip
    tamper(engine, *steps)


def tamper(engine: Engine, *statements: str) -> None:
    """Run statements as the owner."""
    with writing(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


def swap(engine: Engine, one: int, other: int) -> None:
    """Let two whole events change places."""
    tamper(
        engine,
        f"UPDATE events SET position = 1000000 WHERE position = {one}",
        f"UPDATE events SET position = {one} WHERE position = {other}",
        f"UPDATE events SET position = {other} WHERE position = 1000000",
    )


def rewrite(engine: Engine, position: int, *, tree_too: bool, **fields: str) -> None:
    """Change an event and hash everything after it in its stream anew; with `tree_too` grow the tree anew as well."""
    with writing(engine) as connection:
        logged = read_all(connection, limit=10_000)
        for event in _rehashed(logged, position, fields):
            row = {name: getattr(event, name) for name in RecordedEvent.__dataclass_fields__}
            connection.execute(update(events).where(events.c.position == event.position).values(row))
        if tree_too:
            connection.execute(delete(nodes))
            connection.execute(update(head).values(tree_size=0, frontier=b""))
            tree.catch_up(connection, len(logged))


def _rehashed(logged: Sequence[RecordedEvent], position: int, fields: dict[str, str]) -> list[RecordedEvent]:
    changed, tips = list[RecordedEvent](), dict[str, str]()
    for event in logged:
        new = replace(event, **fields) if event.position == position else event
        if new.version > 1:
            new = replace(new, prev_hash=tips[new.stream])
        new = replace(new, hash=hash_again(new)) if changed or event.position == position else new
        tips[new.stream] = new.hash
        if new != event:
            changed.append(new)
    return changed


def cut_tail(engine: Engine, size: int) -> None:
    """Take the events after position `size` away so that the log agrees with itself."""
    with writing(engine) as connection:
        connection.execute(delete(events).where(events.c.position > size))
        connection.execute(delete(commands).where(commands.c.last_position > size))
        connection.execute(delete(nodes))
        last = connection.execute(select(events.c.recorded_at).where(events.c.position == size)).scalar_one()
        connection.execute(update(head).values(position=size, recorded_at=last, tree_size=0, frontier=b""))
        tree.catch_up(connection, size)
        connection.execute(text(f"UPDATE checkpoints SET position = {size}"))
        connection.execute(text(f"DELETE FROM changes WHERE position > {size}"))


