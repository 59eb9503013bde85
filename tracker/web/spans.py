"""How long something took, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext


def how_long(days: float) -> str:
    """A stretch of time as people say it: days up to two months, months up to two years, then years."""
    if days < 1:
        return str(_("less than a day"))
    if days < 61:
        return str(ngettext("%(num)d day", "%(num)d days", int(days)))
    if days < 730:
        return str(ngettext("%(num)d month", "%(num)d months", int(days / 30.44)))
    return str(ngettext("%(num)d year", "%(num)d years", int(days / 365.25)))
