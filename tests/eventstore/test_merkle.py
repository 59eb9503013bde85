"""The tree is RFC 6962's: other people's roots, other people's proofs, and nothing but those is believed."""

import base64
import json
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from tracker.eventstore.merkle import (
    EMPTY_ROOT,
    Frontier,
    Hash,
    Node,
    consistency_ranges,
    extends,
    grown,
    includes,
    inclusion_ranges,
    leaf_hash,
    node_at,
    node_hash,
    nodes_in,
    path,
)

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "wire" / "merkle"
sizes = st.integers(1, 70)


def contents(size: int) -> list[bytes]:
    return [b"event %d" % number for number in range(size)]


def leaves(size: int) -> list[Hash]:
    return [leaf_hash(content) for content in contents(size)]


def subtree(node: Node) -> Hash:
    """The hash of a complete subtree, by the definition."""
    if node.level == 0:
        return leaf_hash(b"event %d" % node.place)
    return node_hash(subtree(Node(node.level - 1, 2 * node.place)), subtree(Node(node.level - 1, 2 * node.place + 1)))


def root(size: int) -> Hash:
    return grown(Frontier(), leaves(size))[0].root()


def theirs(size: int) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for content in contents(size):
        tree.append_entry(content)
    return tree


def test_an_empty_log_has_a_root_too() -> None:
    assert Frontier().root() == EMPTY_ROOT


@given(sizes)
def test_the_root_is_what_somebody_elses_tree_says(size: int) -> None:
    assert root(size) == theirs(size).get_root()


@given(st.lists(st.integers(0, 9), max_size=12))
def test_it_does_not_matter_in_how_many_steps_a_tree_grew(steps: list[int]) -> None:
    frontier, completed, done = Frontier(), list[Hash](), 0
    for step in steps:
        frontier, more = grown(frontier, leaves(done + step)[done:])
        completed, done = completed + more, done + step

    assert (frontier, completed) == grown(Frontier(), leaves(done))
    assert len(frontier.roots) == done.bit_count()


@given(sizes)
def test_nodes_are_numbered_as_they_are_completed_without_a_hole(size: int) -> None:
    _, completed = grown(Frontier(), leaves(size))

    numbered = {
        Node(level, place).number: subtree(Node(level, place))
        for level in range(1, 8)
        for place in range(size >> level)
    }
    assert [numbered[number] for number in range(1, nodes_in(size) + 1)] == completed
    assert [subtree(node_at(number)) for number in numbered] == list(numbered.values())


@given(sizes, st.data())
def test_every_leaf_can_be_proved_to_somebody_else(size: int, data: Any) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = path(inclusion_ranges(index, size), subtree)

    their = theirs(size).prove_inclusion(index + 1)
    assert includes(root(size), size, index, leaves(size)[index], proof)
    pymerkle.verify_inclusion(leaves(size)[index], root(size), their)
    assert [bytes.fromhex(step) for step in their.serialize()["path"]][1:] == proof


@given(sizes, st.data())
def test_growth_can_be_proved(size: int, data: Any) -> None:
    first = data.draw(st.integers(0, size))
    proof = path(consistency_ranges(first, size), subtree)

    assert extends(first, root(first), size, root(size), proof)


@given(sizes, st.data())
def test_nothing_else_is_proved(size: int, data: Any) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = path(inclusion_ranges(index, size), subtree)
    other = data.draw(st.integers(0, size + 2).filter(lambda number: number != index))
    leaf = leaves(size)[index]
    flipped = [bytes([step[0] ^ 1]) + step[1:] for step in proof]

    assert not includes(root(size), size, other, leaf, proof)
    assert not includes(root(size), size, index, leaf_hash(b"another"), proof)
    assert not includes(root(size), size, index, leaf, [*proof, root(size)])
    assert not includes(root(size), size, index, leaf, [root(size), *proof])
    if proof:
        assert not includes(root(size), size, index, leaf, flipped)
        assert not includes(root(size), size, index, leaf, proof[:-1])


@given(sizes, st.data())
def test_a_tree_that_went_another_way_is_not_taken_for_a_later_one(size: int, data: Any) -> None:
    first = data.draw(st.integers(1, size))
    proof = path(consistency_ranges(first, size), subtree)
    forked = grown(Frontier(), [*leaves(size)[: first - 1], leaf_hash(b"rewritten")])[0].root()

    assert not extends(first, forked, size, root(size), proof)
    assert not extends(first, root(first), size, root(size), [*proof, root(size)])
    if proof:
        assert not extends(first, root(first), size, root(size), proof[:-1])


def shared(name: str) -> str:
    if not (VECTORS / name).exists():
        pytest.skip("needs the proofs kept beside the checkout")
    return (VECTORS / name).read_text(encoding="utf-8")


def test_published_roots_come_out_the_same() -> None:
    published = json.loads(shared("rfc6962-roots.json"))

    assert bytes.fromhex(published["empty_root_hex"]) == EMPTY_ROOT
    frontier = Frontier()
    for leaf, expected in zip(published["leaves_hex"], published["roots_hex_of_first_n_leaves"], strict=False):
        frontier, _ = grown(frontier, [leaf_hash(bytes.fromhex(leaf))])
        assert frontier.root().hex() == expected


def test_of_96_published_proofs_the_seven_true_ones_are_believed() -> None:
    cases = [json.loads(line) for line in shared("rfc6962-proofs.jsonl").splitlines()]

    wrong = [case["file"] for case in cases if _believed(case) == case["wantErr"]]

    assert wrong == []
    assert [len(cases), sum(not case["wantErr"] for case in cases)] == [96, 7]


def _believed(case: dict[str, Any]) -> bool:
    read = base64.b64decode
    proof = [read(step) for step in case["proof"] or []]
    if case["kind"] == "inclusion":
        return includes(read(case["root"]), case["treeSize"], case["leafIdx"], read(case["leafHash"]), proof)
    return extends(case["size1"], read(case["root1"]), case["size2"], read(case["root2"]), proof)
