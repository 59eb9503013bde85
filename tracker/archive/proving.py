"""Proofs that an event is in the log, and that a log grew out of an earlier one, for whoever asks."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from tracker.eventstore import tree
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.merkle import Frontier, Hash, includes, leaf_hash
from tracker.eventstore.reading import find


class NoSuchEvent(LookupError):
    """No event of the log has this id, or not yet in so short a log."""


class NoSuchLog(ValueError):
    """The log never had that size, or not in that order."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That the leaf at `index` (position − 1) is in the log of `size` events with this root."""

    index: int
    size: int
    leaf_hash: Hash
    root: Hash
    path: tuple[Hash, ...]

    def document(self) -> dict[str, Any]:
        """As it is handed out: hashes in base64."""
        return {
            "index": self.index, "size": self.size, "leaf_hash": encoded(self.leaf_hash), "root": encoded(self.root),
            "path": [encoded(step) for step in self.path],
        }  # fmt: skip

    def holds(self) -> bool:
        """Whether it proves what it says."""
        return includes(self.root, self.size, self.index, self.leaf_hash, self.path)


def inclusion(connection: Connection, event_id: str, size: int | None = None) -> Inclusion:
    """The proof of an event in the log as it is, or as it was with `size` events. Raises NoSuchEvent, BrokenTree."""
    event = find(connection, event_id)
    kept = tree.frontier(connection)
    if event is None or not event.position <= (wanted := kept.size if size is None else size) <= kept.size:
        raise NoSuchEvent(event_id)
    return of_event(connection, event, kept, wanted)


def of_event(connection: Connection, event: RecordedEvent, kept: Frontier, size: int) -> Inclusion:
    """The proof of this event in the log of its first `size` events, of those that `kept` stands for.

    Raises BrokenTree.
    """
    index = event.position - 1
    root = kept.root() if size == kept.size else tree.root_at(connection, size)
    path = tree.inclusion(connection, index, size)
    return Inclusion(index, size, leaf_hash(bytes.fromhex(event.hash)), root, tuple(path))


def consistency(connection: Connection, first: int, second: int) -> dict[str, Any]:
    """The proof that the log of `second` events begins with that of `first`. Raises NoSuchLog, BrokenTree."""
    end = tree.frontier(connection).size
    if not 0 <= first <= second <= end:
        raise NoSuchLog(f"from and to are sizes of the log, in that order, and it has {end} events")
    return {
        "from": first, "to": second,
        "from_root": encoded(tree.root_at(connection, first)), "to_root": encoded(tree.root_at(connection, second)),
        "path": listed(tree.consistency(connection, first, second)),
    }  # fmt: skip


def encoded(digest: Hash) -> str:
    """A hash in base64."""
    return base64.b64encode(digest).decode()


def listed(path: Sequence[Hash]) -> list[str]:
    """The hashes of a path in base64."""
    return [encoded(step) for step in path]
