"""Search finds what somebody may see, in the words it has and had, alike on both databases."""

import random
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from tests.newsroom import (
    ADMIN,
    ARCHIVIST,
    EDITOR,
    HARBOUR,
    POLITICS_EDITOR,
    READER,
    REPORTER,
    SPORTS_EDITOR,
    note,
    record,
)
from tracker.accounts.people import Principal
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections import following
from tracker.projections.passages import passages
from tracker.projections.search import search
from tracker.projections.search_index import answers
from tracker.sample import demonstration
from tracker.stories.search_query import Query, Searchable, matches, read_query
from tracker.stories.search_words import words_of

MARA = {"key": "mara", "name": "Mara Quint"}


def look_for(tracker: Tracker, typed: str, viewer: Principal = EDITOR, **more: Any) -> dict[str, Any]:
    """What somebody finds who types this."""
    with reading(tracker.engine) as connection:
        return search(connection, read_query(typed), viewer, tracker.clock(), **more)


def found(tracker: Tracker, typed: str, viewer: Principal = EDITOR) -> list[str]:
    """The keys of what somebody finds."""
    return [each["key"] for each in look_for(tracker, typed, viewer)["results"]]


def excerpt_of(result: dict[str, Any], part: str = "excerpt") -> str:
    return "".join(f"[{each['text']}]" if each["marked"] else each["text"] for each in result[part])


def corrected(target: str, **now: str) -> dict[str, Any]:
    return {"type": "development.corrected", "target": target,
            "changes": [{"field": field, "now": text} for field, text in now.items()]}  # fmt: skip


def test_the_index_and_the_matcher_find_the_same(tracker: Tracker) -> None:
    drawn = random.Random(5)
    vocabulary = ["harbour", "Hafen", "Häfen", "contract", "contracts", "Müller’s", "2017", "co-operation", "東京", "ß"]
    texts = [" ".join(drawn.choices(vocabulary, k=drawn.randint(2, 7))) for _ in range(40)]
    record(tracker, HARBOUR, *(note(f"n{n}", headline=text, text="x") for n, text in enumerate(texts)))
    asked = [*vocabulary, *("".join([word[:3], "*"]) for word in vocabulary)]
    asked += [f'"{" ".join(drawn.choices(vocabulary, k=2))}"' for _ in range(60)]
    asked += [f"{drawn.choice(asked)} OR {drawn.choice(asked)} -{drawn.choice(asked)}" for _ in range(60)]

    hits = 0
    for typed in asked:
        query = read_query(typed)
        wanted = {f"n{n}" for n, text in enumerate(texts) if matches(query, Searchable(words_of([text, "x"])))}
        assert _by_index(tracker, query) == wanted, typed
        hits += bool(wanted)

    assert hits > 100


def _by_index(tracker: Tracker, query: Query) -> set[str]:
    with reading(tracker.engine) as connection:
        wanted = [answers(connection, clause) for clause in query.clauses]
        of_notes = passages.c.kind == "development"
        return set(connection.execute(select(passages.c.key).where(of_notes, *wanted)).scalars())


def test_words_are_found_in_every_field_whatever_their_case_and_accents(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR, note("n1", text="Die Verträge des Hafenmeisters", place="Łódź", tags=["Ausschreibung"]),
        {"type": "statement.made", "key": "s1", "speaker": MARA, "quotes": ["We never spoke of the tender."],
         "unsourced": "x", "headline": "Quint speaks"},
        {"type": "question.raised", "key": "q1", "text": "Who signed the tender?"},
    )  # fmt: skip

    assert found(tracker, "vertrage HAFENMEISTER*") == ["n1"]
    assert found(tracker, "lodz ausschreibung") == ["n1"]
    assert found(tracker, "tender") == ["q1", "s1"]
    assert found(tracker, '"spoke of the tender"') == ["s1"]
    assert found(tracker, "contract") == found(tracker, "contracts") == ["harbour"]
    assert found(tracker, "quint") == ["mara", "s1"]
    assert excerpt_of(look_for(tracker, "never tender")["results"][0]) == "We [never] spoke of the [tender]."


def test_what_was_corrected_is_found_in_its_earlier_wording_and_marked_so(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR, note("n1", headline="Who signed", text="Signed by the mayor"),
        note("n2", text="The mayor was away"),
    )  # fmt: skip
    record(tracker, corrected("n1", text="Signed by the pilot"))
    record(tracker, corrected("n1", text="Signed by the harbour pilot"))

    now, once = look_for(tracker, "mayor")["results"]

    assert (now["key"], now["found_in"], once["key"], once["found_in"]) == ("n2", "now", "n1", "earlier")
    assert once["status"] == "corrected"
    assert excerpt_of(once) == "Signed by the [mayor]"
    assert look_for(tracker, "pilot")["results"][0]["found_in"] == "now"
    assert look_for(tracker, "pilot -harbour")["results"][0]["found_in"] == "earlier"
    assert look_for(tracker, "mayor status:corrected")["total"] == 1


def test_what_is_hidden_tells_nothing_by_the_status_of_what_it_bears_on(tracker: Tracker) -> None:
    public, hidden = {"visibility": "public", "unsourced": "x"}, {"visibility": "newsroom", "unsourced": "x"}
    record(
        tracker, HARBOUR, note("n1", visibility="public"), note("n2", text="The pilot signed", visibility="newsroom"),
        {"type": "claim.asserted", "key": "c1", "text": "No ship came.", "claimant": MARA} | public,
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "mara"} | hidden,
        {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["n1"]} | hidden,
        {"type": "demand.made", "key": "p1", "demanders": ["mara"], "action": "resign", "addressee": MARA} | public,
        {"type": "demand.met", "demand": "p1", "by": "n2"},
        {"type": "question.raised", "key": "q1", "text": "Who signed?", "visibility": "public"},
        {"type": "question.answered", "question": "q1", "answer": "It was the steersman.", "by": "n2"},
    )  # fmt: skip

    statuses = ("asserted", "denied", "contradicted", "met", "answered", "open")
    told = {status: found(tracker, f"status:{status} story:harbour", READER) for status in statuses}

    assert told == {"asserted": ["c1"], "denied": [], "contradicted": [], "met": [], "answered": [],
                    "open": ["q1", "p1"]}  # fmt: skip
    assert found(tracker, "status:contradicted", REPORTER) == found(tracker, "status:denied", REPORTER) == ["c1"]
    assert found(tracker, "status:answered", REPORTER) == ["q1"]
    assert found(tracker, "steersman", READER) == []
    assert look_for(tracker, '"who signed"', READER)["results"][0]["status"] == "open"


def test_what_was_retracted_is_found_and_marked_so(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", text="The tender was open"))
    record(tracker, {"type": "development.retracted", "target": "n1", "reason": "misheard"})

    (result,) = look_for(tracker, "tender")["results"]

    assert (result["status"], result["found_in"]) == ("retracted", "now")
    assert found(tracker, "status:retracted") == ["n1"]
    assert found(tracker, "tender status:standing") == []


def test_filters_narrow_and_facets_count_what_is_left(tracker: Tracker) -> None:
    record(
        tracker, {**HARBOUR, "beats": ["Harbour & trade"]},
        {"type": "actor.added", **MARA, "kind": "person"},
        {"type": "actor.alias_added", "key": "mara", "alias": "The Harbour Mistress"},
        {"type": "claim.asserted", "key": "c1", "text": "The tender was open", "claimant": "mara", "unsourced": "x",
         "occurred": "2017-03", "beats": ["politics"]},
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": {"key": "ole", "name": "Ole Brand"},
         "unsourced": "x", "headline": "Brand denies that the tender was open", "occurred": "2017-04-02"},
        note("n1", text="A tender"),
    )  # fmt: skip

    told = look_for(tracker, "tender")

    counted = {name: {each["value"]: each["count"] for each in values} for name, values in told["facets"].items()}
    assert counted == {
        "story": {"harbour": 3}, "type": {"claim.asserted": 1, "claim.denied": 1, "note.logged": 1},
        "beat": {"Harbour & trade": 3, "politics": 1}, "actor": {"mara": 1, "ole": 1},
    }  # fmt: skip
    assert [each["label"] for each in told["facets"]["actor"]] == ["Mara Quint", "Ole Brand"]
    for typed, keys in {
        "type:denial": ["d1"], 'actor:"harbour mistress"': [], 'actor:"the harbour mistress" tender': ["c1"],
        "actor:mara": ["mara", "c1"], "beat:politics": ["c1"], "beat:harbour-trade type:note": ["n1"],
        "story:harbour tender": ["n1", "d1", "c1"], 'story:"the harbour contract" type:note': ["n1"],
        "story:other tender": [], "status:denied": ["c1"], "from:2017-03-15 to:2017-03 type:claim type:denial": ["c1"],
        "to:2017-03 tender": ["c1"], "from:2018 tender": ["n1"],
    }.items():  # fmt: skip
        assert found(tracker, typed) == keys, typed


def test_what_was_said_in_something_has_its_date(tracker: Tracker) -> None:
    record(
        tracker, HARBOUR,
        {"type": "statement.made", "key": "s1", "speaker": MARA, "occurred": "2016-09-08", "unsourced": "x",
         "headline": "Quint speaks", "claims": [{"key": "c1", "text": "The tender was open"}]},
    )  # fmt: skip

    assert found(tracker, "tender to:2016") == ["c1"]
    assert found(tracker, "tender from:2017") == []


def test_results_come_page_by_page(tracker: Tracker) -> None:
    record(tracker, HARBOUR, *(note(f"n{n}", text="tender") for n in range(7)))

    pages = [look_for(tracker, "tender", page=page, limit=3) for page in (1, 2, 3, 9)]

    assert [[each["key"] for each in told["results"]] for told in pages] == [
        ["n6", "n5", "n4"], ["n3", "n2", "n1"], ["n0"], ["n0"],
    ]  # fmt: skip
    assert {(told["total"], told["pages"]) for told in pages} == {(7, 3)}


@pytest.fixture
def secrets(tracker: Tracker) -> Tracker:
    """A story with one development for each degree of secrecy; each holds the canary, now or in an earlier wording."""
    record(
        tracker, HARBOUR, {"type": "actor.added", **MARA, "kind": "person"},
        said("public-one", visibility="public"), said("newsroom-one"), said("desk-one", visibility="desk"),
        said("embargoed-one", visibility="public", embargo="2999-01-01T00:00:00Z"),
        said("withheld-one", visibility="public"),
        {"type": "development.withheld", "target": "withheld-one", "reason": "legal"},
        said("off-record-one", sources=[{"key": "pilot", "description": "a pilot", "terms": "off_record"}],
             visibility="desk"),
        {"type": "claim.asserted", "key": "in-embargoed", "text": "canary", "via": "embargoed-one",
         "visibility": "public"},
        {"type": "question.raised", "key": "q-desk", "text": "Whose canary?", "visibility": "desk"},
        corrected("embargoed-one", headline="Something else"),
    )  # fmt: skip
    return tracker


def said(key: str, **fields: Any) -> dict[str, Any]:
    return {"type": "statement.made", "key": key, "speaker": "mara", "headline": f"canary {key}",
            "sources": ["an onlooker"], "beats": [f"beat-{key}"], **fields}  # fmt: skip


DESK = {"public-one", "newsroom-one", "desk-one", "withheld-one", "off-record-one", "q-desk"}
SEES = {
    READER: {"public-one"}, ADMIN: {"public-one"}, REPORTER: {"public-one", "newsroom-one"},
    SPORTS_EDITOR: {"public-one", "newsroom-one"}, ARCHIVIST: DESK,
    POLITICS_EDITOR: DESK | {"embargoed-one", "in-embargoed"}, EDITOR: DESK | {"embargoed-one", "in-embargoed"},
}  # fmt: skip


@pytest.mark.parametrize("viewer", SEES, ids=lambda viewer: f"{viewer.role.value}-{viewer.name}")
def test_nothing_hidden_is_found_or_counted(secrets: Tracker, viewer: Principal) -> None:
    told = look_for(secrets, "canary", viewer)

    assert {each["key"] for each in told["results"]} == SEES[viewer]
    assert told["total"] == len(SEES[viewer])
    for counted in ("story", "type"):
        assert sum(each["count"] for each in told["facets"][counted]) == len(SEES[viewer])
    hidden = {key for keys in SEES.values() for key in keys} - SEES[viewer]
    assert not any(key.encode() in orjson.dumps(told) for key in hidden)
    named = sum(key.endswith("-one") for key in SEES[viewer])
    assert [each["count"] for each in told["facets"]["actor"]] == [named + ("in-embargoed" in SEES[viewer])]


def test_the_public_finds_stories_and_actors_once_something_public_is_known_of_them(tracker: Tracker) -> None:
    record(tracker, HARBOUR, said("s1", speaker=MARA), {"type": "question.raised", "key": "q1", "text": "Who?",
                                                       "visibility": "public"})  # fmt: skip
    for typed in ("harbour", "mara", "who"):
        assert found(tracker, typed, READER) == []
        assert len(found(tracker, typed, REPORTER)) == 1

    record(tracker, said("s2", visibility="public"))

    for typed in ("harbour", "mara", "who"):
        assert len(found(tracker, typed, READER)) == 1


def test_a_redacted_detail_is_found_in_no_wording(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1", summary="canary one", text="Kept"))
    record(tracker, corrected("n1", summary="canary two", text="Kept better"))
    record(tracker, corrected("n1", summary="canary three"))
    record(tracker, {"type": "detail.redacted", "target": "n1", "fields": ["summary"], "authority": "court"})

    assert found(tracker, "canary") == []
    assert found(tracker, "kept -better") == ["n1"]
    assert differences(tracker.engine)[2] == []
    following.rebuild(tracker.engine)
    assert found(tracker, "canary") == []
    assert differences(tracker.engine)[2] == []


def test_a_rebuild_finds_the_same(tracker: Tracker) -> None:
    demonstration.load(tracker)
    record(tracker, HARBOUR, note("n1", text="once"), corrected("n1", text="now"))
    typed = ("sessions", "recus*", "once", "type:demand", "actor:sessions status:denied")
    before = [look_for(tracker, each) for each in typed]

    following.rebuild(tracker.engine, page=7)

    assert [look_for(tracker, each) for each in typed] == before
    assert all(told["total"] for told in before[:4])
    assert differences(tracker.engine)[2] == []
