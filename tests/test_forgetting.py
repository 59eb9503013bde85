"""What is forgotten or redacted is nowhere: no table, no page, no export, no document; and the chain still holds."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text

from tests.newsroom import ARCHIVIST, EDITOR, EVERYBODY, HARBOUR, READER, REPORTER, look, note, record
from tests.web.visiting import bearer, hire
from tracker.archive import checkpoints, records, unsealing, verifying
from tracker.archive.checking import differences
from tracker.archive.exports import deposit
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import tell
from tracker.archive.records import Line
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.eventstore.chain import check_stream
from tracker.eventstore.cloudevents import as_cloudevent
from tracker.eventstore.sealing import Ciphertext, KeyDestroyed, destroy, sealing_keys
from tracker.handling import RefusedIn
from tracker.intake import Unreadable
from tracker.projections import disclosure, following
from tracker.projections.search import search
from tracker.projections.story_page import NoSuchStory
from tracker.stories.search_query import read_query
from tracker.wsgi import create_app

SEALED = ("CANARY-identity", "CANARY-phone")
PLAIN = ("CANARY-first", "CANARY-second", "CANARY-link", "CANARY-reason")
DOCUMENT = b"CANARY-document: the aide's own letter"


@pytest.fixture
def desk(tracker: Tracker, tmp_path: Path) -> Tracker:
    """A story in which everything was logged that is to be forgotten, and then it was."""
    tracker.settings = replace(tracker.settings, documents=str(tmp_path / "documents"))
    kept = tracker.documents.keep(DOCUMENT)
    aide = {"type": "source.added", "key": "aide", "description": "An aide", "terms": "background",
            "identity": "CANARY-identity", "url": "https://x.example/CANARY-link",
            "document": kept.reference}  # fmt: skip
    record(tracker, HARBOUR, aide)
    record(tracker, note("n1", text="Kept", unsourced="", sources=["aide"], visibility="public",
                         summary="CANARY-first", why_it_matters="CANARY-reason",
                         sealed={"phone": "CANARY-phone"}))  # fmt: skip
    record(tracker, {"type": "development.corrected", "target": "n1",
                     "changes": [{"field": "summary", "now": "CANARY-second"}]})  # fmt: skip
    tracker.catch_up()
    return tracker


def forget(tracker: Tracker) -> None:
    record(tracker, {"type": "source.forgotten", "key": "aide", "reason": "a promise"},
           {"type": "detail.redacted", "target": "n1", "authority": "the court",
            "fields": ["summary", "why_it_matters", "phone"]})  # fmt: skip
    tracker.catch_up()


def in_tables(engine: Engine, canaries: tuple[str, ...], but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The tables in which a canary is found anywhere, as the database itself writes its rows."""
    found: dict[str, list[str]] = {}
    with reading(engine) as connection:
        for table in inspect(connection).get_table_names():
            if table in but:
                continue
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            held = [canary for canary in canaries if canary in str(rows)]
            if held:
                found[table] = held
    return found


def exported(tracker: Tracker) -> Iterator[str]:
    """Every export for every role, the deposit with its log, and the log itself."""
    with reading(tracker.engine) as connection:
        for viewer in EVERYBODY:
            try:
                telling = tell(connection, "harbour", viewer, tracker.clock(), tracker.zone, "https://x.example")
            except NoSuchStory:
                continue
            for form in FORMATS.values():
                yield form.write(telling).decode("utf-8", "replace")
            yield b"".join(deposit.log_of(connection, telling, viewer, telling.now)).decode()
            yield str(disclosure.may_read(connection, viewer, tracker.clock(), tracker.store.read_all()))


def test_before_it_is_forgotten_it_is_there(desk: Tracker) -> None:
    assert set(in_tables(desk.engine, PLAIN)) >= {"events", "entries", "changes"}
    assert desk.documents.find(desk.documents.keep(DOCUMENT).hash) is not None
    assert any("CANARY-second" in body for body in exported(desk))


def test_no_table_but_the_log_holds_it_and_what_was_sealed_is_in_none(desk: Tracker) -> None:
    assert in_tables(desk.engine, SEALED) == {}

    forget(desk)

    assert in_tables(desk.engine, SEALED) == {}
    assert in_tables(desk.engine, PLAIN, but=("events",)) == {}
    assert not list(Path(desk.settings.documents).rglob("?" * 64))


def test_no_export_holds_it_and_no_answer(desk: Tracker) -> None:
    forget(desk)
    hire(desk, *EVERYBODY)
    client = create_app(desk).test_client()
    story = ("", ".json", "?position=3", ".json?position=3", "/developments/n1", "/developments/n1/correct", "/log",
             "/feed.atom", "/feed.json", "/calendar.ics")  # fmt: skip
    pages = ("/", "/api/v1/stories/harbour", "/api/v1/stories/harbour/events", "/api/v1/events",
             *(f"/stories/harbour{each}" for each in story))  # fmt: skip

    told = list(exported(desk))
    for person in EVERYBODY:
        told += [client.get(path, headers=bearer(desk, person)).text for path in pages]

    assert [canary for canary in (*SEALED, *PLAIN, "CANARY-document") if any(canary in body for body in told)] == []


def test_no_search_finds_it_in_any_wording(desk: Tracker) -> None:
    def found(words: str) -> int:
        with reading(desk.engine) as connection:
            return int(search(connection, read_query(words), EDITOR, desk.clock())["total"])

    before = [found("CANARY"), found("first"), found("reason")]
    forget(desk)

    assert all(before)
    assert [found("CANARY"), found("first"), found("second"), found("reason"), found("phone")] == [0] * 5


def test_the_keys_are_destroyed_and_the_ciphertext_can_not_be_read(desk: Tracker) -> None:
    added = next(event for event in desk.store.read_all() if event.stream == "source/aide")
    identity = Ciphertext(**as_cloudevent(added)["data"]["identity"])
    with reading(desk.engine) as connection:
        assert desk.sealer.unseal(connection, identity) == "CANARY-identity"

    forget(desk)

    with reading(desk.engine) as connection:
        assert connection.execute(select(sealing_keys.c.wrapped)).scalars().all() == [None, None]
        with pytest.raises(KeyDestroyed):
            desk.sealer.unseal(connection, identity)


def test_the_chain_holds_and_the_views_equal_a_replay_before_and_after_a_rebuild(desk: Tracker) -> None:
    forget(desk)

    for stream in desk.store.streams():
        check_stream(desk.store.read_stream(stream))
    assert differences(desk.engine)[2] == []
    following.rebuild(desk.engine)
    assert differences(desk.engine)[2] == []
    assert in_tables(desk.engine, PLAIN, but=("events",)) == {}


def test_verify_passes_before_and_after_and_a_checkpoint_from_before_still_holds(desk: Tracker) -> None:
    kept = str(checkpoints.signed(desk.engine, desk.settings, desk.clock()))
    before = verifying.verify_all(desk.engine, [kept], [])
    forget(desk)

    after = verifying.verify_all(desk.engine, [kept], [])

    assert (before.problems, after.problems) == ([], [])
    assert after.events == before.events + 2
    assert after.entries
    assert [judgement.holds for judgement in after.judgements] == [True]


def test_verify_passes_where_a_key_was_destroyed_by_hand(desk: Tracker) -> None:
    with writing(desk.engine) as connection:
        for id in connection.execute(select(sealing_keys.c.id)).scalars().all():
            destroy(connection, id, desk.clock())

    assert verifying.verify_all(desk.engine, [], []).problems == []


def test_an_older_story_is_told_without_what_is_hidden_today(desk: Tracker) -> None:
    forget(desk)

    then = look(desk, viewer=ARCHIVIST, position="3")["developments"][0]
    assert (then["summary"], then["sealed"], then["redacted"]) == ("", [], ["summary", "why_it_matters", "phone"])


def test_a_sealed_detail_is_known_to_be_there_and_not_what_it_says(desk: Tracker) -> None:
    for viewer in (EDITOR, REPORTER, READER):
        told = look(desk, viewer=viewer)["developments"][0]
        assert told["sealed"] == ([] if viewer is READER else ["phone"])
        assert "ciphertext" not in str(told)


def test_a_sealed_detail_is_read_only_once_that_is_on_record(desk: Tracker) -> None:
    def unseal(name: str) -> str:
        return unsealing.detail(
            desk.engine, desk.handling, desk.sealer, "harbour", "n1", name, "The court asks for it", "ana"
        )

    assert unseal("phone") == "CANARY-phone"
    last = desk.store.read_all(after=desk.store.position() - 1)[0]
    assert (last.type, last.recorded_by) == ("detail.unsealed.v1", "ana")
    assert in_tables(desk.engine, SEALED) == {}

    with pytest.raises(unsealing.NothingSealed):
        unseal("address")
    forget(desk)
    position = desk.store.position()
    with pytest.raises(unsealing.NothingSealed):
        unseal("phone")
    assert desk.store.position() == position


def test_reading_a_sealed_detail_can_not_be_claimed_by_a_record(desk: Tracker) -> None:
    with pytest.raises(Unreadable, match="on its own page"):
        record(desk, {"type": "detail.unsealed", "target": "n1", "detail": "phone", "reason": "none"})


def test_a_sealed_detail_that_claims_to_be_sealed_already_is_refused(desk: Tracker) -> None:
    foreign = {"key": "k", "nonce": "n", "ciphertext": "c"}

    with pytest.raises(RefusedIn) as refused:
        record(desk, note("n2", sealed={"phone": foreign}))

    assert refused.value.refused.field == "sealed.phone"


def test_what_is_sealed_marks_neither_the_fingerprint_nor_the_id_of_a_command(desk: Tracker) -> None:
    def ids(phone: str) -> set[tuple[str, str]]:
        line = json.dumps(note("n9", sealed={"phone": phone}))
        parsed = list(records.parse([line], zone=desk.zone, now=desk.clock(), story="harbour", correlation="c"))
        return {(each.id, each.fingerprint) for line in parsed if isinstance(line, Line) for each in line.requests}

    assert ids("555-0100") == ids("555-0199") != set()
