"""The reading room: the log as it is, the proof of any event as a page, and who read what is confidential."""

import csv
import io
import json

import pytest
from flask import Flask

from tests.archive.tampering import drop_guards, tamper
from tests.newsroom import ADMIN, ARCHIVIST, EDITOR, note, record
from tests.web.visiting import Visitor, bearer
from tracker.archive import reading_room, reads, unsealing
from tracker.archive.proving import NoSuchEvent
from tracker.archive.reading_room import Wanted
from tracker.bootstrap import Tracker
from tracker.db import reading

CLERK = {"key": "clerk", "description": "A clerk", "number": "one", "proximity": "firsthand", "terms": "background",
         "identity": "Ida Brandt"}  # fmt: skip
SEALED = {"type": "note.logged", "story": "harbour", "key": "n5", "text": "From inside", "sources": [CLERK]}
EMBARGOED = note("n6", headline="Not before Monday", embargo="2999-01-01T00:00:00Z")


@pytest.fixture
def carla(app: Flask, harbour: Tracker) -> Visitor:
    """The archivist, before a log of ten events: two notes under embargo, a source, notes by two people."""
    record(harbour, SEALED, EMBARGOED, note("n7"))
    record(harbour, note("n8"), note("n9"), note("n10"), {**EMBARGOED, "key": "n11"}, by="pia")
    return Visitor(app, ARCHIVIST)


def positions(visitor: Visitor, query: str = "") -> list[int]:
    return [int(each["sequence"]) for each in visitor.get(f"/archive.json{query}").json["events"]]


def test_the_log_is_shown_line_by_line_the_newest_first(carla: Visitor, harbour: Tracker) -> None:
    page = carla.read("/archive")

    assert positions(carla) == list(range(10, 0, -1))
    for event in harbour.store.read_all():
        assert event.hash[:12] in page.words
    assert "Under embargo or not yours to see" in page.words
    assert "Not before Monday" not in page.markup
    assert "Note note.logged" in page.words
    assert '<option value="development.corrected">Correction (development.corrected)</option>' in page.markup


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?person=pia", [9, 8, 7]),
        ("?stream=source/clerk", [3]),
        ("?stream=source/", [3]),
        ("?stream=harbour&type=note.logged", [9, 8, 7, 6, 4, 2]),
        ("?type=story.opened", [1]),
        ("?type=nothing", []),
        ("?recorded_from=2999-01-01", []),
        ("?recorded_to=2000-01-01", []),
        ("?learned_from=2000&learned_to=2100", [9, 8, 7, 6, 4, 3, 2, 1]),
        ("?before=4", [3, 2, 1]),
        ("?after=7", [10, 9, 8]),
    ],
)
def test_it_is_filtered_and_what_is_not_to_be_seen_answers_to_no_filter(
    carla: Visitor, query: str, found: list[int], harbour: Tracker
) -> None:
    sealed = {int(each["sequence"]) for each in carla.get("/archive.json").json["events"] if each.get("withheld")}
    assert len(sealed) == 2

    expected = found if query.startswith(("?before", "?after")) else [each for each in found if each not in sealed]
    assert positions(carla, query) == expected


def test_pages_lead_back_and_forth_without_a_gap(harbour: Tracker, carla: Visitor) -> None:
    def page(**where: int | None) -> reading_room.Lines:
        with reading(harbour.engine) as connection:
            return reading_room.lines(connection, ARCHIVIST, harbour.clock(), Wanted(**where), page=4)  # type: ignore[arg-type]

    def shown(lines: reading_room.Lines) -> list[int]:
        return [reading_room.place(each) for each in lines.lines]

    first = page()
    second = page(before=first.older)
    third = page(before=second.older)
    back = page(after=third.newer)

    assert [shown(each) for each in (first, second, third)] == [[10, 9, 8, 7], [6, 5, 4, 3], [2, 1]]
    assert (first.newer, third.older) == (None, None)
    assert (shown(back), page(after=back.newer).newer) == ([6, 5, 4, 3], None)
    assert page(before=back.older).lines == third.lines


def test_what_was_learned_on_no_certain_day_is_shown_on_none(carla: Visitor, harbour: Tracker) -> None:
    record(harbour, note("n12", learned_at={"edtf": "2017-03", "as_said": "early March 2017"}))
    event = harbour.store.read_all()[-1]

    listed, alone = carla.read("/archive").words, carla.read(f"/archive/events/{event.id}").words

    assert "early March 2017" in listed
    assert "31 Mar 2017" not in listed
    assert "early March 2017" in alone


@pytest.mark.parametrize("query", ["?before=x", "?recorded_from=some day", "?learned_to=soon"])
def test_a_question_that_can_not_be_read_is_refused(carla: Visitor, query: str) -> None:
    assert carla.get(f"/archive{query}").status_code == 400


def test_the_same_page_goes_into_a_spreadsheet(carla: Visitor) -> None:
    answer = carla.get("/archive.csv?person=pia")

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [int(row["sequence"]) for row in rows] == [9, 8, 7]
    assert answer.content_type.startswith("text/csv")


def test_an_event_is_shown_with_its_bytes_its_neighbours_and_the_way_to_the_root(
    carla: Visitor, harbour: Tracker
) -> None:
    event = harbour.store.read_all()[1]

    page = carla.read(f"/archive/events/{event.id}")
    told = carla.get(f"/archive/events/{event.id}.json").json

    assert event.hash in page.words
    assert f'"id":"{event.id}"' in page.words
    assert "taken anew just now, and the same" in page.words
    assert "this is what comes out" in page.words
    assert told["proof"].keys() == {"index", "size", "leaf_hash", "root", "path"}
    assert told["proof"]["root"] in page.words
    assert told["hash_again"] == event.hash
    for neighbour in (harbour.store.read_all()[0], harbour.store.read_all()[3]):
        assert f"/archive/events/{neighbour.id}" in page.markup
    assert "— story-tracker " in page.words


def test_what_is_under_embargo_is_proved_without_a_word_of_it(carla: Visitor, harbour: Tracker) -> None:
    hidden = harbour.store.read_all()[4]

    page = carla.read(f"/archive/events/{hidden.id}")

    assert hidden.hash in page.words
    assert "this is what comes out" in page.words
    for told in ("Not before Monday", "note.logged", "story/harbour", '"ana"'):
        assert told not in page.markup
    assert json.dumps(carla.get(f"/archive/events/{hidden.id}.json").json).count("Monday") == 0


def test_an_event_that_was_changed_says_so_on_its_page_and_in_the_list(carla: Visitor, harbour: Tracker) -> None:
    first, second = harbour.store.read_all()[1], harbour.store.read_all()[5]
    drop_guards(harbour.engine)
    tamper(harbour.engine, f"UPDATE events SET data = replace(data, 'night', 'noon') WHERE id = '{first.id}'")
    tamper(harbour.engine, f"UPDATE events SET data = '{{' WHERE id = '{second.id}'")

    assert "This is not what was written" in carla.read(f"/archive/events/{first.id}").words
    assert "can’t be read" in carla.read(f"/archive/events/{second.id}").words
    assert "it is not what was written" in carla.read("/archive").words


def test_the_log_is_checked_on_the_page_and_what_was_found_stays_there(carla: Visitor, harbour: Tracker) -> None:
    assert "Never yet" in carla.read("/archive").words
    carla.send(carla.read("/archive"), form="/archive/verify")
    well = carla.read("/archive")
    drop_guards(harbour.engine)
    tamper(harbour.engine, "UPDATE events SET recorded_by = 'nobody' WHERE position = 4")
    carla.send(carla.read("/archive"), form="/archive/verify")

    page = carla.read("/archive")

    assert "All 10 events are what was written" in well.flashes[0]
    assert "As it was written" in well.words
    assert "Not as it was written, from position 4" in page.words
    assert page.flashes[0].startswith("The log is not what was written: position 4")


def test_the_checkpoint_is_there_to_be_taken(carla: Visitor) -> None:
    answer = carla.get("/archive/checkpoint")

    assert answer.text.startswith("story-tracker\n10\n")
    assert "story-tracker-10.checkpoint" in answer.headers["Content-Disposition"]


def test_an_event_that_is_not_there_has_no_page(carla: Visitor, harbour: Tracker) -> None:
    assert carla.get("/archive/events/nothing").status_code == 404
    with reading(harbour.engine) as connection, pytest.raises(NoSuchEvent):
        reading_room.proved(connection, ARCHIVIST, harbour.clock(), "nothing")


def test_an_empty_log_says_what_will_be_there(app: Flask, tracker: Tracker) -> None:
    page = Visitor(app, ARCHIVIST).read("/archive")

    assert "Nothing has been recorded yet" in page.words


def test_a_sealed_identity_is_read_only_after_who_and_why_are_on_record(
    app: Flask, carla: Visitor, harbour: Tracker
) -> None:
    emil = Visitor(app, ADMIN)
    before = harbour.store.position()

    status, page = emil.send_page(emil.read("/admin/identity"), source="clerk", reason="A threat to her life, police")

    assert status == 200
    assert "Ida Brandt" in page.words
    (event,) = harbour.store.read_all(after=before)
    assert (event.type, event.stream, event.recorded_by) == ("source.unsealed.v1", "source/clerk", "emil")
    assert "Ida" not in event.data
    listed = carla.read("/archive/reads")
    assert "emil" in listed.words
    assert "A threat to her life, police" in listed.words
    assert "Ida" not in listed.markup
    assert carla.get("/archive/reads.json").json["reads"][0]["what"] == "clerk"


def test_a_sealed_detail_that_was_read_stands_beside_the_identities(carla: Visitor, harbour: Tracker) -> None:
    record(harbour, note("n12", sealed={"phone": "555 0100"}))
    unsealing.detail(
        harbour.engine, harbour.handling, harbour.sealer, "harbour", "n12", "phone", "The number is wanted", "ana"
    )
    harbour.show(harbour.store.position())

    page = carla.read("/archive/reads")

    assert "harbour: n12, phone" in page.words
    assert "The number is wanted" in page.words
    assert "555 0100" not in page.markup


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"source": "clerk", "reason": ""}, "reason"),
        ({"source": "clerk", "reason": "because"}, "reason"),
        ({"source": "clerk", "reason": "x" * 301}, "reason"),
        ({"source": "", "reason": "A threat to her life"}, "source"),
        ({"source": "nobody", "reason": "A threat to her life"}, "source"),
    ],
)
def test_without_a_source_and_a_reason_nothing_is_shown_or_recorded(
    app: Flask, carla: Visitor, harbour: Tracker, typed: dict[str, str], field: str
) -> None:
    emil, before = Visitor(app, ADMIN), harbour.store.position()

    status, page = emil.send_page(emil.read("/admin/identity"), **typed)

    assert (status, list(page.errors)) == (422, [field])
    assert "Ida" not in page.markup
    assert harbour.store.position() == before


def test_a_forgotten_identity_can_be_read_by_nobody(app: Flask, carla: Visitor, harbour: Tracker) -> None:
    record(harbour, {"type": "source.forgotten", "source": "clerk", "reason": "she asked"})
    emil = Visitor(app, ADMIN)

    status, page = emil.send_page(emil.read("/admin/identity"), source="clerk", reason="A threat to her life")

    assert status == 422
    assert "Ida" not in page.markup
    with pytest.raises(reads.NoIdentity):
        reads.identity(harbour.engine, harbour.handling, harbour.sealer, "clerk", "A threat to her life", "emil")


def test_nobody_can_record_a_reading_that_did_not_take_place(app: Flask, carla: Visitor, harbour: Tracker) -> None:
    answer = app.test_client().post(
        "/api/v1/stories/harbour/developments", headers=bearer(harbour, EDITOR),
        json={"type": "source.unsealed", "source": "clerk", "reason": "A threat to her life"},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "is read on its own page" in answer.text
