"""What an append promises: whole or not at all, once, in the order of its stream."""

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from tests.eventstore.examples import HEARING, MEETING, NOON, clock_showing, log, note, notes, request
from tracker.db import writing
from tracker.eventstore.append import lock_head
from tracker.eventstore.errors import CommandReused, LogBusy, WrongExpectedVersion
from tracker.eventstore.events import ANY, Any_, Command, NewEvent, Receipt, StreamAppend
from tracker.eventstore.store import EventStore


def positions(store: EventStore) -> list[int]:
    return [event.position for event in store.read_all()]


@pytest.mark.parametrize(
    ("already", "expected"),
    [
        pytest.param((), 0, id="new stream, expected new"),
        pytest.param((), ANY, id="new stream, any"),
        pytest.param(("Meeting held", "Meeting denied"), 2, id="known stream, exact"),
        pytest.param(("Meeting held", "Meeting denied"), ANY, id="known stream, any"),
    ],
)
def test_an_editor_who_saw_the_newest_version_may_append(
    store: EventStore, already: tuple[str, ...], expected: int | Any_
) -> None:
    store.append(log(MEETING, *already))

    store.append(log(MEETING, "Meeting confirmed", expected=expected))

    newest = store.read_stream(MEETING)[-1]
    assert (newest.version, newest.data) == (len(already) + 1, '{"text":"Meeting confirmed"}')
    assert store.position() == len(already) + 1


@pytest.mark.parametrize(
    ("already", "expected"),
    [
        pytest.param((), 1, id="new stream, ahead"),
        pytest.param(("Meeting held", "Meeting denied"), 0, id="known stream, expected new"),
        pytest.param(("Meeting held", "Meeting denied"), 1, id="known stream, stale"),
        pytest.param(("Meeting held", "Meeting denied"), 3, id="known stream, ahead"),
        pytest.param(("Meeting held", "Meeting denied"), -1, id="known stream, below any version"),
    ],
)
def test_an_editor_who_saw_another_version_is_refused(
    store: EventStore, already: tuple[str, ...], expected: int
) -> None:
    store.append(log(MEETING, *already))

    with pytest.raises(WrongExpectedVersion) as refused:
        store.append(log(MEETING, "Meeting confirmed", expected=expected))

    assert (refused.value.stream, refused.value.expected, refused.value.actual) == (MEETING, expected, len(already))
    assert store.stream_version(MEETING) == store.position() == len(already)


def test_one_request_may_span_streams_and_is_refused_as_a_whole(store: EventStore) -> None:
    store.append(log(HEARING, "Hearing begins"))

    with pytest.raises(WrongExpectedVersion):
        store.append(request(notes(MEETING, "Meeting held", expected=0), notes(HEARING, "Testified", expected=0)))
    [receipt] = store.append(
        request(notes(MEETING, "Meeting held", expected=0), notes(HEARING, "Testified", expected=1))
    )

    assert receipt == Receipt(2, 3, repeated=False)
    assert [(event.stream, event.version) for event in store.read_all()] == [(HEARING, 1), (MEETING, 1), (HEARING, 2)]


def test_requests_of_one_import_count_on_each_other(store: EventStore) -> None:
    store.append(log(MEETING, "Meeting held"))

    receipts = store.append(
        log(MEETING, "Denied", "Denied again", expected=1),
        log(HEARING, "Testified", expected=0),
        log(MEETING, "Confirmed", expected=3),
        log(MEETING, "Explained"),
    )

    assert receipts == [Receipt(2, 3, False), Receipt(4, 4, False), Receipt(5, 5, False), Receipt(6, 6, False)]
    assert [event.version for event in store.read_stream(MEETING)] == [1, 2, 3, 4, 5]


def test_a_stale_request_undoes_the_whole_import(store: EventStore) -> None:
    with pytest.raises(WrongExpectedVersion) as refused:
        store.append(log(MEETING, "Meeting held", expected=0), log(MEETING, "Denied", expected=0))

    assert refused.value.actual == 1
    assert store.position() == 0


def test_a_double_click_is_answered_like_the_first(store: EventStore) -> None:
    asked = log(MEETING, "Meeting held", "Meeting denied", expected=0)
    first = store.append(asked)
    store.append(log(MEETING, "Meeting confirmed"))

    second = store.append(asked)

    assert first == [Receipt(1, 2, repeated=False)]
    assert second == [Receipt(1, 2, repeated=True)]
    assert store.position() == 3


def test_a_request_given_twice_in_one_import_is_recorded_once(store: EventStore) -> None:
    asked = log(MEETING, "Meeting held", expected=0)

    receipts = store.append(asked, asked)

    assert [(receipt.first_position, receipt.last_position) for receipt in receipts] == [(1, 1), (1, 1)]
    assert store.position() == 1


def test_a_repeat_beside_a_new_request_adds_the_new_one_only(store: EventStore) -> None:
    asked = log(MEETING, "Meeting held", expected=0)
    store.append(asked)

    receipts = store.append(asked, log(MEETING, "Meeting denied", expected=1))

    assert receipts == [Receipt(1, 1, repeated=True), Receipt(2, 2, repeated=False)]


def test_a_request_id_with_another_body_is_refused(store: EventStore) -> None:
    asked = log(MEETING, "Meeting held")
    store.append(asked)

    with pytest.raises(CommandReused) as refused:
        store.append(request(notes(MEETING, "Meeting never held"), id=asked.id))

    assert refused.value.command == asked.id
    assert store.position() == 1


def test_a_request_id_with_another_body_is_refused_within_one_import(store: EventStore) -> None:
    asked = log(MEETING, "Meeting held")

    with pytest.raises(CommandReused):
        store.append(asked, request(notes(MEETING, "Meeting never held"), id=asked.id))

    assert store.position() == 0


def test_a_request_that_changed_nothing_is_remembered_as_well(store: EventStore) -> None:
    nothing = request()

    first, second = store.append(nothing), store.append(nothing)

    assert first == [Receipt(None, None, repeated=False)]
    assert second == [Receipt(None, None, repeated=True)]
    assert store.known_commands([nothing.id]) == {nothing.id: (nothing.fingerprint, None, None)}
    with pytest.raises(CommandReused):
        store.append(request(notes(MEETING, "Meeting held"), id=nothing.id))


def test_nothing_asked_is_nothing_answered(store: EventStore) -> None:
    assert store.append() == []


def test_a_failed_append_leaves_nothing_and_no_hole(store: EventStore) -> None:
    store.append(log(MEETING, "Meeting held"))
    asked = log(MEETING, "Meeting denied")

    def fail(connection: Connection) -> None:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar() == 2
        raise RuntimeError("the projector fell over")

    with pytest.raises(RuntimeError):
        store.append(asked, also=fail)
    assert store.position() == 1
    assert store.known_commands([asked.id]) == {}
    store.append(log(MEETING, "Meeting confirmed", expected=1))

    assert positions(store) == [1, 2]


def test_an_event_the_database_refuses_leaves_nothing_and_no_hole(store: EventStore, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE UNIQUE INDEX one_type ON events (type)"))
    store.append(log(MEETING, "Meeting held"))

    with pytest.raises(DBAPIError):
        store.append(log(MEETING, "Meeting denied"))
    with writing(engine) as connection:
        connection.execute(text("DROP INDEX one_type"))
    store.append(log(MEETING, "Meeting confirmed"))

    assert positions(store) == [1, 2]


def test_what_runs_besides_commits_with_the_events_and_not_for_a_repeat(store: EventStore, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE desk_diary (line TEXT)"))
    asked = log(MEETING, "Meeting held")

    def write_diary(connection: Connection) -> None:
        connection.execute(text("INSERT INTO desk_diary VALUES ('logged')"))

    store.append(asked, also=write_diary)
    store.append(asked, also=write_diary)

    with writing(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM desk_diary")).scalar() == 1


def test_every_field_comes_back_as_it_was_recorded(engine: Engine) -> None:
    store = EventStore(engine, clock=clock_showing(NOON), new_id=lambda: "0190a000-0000-7000-8000-000000000001")
    asked = Command(
        id="7d3f9a52-5c3e-4a39-9a3e-2c6e0d0b7c11",
        fingerprint="f" * 64,
        appends=(StreamAppend(MEETING, 0, (NewEvent("note.logged.v1", '{"text":"Mr Ó Súilleabháin 🗞"}'),)),),
        by="ana",
        correlation="import-7",
    )

    store.append(asked)

    [event] = store.read_all()
    assert (event.position, event.version, event.stream, event.type) == (1, 1, MEETING, "note.logged.v1")
    assert event.id == "0190a000-0000-7000-8000-000000000001"
    assert (event.recorded_at, event.learned_at, event.recorded_by) == (NOON, NOON, "ana")
    assert (event.causation, event.correlation, event.prev_hash) == (asked.id, "import-7", None)
    assert event.data == '{"text":"Mr Ó Súilleabháin 🗞"}'
    assert store.find(event.id) == event
    assert store.find("0190a000-0000-7000-8000-000000000002") is None


def test_the_log_never_goes_back_in_time_when_the_clock_does(engine: Engine) -> None:
    clock = clock_showing(NOON, "2017-02-28T12:00:00.000000Z", "2017-03-01T12:00:00.000001Z")
    store = EventStore(engine, clock=clock)

    for text_ in ("Meeting held", "Meeting denied", "Meeting confirmed"):
        store.append(log(MEETING, text_))

    assert [event.recorded_at for event in store.read_all()] == [NOON, NOON, "2017-03-01T12:00:00.000001Z"]


def test_what_was_learned_by_a_faster_clock_moves_the_log_with_it(engine: Engine) -> None:
    ahead = "2017-03-01T12:00:05.123456Z"
    store = EventStore(engine, clock=clock_showing(NOON, NOON))

    store.append(request(StreamAppend(MEETING, 0, (note("Late", NOON), note("Early", ahead)))))
    store.append(log(MEETING, "Meeting confirmed"))

    assert [(event.learned_at, event.recorded_at) for event in store.read_all()] == [
        (NOON, ahead),
        (ahead, ahead),
        (ahead, ahead),
    ]


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00.000001Z", "1867-04-09T05:04:03.000010Z"])
def test_microseconds_and_early_years_survive(engine: Engine, instant: str) -> None:
    store = EventStore(engine, clock=clock_showing("9999-12-31T23:59:59.999999Z"))

    store.append(request(StreamAppend(MEETING, 0, (note("Treaty", instant),))))

    [event] = store.read_all()
    assert (event.learned_at, event.recorded_at) == (instant, "9999-12-31T23:59:59.999999Z")


def test_a_log_held_for_too_long_is_busy_and_takes_the_request_again(store: EventStore, engine: Engine) -> None:
    asked = log(MEETING, "Meeting held")

    with writing(engine) as connection:
        lock_head(connection)
        with pytest.raises(LogBusy):
            store.append(asked)

    assert store.append(asked) == [Receipt(1, 1, repeated=False)]
