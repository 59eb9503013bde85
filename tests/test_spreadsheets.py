"""A spreadsheet shows what we write and runs none of it; and it is read back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.spreadsheets import csv_text, guarded, unguarded

DANGERS = "=+-@|%\t\r\n＝＋－＠｜％"


@pytest.mark.parametrize("danger", list(DANGERS))
@pytest.mark.parametrize("before", ["", "  ", "\u00a0", "\u3000 ", "\ufeff", "'"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(danger: str, before: str) -> None:
    assert guarded(f"{before}{danger}1+1") == f"'{before}{danger}1+1"


@pytest.mark.parametrize("text", ["", "The minister resigned", "1 = 2", "a@example.org", "'tis the season", "5 %"])
def test_plain_words_are_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(st.text() | st.text(alphabet=DANGERS + "' a"))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_table_is_quoted_throughout_and_reads_back() -> None:
    rows = [["a,b", 'say "no"', "two\nlines"], ["=HYPERLINK(1)", -5, None]]

    text = csv_text(["one", "two", "=three"], rows)

    assert text.startswith('"one","two","\'=three"\r\n"a,b",')
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [
        ["a,b", 'say "no"', "two\nlines"],
        ["'=HYPERLINK(1)", "-5", ""],
    ]
