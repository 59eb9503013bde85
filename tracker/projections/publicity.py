"""When developments became public: the other clock that the distance to what happened can be counted by."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from tracker.projections.outline import Line
from tracker.projections.scene import inherited
from tracker.stories.dates import LATEST, ImpreciseDate, span
from tracker.stories.entries import Development, Entries, Ref


def as_public(lines: Iterable[Line], entries: Entries, zone: ZoneInfo) -> tuple[Line, ...]:
    """These developments with when they became public in place of when the newsroom learned of them.

    Those of which that is not known, or that are not public, are left out.
    """
    found = ((line, _made_public(entries, ("development", line.key))) for line in lines)
    dated = ((line, date, span(date.edtf, zone)[1]) for line, date in found if date)
    return tuple(
        line._replace(learned_at=latest, learned_edtf=date.edtf) for line, date, latest in dated if latest < LATEST
    )


def _made_public(entries: Entries, ref: Ref) -> ImpreciseDate | None:
    entry = entries.get(ref)
    date = inherited(entries, entry, "made_public") if isinstance(entry, Development) else None
    return date if isinstance(date, ImpreciseDate) else None
