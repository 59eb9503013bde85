"""Dates in words: what somebody types is read, what is stored is said, and no day is ever invented."""

import datetime
import re

from tracker.stories.dates import ImpossibleDate, ImpreciseDate, read_date

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_BETWEEN = re.compile(r"(?:some time )?between (.+?) and (.+)", re.IGNORECASE)
_FROM_TO = re.compile(r"(?:from )?(.+?)\s*(?:–|—|\bto\b|\buntil\b|(?<=\d)-(?=\d{1,2}\s+[a-z]))\s*(.+)", re.IGNORECASE)
_UNTIL = re.compile(r"until (.+)", re.IGNORECASE)
_BY = re.compile(r"by (.+)", re.IGNORECASE)
_BEFORE = re.compile(r"(?:some time )?before (.+)", re.IGNORECASE)
_AFTER = re.compile(r"(?:some time )?after (.+)", re.IGNORECASE)
_SINCE = re.compile(r"since (.+)", re.IGNORECASE)
_ABOUT = re.compile(r"(?:in |on )?(?:about|around|circa|c\.|ca\.|approximately|roughly) (.+)", re.IGNORECASE)
_PERHAPS = re.compile(r"(?:possibly|perhaps|maybe|probably)\s+(.+)", re.IGNORECASE)
_LEADING = re.compile(r"^(?:sometime |some time )?(?:in|on|during|by|the|of|early|late|mid|mid-)[\s-]+", re.IGNORECASE)
_SEASON_CODES = {word: code for code, word in _SEASONS.items()} | {"fall": "23"}
_MONTH_CODES = {name[:3].lower(): f"{n:02d}" for n, name in enumerate(_MONTHS, start=1)}
_MONTH_NAME = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_ONE_DATE = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? )?"
    rf"(?:(?P<month>{_MONTH_NAME})\.?(?: (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?)?,? "
    r"|(?P<season>spring|summer|autumn|fall|winter)(?: of)? )?"
    r"(?P<year>\d{4})(?P<sure>\?)?(?P<place>,.*| (?:in|at|on|near|during|inside|outside)\b.*)?",
    re.IGNORECASE,
)
_MORE_DATE = re.compile(rf"\d|\b(?:{_MONTH_NAME}|or|and|to)\b", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
_YEAR = re.compile(r"\b\d{4}\b")
_PARTIAL = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?({_MONTH})|({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?"
    r"|(\d{1,2})(?:st|nd|rd|th)?",
    re.IGNORECASE,
)


def from_words(words: str, today: datetime.date | None = None) -> ImpreciseDate | None:
    """The date somebody typed, in EDTF or in English words; None where it can't be read for certain.

    The words are kept as said. A date without a year is not read, nor is one that means two days (10/7/2008);
    “today” and “yesterday” need to be told which day it is.
    """
    said = " ".join(words.split())
    if not said or len(said) > 200:
        return None
    if edtf := _as_typed(said):
        return ImpreciseDate(edtf=edtf)
    edtf = _relative(said, today) or _read(said)
    return ImpreciseDate(edtf=edtf, as_said=said) if edtf and _as_typed(edtf) else None


def in_words(date: ImpreciseDate) -> str:
    """A date for people: the words as said, or plain English of what was stored."""
    return date.as_said or plain(date.edtf)


def echo(date: ImpreciseDate) -> str:
    """How a typed date was read, with its precision: `September 2016 (month)`."""
    return f"{plain(date.edtf)} ({_precision(date.edtf)})"


def plain(edtf: str) -> str:
    """An EDTF date in plain English, whatever was said."""
    if "T" in edtf:
        return _times_in_words(edtf)
    if edtf.startswith("["):
        return _set_in_words(edtf.strip("[]"))
    if "/" in edtf:
        return _interval_in_words(*edtf.split("/", 1))
    if edtf.endswith("%"):
        return f"about {plain(edtf[:-1])} (uncertain)"
    if edtf.endswith("~"):
        return f"about {plain(edtf[:-1])}"
    if edtf.endswith("?"):
        return f"{plain(edtf[:-1])} (uncertain)"
    return _day_in_words(edtf)


def _as_typed(text: str) -> str:
    try:
        return read_date(text).edtf
    except ImpossibleDate:
        return ""


def _relative(said: str, today: datetime.date | None) -> str:
    days = {"today": 0, "yesterday": 1}.get(said.lower())
    if today is None or days is None:
        return ""
    return (today - datetime.timedelta(days=days)).isoformat()


def _read(said: str) -> str:
    if _AMBIGUOUS.search(said) or not _YEAR.search(said):
        return ""
    for pattern, form in ((_BETWEEN, "[{}..{}]"), (_FROM_TO, "{}/{}")):
        if (found := pattern.fullmatch(said)) and (ends := _two_ends(found[1], found[2])):
            return form.format(*ends)
    if found := _BEFORE.fullmatch(said):
        return _if_read("[..{}]", _day_before(_simple(found[1])))
    if found := _BY.fullmatch(said):
        return _if_read("[..{}]", _simple(found[1]))
    if found := _UNTIL.fullmatch(said):
        return _if_read("../{}", _simple(found[1]))
    if found := _AFTER.fullmatch(said):
        return _if_read("[{}..]", _simple(found[1]))
    if found := _SINCE.fullmatch(said):
        return _if_read("{}/..", _simple(found[1]))
    if found := _ABOUT.fullmatch(said):
        return _if_read("{}~", _simple(found[1]))
    if found := _PERHAPS.fullmatch(said):
        return _if_read("{}?", _simple(found[1]).rstrip("~?"))
    return _simple(said)


def _if_read(form: str, edtf: str) -> str:
    return form.format(edtf) if edtf else ""


def _simple(said: str) -> str:
    """One date with a year in it: a day, a month, a season or a year, with words about the place after it."""
    text = _without_lead(said)
    if typed := _as_typed(text):
        return typed
    found = _ONE_DATE.fullmatch(text)
    if not found or _MORE_DATE.search(found["place"] or ""):
        return ""
    year, sure, month, season = found["year"], found["sure"] or "", found["month"], found["season"]
    days = [day for day in (found["day"], found["day_after"]) if day]
    if len(days) > (1 if month else 0):
        return ""
    if season:
        return f"{year}-{_SEASON_CODES[season.lower()]}{sure}"
    parts = [year, *([_MONTH_CODES[month[:3].lower()]] if month else []), *(f"{int(day):02d}" for day in days)]
    return "-".join(parts) + sure


def _without_lead(said: str) -> str:
    text = said
    while (shorter := _LEADING.sub("", text)) != text:
        text = shorter
    return text


def _two_ends(first: str, last: str) -> tuple[str, str] | None:
    """Both ends of a range; the first may leave out the month or the year that the last one has."""
    end = _simple(last)
    if not end:
        return None
    start = _simple(first) if _YEAR.search(first) else _completed(first, end)
    return (start, end) if start and start <= end else None


def _completed(first: str, end: str) -> str:
    found = _PARTIAL.fullmatch(_without_lead(first))
    if not found:
        return ""
    day, month = found[1] or found[4] or found[5], found[2] or found[3]
    if month:
        return _simple(f"{day or ''} {month} {end[:4]}".strip())
    return f"{end[:7]}-{int(day):02d}" if len(end) == 10 else ""


def _day_before(edtf: str) -> str:
    """What ends just before a year, a month or a day begins, at the same precision."""
    parts = [int(part) for part in edtf.split("-")] if re.fullmatch(r"\d{4}(-\d\d){0,2}", edtf) else []
    try:
        match parts:
            case [year]:
                return f"{year - 1:04d}"
            case [year, month] if month <= 12:
                return f"{year - 1:04d}-12" if month == 1 else f"{year:04d}-{month - 1:02d}"
            case [year, month, day]:
                return (datetime.date(year, month, day) - datetime.timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""
    return ""


def _day_in_words(edtf: str) -> str:
    parts = edtf.split("-") if re.fullmatch(r"\d{4}(-\d\d){0,2}", edtf) else []
    match parts:
        case [year]:
            return year
        case [year, month] if month in _SEASONS:
            return f"{_SEASONS[month]} {year}"
        case [year, month] if "01" <= month <= "12":
            return f"{_MONTHS[int(month) - 1]} {year}"
        case [year, month, day] if "01" <= month <= "12":
            return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    if re.fullmatch(r"\d{3}X", edtf):
        return f"the {edtf[:3]}0s"
    if re.fullmatch(r"\d{4}-\d\d-XX", edtf):
        return f"a day in {plain(edtf[:7])}"
    if re.fullmatch(r"\d{4}-XX(-XX)?", edtf):
        return f"some time in {edtf[:4]}"
    return edtf


def _set_in_words(inner: str) -> str:
    if inner.startswith(".."):
        return f"some time up to {plain(inner[2:])}"
    if inner.endswith(".."):
        return f"some time from {plain(inner[:-2])} on"
    if ".." in inner and "," not in inner:
        first, last = (part.strip() for part in inner.split("..", 1))
        unit = {10: "one day", 7: "some time", 4: "some time"}.get(len(first), "some time")
        return f"{unit} between {_range_start(first, last)} and {plain(last)}"
    return " or ".join(plain(part.strip()) for part in inner.split(","))


def _interval_in_words(first: str, last: str) -> str:
    if last in {"..", ""}:
        return f"since {plain(first)}"
    if first in {"..", ""}:
        return f"until {plain(last)}"
    return f"{_range_start(first, last)} to {plain(last)}"


def _range_start(first: str, last: str) -> str:
    """The start of a range without what it shares with the end: `18` of 18 to 21 July 2016."""
    if len(first) == len(last) == 10 and first[:7] == last[:7]:
        return str(int(first[8:10])) if first[8:10].isdigit() else plain(first)
    if len(first) == len(last) and len(first) in {7, 10} and first[:4] == last[:4]:
        return plain(first).removesuffix(f" {first[:4]}")
    return plain(first)


def _times_in_words(edtf: str) -> str:
    if "/" in edtf:
        return _interval_in_words(*edtf.split("/", 1))
    try:
        when = datetime.datetime.fromisoformat(edtf)
    except ValueError:
        return edtf
    seconds = f":{when.second:02d}" if when.second or when.microsecond else ""
    offset = when.strftime("%z")
    zone = "" if not offset else " UTC" if offset == "+0000" else f" UTC{offset[:3]}:{offset[3:5]}"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when.hour:02d}:{when.minute:02d}{seconds}{zone}"


def _precision(edtf: str) -> str:
    core = edtf.rstrip("?~%")
    if "T" in edtf:
        return "exact time" if "/" not in edtf else "interval"
    if edtf.startswith("["):
        return "one of these"
    if "/" in edtf:
        return "interval"
    if core[5:7] in _SEASONS and len(core) == 7:
        return "season"
    return {4: "year", 7: "month", 10: "day"}.get(len(core), "imprecise")


