"""Who stands where: actors against issues, each with its last stance and those before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.projections.outline import Line
from tracker.projections.scene import Document

Stances = Mapping[str, list[Document]]
"""By issue, the stances an actor took, the latest first."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Issues across, actors down."""

    issues: tuple[str, ...]
    rows: tuple[tuple[Any, Stances], ...]


def matrix(latest_first: Iterable[Line], docs: Mapping[str, Document]) -> Matrix | None:
    """The positions among these developments; None where there are none. Who moved last is on top."""
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
    return Matrix(tuple(issues), tuple(by_actor.values())) if by_actor else None


def issue_text(positions: Iterable[Document], issue: str) -> str:
    """What an issue is, in words; its key where nobody put it in words."""
    return next((str(each["text"]) for each in positions if each["issue"] == issue and each["text"]), issue)
