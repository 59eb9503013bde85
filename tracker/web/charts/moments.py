"""What the two-clock chart draws of a development: when it happened and became known, whose it is, its kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Literal, NamedTuple

from tracker.projections.outline import Line
from tracker.web.charts.days import Day, of_date, of_instant
from tracker.web.dates_said import in_language

Kind = Literal["happened", "note", "said", "claim", "contradiction", "pressure"]
KINDS: tuple[Kind, ...] = ("happened", "said", "claim", "contradiction", "pressure", "note")

COLOURED = 6
"""Actors that have a colour and a letter of their own, those with the most developments; the others share one."""

_KIND_OF: Mapping[str, Kind] = {
    "meeting": "happened", "action": "happened", "event": "happened", "note": "note", "statement": "said",
    "testimony": "said", "comment": "said", "claim": "claim", "contradiction": "contradiction", "demand": "pressure",
    "position": "pressure",
}  # fmt: skip
_LASTING = frozenset("?~%X[{")
_AHEAD = frozenset({"event.planned", "action.announced"})


class Moment(NamedTuple):
    """A development as the chart knows it. The ends of when it happened are None where open or not known."""

    line: Line
    kind: Kind
    first: Day | None
    last: Day | None
    known_first: Day
    known: Day
    latest: Day | None
    """The latest moment at which it can have happened: what had happened, had before it became known."""
    exact: bool
    """Whether it is known to the day."""
    certain: bool
    """Whether it is a day, or lasted from one day to another; otherwise it was some time between its bounds."""
    hidden: Day
    """For how many days it stayed hidden, at the least; 0 where it can't be told."""

    @property
    def dated(self) -> bool:
        """Whether anything is known of when it happened."""
        return self.first is not None or self.last is not None

    @property
    def happened_in_words(self) -> str:
        """When it happened, as it was said; "" where that is not known."""
        return self.line.as_said or (in_language(self.line.edtf) if self.line.edtf else "")

    @property
    def known_in_words(self) -> str:
        """When it became known."""
        return in_language(self.line.learned_edtf or self.line.learned_at[:10])


def moments(lines: Iterable[Line]) -> list[Moment]:
    """Developments as the chart knows them, by when they became known."""
    found = sorted(map(_moment, lines), key=attrgetter("line.position"))
    return sorted(found, key=attrgetter("known"))


def kind_of(type: str) -> Kind:
    """The kind of a type of development; each has a shape."""
    return _KIND_OF.get(type.partition(".")[0], "note")


def coloured(lines: Sequence[Line]) -> list[str]:
    """The actors that have a colour, the one with the most developments first."""
    counted = Counter(line.actor for line in lines if line.actor)
    return [actor for actor, _ in counted.most_common(COLOURED)]


@lru_cache(maxsize=8_192)  # of a story that is seen again, most lines are those of before
def _moment(line: Line) -> Moment:
    first, last = of_date(line.edtf)
    known = of_instant(line.learned_at)
    since, _ = of_date(line.learned_edtf)
    known_first = min(known, since) if since is not None else known
    exact = first is not None and last is not None and last - first <= 1
    return Moment(
        line, kind_of(line.type), first, last, known_first, known,
        latest=last if last is None or line.type in _AHEAD else min(last, max(known, first or last)), exact=exact,
        certain=exact or ("/" in line.edtf and not _LASTING & set(line.edtf)),
        hidden=max(0.0, known_first - last) if last is not None else 0.0,
    )  # fmt: skip
