"""Somebody across stories: what they claim, deny, demand and hold, read without reading the stories."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import event

from tests.newsroom import EDITOR, HARBOUR, READER, REPORTER, note, record
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections.actor_page import actor_document
from tracker.projections.story_page import NoSuchStory

PIER = {"type": "story.opened", "story": "pier", "title": "The old pier"}


@pytest.fixture
def mara(tracker: Tracker) -> Tracker:
    """Mara Quint in two stories."""
    record(
        tracker, HARBOUR, PIER,
        {"type": "actor.added", "key": "mara", "name": "Mara Quint", "kind": "person"},
        {"type": "actor.added", "key": "ole", "name": "Ole Brand", "kind": "person"},
        {"type": "actor.alias_added", "key": "mara", "alias": "The Harbour Mistress"},
        {"type": "actor.spokesperson_named", "key": "ole", "for": "mara"},
        {"type": "actor.role_taken", "key": "mara", "role": "harbour mistress", "from": "2015"},
        {"type": "actor.role_left", "key": "mara", "role": "harbour mistress", "until": "2017-03", "how": "resigned"},
        {"type": "statement.made", "key": "s1", "speaker": "mara", "occurred": "2016-09-08", "unsourced": "x",
         "headline": "Quint speaks", "claims": [{"key": "c1", "text": "The tender was open"}]},
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "ole", "unsourced": "x"},
        {"type": "claim.denied", "key": "d2", "by": "mara", "text": "A second bid", "unsourced": "x",
         "story": "pier", "visibility": "public"},
        {"type": "demand.made", "key": "r1", "demanders": ["ole"], "action": "resign", "addressee": "mara",
         "unsourced": "x"},
        {"type": "demand.joined", "key": "j1", "demand": "r1", "demanders": ["mara"], "unsourced": "x"},
        {"type": "position.taken", "key": "p1", "actor": "mara", "issue": {"key": "i", "text": "Rebuild the pier"},
         "stance": "against", "unsourced": "x", "story": "pier"},
        {"type": "position.taken", "key": "p2", "actor": "mara", "issue": "i", "stance": "for", "unsourced": "x",
         "story": "pier"},
        {"type": "story.linked", "story": "pier", "other": "harbour", "relation": "precedent"},
    )  # fmt: skip
    return tracker


def test_an_actor_is_told_across_stories(mara: Tracker) -> None:
    with reading(mara.engine) as connection:
        told = actor_document(connection, "mara", EDITOR, mara.clock())

    assert (told["name"], told["aliases"]) == ("Mara Quint", ["The Harbour Mistress"])
    assert told["spokespersons"] == [{"key": "ole", "name": "Ole Brand"}]
    assert [(each["role"], each["from"]["edtf"], each["until"]["edtf"], each["held"]) for each in told["roles"]] == [
        ("harbour mistress", "2015", "2017-03", False)
    ]
    (claim,) = told["claims"]
    assert (claim["text"], claim["standing"], claim["occurred"]["edtf"]) == (
        "The tender was open", ["asserted", "denied"], "2016-09-08",
    )  # fmt: skip
    assert [(each["story"], each["key"], each["text"]) for each in told["denials"]] == [("pier", "d2", "A second bid")]
    assert [(each["key"], each["as"], each["status"], each["joins"]) for each in told["demands"]] == [
        ("j1", "demander", None, "r1"), ("r1", "addressee", "open", None),
    ]  # fmt: skip
    (position,) = told["positions"]
    assert (position["text"], [each["stance"] for each in position["stances"]]) == (
        "Rebuild the pier", ["against", "for"],
    )  # fmt: skip
    assert {each["slug"] for each in told["stories"]} == {"harbour", "pier"}
    assert told["linked"] == [
        {"story": "pier", "relation": "precedent", "other": "harbour", "title": "The harbour contract"}
    ]
    assert told["counts"] == {
        "all": 7, "addressee": 1, "claimant": 1, "demander": 1, "denier": 1, "holder": 2, "speaker": 1,
    }  # fmt: skip


def test_precedents_are_told_where_both_ends_may_be_seen(app: Flask, mara: Tracker) -> None:
    record(
        mara, note("old", visibility="public"), note("sealed", embargo="2999-01-01T00:00:00Z"),
        *({"type": "developments.linked", "from": "s1", "to": to, "relation": relation}
          for to, relation in (("old", "precedent"), ("sealed", "precedent"), ("r1", "background"))),
        {"type": "development.retracted", "target": "old", "reason": "Another ship"},
    )  # fmt: skip
    ben = Visitor(app, REPORTER)

    (told,) = ben.get("/actors/mara.json").json["precedents"]

    assert told == {
        "story": "harbour", "of": {"key": "s1", "headline": "Quint speaks", "retracted": False},
        "precedent": {"key": "old", "headline": "Note old", "retracted": True},
    }  # fmt: skip
    assert "Quint speaks has as its precedent Note old" in " ".join(ben.read("/actors/mara").words.split())
    assert len(Visitor(app, EDITOR).get("/actors/mara.json").json["precedents"]) == 2
    assert Visitor(app, READER).get("/actors/mara.json").json["precedents"] == []


def test_the_public_sees_what_is_public_of_them(mara: Tracker) -> None:
    with reading(mara.engine) as connection:
        told = actor_document(connection, "mara", READER, mara.clock())
        with pytest.raises(NoSuchStory):
            actor_document(connection, "ole", READER, mara.clock())

    assert [each["key"] for each in told["developments"]] == ["d2"]
    assert (told["claims"], told["demands"], told["positions"], told["linked"]) == ([], [], [], [])
    assert [each["slug"] for each in told["stories"]] == ["pier"]
    assert told["counts"] == {"all": 1, "denier": 1}


def test_the_page_costs_as_many_statements_however_many_stories_and_developments(mara: Tracker) -> None:
    few = _statements(mara)
    record(mara, *({**PIER, "story": f"other-{n}"} for n in range(5)))
    record(mara, *(note(f"n{n}", story=f"other-{n % 5}") for n in range(20)))
    record(mara, *({"type": "action.taken", "actor": "mara", "action": "other", "unsourced": str(n),
                    "story": f"other-{n % 5}"} for n in range(20)))  # fmt: skip

    assert _statements(mara) == few


def _statements(tracker: Tracker) -> int:
    statements: list[str] = []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(tracker.engine, "before_cursor_execute", count)
    with reading(tracker.engine) as connection:
        actor_document(connection, "mara", EDITOR, tracker.clock())
    event.remove(tracker.engine, "before_cursor_execute", count)
    return len(statements)


def test_the_page_the_table_and_the_json_tell_the_same(app: Flask, mara: Tracker) -> None:
    visitor = Visitor(app, REPORTER)

    page = visitor.read("/actors/mara")
    table = list(csv.DictReader(io.StringIO(visitor.get("/actors/mara.csv").data.decode("utf-8-sig"))))
    told = visitor.get("/actors/mara.json").json

    followed = visitor.send(page, form="/alerts/follow", do="follow")
    assert followed.location.endswith("/actors/mara")
    assert "Following" in visitor.read("/actors/mara").words
    for words in ("harbour mistress", "resigned", "spoken for by Ole Brand", "The tender was open", "against", "joins"):
        assert words in " ".join(page.words.split())
    assert [row["key"] for row in table] == [each["key"] for each in told["developments"]]
    assert table[0]["as"] == "holder"
