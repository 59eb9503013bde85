"""The two-clock chart: across, when it happened; up, when it became known; between them, how long it stayed hidden.

Every development is drawn at the height of the period in which it became known, from the earliest to the latest moment
at which it can have happened. The diagonal is where that height lies on the axis across, so what lies on it became
known as it happened, and the way from a mark to the diagonal is how long it stayed hidden. Many developments are
gathered where they would lie on each other. Everything here is in pixels of a canvas `WIDTH` wide.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

from tracker.projections.outline import Line
from tracker.web.charts.bands import Band, bands
from tracker.web.charts.days import Day, calendar
from tracker.web.charts.moments import Kind, Moment, coloured, moments
from tracker.web.charts.time_axis import Gap, Tick, TimeAxis, time_axis

WIDTH = 1000
LEFT, RIGHT, TOP, BOTTOM = 128, 14, 58, 42
UNDATED = 104
"""How much room there is, before the axis, for what is not dated."""
QUIET_DAYS = 14
"""So long without anything becoming known is shown between two bands."""
SINGLE_UP_TO = 120
"""More developments than this are gathered."""
LABELLED_UP_TO = 45

_LANE, _LABELLED_LANE, _PADDING = 13, 19, 8
_LETTER, _LONGEST_LABEL = 5.7, 60
_COLUMNS = 38
_CELL, _RANGE = 30, 9
_QUIET = 18
_COLUMN_RADIUS = 12.5
_UNDATED_IN_ROW, _UNDATED_STEP = 5, 19


@dataclass(frozen=True, slots=True)
class Mark:
    """One development: a symbol at the latest moment at which it can have happened, a bar back to the earliest."""

    moment: Moment
    x: float
    start: float
    y: float
    diagonal: float
    slot: int
    """Which of the coloured actors it is of, from 0; -1 for none of them."""
    open_start: bool
    open_end: bool
    label: str
    label_x: float
    label_before: bool
    label_hidden: bool = False
    """Whether the label says how long it stayed hidden."""

    @property
    def letter(self) -> str:
        return "ABCDEF"[self.slot] if self.slot >= 0 else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Several developments that became known and happened at about the same times."""

    moments: tuple[Moment, ...]
    x: float
    start: float
    end: float
    y: float
    radius: float
    known: str
    """The days between which they became known, `2017-03-01..2017-03-31`."""
    happened: str
    """The days between which they happened, or `unknown`."""

    @property
    def kinds(self) -> list[tuple[Kind, int]]:
        return Counter(each.kind for each in self.moments).most_common()

    @property
    def wide(self) -> bool:
        """Whether they happened some time in a longer stretch, and not at about one place of the axis."""
        return self.radius == 0


class Way(NamedTuple):
    """The way from what stayed hidden longest to the diagonal, on which the time is written."""

    moment: Moment
    x: float
    diagonal: float
    y: float


@dataclass(frozen=True, slots=True)
class Row:
    """A band as it is drawn."""

    band: Band
    top: float
    bottom: float
    marks: tuple[Mark, ...] = ()
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn."""

    height: float
    left: float
    """Where the axis across begins; what is not dated is drawn before it."""
    ticks: tuple[Tick, ...]
    gaps: tuple[Gap, ...]
    rows: tuple[Row, ...]
    diagonal: tuple[tuple[float, float], ...]
    actors: tuple[str, ...]
    kinds: tuple[Kind, ...]
    longest: tuple[Moment, ...]
    ways: tuple[Way, ...]
    number: int
    undated: bool
    gathered: bool
    even: bool
    width: float = WIDTH
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = field(default=0.0)


def two_clocks(lines: Sequence[Line], actors: Sequence[str] | None = None) -> Chart | None:
    """The chart of these developments; None where none of them is dated.

    `actors` are those with a colour and a letter, in this order; without them, those with the most developments.
    """
    found = moments(lines)
    if not any(each.dated for each in found):
        return None
    undated = any(not each.dated for each in found)
    drawing = _Drawing(found, coloured(lines) if actors is None else list(actors), LEFT + (UNDATED if undated else 0))
    rows = drawing.rows()
    return Chart(
        height=rows[0].bottom + BOTTOM, left=drawing.left, ticks=_ticks(drawing), gaps=_gaps(drawing),
        rows=tuple(rows), diagonal=tuple(drawing.diagonal(rows)), actors=tuple(drawing.actors),
        kinds=tuple(dict.fromkeys(each.kind for each in found)), longest=tuple(drawing.longest),
        ways=tuple(drawing.ways(rows)),
        number=len(found), undated=undated, gathered=drawing.gathered, even=drawing.axis.even, bottom=rows[0].bottom,
    )  # fmt: skip


def longest_hidden(found: Sequence[Moment], number: int = 3) -> list[Moment]:
    """What stayed hidden longest, by the time it did at the least; what was hidden for less than a day is not told."""
    hidden = (each for each in found if each.hidden >= 1 and each.line.state != "retracted")
    return nsmallest(number, hidden, key=lambda each: -each.hidden)  # of two alike, the one that became known first


class _Drawing:
    """A chart in the making: the axis, and what goes where."""

    def __init__(self, found: Sequence[Moment], actors: list[str], left: float) -> None:
        self.found, self.actors, self.left = found, actors, left
        self.gathered = len(found) > SINGLE_UP_TO
        self.labelled = len(found) <= LABELLED_UP_TO
        self.axis: TimeAxis = time_axis(_dates(found))
        self._cuts = [self.axis.day(n / _COLUMNS) for n in range(1, _COLUMNS)]
        """The days at which the columns begin, but for the first."""
        self._slots = {actor: n for n, actor in enumerate(actors)}
        self.longest = longest_hidden(found)
        self._longest = {each.line.key for each in self.longest[: 1 if self.gathered else None]}

    def x(self, day: Day) -> float:
        return self.left + self.axis.at(day) * (WIDTH - RIGHT - self.left)

    def rows(self) -> list[Row]:
        """The bands from the earliest up; the earliest is the lowest, so the canvas is filled from the top."""
        made, top = list[Row](), float(TOP)
        for band in reversed(bands(self.found)):
            row = self._gathered(band, top) if self.gathered else self._single(band, top)
            made.append(row)
            top = row.bottom + (_QUIET if band.quiet >= QUIET_DAYS else 0)
        return made[::-1]

    def diagonal(self, rows: Sequence[Row]) -> list[tuple[float, float]]:
        """Where each height lies on the axis across, from the bottom up."""
        ends = [end for row in rows for end in ((row.band.start, row.bottom), (row.band.end, row.top))]
        return [(round(self.x(day), 1), round(y, 1)) for day, y in ends]

    def ways(self, rows: Sequence[Row]) -> list[Way]:
        """From what stayed hidden longest to the diagonal; where marks have labels, the labels say it."""
        wanted: set[str] = set() if self.labelled else self._longest
        places = [(mark.moment, mark.x, mark.y) for row in rows for mark in row.marks]
        places += [
            (each, cell.x, cell.y)
            for each in self.longest for row in rows for cell in row.cells if each in cell.moments
        ]  # fmt: skip
        found = [
            Way(each, x, round(self.x(each.known_first), 1), y) for each, x, y in places if each.line.key in wanted
        ]
        return [way for way in found if way.diagonal - way.x > _LONGEST_LABEL]

    def _single(self, band: Band, top: float) -> Row:
        ends: list[float] = []
        placed: list[tuple[int, Moment, tuple[float, float]]] = []
        dated = [each for each in band.moments if each.dated]
        for each in sorted(dated, key=lambda moment: (self._extent(moment), moment.line.position)):
            extent = self._extent(each)
            lane = next((n for n, end in enumerate(ends) if end < extent[0]), len(ends))
            ends[lane:] = [extent[1], *ends[lane + 1 :]]
            placed.append((lane, each, extent))
        lane_height = _LABELLED_LANE if self.labelled else _LANE
        undated = [each for each in band.moments if not each.dated]
        shelves = -(-len(undated) // _UNDATED_IN_ROW)
        height = max(len(ends) * lane_height + 2 * _PADDING, shelves * _UNDATED_STEP + _PADDING, 26)
        spare = (height - 2 * _PADDING - len(ends) * lane_height) / 2
        marks = [
            self._mark(each, top + height - _PADDING - spare - (lane + 0.5) * lane_height) for lane, each, _ in placed
        ]
        shelf = top + (height - shelves * _UNDATED_STEP) / 2 + _UNDATED_STEP / 2
        marks += [
            self._shelved(each, n % _UNDATED_IN_ROW, shelf + n // _UNDATED_IN_ROW * _UNDATED_STEP)
            for n, each in enumerate(undated)
        ]
        return Row(band, top, top + height, marks=tuple(marks))

    def _bounds(self, each: Moment) -> tuple[float, float]:
        """Where a bar begins and where its symbol is."""
        if not each.dated:
            return self.left - UNDATED / 2, self.left - UNDATED / 2
        first = self.left if each.first is None else self.x(each.first)
        last = WIDTH - RIGHT if each.latest is None else self.x(each.latest)
        if each.exact:
            return last, last
        return first, max(last, first)

    def _extent(self, each: Moment) -> tuple[float, float]:
        """What a mark takes up across, with its label."""
        start, x = self._bounds(each)
        start, end = start - 9, x + 9
        if not self.labelled:
            return start, end + 3
        width = len(_short(each)) * _LETTER + (104 if each.line.key in self._longest else 14)
        return (start - width, end + 4) if _before(start, width, each) else (start, end + width)

    def _mark(self, each: Moment, y: float) -> Mark:
        start, x = self._bounds(each)
        width = len(_short(each)) * _LETTER + 14
        before = _before(start - 9, width, each)
        # Where there is room on neither side, the label is written over the bar.
        over = not before and x + width > WIDTH
        return Mark(
            moment=each, x=round(x, 1), start=round(start, 1), y=round(y, 1),
            diagonal=round(self.x(each.known_first), 1), slot=self._slots.get(each.line.actor, -1),
            open_start=each.dated and each.first is None, open_end=each.dated and each.last is None,
            label=_short(each) if self.labelled else "",
            label_x=round(x - 12 if over else start - 12 if before else x + 12, 1), label_before=before or over,
            label_hidden=self.labelled and each.line.key in self._longest,
        )  # fmt: skip

    def _shelved(self, each: Moment, n: int, y: float) -> Mark:
        """Something not dated, on a shelf before the axis."""
        x = round(self.left - UNDATED + 4 + (n + 0.5) * _UNDATED_STEP, 1)
        return Mark(
            moment=each, x=x, start=x, y=round(y, 1), diagonal=x, slot=self._slots.get(each.line.actor, -1),
            open_start=False, open_end=False, label="", label_x=x, label_before=False,
        )  # fmt: skip

    def _gathered(self, band: Band, top: float) -> Row:
        width = (WIDTH - RIGHT - self.left) / _COLUMNS
        groups: dict[tuple[int, int], list[Moment]] = {}
        for each in band.moments:
            groups.setdefault(self._columns(each), []).append(each)
        ranges = sorted(columns for columns in groups if columns[0] != columns[1])
        lanes: list[int] = []
        lane_of: dict[tuple[int, int], int] = {}
        for columns in ranges:
            lane = next((n for n, end in enumerate(lanes) if end < columns[0]), len(lanes))
            lanes[lane:] = [columns[1], *lanes[lane + 1 :]]
            lane_of[columns] = lane
        height = _CELL + len(lanes) * _RANGE + (4 if lanes else 0)
        cells = [
            self._cell(listed, columns, width, band, top + _CELL / 2
                       + (_CELL / 2 + (lane_of[columns] + 0.5) * _RANGE if columns in lane_of else 0))
            for columns, listed in groups.items()
        ]  # fmt: skip
        return Row(band, top, top + height, cells=tuple(cells))

    def _columns(self, each: Moment) -> tuple[int, int]:
        """The first and the last column that it may have happened in; those before the axis are not dated."""
        start, end = each.latest if each.exact else each.first, each.last
        if start is None and end is None:
            return -1, -1
        first = 0 if start is None else bisect_right(self._cuts, start)
        last = _COLUMNS - 1 if end is None else bisect_left(self._cuts, end)
        return (first, first) if last - first <= 1 else (first, last)

    def _cell(
        self, listed: list[Moment], columns: tuple[int, int], width: float, band: Band, y: float
    ) -> Cell:
        wide = columns[0] != columns[1]
        start, end = self.left + columns[0] * width, self.left + (columns[1] + 1) * width
        x = self.left - UNDATED / 2 if columns[0] < 0 else (start + end) / 2
        return Cell(
            moments=tuple(listed), x=round(x, 1), start=round(start, 1), end=round(end, 1), y=round(y, 1),
            radius=0 if wide else round(min(4.5 + len(listed) ** 0.5, _COLUMN_RADIUS), 1),
            known=f"{calendar(band.start)}..{calendar(max(band.end - 0.001, band.start))}", happened=_between(listed),
        )  # fmt: skip


def _dates(found: Sequence[Moment]) -> list[Day]:
    """What the axis across has to hold: when everything happened, and when it became known."""
    return [day for each in found for day in (each.first, each.last, each.known_first, each.known) if day is not None]


def _between(listed: Sequence[Moment]) -> str:
    firsts = [each.first for each in listed if each.first is not None]
    lasts = [each.last for each in listed if each.last is not None]
    if not firsts and not lasts:
        return "unknown"
    first = str(calendar(min(firsts))) if firsts else ""
    last = str(calendar(max(lasts) - 0.001)) if lasts else ""
    return f"{first}..{last}"


def _before(start: float, width: float, each: Moment) -> bool:
    """Whether a label has room before its mark; beside it, it would lie on the way to the diagonal."""
    return each.dated and start - width > LEFT


def _short(each: Moment) -> str:
    headline = each.line.headline
    return headline if len(headline) <= _LONGEST_LABEL else f"{headline[: _LONGEST_LABEL - 1].rstrip()}…"


def _ticks(drawing: _Drawing) -> tuple[Tick, ...]:
    width = WIDTH - RIGHT - drawing.left
    return tuple(tick._replace(at=round(drawing.left + tick.at * width, 1)) for tick in drawing.axis.ticks)


def _gaps(drawing: _Drawing) -> tuple[Gap, ...]:
    width = WIDTH - RIGHT - drawing.left
    return tuple(
        Gap(round(drawing.left + gap.start * width, 1), round(drawing.left + gap.end * width, 1))
        for gap in drawing.axis.gaps
    )
