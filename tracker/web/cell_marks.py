"""A gathered mark of the two-clock chart as SVG: a long story has a hundred, which a template is slow to write."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from flask import Flask
from flask_babel import ngettext
from markupsafe import Markup, escape

from tracker.web.chart_words import SHAPES, actor_colour, kind_name, longest, moment_words, slot
from tracker.web.charts.two_clocks import Cell, Chart
from tracker.web.languages import language


def prepare(app: Flask) -> None:
    """Give the templates of an application these marks."""
    app.jinja_env.filters.update(cell_mark=cell_mark)


def cell_mark(cell: Cell, chart: Chart, here: Mapping[str, Callable[..., str]], public: bool = False) -> Markup:
    """The mark with what is told when it is pointed at; it leads to its development, or to the log of them all."""
    words, number = escape(_words(cell, public)), len(cell.moments)
    address = here["development"](cell.moments[0].line.key) if number == 1 else here["days"](cell.known, cell.happened)
    drawn = _range(cell, number) if cell.wide else _single(cell, chart) if number == 1 else _circle(cell, chart, number)
    tip = (
        f'<g class="tip"><text x="{chart.left}" y="18" font-weight="700" fill="#1c1b19">{escape(_title(cell))}</text>'
        f'<text x="{chart.left}" y="34" fill="#5a5650">{words}</text></g>'
    )
    return Markup(  # noqa: S704  (all that was written by people is escaped)
        f'<a class="cell" href="{escape(address)}" aria-label="{words}">\n{drawn}\n{tip}</a>\n'
    )


def _range(cell: Cell, number: int) -> str:
    """Some time in a longer stretch."""
    width = round(cell.end - cell.start - 2, 1)
    inside = (
        f'<text class="inside" x="{(cell.start + cell.end) / 2}" y="{cell.y + 3.2}" text-anchor="middle" font-size="9"'
        f' font-weight="700" fill="#1c1b19">{number}</text>'
    )
    return (
        f'<rect class="range" x="{cell.start + 1}" y="{cell.y - 3}" width="{width}" height="6" rx="3" fill="#6b6660"'
        f' fill-opacity="0.25" stroke="#6b6660" stroke-dasharray="2 2"/>'
        f"{inside if number > 1 and cell.end - cell.start > 30 else ''}"
    )


def _single(cell: Cell, chart: Chart) -> str:
    of = cell.moments[0]
    actor = slot(of.line.actor, chart.actors)
    return (
        f'<path class="shape a{actor}" d="{SHAPES[of.kind]}" transform="translate({cell.x} {cell.y}) scale(.8)"'
        f' fill="{actor_colour(actor)}"/>'
    )


def _circle(cell: Cell, chart: Chart, number: int) -> str:
    actor = _slot_of(cell, chart.actors)
    letter = (
        f'<text class="letter" x="{cell.x}" y="{cell.y + 3.2}" text-anchor="middle" font-size="9" font-weight="700"'
        f' fill="#fff">{number}</text>'
    )
    return (
        f'<circle class="shape a{actor}" cx="{cell.x}" cy="{cell.y}" r="{cell.radius}" fill="{actor_colour(actor)}"/>'
        f"{letter if cell.radius >= 5.8 else ''}"
    )


def _slot_of(cell: Cell, actors: Sequence[str]) -> int:
    """The actor whose a gathered mark is: of whom more than half of it is; -1 where there is none."""
    (actor, number), *_others = Counter(each.line.actor for each in cell.moments).most_common(1)
    return slot(actor, actors) if 2 * number > len(cell.moments) else -1


def _title(cell: Cell) -> str:
    """How many developments a gathered mark stands for; the headline where it is one."""
    number = len(cell.moments)
    if number == 1:
        return cell.moments[0].line.headline
    return _developments(number, language())


@lru_cache(maxsize=4_096)
def _developments(number: int, _language: str) -> str:
    return str(ngettext("%(num)d development", "%(num)d developments", number))


def _words(cell: Cell, public: bool) -> str:
    """What a gathered mark stands for: its kinds, and the headline of the one that stayed hidden longest."""
    if len(cell.moments) == 1:
        return moment_words(cell.moments[0], public)
    kinds = ", ".join(f"{number} {kind_name(kind)}" for kind, number in cell.kinds)
    foremost = longest(cell.moments) or cell.moments[-1]
    headline = foremost.line.headline
    return f"{_title(cell)}: {kinds}. {headline[:80]}{'…' if len(headline) > 80 else ''}"
