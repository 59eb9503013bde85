"""A request becomes events once, against the state it meets, or not at all."""

import threading
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from tests.newsroom import EDITOR, HARBOUR, keys, look, note, record, requests
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.eventstore.errors import CommandReused, WrongExpectedVersion
from tracker.eventstore.sealing import sealing_keys
from tracker.handling import RefusedIn
from tracker.overlay import Overtaken
from tracker.projections.actor_page import actor_document
from tracker.stories.errors import Unknown


def test_a_request_given_twice_is_answered_as_the_first_time(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    first = note("n1", id=str(uuid.uuid4()))
    (recorded,) = record(tracker, first)

    (again,) = record(tracker, first)

    assert again.repeated
    assert (again.first_position, again.keys) == (recorded.first_position, ("n1",))
    assert tracker.store.position() == 2


def test_the_same_id_with_another_wording_is_refused(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    id = str(uuid.uuid4())
    record(tracker, note("n1", id=id))

    with pytest.raises(CommandReused):
        record(tracker, note("n1", text="Something else", id=id))

    assert tracker.store.position() == 2


def test_of_several_requests_one_refused_leaves_nothing(tracker: Tracker) -> None:
    record(tracker, HARBOUR)

    with pytest.raises(RefusedIn) as refused:
        record(tracker, note("n1"), {"type": "development.retracted", "target": "gone", "reason": "wrong"})

    assert refused.value.index == 1
    assert isinstance(refused.value.refused, Unknown)
    assert tracker.store.position() == 1


def test_later_requests_of_one_append_see_the_earlier_ones(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"), {"type": "development.retracted", "target": "n1", "reason": "wrong"})

    (found,) = look(tracker)["developments"]

    assert found["status"] == "retracted"


def test_an_actor_introduced_inline_is_added_once(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    denial = {"type": "claim.denied", "claim": "that the tender was rigged", "by": "Mara Quint", "unsourced": "test"}

    record(tracker, denial)
    record(tracker, denial)

    assert tracker.store.stream_version("actor/mara-quint") == 1
    assert [each["name"] for each in look(tracker)["actors"]] == ["Mara Quint"]


def test_editors_who_log_at_the_same_time_all_succeed(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    barrier, errors = threading.Barrier(4), list[BaseException]()

    def log(editor: int) -> None:
        barrier.wait()
        try:
            for n in range(5):
                tracker.handling.handle(requests(tracker, note(f"e{editor}n{n}")), f"editor-{editor}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=log, args=(editor,)) for editor in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tracker.show(tracker.store.position())

    assert not errors
    assert len(keys(look(tracker))) == 20


def test_a_correction_of_something_changed_since_it_was_read_is_refused_with_what_it_says_now(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))
    seen = look(tracker)["developments"][0]["changed"]
    correction = {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "From Ben"}]}
    record(tracker, correction)

    mine = correction | {"changes": [{"field": "text", "now": "From Ana"}]}
    with pytest.raises(Overtaken) as overtaken:
        tracker.record([replace(requests(tracker, mine)[0], seen=seen)], "ana")

    assert overtaken.value.now.event.text == "From Ben"  # type: ignore[attr-defined]
    assert look(tracker)["developments"][0]["details"]["text"] == "From Ben"


def test_a_request_that_expects_another_version_is_refused(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))

    with pytest.raises(WrongExpectedVersion):
        tracker.record([replace(requests(tracker, note("n2"))[0], expected=1)], "ana")

    assert keys(look(tracker)) == ["n1"]


def test_the_identity_of_a_source_is_nowhere_in_the_clear(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    source = {"key": "insider", "description": "an insider", "terms": "background", "identity": "Canary McSecret"}

    record(tracker, note("n1", sources=[source], unsourced=None))

    with reading(tracker.engine) as connection:
        for table in ("events", "entries", "changes", "commands"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert "Canary" not in repr(rows)


def test_forgetting_a_source_destroys_its_key_and_leaves_the_log_as_it_was(tracker: Tracker) -> None:
    record(tracker, {"type": "source.added", "key": "s1", "description": "x", "terms": "background", "identity": "Who"})
    before = tracker.store.read_all()

    record(tracker, {"type": "source.forgotten", "key": "s1", "reason": "asked to"})

    with reading(tracker.engine) as connection:
        (wrapped, destroyed_at) = connection.execute(
            select(sealing_keys.c.wrapped, sealing_keys.c.destroyed_at)
        ).one()
    assert wrapped is None
    assert destroyed_at is not None
    assert tracker.store.read_all()[:1] == before


def test_an_identity_that_claims_to_be_sealed_is_refused(tracker: Tracker) -> None:
    foreign = {"key": "k", "nonce": "n", "ciphertext": "c"}

    with pytest.raises(RefusedIn) as refused:
        record(tracker, {"type": "source.added", "key": "s1", "description": "x", "terms": "background",
                         "identity": foreign})  # fmt: skip

    assert refused.value.refused.field == "identity"
    assert tracker.store.position() == 0


def test_a_role_taken_and_left_in_one_append_is_left(tracker: Tracker) -> None:
    record(
        tracker,
        {"type": "actor.added", "key": "mara", "name": "Mara Quint", "kind": "person"},
        {"type": "actor.role_taken", "key": "mara", "role": "harbour master"},
        {"type": "actor.role_left", "key": "mara", "role": "harbour master", "how": "resigned"},
    )

    with reading(tracker.engine) as connection:
        (role,) = actor_document(connection, "mara", EDITOR, tracker.clock())["roles"]
    assert (role["held"], role["how"]) == (False, "resigned")


def test_a_rehearsal_names_every_refusal_and_appends_nothing(tracker: Tracker) -> None:
    record(tracker, HARBOUR)
    groups = [
        requests(tracker, note("n1")),
        requests(tracker, note("n1")),
        requests(tracker, {"type": "claim.denied", "claim": "nothing", "by": "Somebody New", "unsourced": "x"}),
        requests(tracker, note("n2", sources=["nowhere"], unsourced=None)),
    ]

    refusals, events = tracker.handling.rehearse(groups)

    assert [(index, refused.field) for index, refused in refusals] == [(1, "key"), (2, "claim"), (3, "sources.0")]
    assert events == 1
    assert tracker.store.position() == 1
