"""The tree over the whole log, as RFC 6962 defines it: roots, proofs, and how somebody else checks them.

Pure: hashes in, hashes out. A *leaf* is the hash over one event's hash, a *node* the hash over two subtrees; node
(level, place) stands for the 2^level leaves from place · 2^level on. Nodes are never changed once they are complete, so
they can be numbered in the order of their completion: 1, 2, 3 … without a hole.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

Hash = bytes
"""SHA-256, 32 bytes."""

HASH_BYTES = 32
EMPTY_ROOT: Hash = sha256(b"").digest()
"""The root of a log without events."""


class Node(NamedTuple):
    """A complete subtree: of 2^level leaves, the place-th of its level (from 0)."""

    level: int
    place: int

    @property
    def number(self) -> int:
        """Which of all nodes above the leaves it is, in the order of their completion, from 1."""
        last_leaf = ((self.place + 1) << self.level) - 1
        return nodes_in(last_leaf) + self.level


@dataclass(frozen=True, slots=True)
class Frontier:
    """What is needed of a tree to grow it: its size, and the roots of the complete subtrees it falls into."""

    size: int = 0
    roots: tuple[Hash, ...] = ()
    """The largest subtree first; as many as `size` has ones in binary."""

    def root(self) -> Hash:
        """The root of the tree."""
        return joined(self.roots) if self.roots else EMPTY_ROOT


def leaf_hash(content: bytes) -> Hash:
    """The leaf of an event whose hash is `content`."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def joined(roots: Sequence[Hash]) -> Hash:
    """One root over adjacent complete subtrees, the largest first; at least one."""
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def grown(frontier: Frontier, leaves: Iterable[Hash]) -> tuple[Frontier, list[Hash]]:
    """The frontier after more leaves, and the nodes they completed, in the order of their numbers."""
    size, roots, completed = frontier.size, list(frontier.roots), list[Hash]()
    for leaf in leaves:
        root, merges = leaf, size
        while merges & 1:
            root = sha256(b"\x01" + roots.pop() + root).digest()
            completed.append(root)
            merges >>= 1
        roots.append(root)
        size += 1
    return Frontier(size, tuple(roots)), completed


def nodes_in(size: int) -> int:
    """How many nodes above the leaves are complete in a tree of so many leaves."""
    return size - size.bit_count()


def node_at(number: int) -> Node:
    """The node with this number."""
    last_leaf = bisect_left(range(2 * number + 2), number, key=nodes_in) - 1
    level = number - nodes_in(last_leaf)
    return Node(level, ((last_leaf + 1) >> level) - 1)


def subtrees(start: int, end: int) -> list[Node]:
    """The complete subtrees that the leaves start … end − 1 fall into, the largest first.

    `start` is where a subtree of the tree begins, as in the ranges of a proof.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots are the path from leaf `index` (from 0) up to the root of `size` leaves."""
    start, end, ranges = 0, size, list[tuple[int, int]]()
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, second: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose roots show that the tree of `second` leaves grew out of that of `first`."""
    if first in (0, second):
        return []
    start, end, ranges = 0, second, list[tuple[int, int]]()
    while end != first:
        middle = start + _half(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def path(ranges: Iterable[tuple[int, int]], hash_of: Callable[[Node], Hash]) -> list[Hash]:
    """The root of each range, from the hashes of complete subtrees."""
    return [joined([hash_of(node) for node in subtrees(*each)]) for each in ranges]


def includes(root: Hash, size: int, index: int, leaf: Hash, path: Sequence[Hash]) -> bool:
    """Whether the path proves that the leaf is at `index` of the tree of `size` leaves (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(root, leaf, *path):
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _to_right_child(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def extends(first: int, first_root: Hash, second: int, second_root: Hash, path: Sequence[Hash]) -> bool:
    """Whether the path proves that the tree of `second` leaves begins with that of `first` (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second or not _are_hashes(first_root, second_root, *path):
        return False
    if first in (0, second):
        return not path and first_root == (second_root if first else EMPTY_ROOT)
    steps = list(path) if first & (first - 1) else [first_root, *path]
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            place, last = _to_right_child(place, last)
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _half(width: int) -> int:
    """The largest power of two below a width of at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def _to_right_child(place: int, last: int) -> tuple[int, int]:
    """On the ragged right edge, up to the level at which this subtree is a right child."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _are_hashes(*hashes: Hash) -> bool:
    return all(len(each) == HASH_BYTES for each in hashes)
