"""The tree over the log as it is kept: complete nodes in a table that only grows, its frontier in the log's head."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, select, update

from tracker.eventstore.errors import BrokenTree
from tracker.eventstore.merkle import (
    HASH_BYTES,
    Frontier,
    Hash,
    Node,
    consistency_ranges,
    grown,
    inclusion_ranges,
    leaf_hash,
    nodes_in,
    path,
    subtrees,
)
from tracker.eventstore.tables import events, head, nodes
from tracker.eventstore.writes import insert_rows

PAGE = 10_000


def frontier(connection: Connection) -> Frontier:
    """The tree as far as it is kept: up to the end of the log."""
    size, packed = connection.execute(select(head.c.tree_size, head.c.frontier)).one()
    return frontier_of(size, packed)


def frontier_of(size: int, packed: bytes) -> Frontier:
    """The frontier from the head's two columns."""
    return Frontier(size, tuple(packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)))


def add(connection: Connection, kept: Frontier, before: int, hashes: Iterable[str]) -> None:
    """Grow the tree by the events after position `before`, whose hashes (hex) these are; the head is locked.

    Should the tree be behind, as when a program that knew of none appended, it first catches up.
    """
    if kept.size != before:
        kept = _grow(connection, kept, _hashes(connection, kept.size, before))
    _grow(connection, kept, hashes)


def catch_up(connection: Connection, end: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Make the tree of a log that has none, or only part of it, up to position `end`; a page in memory at a time."""
    kept = frontier(connection)
    while kept.size < end:
        kept = _grow(connection, kept, _hashes(connection, kept.size, min(kept.size + PAGE, end)))
        progress(kept.size)


def root_at(connection: Connection, size: int) -> Hash:
    """The root over the first `size` events. Raises BrokenTree where they are not all there."""
    if size == 0:
        return Frontier().root()
    return _paths(connection, [(0, size)])[0]


def inclusion(connection: Connection, index: int, size: int) -> list[Hash]:
    """The path from leaf `index` to the root over the first `size` events; at most 2 · log₂ size rows are read."""
    return _paths(connection, inclusion_ranges(index, size))


def consistency(connection: Connection, first: int, second: int) -> list[Hash]:
    """The path that shows that the log of `second` events begins with that of `first`."""
    return _paths(connection, consistency_ranges(first, second))


def _grow(connection: Connection, kept: Frontier, hashes: Iterable[str]) -> Frontier:
    after, completed = grown(kept, (leaf_hash(bytes.fromhex(each)) for each in hashes))
    first = nodes_in(kept.size) + 1
    insert_rows(connection, nodes, list(enumerate(completed, first)))
    connection.execute(_KEEP, {"tree_size": after.size, "frontier": b"".join(after.roots)})
    return after


_KEEP = update(head).values(tree_size=0, frontier=b"")


def _hashes(connection: Connection, after: int, upto: int) -> Sequence[str]:
    wanted = select(events.c.hash).where(events.c.position > after, events.c.position <= upto)
    return connection.execute(wanted.order_by(events.c.position)).scalars().all()


def _paths(connection: Connection, ranges: Sequence[tuple[int, int]]) -> list[Hash]:
    found = _fetch(connection, {node for each in ranges for node in subtrees(*each)})
    return path(ranges, found.__getitem__)


def _fetch(connection: Connection, wanted: Iterable[Node]) -> dict[Node, Hash]:
    """The hashes of these nodes in two statements: the leaves from the events, the others as they are kept."""
    listed = list(wanted)
    places = [node.place + 1 for node in listed if not node.level]
    numbers = [node.number for node in listed if node.level]
    by_position, by_number = dict[int, Hash](), dict[int, Hash]()
    if places:
        leaves = connection.execute(select(events.c.position, events.c.hash).where(events.c.position.in_(places)))
        by_position = {position: leaf_hash(bytes.fromhex(digest)) for position, digest in leaves}
    if numbers:
        kept = connection.execute(select(nodes.c.number, nodes.c.hash).where(nodes.c.number.in_(numbers)))
        by_number = dict(tuple(row) for row in kept)
    try:
        return {node: by_number[node.number] if node.level else by_position[node.place + 1] for node in listed}
    except KeyError as missing:
        raise BrokenTree(f"number {missing} is missing") from missing
