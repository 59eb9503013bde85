"""Dates in the words of the page's language; what somebody said stays as they said it."""

import re
from datetime import date
from typing import Any

from flask_babel import format_date, get_locale, gettext

from tracker.stories.date_phrases import SEASONS, precision
from tracker.stories.date_words import echo, plain
from tracker.stories.dates import ImpreciseDate
from tracker.web.vocabulary import gettext_noop

_ONE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DECADE = re.compile(r"([0-9]{3})X")
_A_DAY = re.compile(r"([0-9]{4}-[0-9]{2})-XX|([0-9]{4})-XX(?:-XX)?")
_SEASONS = {
    "spring": gettext_noop("spring %(year)s"), "summer": gettext_noop("summer %(year)s"),
    "autumn": gettext_noop("autumn %(year)s"), "winter": gettext_noop("winter %(year)s"),
}  # fmt: skip
PRECISIONS = (
    gettext_noop("one of these"), gettext_noop("interval"), gettext_noop("exact time"), gettext_noop("season"),
    gettext_noop("imprecise"), gettext_noop("day"), gettext_noop("month"), gettext_noop("year"),
)  # fmt: skip


def in_words(told: dict[str, Any]) -> str:
    """A date of a document: as it was said, or what was stored in the words of the page's language."""
    return str(told.get("as_said") or in_language(str(told["edtf"])))


def read_as(read: ImpreciseDate) -> str:
    """How a typed date was read, with its precision: `September 2016 (month)`."""
    if _in_english():
        return echo(read)
    return f"{in_language(read.edtf)} ({_(precision(read.edtf))})"


def in_language(edtf: str) -> str:
    """Plain words for a checked EDTF text; what these words lack is said in English, or stays EDTF."""
    return plain(edtf) if _in_english() else _said(edtf) or plain(edtf)


def short_month(day: date) -> str:
    """The month of a day in three or four letters: `Mar`, `Mär`."""
    return f"{day:%b}" if _in_english() else str(format_date(day, "LLL"))


def _(message: str, **values: Any) -> str:
    return str(gettext(message, **values))


def _in_english() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "en"


def _said(edtf: str) -> str:
    if edtf.startswith("["):
        return _of_set(edtf.strip("[]"))
    if "/" in edtf:
        return _of_interval(*edtf.split("/", 1))
    found = _of_one(re.sub("[?~%]", "", edtf))
    if found and re.search("[~%]", edtf):
        found = _("about %(date)s", date=found)
    return _("%(date)s (uncertain)", date=found) if found and re.search("[?%]", edtf) else found


def _of_one(edtf: str) -> str:
    if one := _ONE.fullmatch(edtf):
        year, month, day = one.groups()
        if month in SEASONS:
            return _(_SEASONS[SEASONS[month]], year=int(year))
        if not month or year < "1000":
            return year if not month and year >= "1000" else ""
        first = date(int(year), int(month), int(day or 1))
        return str(format_date(first, "long") if day else format_date(first, "LLLL y"))
    if decade := _DECADE.fullmatch(edtf):
        return _("the %(decade)ss", decade=f"{decade[1]}0")
    if within := _A_DAY.fullmatch(edtf):
        month, year = within.groups()
        return str(_("a day in %(month)s", month=_of_one(month)) if month else _("some time in %(year)s", year=year))
    return ""


def _of_set(members: str) -> str:
    first, run, last = members.partition("..")
    ends = [_said(each) for each in (first, last)] if run and "," not in members else []
    if ends and all(ends):
        return _("between %(first)s and %(last)s", first=ends[0], last=ends[1])
    named = [_said(each.strip()) for each in members.split(",")] if not run else []
    if len(named) < 2 or not all(named):
        return ""
    return _("%(several)s or %(last)s", several=", ".join(named[:-1]), last=named[-1])


def _of_interval(first: str, last: str) -> str:
    start, end = (_said(each) if each.strip(".") else "" for each in (first, last))
    message = {
        (True, True): gettext_noop("%(first)s to %(last)s"),
        (True, False): gettext_noop("since %(first)s") if last else gettext_noop("from %(first)s, end not known"),
        (False, True): gettext_noop("until %(last)s") if first else gettext_noop("until %(last)s, start not known"),
        (False, False): "",
    }[bool(start), bool(end)]
    return _(message, first=start, last=end) if message else ""
