"""A small view, and a runner of it in a process of its own that can be told where to stop dead."""

import sys
from collections.abc import Callable

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, func, insert, select

from tracker.db import connect, reading, writing
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.subscriptions import catch_up, checkpoint
from tracker.eventstore.tables import Position

NAME = "seen"
# Without a key, so that an event handled twice is in here twice.
seen = Table("seen", MetaData(), Column("position", Position, nullable=False), Column("data", Text, nullable=False))


def create_view(engine: Engine) -> None:
    with writing(engine) as connection:
        seen.create(connection)


def view(connection: Connection, events: list[RecordedEvent]) -> None:
    connection.execute(insert(seen), [{"position": e.position, "data": e.data} for e in events])


def positions_seen(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return list(connection.execute(select(seen.c.position).order_by(seen.c.position)).scalars())


def reached(engine: Engine) -> int:
    with reading(engine) as connection:
        return checkpoint(connection, NAME)


def agree(engine: Engine) -> bool:
    """Whether the view holds as many events as its checkpoint says."""
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(seen)).scalar() == checkpoint(connection, NAME)


def stopping(stop: int, before: bool, halt: Callable[[], object]) -> Callable[[Connection, list[RecordedEvent]], None]:
    """The view, but it halts at the event with position `stop`, before or after its row is written."""

    def handle(connection: Connection, events: list[RecordedEvent]) -> None:
        for event in events:
            if before and event.position == stop:
                halt()
            view(connection, [event])
            if event.position == stop:
                halt()

    return handle


def main(url: str, stop: str, when: str, page: str) -> None:
    def halt() -> None:
        print("halted", flush=True)
        sys.stdin.read()

    catch_up(connect(url), NAME, stopping(int(stop), when == "before", halt), int(page))


if __name__ == "__main__":
    main(*sys.argv[1:])
