"""Instants have one form, which sorts as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import instants

MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.timezones() | st.just(UTC)
)


@given(MOMENTS)
def test_a_moment_comes_back_to_the_microsecond(when: datetime) -> None:
    # In UTC: Python calls no hour that a clock shows twice equal to one of another zone.
    assert instants.moment(instants.text(when)) == when.astimezone(UTC)


@given(MOMENTS, MOMENTS)
def test_the_earlier_moment_is_the_lesser_text(one: datetime, other: datetime) -> None:
    one, other = one.astimezone(UTC), other.astimezone(UTC)

    assert (one < other) == (instants.text(one) < instants.text(other))


def test_an_early_year_keeps_its_four_digits() -> None:
    assert instants.text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000000Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="names no time zone"):
        instants.text(datetime(2017, 3, 1))


def test_a_moment_outside_the_years_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        instants.text(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))))


@pytest.mark.parametrize(
    "written",
    [
        "2017-03-01T19:30:00Z",
        "2017-03-01T19:30:00.000Z",
        "2017-03-01T19:30:00.000000+00:00",
        "2017-03-01 19:30:00.000000Z",
        "2017-02-29T19:30:00.000000Z",
        "2017-03-01T24:00:00.000000Z",
        "0000-03-01T19:30:00.000000Z",
        "2017-03-01T19:30:00.000000Z\n",
        "٢٠١٧-03-01T19:30:00.000000Z",
        "",
    ],
)
def test_any_other_form_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        instants.moment(written)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2017-03-01T19:30:00-05:00", "2017-03-02T00:30:00.000000Z"),
        ("2017-03-01T19:30+14:00", "2017-03-01T05:30:00.000000Z"),
        ("2017-03-01T19:30:00.5Z", "2017-03-01T19:30:00.500000Z"),
    ],
)
def test_a_reporters_local_time_becomes_an_instant(written: str, instant: str) -> None:
    assert instants.read(written) == instant


@pytest.mark.parametrize(
    "written", ["2017-03-01", "2017-03-01T19:30:00", "2017-02-30T19:30:00Z", "2017-03-01T19:30:00+15:00", "now"]
)
def test_what_is_no_exact_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        instants.read(written)


def test_now_is_an_instant_that_does_not_lie_ahead() -> None:
    shown = instants.now()

    assert instants.moment(shown) <= datetime.now(UTC)
