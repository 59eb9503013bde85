"""The chart of a story page: up to when the newsroom learned of things, or up to when the public could know them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from tracker.projections.outline import Line
from tracker.projections.publicity import as_public
from tracker.projections.scene import Asked
from tracker.stories.entries import Entries
from tracker.web import log_lists
from tracker.web.charts.days import of_instant
from tracker.web.charts.two_clocks import Chart, two_clocks
from tracker.web.current import tracker
from tracker.web.overviews import Drawn

_DRAWN_BY = ("actor", "kind")


def by_publicity(asked: Asked) -> bool:
    """Whether a story is looked at by what was public."""
    return asked.public_at is not None or request.args.get("clock") == "public_at"


def dated_lines(drawn: Drawn, asked: Asked, bodies: Callable[[Iterable[Line]], Entries]) -> Sequence[Line]:
    """The developments by the clock that the chart goes up on: by what was public, only those of which it is known
    when they were. `bodies` reads them in full; it is asked for once for a version of a story."""
    if not by_publicity(asked):
        return drawn.overview.lines
    zone = tracker().zone
    if zone.key not in drawn.published:
        drawn.published[zone.key] = as_public(drawn.overview.lines, bodies(drawn.overview.lines), zone)
    return drawn.published[zone.key]


def written(
    drawn: Drawn, lines: Sequence[Line], filters: Mapping[str, str], here: Mapping[str, Any], names: Mapping[str, str],
    asked: Asked,
) -> Markup:  # fmt: skip
    """The chart as markup, written anew only where the address asks for something or the story has moved."""
    if request.args or drawn.chart is None:
        return _written(drawn, lines, filters, here, names, asked)
    key = (str(get_locale()), *(names.get(actor, "") for actor in drawn.chart.actors))
    if key not in drawn.markup:
        drawn.markup[key] = _written(drawn, lines, filters, here, names, asked)
    return drawn.markup[key]


def _written(
    drawn: Drawn, lines: Sequence[Line], filters: Mapping[str, str], here: Mapping[str, Any], names: Mapping[str, str],
    asked: Asked,
) -> Markup:  # fmt: skip
    public, drawn_by = by_publicity(asked), {name: value for name, value in filters.items() if name in _DRAWN_BY}
    wanted = log_lists.listed(lines, drawn_by)
    page = render_template(
        "story/_chart.html", whole=drawn.chart, chart=_chart(drawn, wanted, anew=public or bool(drawn_by)),
        filters=filters, here=here, names=names, public=public,
        undrawn=len(log_lists.listed(drawn.overview.lines, drawn_by)) - len(wanted),
        until=of_instant(asked.public_at) if asked.public_at else None,
    )  # fmt: skip
    return Markup(page)  # noqa: S704  (a template of our own, escaped as all are)


def _chart(drawn: Drawn, wanted: Sequence[Line], *, anew: bool) -> Chart | None:
    return two_clocks(wanted, drawn.chart.actors) if anew and drawn.chart else drawn.chart
