"""Dates in words: what somebody types is read or it is not, what is stored is said, and no day is ever invented."""

import datetime
import re

from tracker.stories.date_phrases import MONTHS, SEASONS, before, plain, precision
from tracker.stories.dates import ImpossibleDate, ImpreciseDate, limits, read_date

__all__ = ["echo", "from_words", "in_words", "plain"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?(?:the )?"
_YEAR = r"(?P<year>[0-9]{4})"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_WEEKDAY}{_DAY}(?: of)? {_MONTH},? {_YEAR}",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}",
        rf"{_MONTH},?(?: of)? {_YEAR}",
        rf"(?P<season>spring|summer|autumn|fall|winter),?(?: of)? {_YEAR}",
        rf"(?:year )?{_YEAR}",
    )
)
_YEARLESS = tuple(re.compile(form) for form in (rf"{_DAY}(?: of)? {_MONTH}", rf"{_MONTH} {_DAY}", _MONTH, _DAY))
_MONTH_FIRST = re.compile(rf"{_MONTH} {_DAY}")
_MONTH_LEFT_OUT = re.compile(rf"{_DAY},? {_YEAR}")
_DECADE = re.compile(r"([0-9]{2})([0-9])0s")
_TYPED = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2]|2[1-4])(?:-[0-9]{2})?")

_BESIDE = re.compile(
    r"^(?:(?:in|on|at|during|the|of|some ?time|any ?time|early|late|later|mid|(?:beginning|start|middle|end) of"
    r"|(?:morning|afternoon|evening|night) of)[ -])+"
)
_ABOUT = re.compile(
    r"^(?:(?:on or )?(?:about|around|approximately|approx\.?|roughly|circa) |(?:~|ca?\.) ?|ca? |ca?(?=[0-9]))"
    r"|,? (?:or so|or thereabouts|approximately|approx\.?)$"
)
_PERHAPS = re.compile(
    r"^(?:possibly|perhaps|maybe|probably|uncertain:?) "
    r"| ?\?$|,? (?:\(?uncertain\)?|possibly|perhaps|maybe|probably)$"
)
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
_SEASON_NUMBERS = {name: number for number, name in SEASONS.items()} | {"fall": "23"}
_TRUST = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}

_AT_A_PLACE = re.compile(r"(.*?[0-9]{4}),? (?:in|at|on|near|during|inside|outside) (.*)")
_MORE_DATE = re.compile(rf"[0-9]|\b(?:or|and|to|{'|'.join(name.lower() for name in MONTHS)})\b")

_BETWEEN = re.compile(r"(?:some ?time |one day )?between (.+?) and (.+)")
_EITHER = re.compile(r"(?:either )?(.+?) or (.+)")
_THROUGH = re.compile(r" ?[–—-] ?| (?:to|until|till|through) ")
_BEFORE = re.compile(r"(?:some ?time |any ?time )?(?:before|earlier than) (.+)")
_BY = re.compile(r"(?:by|no later than) (.+)")
_AFTER = re.compile(r"(?:some ?time |any ?time )?(?:after|later than) (.+)")
_SINCE = re.compile(r"(?:since|from) (.+?)(?: on| onwards?)?")
_UNTIL = re.compile(r"(?:until|till) (.+)")


def from_words(words: str, today: datetime.date | None = None) -> ImpreciseDate | None:
    """The date somebody typed, in EDTF or in English words; None where it can't be read for certain.

    The words are kept as said. All of them have to be understood, save where it was (“in July 2016, at the
    convention”): a date in a sentence is not picked out of it. A date without a year is not read, nor is one that
    means two days (10/7/2008) or whose weekday is another; “today” and “yesterday” need to be told which day it is.
    """
    said = " ".join(words.split())
    if not said or len(said) > 200:
        return None
    if edtf := _as_typed(said):
        return ImpreciseDate(edtf=edtf)
    edtf = _as_typed(_relative(said.lower(), today) or _read(said.lower().rstrip(".")))
    return ImpreciseDate(edtf=edtf, as_said=said) if edtf else None


def in_words(date: ImpreciseDate) -> str:
    """A date for people: the words as said, or plain English of what was stored."""
    return date.as_said or plain(date.edtf)


def echo(date: ImpreciseDate) -> str:
    """How a typed date was read, with its precision: `September 2016 (month)`, `spring 2016 (season: March to May)`."""
    exact = precision(date.edtf)
    if exact == "season":
        months = [MONTHS[int(str(limit)[5:7]) - 1] for limit in limits(date.edtf)]
        exact = f"season: {' to '.join(dict.fromkeys(months))}"
    return f"{plain(date.edtf)} ({exact})"


def _as_typed(text: str) -> str:
    try:
        return read_date(text).edtf
    except ImpossibleDate:
        return ""


def _relative(said: str, today: datetime.date | None) -> str:
    days = {"today": 0, "yesterday": 1}.get(said)
    if today is None or days is None or today.toordinal() <= days:
        return ""
    return (today - datetime.timedelta(days=days)).isoformat()


def _read(said: str) -> str:
    """EDTF for what was said, unchecked; "" where it isn't understood."""
    if single := _single(said):
        return single
    if (found := _BETWEEN.fullmatch(said)) and (ends := _ends(found[1], found[2])):
        return _one_between(*ends)
    if (found := _EITHER.fullmatch(said)) and (ends := _ends(found[1], found[2])):
        return f"[{ends[0]},{ends[1]}]"
    for mark in _THROUGH.finditer(said):
        if ends := _ends(said[: mark.start()].removeprefix("from "), said[mark.end() :]):
            return f"{ends[0]}/{ends[1]}"
    return _open_ended(said)


def _open_ended(said: str) -> str:
    for form, written in ((_BY, "[..{}]"), (_AFTER, "[{}..]"), (_SINCE, "{}/.."), (_UNTIL, "../{}")):
        if (found := form.fullmatch(said)) and (single := _single(found[1])):
            return written.format(single)
    if (found := _BEFORE.fullmatch(said)) and (last := before(_single(found[1]))):
        return f"[..{last}]"
    return ""


def _single(said: str) -> str:
    """One day, month, season, year or decade with its year, and how far it is to be trusted."""
    about = unsure = False
    text, longer = said, ""
    while text != longer:
        longer = text
        text, abouts = _ABOUT.subn("", text)
        text, doubts = _PERHAPS.subn("", _BESIDE.sub("", text))
        about, unsure = about or abouts > 0, unsure or doubts > 0
    if (found := _AT_A_PLACE.fullmatch(text)) and not _MORE_DATE.search(found[2]):
        text = found[1]
    date = _date(text)
    return date + _TRUST[about, unsure] if date else ""


def _date(text: str) -> str:
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _as_typed(_written(found.groupdict()))
    if decade := _DECADE.fullmatch(text):
        return f"{decade[1]}XX" if decade[2] == "0" else f"{decade[1]}{decade[2]}X"
    return _as_typed(text) if _TYPED.fullmatch(text) else ""


def _written(parts: dict[str, str | None]) -> str:
    year, season = parts["year"] or "", parts.get("season")
    if season:
        return f"{year}-{_SEASON_NUMBERS[season]}"
    if not (month := parts.get("month")):
        return year
    number = _MONTH_NUMBERS[month[:3]]
    if not (day := parts.get("day")):
        return f"{year}-{number:02d}"
    written = f"{year}-{number:02d}-{int(day):02d}"
    return written if _falls_on(written, parts.get("weekday")) else ""


def _falls_on(day: str, weekday: str | None) -> bool:
    try:
        return weekday is None or datetime.date.fromisoformat(day).weekday() == _WEEKDAYS.index(weekday)
    except ValueError:
        return False


def _ends(first: str, last: str) -> tuple[str, str] | None:
    """Both ends of a range or a choice; the first may leave out the month or the year that the last one has.

    Where the month comes first (“July 18-21, 2016”) it is the last that leaves it out.
    """
    start_said = _BESIDE.sub("", first)
    if (opening := _MONTH_FIRST.fullmatch(start_said)) and _MONTH_LEFT_OUT.fullmatch(last):
        last = f"{opening['month']} {last}"
    end = _single(last)
    start = end and (_single(first) or _completed(start_said, end))
    return (start, end) if start else None


def _completed(first: str, end: str) -> str:
    for form in _YEARLESS:
        if found := form.fullmatch(first):
            parts = {"year": end[:4], **found.groupdict()}
            if parts.get("month"):
                return _as_typed(_written(parts))
            return _as_typed(f"{end[:7]}-{int(parts['day'] or 0):02d}") if len(end) == 10 else ""
    return ""


def _one_between(start: str, end: str) -> str:
    """One of the years, months or days between two, or of the days where the two are not equally exact."""
    if set("?~%") & set(start + end):
        return ""
    if precision(start) == precision(end) and precision(start) in {"year", "month", "day"}:
        return f"[{start}..{end}]"
    return f"[{limits(start)[0]}..{limits(end)[1]}]"
