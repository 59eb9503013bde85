"""Which developments the running log of a story page lists: all, or those of an actor, a kind or a stretch of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.projections.outline import Line
from tracker.web.charts.days import Day, of_date, of_instant
from tracker.web.charts.moments import KINDS, kind_of

FILTERS = ("actor", "kind", "known", "happened")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days; an end that was not given is open."""

    first: Day | None
    last: Day | None

    def holds(self, first: Day | None, last: Day | None) -> bool:
        """Whether all of this lies in it."""
        after = self.first is None or (first is not None and first >= self.first)
        return after and (self.last is None or (last is not None and last <= self.last))


def filters(asked: Mapping[str, str]) -> dict[str, str]:
    """The filters that an address asks for, without those that can't be read."""
    given = {name: asked.get(name, "").strip() for name in FILTERS}
    readable = {"actor": True, "kind": given["kind"] in KINDS,
                "known": _span(given["known"]) is not None,
                "happened": given["happened"] == "unknown" or _span(given["happened"]) is not None}  # fmt: skip
    return {name: value for name, value in given.items() if value and readable[name]}


def listed(lines: Sequence[Line], asked: Mapping[str, str]) -> list[Line]:
    """The developments that these filters let through, the newest first."""
    if not asked:
        return list(reversed(lines))
    known, happened = _span(asked.get("known", "")), _span(asked.get("happened", ""))
    return [
        line
        for line in reversed(lines)
        if asked.get("actor") in {None, line.actor}
        and asked.get("kind") in {None, kind_of(line.type)}
        and (known is None or known.holds(of_instant(line.learned_at), of_instant(line.learned_at)))
        and (happened is None or (line.edtf and happened.holds(*of_date(line.edtf))))
        and (asked.get("happened") != "unknown" or not line.edtf)
    ]


def _span(text: str) -> Span | None:
    """`2017-03-01..2017-03-31` as days; None for anything else."""
    first, dots, last = text.partition("..")
    if not dots or not (first or last):
        return None
    try:
        start = float(date.fromisoformat(first).toordinal()) if first else None
        end = float(date.fromisoformat(last).toordinal() + 1) if last else None
    except ValueError:
        return None
    return Span(start, end)
