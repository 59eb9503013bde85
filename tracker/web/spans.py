"""How long something took, in words."""

from flask_babel import gettext as _
from flask_babel import ngettext


def how_long(days: float) -> str:
    """A stretch of time as people say it: days up to two months, months up to two years, then years.

    Months differ in length: from 1 August to 1 March is seven of them, though two days short of seven times 30.44.
    """
    if days < 1:
        return str(_("less than a day"))
    if days < 61:
        return str(ngettext("%(num)d day", "%(num)d days", int(days)))
    if days < 730:
        return str(ngettext("%(num)d month", "%(num)d months", int((days + 2) / 30.44)))
    return str(ngettext("%(num)d year", "%(num)d years", int((days + 1) / 365.25)))
