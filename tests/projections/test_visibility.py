"""Who sees what: nothing that may not be seen is on any page, in any feed of the API, or in any count."""

from typing import Any

import orjson
import pytest

from tests.newsroom import (
    ADMIN,
    ARCHIVIST,
    EDITOR,
    HARBOUR,
    POLITICS_EDITOR,
    READER,
    REPORTER,
    SPORTS_EDITOR,
    keys,
    look,
    note,
    record,
)
from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections import actor_list
from tracker.projections.actor_page import actor_document
from tracker.projections.board import board
from tracker.projections.disclosure import may_read
from tracker.projections.overview import overview
from tracker.projections.story_page import NoSuchStory

FUTURE = "2999-01-01T00:00:00Z"
MARA: dict[str, Any] = {"key": "mara", "name": "Mara Quint"}


@pytest.fixture
def harbour(tracker: Tracker) -> Tracker:
    """A story with one development for each degree of secrecy; every one names the same actor."""
    record(
        tracker, HARBOUR,
        {"type": "actor.added", **MARA, "kind": "person"},
        said("public-one", visibility="public"),
        said("newsroom-one"),
        said("desk-one", visibility="desk"),
        said("embargoed-one", visibility="public", embargo=FUTURE),
        said("withheld-one", visibility="public"),
        {"type": "development.withheld", "target": "withheld-one", "reason": "legal"},
        {"type": "claim.asserted", "key": "in-embargoed", "text": "canary in-embargoed", "via": "embargoed-one",
         "visibility": "public"},
        {"type": "development.corrected", "target": "embargoed-one",
         "changes": [{"field": "summary", "now": "canary"}]},
    )  # fmt: skip
    return tracker


def said(key: str, **fields: Any) -> dict[str, Any]:
    return {"type": "statement.made", "key": key, "speaker": "mara", "headline": f"canary {key}",
            "sources": ["an onlooker"], **fields}  # fmt: skip


SEES = {
    READER: {"public-one"},
    ADMIN: {"public-one"},
    REPORTER: {"public-one", "newsroom-one"},
    SPORTS_EDITOR: {"public-one", "newsroom-one"},
    ARCHIVIST: {"public-one", "newsroom-one", "desk-one", "withheld-one"},
    POLITICS_EDITOR: {"public-one", "newsroom-one", "desk-one", "embargoed-one", "withheld-one", "in-embargoed"},
    EDITOR: {"public-one", "newsroom-one", "desk-one", "embargoed-one", "withheld-one", "in-embargoed"},
}


@pytest.mark.parametrize("viewer", SEES, ids=lambda viewer: f"{viewer.role.value}-{viewer.name}")
def test_everybody_sees_what_their_role_may_on_every_path(harbour: Tracker, viewer: Principal) -> None:
    now = harbour.clock()
    with reading(harbour.engine) as connection:
        (line,) = board(connection, viewer, now)
        actor = actor_document(connection, "mara", viewer, now)
        (listed,) = actor_list.told(connection, actor_list.everybody(connection, viewer, now), viewer, now)
        log = may_read(connection, viewer, now, harbour.store.read_all())

    assert set(keys(look(harbour, viewer=viewer))) == SEES[viewer]
    assert set(keys(look(harbour, viewer=viewer, known_at="2998"))) == SEES[viewer]
    assert line.developments == len(SEES[viewer])
    assert {each["key"] for each in actor["developments"]} == SEES[viewer]
    assert (listed["key"], listed["developments"]) == ("mara", len(SEES[viewer]))
    assert listed["latest"]["key"] in SEES[viewer]
    hidden = {"public-one", "newsroom-one", "desk-one", "embargoed-one", "withheld-one", "in-embargoed"} - SEES[viewer]
    for told in (look(harbour, viewer=viewer), actor, listed, log):
        for key in hidden:
            assert key.encode() not in orjson.dumps(told)


def test_the_log_keeps_place_and_hash_of_what_may_not_be_seen(harbour: Tracker) -> None:
    events = harbour.store.read_all()

    with reading(harbour.engine) as connection:
        told = may_read(connection, READER, harbour.clock(), events)

    assert [each["eventhash"] for each in told] == [each.hash for each in events]
    assert {each["data"] is None for each in told if each.get("withheld")} == {True}


def test_the_log_does_not_tell_of_a_link_to_a_story_that_may_not_be_seen(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR, said("once", visibility="public", speaker=MARA),
        {"type": "story.opened", "story": "pier", "title": "A secret"},
        {"type": "story.linked", "story": "harbour", "other": "pier", "relation": "precedent"},
    )  # fmt: skip
    with reading(tracker.engine) as connection:
        log = {
            viewer: may_read(connection, viewer, tracker.clock(), tracker.store.read_stream("story/harbour"))
            for viewer in (READER, REPORTER)
        }

    assert b"pier" not in orjson.dumps(log[READER])
    assert b"pier" in orjson.dumps(log[REPORTER])


def test_an_embargo_that_has_passed_hides_nothing(tracker: Tracker) -> None:
    record(tracker, HARBOUR, said("once", visibility="public", embargo="2020-01-01T00:00:00Z", speaker=MARA))

    assert keys(look(tracker, viewer=READER)) == ["once"]


def test_a_story_without_a_public_development_is_absent_for_the_public(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))

    with pytest.raises(NoSuchStory):
        look(tracker, viewer=READER)
    with reading(tracker.engine) as connection:
        assert board(connection, READER, tracker.clock()) == []
        assert [line.slug for line in board(connection, REPORTER, tracker.clock())] == ["harbour"]


def test_a_replay_shows_the_content_of_then_under_the_policy_of_today(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", visibility="public", text="As first told"), note("n2", visibility="public"))
    then = str(tracker.store.position())
    record(
        tracker,
        {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "Put right"}]},
        {"type": "development.withheld", "target": "n2", "reason": "legal"},
    )

    told = look(tracker, viewer=READER, position=then)

    assert [(each["key"], each["details"]["text"]) for each in told["developments"]] == [("n1", "As first told")]


def test_a_redacted_field_is_hidden_in_every_replay(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", summary="canary"))
    then = str(tracker.store.position())
    record(
        tracker,
        {"type": "development.corrected", "target": "n1", "changes": [{"field": "summary", "now": "canary two"}]},
        {"type": "detail.redacted", "target": "n1", "fields": ["summary"], "authority": "court"},
    )

    with reading(tracker.engine) as connection:
        log = may_read(connection, EDITOR, tracker.clock(), tracker.store.read_all())

    for told in (look(tracker), look(tracker, position=then), log):
        assert b"canary" not in orjson.dumps(told)


@pytest.mark.parametrize(
    ("terms", "shown"), [("on_record", True), ("background", True), ("deep_background", False)]
)
def test_the_public_sees_of_a_source_what_its_terms_allow(tracker: Tracker, terms: str, shown: bool) -> None:
    source = {"key": "s1", "description": "a harbour pilot", "terms": terms, "outlet": "The Quay", "number": "one"}
    record(tracker, HARBOUR, note("n1", visibility="public", unsourced=None, sources=[source]))

    (public,) = look(tracker, viewer=READER)["developments"][0]["sources"]
    (inside,) = look(tracker, viewer=REPORTER)["developments"][0]["sources"]

    assert (public["description"] == "a harbour pilot") is shown
    assert ("outlet" in public) is (terms == "on_record")
    assert inside["outlet"] == "The Quay"


def test_a_standing_does_not_tell_what_its_reason_may_not(harbour: Tracker) -> None:
    record(
        harbour,
        {"type": "claim.asserted", "key": "c1", "text": "All is well", "via": "public-one", "visibility": "public"},
        {"type": "claim.denied", "key": "x1", "claim": "c1", "via": "embargoed-one", "visibility": "public"},
        {"type": "demand.made", "key": "d1", "action": "resign", "via": "public-one", "visibility": "public"},
        {"type": "demand.met", "demand": "d1", "by": "embargoed-one"},
        {"type": "question.raised", "key": "q1", "text": "Why?", "visibility": "public"},
        {"type": "question.answered", "question": "q1", "answer": "canary", "by": "embargoed-one"},
    )

    assert standings(harbour, READER) == standings(harbour, REPORTER) == (["asserted"], "open", "open")
    assert standings(harbour, POLITICS_EDITOR) == (["asserted", "denied"], "met", "answered")
    assert still_open(harbour, READER) == still_open(harbour, REPORTER) == (1, 1)
    assert still_open(harbour, POLITICS_EDITOR) == (0, 0)


def test_the_board_counts_a_demand_as_open_to_whoever_may_not_see_it_refused(harbour: Tracker) -> None:
    record(
        harbour,
        {"type": "demand.made", "key": "d1", "action": "resign", "via": "public-one", "visibility": "public"},
        {"type": "demand.made", "key": "d2", "action": "recuse", "via": "public-one", "visibility": "public"},
        {"type": "demand.answered", "key": "a1", "demand": "d1", "by": "Ole Brand", "answer": "refused",
         "via": "embargoed-one", "visibility": "public"},
        {"type": "demand.answered", "key": "a2", "demand": "d2", "by": "Ole Brand", "answer": "refused",
         "via": "public-one", "visibility": "public"},
    )  # fmt: skip

    assert still_open(harbour, READER) == still_open(harbour, REPORTER) == (1, 0)
    assert still_open(harbour, POLITICS_EDITOR) == (0, 0)


def still_open(tracker: Tracker, viewer: Principal) -> tuple[int, int]:
    """How many demands and questions the board counts as open for somebody; the same as the page of the story."""
    told = look(tracker, viewer=viewer)
    with reading(tracker.engine) as connection:
        (line,) = board(connection, viewer, tracker.clock())
    assert line.open_demands == sum(each["status"] in {"open", "answered"} for each in told["demands"])
    assert line.open_questions == sum(each["status"] == "open" for each in told["questions"])
    return line.open_demands, line.open_questions


def standings(tracker: Tracker, viewer: Principal) -> tuple[list[str], str, str]:
    """The standing of a claim, of a demand and of a question; the same in the whole story and in outline."""
    told = look(tracker, viewer=viewer)
    with reading(tracker.engine) as connection:
        seen, now = sight(viewer, "politics"), tracker.clock()
        outlined = overview(connection, "harbour", 0, seen, now).by_key
        [demand], [claim] = told["demands"], [each for each in told["claims"] if each["key"] == "c1"]
        assert outlined["c1"].state == claim["standing"][-1]
        assert outlined["d1"].state == demand["status"]
    return claim["standing"], demand["status"], told["questions"][0]["status"]
