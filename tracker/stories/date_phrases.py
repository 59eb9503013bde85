"""A date in plain English, never more exact than it is known."""

import re
from datetime import date, datetime, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}

_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_YEAR_ONLY = re.compile(r"(-?[0-9]{4}|Y-?[0-9]+)(S[0-9]+)?")
_OPEN_DIGITS = re.compile(r"(-?[0-9]{1,3})(X{1,3})")
_OPEN_DAY = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))-XX|([0-9]{4})-XX(?:-XX)?")


def plain(edtf: str) -> str:
    """Plain English for an EDTF text or an exact time that has been checked; what English lacks stays EDTF."""
    if edtf.startswith("["):
        return _of_set(edtf.strip("[]").split(","))
    if "/" in edtf:
        return _of_interval(*edtf.split("/", 1))
    if "T" in edtf:
        return _of_time(edtf)
    sure = re.sub("[?~%]", "", edtf)
    about = "about " if "~" in edtf or "%" in edtf else ""
    return f"{about}{_of_one(sure)}{' (uncertain)' if '?' in edtf or '%' in edtf else ''}"


def precision(edtf: str) -> str:
    """How exact a date is, in a word or two."""
    sure = re.sub("[?~%]", "", edtf)
    if edtf.startswith("["):
        return "one of these"
    if "/" in edtf:
        return "interval"
    if "T" in edtf:
        return "exact time"
    parts = _PLAIN.fullmatch(sure)
    if parts and parts[2] in SEASONS:
        return "season"
    if not parts:
        return "imprecise"
    return "day" if parts[3] else "month" if parts[2] else "year"


def before(edtf: str) -> str:
    """The year, month or day before a plain one, as EDTF; "" where there is none."""
    return _neighbour(edtf, -1)


def _neighbour(edtf: str, step: int) -> str:
    parts = _PLAIN.fullmatch(edtf)
    if not parts or (parts[2] and not "01" <= parts[2] <= "12"):
        return ""
    try:
        if parts[3]:
            return (date.fromisoformat(edtf) + timedelta(days=step)).isoformat()
        months = int(parts[1]) * 12 + int(parts[2] or 1) - 1 + step * (1 if parts[2] else 12)
        return date(months // 12, months % 12 + 1, 1).isoformat()[: len(edtf)]
    except (ValueError, OverflowError):
        return ""


def _of_one(edtf: str) -> str:
    if parts := _PLAIN.fullmatch(edtf):
        year, month, day = parts.groups()
        if not month:
            return _year(year)
        if month in SEASONS:
            return f"{SEASONS[month]} {_year(year)}"
        if "01" <= month <= "12":
            return f"{int(day)} {_month(month, year)}" if day else _month(month, year)
    if whole := _YEAR_ONLY.fullmatch(edtf):
        return f"{'about ' if whole[2] else ''}{_year(whole[1].removeprefix('Y'))}"
    if digits := _OPEN_DIGITS.fullmatch(edtf):
        return _years(*digits.groups())
    if left_open := _OPEN_DAY.fullmatch(edtf):
        return f"a day in {_of_one(left_open[1])}" if left_open[1] else f"some time in {_year(left_open[2])}"
    return edtf


def _month(month: str, year: str) -> str:
    return f"{MONTHS[int(month) - 1]} {_year(year)}"


def _year(year: str) -> str:
    counted = int(year)
    if counted < 1:
        return f"{1 - counted} BC"
    return str(counted) if counted >= 1000 else f"AD {counted}"


def _years(known: str, unknown: str) -> str:
    """`156X` is the 1560s; a century or more is given by its first and last year."""
    if len(unknown) == 1 and not known.startswith("-"):
        return f"the {known}0s"
    ends = sorted(int(known + digit * len(unknown)) for digit in "09")
    return f"some time from {_year(str(ends[0]))} to {_year(str(ends[1]))}"


def _of_set(members: list[str]) -> str:
    only = members[0] if len(members) == 1 else ""
    first, _, last = only.partition("..")
    if only and not first:
        following = _neighbour(last, 1)
        return f"some time before {_of_one(following)}" if following else f"some time up to {_of_one(last)}"
    if only and not last:
        return f"some time from {_of_one(first)} on"
    if only:
        unit = "one day" if len(last) == 10 else "some time"
        return f"{unit} between {_start(first, last)} and {_of_one(last)}"
    said = [_member(member.strip()) for member in members]
    return f"{', '.join(said[:-1])} or {said[-1]}"


def _member(member: str) -> str:
    first, run, last = member.partition("..")
    if not run:
        return plain(member)
    if not first:
        return f"{_of_one(last)} or before"
    return f"{_start(first, last)} to {_of_one(last)}" if last else f"{_of_one(first)} or later"


def _of_interval(first: str, last: str) -> str:
    if last == "..":
        return f"since {plain(first)}"
    if first == "..":
        return f"until {plain(last)}"
    if not last:
        return f"from {plain(first)}, end not known"
    if not first:
        return f"until {plain(last)}, start not known"
    return f"{_start(first, last)} to {plain(last)}"


def _start(first: str, last: str) -> str:
    """The start of a range without what it shares with the end: `18` of 18 to 21 July 2016."""
    if _PLAIN.fullmatch(first) and _PLAIN.fullmatch(last) and len(first) == len(last) > 4 and first[:4] == last[:4]:
        if len(first) == 10 and first[:7] == last[:7]:
            return str(int(first[8:]))
        return _of_one(first).removesuffix(f" {_year(first[:4])}")
    return plain(first)


def _of_time(edtf: str) -> str:
    when = datetime.fromisoformat(edtf)
    clock = when.strftime("%H:%M:%S" if when.second or when.microsecond else "%H:%M")
    zone = "" if when.tzinfo is None else " UTC" if not when.utcoffset() else f" UTC{edtf[-6:]}"
    return f"{_of_one(edtf[:10])}, {clock}{zone}"
