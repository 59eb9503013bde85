"""Everybody in one list: who they are, how much names them, and nothing that its reader may not see."""

import csv
import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.newsroom import EDITOR, HARBOUR, POLITICS_EDITOR, READER, REPORTER, note, record
from tests.web.visiting import Visitor
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections import actor_list
from tracker.web import actor_pages

LATER = "2999-01-01T00:00:00Z"


def somebody(key: str, name: str, kind: str = "person") -> dict[str, Any]:
    return {"type": "actor.added", "key": key, "name": name, "kind": kind}


@pytest.fixture
def harbour(tracker: Tracker) -> Tracker:
    """Mara Quint says what a public claim of Ole Brand denies; what contradicts her is under embargo."""
    record(
        tracker, HARBOUR, somebody("mara", "Mara Quint"), somebody("ole", "Ole Brand"),
        somebody("board", "Port Board", "public_body"),
        {"type": "actor.role_taken", "key": "mara", "role": "harbour mistress", "organization": "Port Board"},
        {"type": "actor.role_taken", "key": "ole", "role": "pilot"},
        {"type": "actor.role_left", "key": "ole", "role": "pilot", "how": "retired"},
        {"type": "claim.asserted", "key": "c1", "claimant": "mara", "text": "The tender was open", "unsourced": "x"},
        {"type": "claim.asserted", "key": "c2", "claimant": "ole", "text": "It was not", "unsourced": "x",
         "visibility": "public"},
        {"type": "demand.made", "key": "r1", "demanders": ["ole"], "action": "resign", "addressee": "mara",
         "unsourced": "x"},
        {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["c2"], "kind": "direct",
         "identified_by": "desk", "unsourced": "x", "embargo": LATER},
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "ole", "unsourced": "x", "embargo": LATER},
    )  # fmt: skip
    return tracker


def listed(app: Flask, person: Any, query: str = "") -> dict[str, dict[str, Any]]:
    told: Any = Visitor(app, person).get(f"/actors.json{query}").json
    return {each["key"]: each for each in told["actors"]}


def test_the_list_says_who_they_are_and_how_much_names_them(app: Flask, harbour: Tracker) -> None:
    told = listed(app, POLITICS_EDITOR)

    assert list(told) == ["mara", "ole", "board"]
    mara = told["mara"]
    assert mara["roles"] == [{"role": "harbour mistress", "organization": "Port Board", "held": True}]
    assert {name: mara[name] for name in ("stories", "developments", "claims", "contradicted", "demands_of")} == {
        "stories": 1, "developments": 2, "claims": 1, "contradicted": 1, "demands_of": 1,
    }  # fmt: skip
    assert (told["ole"]["denials"], told["ole"]["demands_by"], told["ole"]["latest"]["key"]) == (1, 1, "d1")
    assert (told["board"]["developments"], told["board"]["latest"]) == (0, None)


def test_what_may_not_be_seen_neither_counts_nor_contradicts(app: Flask, harbour: Tracker) -> None:
    told = listed(app, REPORTER)

    assert (told["mara"]["claims"], told["mara"]["contradicted"]) == (1, 0)
    assert (told["ole"]["denials"], told["ole"]["latest"]["key"]) == (0, "r1")
    assert listed(app, READER).keys() == {"ole"}
    assert "Quint" not in Visitor(app, READER).read("/actors").words


def test_a_claim_of_an_actor_stands_as_its_reader_may_know(app: Flask, harbour: Tracker) -> None:
    def standing(person: Any) -> list[str]:
        told: Any = Visitor(app, person).get("/actors/mara.json").json
        return list(told["claims"][0]["standing"])

    assert standing(POLITICS_EDITOR) == ["asserted", "denied", "contradicted"]
    assert standing(REPORTER) == ["asserted"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=qui", ["mara"]), ("?q=port+board", ["mara", "board"]), ("?q=PILOT", ["ole"]), ("?q=uint", []),
        ("?kind=public_body", ["board"]), ("?q=port&kind=person", ["mara"]),
        ("?kind=nonsense", ["mara", "ole", "board"]),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_names_offices_and_kind(
    app: Flask, harbour: Tracker, query: str, found: list[str]
) -> None:
    assert list(listed(app, EDITOR, query)) == found


def test_what_was_retracted_is_no_longer_claimed(app: Flask, harbour: Tracker) -> None:
    record(harbour, {"type": "development.retracted", "target": "c2", "reason": "Another captain"})

    assert listed(app, READER)["ole"]["claims"] == 0
    assert listed(app, READER)["ole"]["latest"]["retracted"]


def test_a_long_list_is_paged_and_its_table_has_them_all(
    app: Flask, harbour: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actor_pages, "PAGE", 2)
    visitor = Visitor(app, REPORTER)

    first, second = visitor.read("/actors?q="), visitor.read("/actors?page=2")
    table = list(csv.DictReader(io.StringIO(visitor.get("/actors.csv").data.decode("utf-8-sig"))))

    assert "1–2 of 3" in first.words
    assert "Port Board" in second.words
    assert "Ole Brand" not in second.words
    assert [row["key"] for row in table] == ["mara", "ole", "board"]
    assert (table[0]["roles"], table[1]["roles"]) == ("harbour mistress, Port Board", "formerly pilot")
    assert 'href="/actors"' in visitor.get("/actors/mara").text


def test_the_api_tells_the_same_page_by_page(app: Flask, harbour: Tracker) -> None:
    for person in (POLITICS_EDITOR, READER):
        visitor = Visitor(app, person)
        told: Any = visitor.get("/api/v1/actors").json
        assert told["actors"] == list(listed(app, person).values())

    ben = Visitor(app, REPORTER)
    second: Any = ben.get("/api/v1/actors?limit=2&page=2").json
    assert (second["total"], second["pages"], [each["key"] for each in second["actors"]]) == (3, 2, ["board"])
    assert ben.get("/api/v1/actors/mara").json == ben.get("/actors/mara.json").json
    assert ben.get("/api/v1/actors/nobody").status_code == 404
    assert Visitor(app, READER).get("/api/v1/actors/mara").status_code == 404
    assert ben.get("/api/v1/actors?kind=ship").status_code == 400


def test_an_empty_list_teaches_and_one_where_nobody_fits_leads_on(app: Flask, tracker: Tracker) -> None:
    assert "is added here by itself" in Visitor(app, REPORTER).read("/actors").words
    record(tracker, HARBOUR, somebody("mara", "Mara Quint"))
    assert "Nobody fits" in Visitor(app, REPORTER).read("/actors?q=zzz").words


def test_a_page_of_the_list_costs_as_many_statements_however_much_names_them(
    tracker: Tracker, harbour: Tracker
) -> None:
    few = _statements(harbour)
    record(harbour, *(somebody(f"a{n}", f"Another {n}") for n in range(10)))
    record(harbour, *({"type": "action.taken", "actor": f"a{n % 10}", "action": "other", "unsourced": str(n)}
                      for n in range(30)), note("n1"))  # fmt: skip

    assert _statements(harbour) == few


def _statements(tracker: Tracker) -> int:
    statements: list[str] = []

    def count(_c: object, _cur: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(tracker.engine, "before_cursor_execute", count)
    with reading(tracker.engine) as connection:
        every = actor_list.everybody(connection, EDITOR, tracker.clock())
        actor_list.told(connection, every, EDITOR, tracker.clock())
    event.remove(tracker.engine, "before_cursor_execute", count)
    return len(statements)
