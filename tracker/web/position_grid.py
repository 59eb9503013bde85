"""Who stands where, in one look: every actor against every issue, a sign for each stance and the one before it.

Tables of words, as in `stances`, are for a few stances, or for all there are on one issue.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tracker.projections.outline import Line
from tracker.stories.entries import Development, Entries, Issue
from tracker.stories.pressure import PositionTaken
from tracker.web.dates_said import in_language
from tracker.web.paging import Paged, fold_or_page

ACTORS, ISSUES = 40, 30
"""Actors on a page, and issues that stand beside each other in one grid."""
ACTORS_FOLDED, ISSUES_FOLDED = 12, 8

SIGNS: Mapping[str, str] = {"for": "+", "against": "−", "open": "○", "not_calling_for": "∅", "undeclared": "?"}

Bodies = Callable[[Iterable[Line]], Entries]


@dataclass(frozen=True, slots=True)
class Column:
    """An issue, in the words it was first told in."""

    number: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The last stance of an actor on an issue, the one before it where that was another, and how many there were."""

    development: str
    stance: str
    before: str
    since: str
    number: int


@dataclass(frozen=True, slots=True)
class Row:
    """An actor with a mark, or none, for each column."""

    who: Any
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """So many issues as can stand beside each other, against the actors of a page who have a stance on any."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grids:
    """All that is shown: who moved last is on top, what was moved on last comes first."""

    grids: tuple[Grid, ...]
    actors: Paged[str]
    issues_shown: int
    issues: int

    @property
    def folded(self) -> bool:
        """Whether there are more actors or issues than are shown."""
        return self.actors.page == 0 and (self.actors.folded or self.issues_shown < self.issues)

    @property
    def stances(self) -> tuple[str, ...]:
        """The stances that there are signs of."""
        marks = [mark for grid in self.grids for row in grid.rows for mark in row.marks if mark]
        there = {stance for mark in marks for stance in (mark.stance, mark.before)}
        return tuple(stance for stance in SIGNS if stance in there)


def grids(latest_first: Sequence[Line], page: str, bodies: Bodies) -> Grids:
    """The grid of these stances: its beginning, or, where a page is asked for, that page of actors and every issue."""
    voices = _voices(latest_first, bodies)
    cells: dict[tuple[str, str], list[Line]] = {}
    for line in latest_first:
        cells.setdefault((line.actor or str(voices[line.key]), line.issue), []).append(line)
    actors = fold_or_page(list(dict.fromkeys(who for who, _ in cells)), page, ACTORS_FOLDED, ACTORS)
    issues = list(dict.fromkeys(issue for _, issue in cells))
    shown = issues if actors.page else issues[:ISSUES_FOLDED]
    wanted = {(who, issue): cells[who, issue] for who in actors.items for issue in shown if (who, issue) in cells}
    known = bodies(line for listed in wanted.values() for line in listed[:2])
    marks = {place: _mark(listed, known) for place, listed in wanted.items()}
    columns = [Column(n, issue, _text(known, issue)) for n, issue in enumerate(shown, 1)]
    said = {str(voice): voice for voice in voices.values()}
    parts = [columns[n : n + ISSUES] for n in range(0, len(columns), ISSUES)]
    return Grids(
        tuple(Grid(tuple(part), _rows(actors.items, part, marks, said)) for part in parts),
        actors, len(shown), len(issues),
    )  # fmt: skip


def _rows(
    actors: Iterable[str], columns: Sequence[Column], marks: Mapping[tuple[str, str], Mark], said: Mapping[str, Any]
) -> tuple[Row, ...]:
    rows = (Row(said.get(who, who), tuple(marks.get((who, each.key)) for each in columns)) for who in actors)
    return tuple(row for row in rows if any(row.marks))


def _mark(latest_first: Sequence[Line], known: Entries) -> Mark:
    last, *earlier = latest_first
    stance, before = _stance(last, known), _stance(earlier[0], known) if earlier else ""
    since = last.as_said or (in_language(last.edtf) if last.edtf else "")
    return Mark(last.key, stance, before if before != stance else "", since, len(latest_first))


def _stance(line: Line, known: Entries) -> str:
    position = _position(line, known)
    return str(position.stance) if position else ""


def _voices(lines: Iterable[Line], bodies: Bodies) -> dict[str, Any]:
    """Those who are no actors but only described, by development."""
    unnamed = [line for line in lines if not line.actor]
    known = bodies(unnamed) if unnamed else {}
    return {line.key: msgspec.to_builtins(p.actor) if (p := _position(line, known)) else "" for line in unnamed}


def _position(line: Line, known: Entries) -> PositionTaken | None:
    entry = known.get(("development", line.key))
    return entry.event if isinstance(entry, Development) and isinstance(entry.event, PositionTaken) else None


def _text(known: Entries, issue: str) -> str:
    entry = known.get(("issue", issue))
    return entry.text if isinstance(entry, Issue) and entry.text else issue
