"""CSV that a spreadsheet shows and never runs: every value quoted, formulas made text, and read back as they were."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

CSV_TYPE = "text/csv; charset=utf-8"
# Blanks and apostrophes before one of these don't stop every spreadsheet from taking it for a formula.
_BLANK = r"(?:[^\S\t\r\n]|['\u200b-\u200f\u2060\ufeff])*"
_FORMULA = re.compile(rf"{_BLANK}[=+\-@|%\t\r\n＝＋－＠｜％]")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole table as CSV (RFC 4180) with a line of headings."""
    return "".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table as CSV, row by row: all quoted, lines ended by CR LF; None is an empty cell, a number stays a number."""
    held = io.StringIO()
    writer = csv.writer(held, quoting=csv.QUOTE_ALL)
    for row in itertools.chain([columns], rows):
        writer.writerow([guarded(value) if isinstance(value, str) else value for value in row])
        yield _taken(held)


def guarded(text: str) -> str:
    """The text as a cell: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that a cell was made from by `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _taken(held: io.StringIO) -> str:
    written = held.getvalue()
    held.seek(0)
    held.truncate()
    return written
