"""A date is bounded as exactly as it was given, and never more."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker import instants
from tracker.stories.dates import (
    EARLIEST,
    LATEST,
    ImpossibleDate,
    ImpreciseDate,
    happened,
    limits,
    moment_asked,
    read_date,
    sort_key,
    span,
    within,
)

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
ZULU = ZoneInfo("UTC")
ZONES = st.sampled_from(
    [ZULU, NEW_YORK, LONDON, *map(ZoneInfo, ("Asia/Tokyo", "Pacific/Apia", "America/St_Johns", "America/Havana"))]
)

DAYS = st.dates().map(date.isoformat)
MONTHS = DAYS.map(lambda day: day[:7])
YEARS = DAYS.map(lambda day: day[:4])
PLAIN = DAYS | MONTHS | YEARS
TIMES = st.builds(
    lambda when, offset: f"{when.isoformat(timespec='microseconds')}{offset}",
    st.datetimes(),
    st.sampled_from(["", "Z", "-05:00", "+14:00", "-12:00", "+05:30"]),
)
PAIRS = st.one_of(*(st.lists(kind, min_size=2, max_size=2).map(sorted) for kind in (DAYS, MONTHS, YEARS)))
DATES = st.one_of(
    PLAIN,
    TIMES,
    st.builds("{}{}".format, PLAIN, st.sampled_from("?~%")),
    st.builds("{}-{}".format, YEARS, st.sampled_from(["21", "22", "23", "24", "XX", "XX-XX"])),
    st.builds("{}-XX".format, MONTHS),
    YEARS.map(lambda year: f"{year[:3]}X"),
    PAIRS.map(lambda pair: f"{pair[0]}/{pair[1]}"),
    PAIRS.map(lambda pair: f"[{pair[0]}..{pair[1]}]"),
    st.lists(PLAIN, min_size=2, max_size=5).map(lambda members: f"[{','.join(members)}]"),
    PLAIN.map(lambda plain: f"[..{plain}]"),
    PLAIN.map(lambda plain: f"[{plain}..]"),
    PLAIN.map(lambda plain: f"{plain}/.."),
    PLAIN.map(lambda plain: f"../{plain}"),
    st.sampled_from(["-0100", "0000", "Y170000002", "Y-17E7", "-01XX", "1950S2"]),
)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(instants.text)
PIECES = "2016 9999 0001 -0100 -09 -02-30 -24 XX 156X [ ] { } .. , / ? ~ % Y E9 E999999999 S2 T12:00:00 Z -25:00"
SCRAPS = st.lists(st.sampled_from(PIECES.split()))


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest"),
    [
        ("2016-09-08", "2016-09-08", "2016-09-08"),
        ("2016-09", "2016-09-01", "2016-09-30"),
        ("2016", "2016-01-01", "2016-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999", "9999-01-01", "9999-12-31"),
        ("2016-09-08?", "2016-09-08", "2016-09-08"),
        ("2016-09~", "2016-09-01", "2016-09-30"),
        ("2016%", "2016-01-01", "2016-12-31"),
        ("2004?-06-~11", "2004-06-11", "2004-06-11"),
        ("?2004-%06", "2004-06-01", "2004-06-30"),
        ("2004-06-XX", "2004-06-01", "2004-06-30"),
        ("2004-XX", "2004-01-01", "2004-12-31"),
        ("156X", "1560-01-01", "1569-12-31"),
        ("156X-12-25", "1560-12-25", "1569-12-25"),
        ("-01XX", "-0199-01-01", "-0100-12-31"),
        ("1953S2", "1953-01-01", "1953-12-31"),
        ("2016-21", "2016-03-01", "2016-05-31"),
        ("2016-22", "2016-06-01", "2016-08-31"),
        ("2016-23", "2016-09-01", "2016-11-30"),
        ("2016-24", "2016-12-01", "2016-12-31"),
        ("2016-21~", "2016-03-01", "2016-05-31"),
        ("-0100", "-0100-01-01", "-0100-12-31"),
        ("-0004-02-29", "-0004-02-29", "-0004-02-29"),
        ("Y170000002", "170000002-01-01", "170000002-12-31"),
        ("Y-17E7", "-170000000-01-01", "-170000000-12-31"),
        ("[2016-07-18..2016-07-21]", "2016-07-18", "2016-07-21"),
        ("[2016-07..2016-09]", "2016-07-01", "2016-09-30"),
        ("[1667,1668]", "1667-01-01", "1668-12-31"),
        ("[1668,1667,1670..1672]", "1667-01-01", "1672-12-31"),
        ("[2016-09-08?,2016-09-09]", "2016-09-08", "2016-09-09"),
        ("[..2017-02]", None, "2017-02-28"),
        ("[1760-01,1760-12..]", "1760-01-01", None),
        ("2016-07-18/2016-07-21", "2016-07-18", "2016-07-21"),
        ("2016-09~/2017", "2016-09-01", "2017-12-31"),
        ("2016-09-15/2016-09", "2016-09-15", "2016-09-30"),
        ("-2005/-1999-02", "-2005-01-01", "-1999-02-28"),
        ("2017-03-01/..", "2017-03-01", None),
        ("../2017-02", None, "2017-02-28"),
        ("2017/", "2017-01-01", None),
        ("/2017", None, "2017-12-31"),
        ("2017-03-01T12:00:00-05:00", "2017-03-01T17:00:00.000000Z", "2017-03-01T17:00:00.000000Z"),
        ("2017-03-01T12:00:00.25Z", "2017-03-01T12:00:00.250000Z", "2017-03-01T12:00:00.250000Z"),
        ("2017-03-01T12:00:00", "2017-03-01T12:00:00", "2017-03-01T12:00:00"),
        ("2017-03-01T12:00:00Z/..", "2017-03-01T12:00:00.000000Z", None),
        ("2017-03-01/2017-03-01T23:00:00-05:00", "2017-03-01", "2017-03-02T04:00:00.000000Z"),
    ],
)
def test_a_date_has_a_first_and_a_last_day(edtf: str, earliest: str | None, latest: str | None) -> None:
    assert limits(read_date(edtf).edtf) == (earliest, latest)


@pytest.mark.parametrize(
    ("edtf", "complaint"),
    [
        ("", "write it like 2016-09-08"),
        ("next Tuesday", "write it like 2016-09-08"),
        ("10/7/2008", "write it like 2016-09-08"),
        ("2016-09-08\n2017", "“2016-09-08 2017”"),
        ("２０１６", "write it like 2016-09-08"),
        ("2016-00", "write it like 2016-09-08"),
        ("-0000", "write it like 2016-09-08"),
        ("2016 - 09", "write it like 2016-09-08"),
        ("2016-21^autumn", "write it like 2016-09-08"),
        ("2004-(06)?-11", "write it like 2016-09-08"),
        ("2001-29", "write it like 2016-09-08"),
        ("2001-02-3X", "write it like 2016-09-08"),
        ("201X-02-29", "write it like 2016-09-08"),
        ("-0100-XX", "write it like 2016-09-08"),
        ("Y1E999999999", "write it like 2016-09-08"),
        ("2016-02-30", "the last of that month is 2016-02-29"),
        ("2015-02-29", "the last of that month is 2015-02-28"),
        ("2015-02-29?", "the last of that month is 2015-02-28"),
        ("[2014,2015-02-29,2016]", "the last of that month is 2015-02-28"),
        ("2016-13-08", "months run from 01 to 12"),
        ("2018/2016", "write 2016/2018"),
        ("-0100/-0200", "write -0200/-0100"),
        ("[2010,2018..2016]", "write 2016..2018"),
        ("[2016]", "without the brackets"),
        ("[2016..2017-02]", "write it like 2016-07-18..2016-07-21"),
        ("[..]", "write it like 2016-07-18..2016-07-21"),
        ("[1667,..1668]", "write the open end first or last"),
        ("[1667..,1668]", "write the open end first or last"),
        ("[1667,,1668]", "write it like 2016-09-08"),
        ("{1667,1668}", "log each on its own"),
        ("../..", "leave the date out"),
        ("2016/2017/2018", "write it like 2016-09-08"),
        ("2016-12-29T12:20Z", "write it like 2017-03-01T19:30:00-05:00"),
        ("[2016-12-29T12:20:00Z]", "without the brackets"),
        ("2016-12-29T24:00:00Z", "clocks from 00:00:00 to 23:59:59"),
        ("0000-12-29T12:00:00Z", "years run from 0001 to 9999"),
        ("2016-02-30T12:00:00Z", "the last of that month is 2016-02-29"),
        ("2016-12-29T12:20:00-25:00", "has the offset -25:00"),
        ("2016-12-29T12:20:00-12:01", "has the offset -12:01"),
        ("2016-12-29T12:20:00+14:01", "has the offset \\+14:01"),
        ("2016-12-29T12:20:00+05:60", "has the offset \\+05:60"),
        ("2017-03-01T12:00:00Z/2017-03-01T12:00:00", "both times have an offset"),
        ("2017-03-01T12:00:00Z/2017-02", "write 2017-02/2017-03-01T12:00:00Z"),
        ("[" + ",".join(["2016"] * 30) + "]", "at most 100 characters"),
    ],
)
def test_an_impossible_date_is_refused_with_what_would_be_right(edtf: str, complaint: str) -> None:
    with pytest.raises(ImpossibleDate, match=complaint) as refused:
        read_date(edtf)

    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({}, "needs its edtf"),
        ({"edtf": 2016}, "The edtf of a date is text"),
        ({"edtf": "2016", "as_said": None}, "The as_said of a date is text"),
        ({"edtf": "2016", "as_said": "so " * 200}, "as_said of a date is at most 500"),
        ({"edtf": "2016", "basis": "guessed"}, "The basis of a date is stated, derived or inferred, not “guessed”"),
        ({"edtf": "2016", "when": "noon"}, "A date has no “when”"),
        ({"edtf": "2016-02-30"}, "the last of that month"),
        (2016, "A date is text"),
        (None, "A date is text"),
    ],
)
def test_a_date_that_is_not_put_together_right_is_refused_by_the_name_of_the_member(value: Any, complaint: str) -> None:
    with pytest.raises(ImpossibleDate, match=complaint):
        read_date(value)


def test_a_date_keeps_its_words_and_its_basis() -> None:
    given_date = {"edtf": " [1667, 1668] ", "as_said": " in one of two years ", "basis": "derived"}

    assert read_date(given_date) == ImpreciseDate(edtf="[1667,1668]", as_said="in one of two years", basis="derived")


@pytest.mark.parametrize(
    ("edtf", "zone", "first", "last"),
    [
        ("2016-09", ZULU, "2016-09-01T00:00:00.000000Z", "2016-09-30T23:59:59.999999Z"),
        ("2017-03-01", NEW_YORK, "2017-03-01T05:00:00.000000Z", "2017-03-02T04:59:59.999999Z"),
        ("2017-03-12", NEW_YORK, "2017-03-12T05:00:00.000000Z", "2017-03-13T03:59:59.999999Z"),
        ("2017-03-01T12:00:00-05:00", LONDON, "2017-03-01T17:00:00.000000Z", "2017-03-01T17:00:00.000000Z"),
        ("2017-07-01T12:00:00", NEW_YORK, "2017-07-01T16:00:00.000000Z", "2017-07-01T16:00:00.000000Z"),
        ("[..2017-02]", ZULU, EARLIEST, "2017-02-28T23:59:59.999999Z"),
        ("2017-03-01/..", ZULU, "2017-03-01T00:00:00.000000Z", LATEST),
        ("9999", NEW_YORK, "9999-01-01T05:00:00.000000Z", LATEST),
        ("0001-01-01", ZoneInfo("Asia/Tokyo"), EARLIEST, "0001-01-01T14:41:00.999999Z"),
        ("0001-01-01T00:00:00", ZoneInfo("Asia/Tokyo"), EARLIEST, EARLIEST),
        ("9999-12-31T23:59:59-05:00", ZULU, LATEST, LATEST),
        ("-0100", ZULU, EARLIEST, EARLIEST),
        ("Y170000002", ZULU, LATEST, LATEST),
        ("-0100/Y170000002", ZULU, EARLIEST, LATEST),
    ],
)
def test_days_begin_and_end_where_the_newsroom_is(edtf: str, zone: ZoneInfo, first: str, last: str) -> None:
    assert span(edtf, zone) == (first, last)


def test_a_time_that_clocks_show_twice_may_have_been_either() -> None:
    assert span("2016-11-06T01:30:00", NEW_YORK) == ("2016-11-06T05:30:00.000000Z", "2016-11-06T06:30:00.000000Z")


def test_a_day_whose_last_hour_is_repeated_after_midnight_ends_the_second_time() -> None:
    # In Newfoundland clocks went from 00:01 back to 23:01 of the day before.
    assert span("2006-10-28", ZoneInfo("America/St_Johns"))[1] == "2006-10-29T03:29:59.999999Z"


def test_a_day_that_begins_at_one_in_the_morning_begins_when_the_one_before_ends() -> None:
    # In Cuba clocks go from midnight to 01:00.
    havana = ZoneInfo("America/Havana")

    assert span("2016-03-12", havana)[1] == "2016-03-13T04:59:59.999999Z"
    assert span("2016-03-13", havana)[0] == "2016-03-13T05:00:00.000000Z"


@pytest.mark.parametrize(
    ("edtf", "by", "answer"),
    [
        ("2016-09", "2016-08-31T23:59:59.999999Z", "not_yet"),
        ("2016-09", "2016-09-01T00:00:00.000000Z", "possibly"),
        ("2016-09", "2016-09-30T23:59:59.999998Z", "possibly"),
        ("2016-09", "2016-09-30T23:59:59.999999Z", "certainly"),
        ("[..2017-02]", EARLIEST, "possibly"),
        ("2017-03-01/..", "2026-01-01T00:00:00.000000Z", "possibly"),
        ("2017-03-01T12:00:00Z", "2017-03-01T11:59:59.999999Z", "not_yet"),
        ("2017-03-01T12:00:00Z", "2017-03-01T12:00:00.000000Z", "certainly"),
    ],
)
def test_it_has_certainly_happened_only_when_its_last_moment_has_come(edtf: str, by: str, answer: str) -> None:
    assert happened(edtf, by, ZULU) == answer


@pytest.mark.parametrize(
    ("narrower", "wider", "inside"),
    [
        ("2016-09-08", "2016-09", True),
        ("[2016-07-18..2016-07-21]", "2016-07", True),
        ("2016-07-18/2016-08", "2016-07", False),
        ("2016-09", "2016-09-08", False),
        ("[..2017-02]", "2017", False),
        ("2017-03", "2017-03-01/..", True),
        ("2017-02", "2017-03-01/..", False),
        ("2017-03-01T23:30:00-05:00", "2017-03-01", False),
    ],
)
def test_a_date_is_refined_inside_what_was_known(narrower: str, wider: str, inside: bool) -> None:
    assert within(narrower, wider, ZULU) is inside


@pytest.mark.parametrize(
    ("asked", "moment"),
    [
        ("2017", "2018-01-01T04:59:59.999999Z"),
        ("2017-03", "2017-04-01T03:59:59.999999Z"),
        (" 2017-03-01 ", "2017-03-02T04:59:59.999999Z"),
        ("2017-03-01T12:00:00", "2017-03-01T17:00:00.000000Z"),
        ("2017-03-01T12:00", "2017-03-01T17:00:00.000000Z"),
        ("2017-03-01T12:00:00+01:00", "2017-03-01T11:00:00.000000Z"),
        ("2017-03-01T12:00Z", "2017-03-01T12:00:00.000000Z"),
        ("2017-03-01T12:00:00.000001Z", "2017-03-01T12:00:00.000001Z"),
    ],
)
def test_a_question_about_a_day_means_its_end_where_the_newsroom_is(asked: str, moment: str) -> None:
    assert moment_asked(asked, NEW_YORK) == moment


@pytest.mark.parametrize(
    "asked",
    ["", "yesterday", "2016-02-30", "2016-13", "2016-21", "2016-09~", "[2016,2017]", "2016/..",
     "2017-03-01T12:00:00-13:00", "2017-03-01T12:00:00Z/..", "2017-03-01T25:00:00Z", "2" * 200],
)  # fmt: skip
def test_what_is_no_moment_can_not_be_asked_about(asked: str) -> None:
    with pytest.raises(ImpossibleDate):
        moment_asked(asked, NEW_YORK)


@given(DATES, ZONES)
@example("2011-12-30", ZoneInfo("Pacific/Apia"))  # a day that Samoa left out
def test_what_is_first_is_never_after_what_is_last(edtf: str, zone: ZoneInfo) -> None:
    first, last = span(read_date(edtf).edtf, zone)

    assert EARLIEST <= first <= last <= LATEST
    assert sort_key(edtf, zone) == (first, last)
    assert [instants.text(instants.moment(end)) for end in (first, last)] == [first, last]


@given(DATES, ZONES, MOMENTS, MOMENTS)
def test_what_has_happened_stays_happened(edtf: str, zone: ZoneInfo, one: str, other: str) -> None:
    order = ["not_yet", "possibly", "certainly"]
    earlier, later = sorted([one, other])

    assert order.index(happened(edtf, earlier, zone)) <= order.index(happened(edtf, later, zone))


@given(DATES, ZONES)
def test_everything_lies_inside_itself(edtf: str, zone: ZoneInfo) -> None:
    assert within(edtf, edtf, zone)


@given(PAIRS, ZONES)
def test_both_ends_of_a_run_lie_inside_it(pair: list[str], zone: ZoneInfo) -> None:
    assert all(within(end, f"[{pair[0]}..{pair[1]}]", zone) for end in pair)
    assert all(within(end, f"{pair[0]}/{pair[1]}", zone) for end in pair)


@given(DATES)
def test_the_span_is_that_of_the_days_shown(edtf: str) -> None:
    first, last = span(edtf, ZULU)
    earliest, latest = limits(edtf)

    assert _begins(earliest) == first
    assert _ends(latest) == last


@given(DATES)
def test_a_date_that_was_read_is_read_as_itself(edtf: str) -> None:
    read = read_date(edtf)

    assert read_date(read.edtf) == read == read_date({"edtf": edtf})


@given(st.text(max_size=120) | SCRAPS.map("".join))
def test_any_text_is_a_date_or_is_refused_in_one_line(text: str) -> None:
    complaints = [_complaint(lambda: read_date(text)), _complaint(lambda: moment_asked(text, NEW_YORK))]

    assert all(len(complaint.splitlines()) <= 1 for complaint in complaints)
    if not complaints[0]:
        span(read_date(text).edtf, NEW_YORK)


def test_what_the_library_can_not_read_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for edtf in ("~-0100S2", "9999-X2", "2001-02-3X", "Y1E999999999", "[2016,2016-0X]"):
        with pytest.raises(ImpossibleDate):
            read_date(edtf)

    assert capsys.readouterr() == ("", "")


def _complaint(reading: Callable[[], object]) -> str:
    try:
        reading()
    except ImpossibleDate as refused:
        return str(refused)
    return ""


def _begins(shown: str | None) -> str:
    if shown is None:
        return EARLIEST
    if "T" in shown:
        return span(shown, ZULU)[0]
    return _clamped(shown) or f"{shown}T00:00:00.000000Z"


def _ends(shown: str | None) -> str:
    if shown is None:
        return LATEST
    if "T" in shown:
        return span(shown, ZULU)[1]
    if clamped := _clamped(shown):
        return clamped
    if shown == "9999-12-31":
        return LATEST
    following = datetime.fromisoformat(shown).replace(tzinfo=UTC) + timedelta(days=1)
    return instants.text(following - timedelta(microseconds=1))


def _clamped(shown: str) -> str:
    if shown.startswith(("-", "0000")):
        return EARLIEST
    return LATEST if len(shown) > 10 else ""
