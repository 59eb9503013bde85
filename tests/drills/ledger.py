"""A newsroom's own note of what it was told is recorded, kept outside the log and compared with it afterwards."""

import sys
import uuid
from collections import Counter
from itertools import count
from pathlib import Path
from threading import Event

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.eventstore.examples import asked, some
from tracker.db import connect, reading
from tracker.eventstore import merkle, tree
from tracker.eventstore.chain import check_stream
from tracker.eventstore.errors import LogBusy
from tracker.eventstore.store import EventStore

EACH = 2
"""Events a command adds."""


def acknowledged(ledger: Path) -> dict[str, int]:
    """The first position of each command that the writer was told is recorded; a line cut short tells of none."""
    lines = ledger.read_text().splitlines(keepends=True) if ledger.exists() else []
    return {line.split()[0]: int(line.split()[1]) for line in lines if line.endswith("\n")}


def check(engine: Engine, ledger: Path) -> tuple[int, int]:
    """Compare the log with the ledger; how many commands were acknowledged and how many events there are.

    What was acknowledged is there, once, where it was said to be; what was not is there whole or not at all; positions
    and versions have no hole; chains and tree hold.
    """
    store = EventStore(engine)
    events = store.read_all(limit=10_000_000)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert set(Counter(event.causation for event in events).values()) <= {EACH}
    told = acknowledged(ledger)
    first = {event.causation: event.position for event in reversed(events)}
    assert {command: first.get(command) for command in told} == told
    for stream in store.streams():
        check_stream([event for event in events if event.stream == stream])
    grown, _ = merkle.grown(merkle.Frontier(), [merkle.leaf_hash(bytes.fromhex(event.hash)) for event in events])
    with reading(engine) as connection:
        assert tree.root_at(connection, len(events)) == grown.root()
    return len(told), len(events)


def write(url: str, ledger: str) -> None:
    """Append without end, each command again until it is answered, and note each answer."""
    store, pause = EventStore(connect(url)), Event()
    with Path(ledger).open("a") as notes:
        for n in count():
            command = asked(*some(EACH), stream=f"story/{n % 3}", id=str(uuid.uuid4()))
            while True:
                try:
                    (receipt,) = store.append(command)
                    break
                except (DBAPIError, LogBusy):
                    pause.wait(0.05)
            notes.write(f"{command.id} {receipt.first_position}\n")
            notes.flush()


if __name__ == "__main__":
    write(*sys.argv[1:])
