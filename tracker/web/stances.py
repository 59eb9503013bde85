"""Who stands where: actors against issues, each with its last stance and those before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.projections.outline import Line
from tracker.projections.scene import Document

ACROSS = 5
"""Issues that stand beside each other; more would have to be scrolled."""

Stances = Mapping[str, list[Document]]
"""By issue, the stances an actor took, the latest first."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Issues across, actors down."""

    issues: tuple[str, ...]
    rows: tuple[tuple[Any, Stances], ...]


def matrices(latest_first: Iterable[Line], docs: Mapping[str, Document]) -> list[Matrix]:
    """The positions among these developments, a few issues to a table; who moved last is on top, in the first."""
    by_actor: dict[str, tuple[Any, dict[str, list[Document]]]] = {}
    issues: dict[str, None] = {}
    for line in latest_first:
        told = docs.get(line.key)
        if told is None:
            continue
        who = told["details"]["actor"]
        stances = by_actor.setdefault(str(who), (who, {}))[1]
        stances.setdefault(line.issue, []).append(told)
        issues.setdefault(line.issue)
    columns = list(issues)
    return [_part(columns[n : n + ACROSS], by_actor.values()) for n in range(0, len(columns), ACROSS)]


def _part(issues: Sequence[str], rows: Iterable[tuple[Any, Stances]]) -> Matrix:
    return Matrix(tuple(issues), tuple(row for row in rows if not row[1].keys().isdisjoint(issues)))


def issue_text(positions: Iterable[Document], issue: str) -> str:
    """What an issue is, in words; its key where nobody put it in words."""
    return next((str(each["text"]) for each in positions if each["issue"] == issue and each["text"]), issue)
