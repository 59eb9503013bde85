"""A walk along the log: is every event in its place, chained to the one before, and what its hash says it is?

The same walk checks a database and an exported log. It holds where each stream ends, never the events.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from tracker.eventstore.merkle import Frontier, Hash, grown

Row = tuple[Any, ...]
"""An event's values in the order of the fields of `RecordedEvent`."""

MOST_NOTED = 10_000
"""A log that is wrong from end to end must not fill the memory with what is wrong."""

_NOTHING: tuple[int, str | None, int] = (0, None, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as the log was written."""

    position: int | None
    """The first position it concerns; None for what concerns no event."""
    kind: str
    """missing, order, chain, content, time, end, tree, head, checkpoint, view, proof."""
    what: str
    instead: int | None = None
    """Another position that it may be as well."""

    def __str__(self) -> str:
        if self.position is None:
            return self.what
        other = f" or {self.instead:,}" if self.instead else ""
        return f"position {self.position:,}{other}: {self.what}"


class Walk:
    """Where the walk has got to, and what it met."""

    def __init__(self, *, whole: bool = True) -> None:
        self._whole = whole
        self.position = 0
        self.events = 0
        self.frontier = Frontier()
        """The tree over the events so far, as long as none was missing."""
        self.unbroken = True
        """No position was missing so far, so that the tree has its leaves where they belong."""
        self.problems: list[Problem] = []
        self._streams: dict[str, tuple[int, str | None, int]] = {}
        self._recorded_at = ""

    @property
    def streams(self) -> int:
        """How many streams were met."""
        return len(self._streams)

    def on(self, rows: Sequence[Row]) -> list[Hash]:
        """Check the next events in the order of the log; the nodes of the tree that they completed.

        `whole` walks (from position 1, none missing) grow the tree; one over a story's events does not.
        """
        leaves = [leaf for row in rows if (leaf := self._step(row)) is not None]
        if not (self._whole and self.unbroken):
            return []
        self.frontier, completed = grown(self.frontier, leaves)
        return completed

    def _step(self, row: Row) -> Hash | None:
        """Check one event; its leaf. The hash is that of `chain.hash_of`, spelt out: a million calls are a second."""
        (position, id, stream, version, type, recorded_at, recorded_by, learned_at, causation, correlation,
         prev_hash, digest, data) = row  # fmt: skip
        if position != self.position + 1:
            self._out_of_place(position)
        self.position = position
        self.events += 1
        known, tip, before = self._streams.get(stream, _NOTHING)
        if version != known + 1:
            self._note(position, "chain", f"{stream} goes from version {known} to {version}")
        elif prev_hash != tip:
            self._note(position, "chain", _unchained(stream, known), before or None)
        if recorded_at < self._recorded_at:
            self._note(position, "time", "recorded before the event that precedes it")
        if learned_at > recorded_at:
            self._note(position, "time", "recorded before it was learned")
        try:
            found = sha256(
                orjson.dumps(
                    {
                        "causation": causation, "correlation": correlation, "data": orjson.Fragment(data), "id": id,
                        "learned_at": learned_at, "prev_hash": prev_hash, "recorded_at": recorded_at,
                        "recorded_by": recorded_by, "stream": stream, "type": type, "version": version,
                    }
                )
            ).hexdigest()  # fmt: skip
        except (TypeError, ValueError):
            found = ""  # what has no canonical form has no hash
        if found != digest:
            self._note(position, "content", f"{type} in {stream}, version {version}: its content is not what its "
                                            "hash was taken over")  # fmt: skip
        self._recorded_at = recorded_at
        self._streams[stream] = (version, digest, position)
        try:
            return sha256(b"\x00" + bytes.fromhex(digest)).digest()
        except (TypeError, ValueError):
            return sha256(b"\x00").digest()  # no hash at all; said already, and no tree agrees with it

    def _out_of_place(self, position: int) -> None:
        expected = self.position + 1
        if position <= self.position:
            self._note(position, "order", "stands here twice, or out of order")
        elif self._whole:
            missing = f"to {position - 1:,} are" if position - 1 > expected else "is"
            self._note(expected, "missing", f"{missing} missing; the next event is at {position:,}")
        self.unbroken = self.unbroken and not self._whole

    def _note(self, position: int, kind: str, what: str, instead: int | None = None) -> None:
        if len(self.problems) < MOST_NOTED:
            self.problems.append(Problem(position, kind, what, instead))


def most(problems: Iterable[Problem], number: int) -> list[Problem]:
    """The first so many problems: by position, then those of no event."""
    return sorted(problems, key=lambda each: each.position or 2**63)[:number]


def _unchained(stream: str, version: int) -> str:
    if not version:
        return f"is the first of {stream} and names one before it"
    return f"{stream} version {version + 1} does not follow from version {version}: one of the two was replaced"

