"""What goes with exported events so that others can check them: a signed checkpoint, and a proof for each event."""

from collections.abc import Iterator, Sequence

import orjson
from sqlalchemy import Connection, Engine, select

from tracker.archive import checkpoints
from tracker.archive.checkpoints import Checkpoint
from tracker.archive.proving import Inclusion
from tracker.config import Settings
from tracker.db import reading
from tracker.eventstore import tree
from tracker.eventstore.merkle import leaf_hash
from tracker.eventstore.tables import events
from tracker.instants import Instant

PAGE = 500


def files(engine: Engine, settings: Settings, now: Instant, positions: Sequence[int]) -> dict[str, bytes]:
    """The files of a deposit that prove the events at these positions, by their names."""
    note = checkpoints.signed(engine, settings, now)
    size = Checkpoint.of(note).size
    with reading(engine) as connection:
        lines = b"".join(proofs(connection, [each for each in positions if each <= size], size))
    return {"checkpoint.txt": str(note).encode(), "proofs.jsonl": lines}


def proofs(connection: Connection, positions: Sequence[int], size: int) -> Iterator[bytes]:
    """For each of these positions, in their order, its inclusion proof in the log of `size` events, as a line."""
    root = tree.root_at(connection, size)
    for start in range(0, len(positions), PAGE):
        page = positions[start : start + PAGE]
        wanted = select(events.c.position, events.c.hash).where(events.c.position.in_(page))
        for position, digest in connection.execute(wanted.order_by(events.c.position)):
            path = tree.inclusion(connection, position - 1, size)
            leaf = leaf_hash(bytes.fromhex(digest))
            yield orjson.dumps(Inclusion(position - 1, size, leaf, root, tuple(path)).document()) + b"\n"
