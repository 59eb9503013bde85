"""The board: my beats, what changed since I looked, activity, and narrowing by beat, status and actor."""

from typing import Any

from flask import Flask

from tests.newsroom import EDITOR, READER, REPORTER, note, record
from tests.web.visiting import Page, Visitor
from tracker.bootstrap import Tracker
from tracker.web.charts.sparkline import BARS, sparkline


def titles(page: Page) -> list[str]:
    """The stories on a board, in order."""
    return [title for title in ("The harbour contract", "The bridge", "The tower") if title in page.words]


def three(tracker: Tracker) -> None:
    """The harbour, a bridge of the beat works, and a resting tower of the beat arts."""
    for slug, title, beat in (("bridge", "The bridge", "works"), ("tower", "The tower", "arts")):
        record(tracker, {"type": "story.opened", "story": slug, "title": title, "beats": [beat]})
    statement = {"type": "statement.made", "story": "bridge", "speaker": {"key": "mara", "name": "Mara Quint"},
                 "headline": "She spoke", "unsourced": "x"}  # fmt: skip
    record(tracker, statement, {"type": "story.rested", "story": "tower"})


def press(visitor: Visitor, **typed: Any) -> None:
    """Press the button of a beat."""
    page = visitor.read("/?beat=works")
    visitor.client.post("/beats", data={"csrf_token": page.form("/sign-out")["values"]["csrf_token"], **typed})


def test_the_board_is_narrowed_by_beat_status_and_actor(app: Flask, harbour: Tracker) -> None:
    three(harbour)
    ben = Visitor(app, REPORTER)

    assert titles(ben.read("/")) == ["The harbour contract", "The bridge", "The tower"]
    assert titles(ben.read("/?beat=works")) == ["The bridge"]
    assert titles(ben.read("/?status=resting")) == ["The tower"]
    assert titles(ben.read("/?actor=Mara Quint")) == titles(ben.read("/?actor=mara")) == ["The bridge"]
    assert [each["slug"] for each in ben.get("/stories.json?beat=arts").get_json()["stories"]] == ["tower"]
    assert "No story fits" in ben.read("/?beat=works&status=closed").words


def test_a_beat_that_is_mine_is_what_the_board_shows(app: Flask, harbour: Tracker) -> None:
    three(harbour)
    ben, ana = Visitor(app, REPORTER), Visitor(app, EDITOR)

    press(ben, beat="works")

    assert titles(ben.read("/")) == ["The bridge"]
    assert "Stories of my beats" in ben.read("/").words
    assert len(titles(ben.read("/?beat=all"))) == len(titles(ana.read("/"))) == 3

    press(ben, beat="works", leave="1")

    assert len(titles(ben.read("/"))) == 3


def test_the_board_says_what_changed_since_somebody_looked(app: Flask, harbour: Tracker) -> None:
    ben = Visitor(app, REPORTER)
    assert "not opened yet" in ben.read("/").words
    ben.read("/stories/harbour")

    record(
        harbour, note("n2", text="Nobody saw it", visibility="desk"),
        {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "By day"}]},
    )  # fmt: skip

    words = ben.read("/").words
    assert "1 correction to something you read" in words
    assert "new development" not in words


def test_the_sparkline_counts_what_its_viewer_may_see(app: Flask, harbour: Tracker) -> None:
    record(harbour, note("n2", visibility="public"), note("n3", visibility="desk"))

    assert "1 development learned" in Visitor(app, READER).read("/").markup
    assert "3 developments learned" in Visitor(app, EDITOR).read("/").markup


def test_a_sparkline_has_few_bars_however_long_the_story() -> None:
    days = [(f"20{year:02d}-{month:02d}-01", 1 + month) for year in range(10, 20) for month in range(1, 13)]

    drawn = sparkline(days)

    assert drawn is not None
    assert len(drawn.bars) <= BARS
    assert (drawn.total, drawn.first, drawn.last, drawn.most) == (900, "2010-01-01", "2019-12-01", 13)
    assert sparkline([]) is None
