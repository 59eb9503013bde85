"""Whether two developments look like the same thing logged twice; a question to an editor, never a refusal."""

import re
from zoneinfo import ZoneInfo

from tracker.stories.dates import ImpreciseDate, span
from tracker.stories.fields import DevelopmentFields
from tracker.stories.references import aimed, mentioned

NEAR = 0.6
"""Share of their words that two headlines have in common before they count as near each other."""

_WORD = re.compile(r"\w{3,}")


def alike(event: DevelopmentFields, logged: DevelopmentFields, zone: ZoneInfo) -> bool:
    """Whether a development that is about to be logged looks like one that is.

    Of one type, at dates that may be the same, and either the same people on the same thing (the same claim denied by
    the same actor), or near headlines and somebody in common where both name people.
    """
    if type(event) is not type(logged) or not _may_coincide(event.occurred, logged.occurred, zone):
        return False
    aims, aims_logged = set(aimed(event)), set(aimed(logged))
    people, people_logged = _people(event), _people(logged)
    if aims and aims == aims_logged:
        return people == people_logged
    if aims and aims_logged and not aims & aims_logged:
        return False
    if people and people_logged and not people & people_logged:
        return False
    return nearness(event.headline, logged.headline) >= NEAR


def nearness(one: str, other: str) -> float:
    """How many of their words two texts share: 1 for the same words, 0 for none in common (Dice's coefficient)."""
    first, second = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0


def _people(event: DevelopmentFields) -> set[str]:
    return {key for names, key in mentioned(event) if names == "actor"}


def _may_coincide(one: ImpreciseDate | None, other: ImpreciseDate | None, zone: ZoneInfo) -> bool:
    if one is None or other is None:
        return True
    (start, end), (other_start, other_end) = span(one.edtf, zone), span(other.edtf, zone)
    return start <= other_end and other_start <= end
