"""An import is taken back as a whole: by retraction, on record, once."""

from click.testing import CliRunner

from tests.newsroom import EDITOR, HARBOUR, look, note, record
from tracker.archive import batches
from tracker.archive.imports import formats
from tracker.archive.records import import_drafts
from tracker.bootstrap import Tracker
from tracker.cli import cli
from tracker.db import reading
from tracker.intake import read

TABLE = b"Title,Date\nOne,2016\nTwo,2017\nThree,2018\n"


def carried(tracker: Tracker) -> str:
    record(tracker, HARBOUR, note("mine"))
    drafts = formats.read("csv", TABLE, {})
    done = import_drafts(
        tracker.handling, drafts, by="ana", zone=tracker.zone, now=tracker.clock(), story="harbour"
    )
    tracker.catch_up()
    return done.correlation


def undo(tracker: Tracker, correlation: str) -> int:
    with reading(tracker.engine) as connection:
        listed = batches.brought(connection, correlation, "harbour")
    undone = batches.undoing(listed, correlation, "Wrong file")
    requests = [each for one in undone for each in read(one, zone=tracker.zone, now=tracker.clock())]
    if requests:
        tracker.record(requests, "ana")
    return len(undone)


def test_a_batch_is_retracted_and_nothing_else(tracker: Tracker) -> None:
    correlation = carried(tracker)
    with reading(tracker.engine) as connection:
        (batch,) = batches.batches(connection, "harbour")

    taken_back = undo(tracker, correlation)

    status = {each["headline"]: each["status"] for each in look(tracker, viewer=EDITOR)["developments"]}
    assert (batch.correlation, batch.by, batch.events) == (correlation, "ana", 3)
    assert taken_back == 3
    assert status == {"Note mine": "standing", "One": "retracted", "Two": "retracted", "Three": "retracted"}
    assert undo(tracker, correlation) == 0


def test_what_was_retracted_already_is_left_and_what_was_reversed_is_retracted_again(tracker: Tracker) -> None:
    correlation = carried(tracker)
    key = look(tracker)["developments"][1]["key"]
    record(tracker, {"type": "development.retracted", "target": key, "reason": "by hand"})

    first = undo(tracker, correlation)
    record(tracker, {"type": "development.retraction_reversed", "target": key})
    second = undo(tracker, correlation)

    assert (first, second) == (2, 1)


def test_the_command_takes_an_import_back(tracker: Tracker) -> None:
    correlation = carried(tracker)
    environment = {
        "TRACKER_DATABASE_URL": tracker.engine.url.render_as_string(hide_password=False),
        "TRACKER_SECRET_KEY": "s" * 32,
    }

    done = CliRunner().invoke(cli, ["undo-import", correlation], env=environment)
    unknown = CliRunner().invoke(cli, ["undo-import", "nothing"], env=environment)

    assert "3 of 3 taken back" in done.output
    assert (unknown.exit_code, "no import has brought anything" in unknown.output) == (2, True)
