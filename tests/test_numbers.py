"""A whole number is ASCII digits, and not more of them than were asked for."""

import pytest

from tracker.numbers import whole


@pytest.mark.parametrize(("written", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(written: str, number: int) -> None:
    assert whole(written) == number


@pytest.mark.parametrize("written", ["", " 1", "1\n", "-1", "+1", "1.0", "1_000", "x", "²", "٣", "9" * 19, "1" * 5_000])
def test_anything_else_is_none(written: str) -> None:
    assert whole(written) is None


def test_how_many_digits_is_said() -> None:
    assert (whole("99", digits=2), whole("100", digits=2)) == (99, None)
