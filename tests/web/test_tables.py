"""The board and a story as tables, for whoever asks, in the state of the address."""

import csv
import io
from typing import Any

from flask import Flask

from tests.newsroom import EDITOR, HARBOUR, READER, note, record
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker


def table(visitor: Visitor, address: str) -> list[dict[str, Any]]:
    """A page of rows, as a spreadsheet reads them."""
    answer = visitor.get(address)
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_board_is_a_table_for_whoever_asks(app: Flask, tracker: Tracker) -> None:
    record(tracker, HARBOUR | {"beats": ["politics", "trade"]}, note("n1"), {"type": "question.raised", "text": "Who?"})

    (row,) = table(Visitor(app, EDITOR), "/stories.csv")

    assert (row["slug"], row["beats"], row["developments"], row["open_questions"]) == (
        "harbour", "politics; trade", "1", "1",
    )  # fmt: skip
    assert row["address"].endswith("/stories/harbour")
    assert table(Visitor(app, EDITOR), "/stories.csv?status=closed") == []
    assert table(Visitor(app, READER), "/stories.csv") == []


def test_a_story_is_a_table_on_the_clocks_of_the_address(app: Flask, tracker: Tracker) -> None:
    record(tracker, {**HARBOUR, "learned_at": "2017-03-01T00:00:00Z"},
           note("n1", headline="=1+1", visibility="public", learned_at="2017-03-02T00:00:00Z"), note("n2"))  # fmt: skip

    assert [row["headline"] for row in table(Visitor(app, EDITOR), "/stories/harbour.csv")] == ["'=1+1", "Note n2"]
    assert [row["key"] for row in table(Visitor(app, EDITOR), "/stories/harbour.csv?known_at=2017-03-03")] == ["n1"]
    assert [row["key"] for row in table(Visitor(app, READER), "/stories/harbour.csv")] == ["n1"]
    assert Visitor(app, READER).get("/stories/pier.csv").status_code == 404
