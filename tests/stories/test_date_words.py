"""A date in words is read as it was meant or not at all, and said again without anything added."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.stories.date_phrases import before, plain, precision
from tracker.stories.date_words import echo, from_words, in_words
from tracker.stories.dates import ImpreciseDate, limits, read_date

DAYS = st.dates(min_value=date(1000, 1, 2)).map(date.isoformat)
MONTHS = DAYS.map(lambda day: day[:7])
YEARS = DAYS.map(lambda day: day[:4])
PLAIN = DAYS | MONTHS | YEARS
PAIRS = st.one_of(*(st.lists(kind, min_size=2, max_size=2, unique=True).map(sorted) for kind in (DAYS, MONTHS, YEARS)))
SAYABLE = st.one_of(
    PLAIN,
    st.builds("{}{}".format, PLAIN, st.sampled_from("?~%")),
    st.builds("{}-{}".format, YEARS, st.sampled_from(["21", "22", "23", "24"])),
    YEARS.map(lambda year: f"{year[:3]}X").filter(lambda decade: decade[2] != "0"),
    PAIRS.map(lambda pair: f"[{pair[0]}..{pair[1]}]"),
    PAIRS.map(lambda pair: f"[{pair[0]},{pair[1]}]"),
    PAIRS.map(lambda pair: f"{pair[0]}/{pair[1]}"),
    PLAIN.map(lambda plain: f"{plain}/.."),
    PLAIN.map(lambda plain: f"../{plain}"),
    PLAIN.map(before).filter(bool).map(lambda plain: f"[..{plain}]"),
)
WORDS = (
    "in on about possibly before after between and to – - 8 31 May of"
    " 2016 0000 spring or 18th the 1860s , ? c. since by mid- Monday ²"
)
SCRAPS = st.lists(st.sampled_from(WORDS.split()))


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("in September 2016", "2016-09"),
        ("September, 2016", "2016-09"),
        ("Sept. 2016", "2016-09"),
        ("in 2016", "2016"),
        ("the year 1897", "1897"),
        ("some time in 2016", "2016"),
        ("late 2016", "2016"),
        ("early March 2017", "2017-03"),
        ("mid-September 2016", "2016-09"),
        ("at the end of March 2017", "2017-03"),
        ("on 8 September 2016", "2016-09-08"),
        ("8 Sept 2016", "2016-09-08"),
        ("8th of September 2016", "2016-09-08"),
        ("September 8th, 2016", "2016-09-08"),
        ("Thursday, 8 September 2016", "2016-09-08"),
        ("on the evening of 8 September 2016.", "2016-09-08"),
        ("on 2016-09-08", "2016-09-08"),
        ("in July 2016, on the sidelines of the convention", "2016-07"),
        ("about 8 September 2016 in Cleveland", "2016-09-08~"),
        ("18–21 July 2016, in Cleveland", "2016-07-18/2016-07-21"),
        ("spring 2016", "2016-21"),
        ("in the summer of 2016", "2016-22"),
        ("Fall 2016", "2016-23"),
        ("about spring 2016", "2016-21~"),
        ("winter 2016", "2016-24"),
        ("the 1860s", "186X"),
        ("the 1800s", "18XX"),
        ("about September 2016", "2016-09~"),
        ("in about 2016", "2016~"),
        ("on or about 8 September 2016", "2016-09-08~"),
        ("c.1860", "1860~"),
        ("ca. 1860s?", "186X%"),
        ("1860 or so", "1860~"),
        ("possibly on 8 September 2016", "2016-09-08?"),
        ("8 September 2016 (uncertain)", "2016-09-08?"),
        ("September 2016?", "2016-09?"),
        ("possibly about September 2016", "2016-09%"),
        ("between July and September 2016", "[2016-07..2016-09]"),
        ("between 18 and 21 July 2016", "[2016-07-18..2016-07-21]"),
        ("some time between 30 July and 2 August 2016", "[2016-07-30..2016-08-02]"),
        ("between December 2016 and March 2017", "[2016-12..2017-03]"),
        ("between September 2016 and 8 March 2017", "[2016-09-01..2017-03-08]"),
        ("between spring and September 2016", None),
        ("between spring 2016 and September 2016", "[2016-03-01..2016-09-30]"),
        ("8 or 9 September 2016", "[2016-09-08,2016-09-09]"),
        ("either 1863 or 1864", "[1863,1864]"),
        ("from 18 to 21 July 2016", "2016-07-18/2016-07-21"),
        ("18–21 July 2016", "2016-07-18/2016-07-21"),
        ("18-21 July 2016", "2016-07-18/2016-07-21"),
        ("July 18-21, 2016", "2016-07-18/2016-07-21"),
        ("from July 18 to 21, 2016", "2016-07-18/2016-07-21"),
        ("between July 18 and 21, 2016", "[2016-07-18..2016-07-21]"),
        ("September 8th or 9th, 2016", "[2016-09-08,2016-09-09]"),
        ("July to September 2016", "2016-07/2016-09"),
        ("mid-July to late September 2016", "2016-07/2016-09"),
        ("30 July until 2 August 2016", "2016-07-30/2016-08-02"),
        ("1851-1852", "1851/1852"),
        ("1856-ca. 1865", "1856/1865~"),
        ("before March 2017", "[..2017-02]"),
        ("some time before 1 March 2017", "[..2017-02-28]"),
        ("before January 2017", "[..2016-12]"),
        ("before 2017", "[..2016]"),
        ("by March 2017", "[..2017-03]"),
        ("after July 2016", "[2016-07..]"),
        ("since 1 March 2017", "2017-03-01/.."),
        ("from 1 March 2017 on", "2017-03-01/.."),
        ("since about March 2017", "2017-03~/.."),
        ("until March 2017", "../2017-03"),
    ],
)
def test_words_are_read_as_they_are_meant(words: str, edtf: str | None) -> None:
    read = from_words(words)

    assert (read and read.edtf) == edtf
    assert read is None or read.as_said == words


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "in September",
        "8 September",
        "10/7/2008",
        "07.10.2008",
        "31 September 2016",
        "30 February 2016",
        "Monday, 8 September 2016",
        "he may resign in 2016",
        "12 people in 2016",
        "not in September 2016",
        "two days after 8 September 2016",
        "the week of 8 September 2016",
        "8 and 9 September 2016",
        "in July 2016, at the convention, and in September",
        "in July 2016, not in August",
        "before spring 2016",
        "before about March 2017",
        "between about July and September 2016",
        "between December and March 2017",
        "September 2017 to March 2016",
        "1 or 30 February 2016",
        "February 1-30, 2016",
        "July and 21, 2016",
        "1910-30",
        "2016-02-30",
        "today",
        "before 1 January 0001",
        "in 2016 " * 40,
    ],
)
def test_what_may_mean_something_else_is_not_read(words: str) -> None:
    assert from_words(words) is None


@pytest.mark.parametrize(
    "edtf",
    ["2016-09", "2016-09-08?", "[2016-07-18..2016-07-21]", "[..2017-02]", "2017-03-01/..", "2017-03-01T12:00:00-05:00"],
)
def test_a_date_typed_in_edtf_has_no_other_words(edtf: str) -> None:
    assert from_words(f" {edtf} ") == ImpreciseDate(edtf=edtf)


def test_today_is_a_day_only_where_it_is_known_which() -> None:
    assert from_words("Today", date(2016, 9, 8)) == ImpreciseDate(edtf="2016-09-08", as_said="Today")
    assert from_words("yesterday", date(2016, 3, 1)) == ImpreciseDate(edtf="2016-02-29", as_said="yesterday")
    assert from_words("yesterday", date.min) is None


@pytest.mark.parametrize(
    ("edtf", "english"),
    [
        ("2016", "2016"),
        ("2016-09", "September 2016"),
        ("2016-09-08", "8 September 2016"),
        ("2016-09~", "about September 2016"),
        ("2016-09-08?", "8 September 2016 (uncertain)"),
        ("2016%", "about 2016 (uncertain)"),
        ("2004?-06-~11", "about 11 June 2004 (uncertain)"),
        ("2016-21", "spring 2016"),
        ("2016-24?", "winter 2016 (uncertain)"),
        ("2004-06-XX", "a day in June 2004"),
        ("2004-XX", "some time in 2004"),
        ("2004-XX-XX", "some time in 2004"),
        ("156X", "the 1560s"),
        ("15XX~", "about some time from 1500 to 1599"),
        ("-01XX", "some time from 200 BC to 101 BC"),
        ("156X-12-25", "156X-12-25"),
        ("1950S2", "about 1950"),
        ("-0100", "101 BC"),
        ("0127", "AD 127"),
        ("Y170000002", "170000002"),
        ("[2016-07-18..2016-07-21]", "one day between 18 and 21 July 2016"),
        ("[2016-07-30..2016-08-02]", "one day between 30 July and 2 August 2016"),
        ("[2016-12-30..2017-01-02]", "one day between 30 December 2016 and 2 January 2017"),
        ("[2016-07..2016-09]", "some time between July and September 2016"),
        ("[2016..2018]", "some time between 2016 and 2018"),
        ("[1667,1668]", "1667 or 1668"),
        ("[1667,1668,1670..1672]", "1667, 1668 or 1670 to 1672"),
        ("[..1984,1990]", "1984 or before or 1990"),
        ("[1760,1763..]", "1760 or 1763 or later"),
        ("[..2017-02]", "some time before March 2017"),
        ("[..2016-12]", "some time before January 2017"),
        ("[..2017-02-28]", "some time before 1 March 2017"),
        ("[..9999]", "some time up to 9999"),
        ("[2017-03..]", "some time from March 2017 on"),
        ("2016-07-18/2016-07-21", "18 to 21 July 2016"),
        ("2016-07/2016-09", "July to September 2016"),
        ("2016-09~/2017", "about September 2016 to 2017"),
        ("2017-03-01/..", "since 1 March 2017"),
        ("../2017-02", "until February 2017"),
        ("2017/", "from 2017, end not known"),
        ("/2017", "until 2017, start not known"),
        ("2017-03-01T12:00:00-05:00", "1 March 2017, 12:00 UTC-05:00"),
        ("2017-03-01T12:00:30Z", "1 March 2017, 12:00:30 UTC"),
        ("2017-03-01T12:00:00", "1 March 2017, 12:00"),
        ("2017-03-01T12:00:00Z/..", "since 1 March 2017, 12:00 UTC"),
    ],
)
def test_a_date_is_said_in_plain_english(edtf: str, english: str) -> None:
    assert in_words(read_date(edtf)) == english


def test_the_words_as_said_are_shown_where_there_are_any() -> None:
    said = ImpreciseDate(edtf="2016-07", as_said="in July, on the sidelines of the convention")

    assert in_words(said) == "in July, on the sidelines of the convention"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("in September 2016", "September 2016 (month)"),
        ("early 2016", "2016 (year)"),
        ("possibly on 8 September 2016", "8 September 2016 (uncertain) (day)"),
        ("spring 2016", "spring 2016 (season: March to May)"),
        ("winter 2016", "winter 2016 (season: December)"),
        ("before March 2017", "some time before March 2017 (one of these)"),
        ("18–21 July 2016", "18 to 21 July 2016 (interval)"),
        ("the 1860s", "the 1860s (imprecise)"),
        ("2017-03-01T12:00:00Z", "1 March 2017, 12:00 UTC (exact time)"),
    ],
)
def test_a_form_shows_how_it_read_a_date(words: str, shown: str) -> None:
    read = from_words(words)

    assert read is not None
    assert echo(read) == shown


@given(SAYABLE)
def test_what_is_said_is_read_back(edtf: str) -> None:
    heard = from_words(plain(edtf))

    assert heard is not None
    assert limits(heard.edtf) == limits(edtf)
    assert set("?~%") & set(heard.edtf) == set("?~%") & set(edtf)


@given(MONTHS, st.sampled_from(["{}", "{}~", "{}?", "{}-XX", "{}/..", "../{}", "[..{}]", "[{}..]"]))
def test_no_day_is_made_up_for_a_month(month: str, form: str) -> None:
    edtf = form.format(month)

    numbers = re.findall("[0-9]+", plain(edtf))

    assert all(len(number) > 2 for number in numbers)
    assert precision(edtf) != "day"


@given(st.text(max_size=60) | SCRAPS.map(" ".join) | SCRAPS.map("".join))
def test_any_words_are_read_as_a_date_or_not_at_all(words: str) -> None:
    read = from_words(words, date(2016, 9, 8))

    if read is not None:
        assert read_date({"edtf": read.edtf, "as_said": read.as_said}) == read
        assert echo(read)
