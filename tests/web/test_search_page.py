"""The search page and the page of two moments: every state an address, as page, JSON and CSV."""

import csv
import io
from typing import Any

import pytest
from flask import Flask

from tests.newsroom import EDITOR, HARBOUR, READER, REPORTER, note, record
from tests.web.visiting import Visitor, bearer
from tracker.bootstrap import Tracker


@pytest.fixture
def told(tracker: Tracker) -> Tracker:
    """Two notes on the harbour, one corrected since, and a claim."""
    record(
        tracker, HARBOUR | {"beats": ["Harbour & trade"]},
        note("n1", headline="Who signed", text="Signed by the <b>mayor</b>"), note("n2", text="The mayor was away"),
        {"type": "claim.asserted", "key": "c1", "text": "The mayor knew", "unsourced": "x", "visibility": "public",
         "claimant": {"key": "mara", "name": "Mara Quint"}},
        {"type": "development.corrected", "target": "n1",
         "changes": [{"field": "text", "now": "Signed by the pilot"}, {"field": "headline", "now": "=Who signed?"}]},
    )  # fmt: skip
    return tracker


def test_words_are_marked_and_earlier_wordings_said_to_be_such(app: Flask, told: Tracker) -> None:
    page = Visitor(app, EDITOR).read("/search?q=mayor")

    assert "3 found" in page.words
    assert "<mark>mayor</mark> was away" in page.markup
    assert "Found in an earlier wording, changed since" in page.words
    assert "Signed by the &lt;b&gt;<mark>mayor</mark>&lt;/b&gt;" in page.markup
    assert page.markup.index("was away") < page.markup.index("earlier wording")


def test_each_count_adds_its_filter_to_the_address_and_takes_it_out_again(app: Flask, told: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    assert "/search?q=mayor+type:claim.asserted" in visitor.read("/search?q=mayor").markup
    assert "q=mayor+beat:%22Harbour+%26+trade%22" in visitor.read("/search?q=mayor").markup
    narrowed = visitor.read("/search?q=mayor+type:claim.asserted")
    assert "1 found" in narrowed.words
    assert '<a href="/search?q=mayor" aria-current="true">Claim</a>' in narrowed.markup


def test_a_query_that_cannot_be_read_is_answered_beside_the_field_with_what_was_typed(
    app: Flask, told: Tracker
) -> None:
    page = Visitor(app, EDITOR).read("/search?q=acter:mara", 400)

    assert "Did you mean “actor:”?" in page.errors["q"]
    assert 'value="acter:mara"' in page.markup
    assert Visitor(app, EDITOR).get("/search.json?q=type:x").json["error"].startswith("There is no type “x”.")


def test_the_page_teaches_before_anything_is_asked_and_when_nothing_is_found(app: Flask, told: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    assert "these words as they are, one after the other" in visitor.read("/search").words
    assert "Nothing found" in visitor.read("/search?q=zebra").words


def test_the_public_finds_what_is_public(app: Flask, told: Tracker) -> None:
    found = Visitor(app, READER).get("/search.json?q=mayor").json

    assert [each["key"] for each in found["results"]] == ["c1"]
    assert found["total"] == 1


def test_search_is_a_table_too_and_a_part_of_the_api(app: Flask, told: Tracker) -> None:
    table = _table(Visitor(app, REPORTER).get("/search.csv?q=mayor").data)
    answer = app.test_client().get("/api/v1/search?q=mayor&limit=1&page=3", headers=bearer(told, REPORTER))
    wrong = app.test_client().get("/api/v1/search?q=acter:mara", headers=bearer(told, REPORTER))

    assert [row["key"] for row in table] == ["c1", "n2", "n1"]
    assert (table[2]["title"], table[2]["found_in"]) == ("'=Who signed?", "earlier")
    assert [each["key"] for each in answer.json["results"]] == ["n1"]
    assert (answer.json["pages"], answer.json["total"]) == (3, 3)
    assert (wrong.status_code, wrong.json["title"]) == (400, "The query can't be read")


def test_two_moments_are_compared_on_a_page_of_its_own(app: Flask, told: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    position = str(told.store.position() - 1)

    page = visitor.read(f"/stories/harbour/compare?by=position&from={position}")

    assert "1 correction" in page.words
    assert "<del>Signed by the &lt;b&gt;mayor&lt;/b&gt;</del>" in page.markup
    assert "<ins>Signed by the pilot</ins>" in page.markup
    assert "The two moments were given in the other order" not in page.words
    assert "other order" in visitor.read(f"/stories/harbour/compare?by=position&to={position}&from=9999").words
    assert "Nothing changed in between" in visitor.read("/stories/harbour/compare?from=2998&to=2999").words
    assert "3 new" not in visitor.read("/stories/harbour/compare").words


def test_a_comparison_says_choices_in_words(app: Flask, told: Tracker) -> None:
    position = told.store.position()
    record(told, {"type": "verification.changed", "target": "n1", "level": "single_source"})

    page = Visitor(app, EDITOR).read(f"/stories/harbour/compare?by=position&from={position}")

    assert "<ins>single source</ins>" in page.markup


def test_a_day_may_be_typed_in_words_and_what_is_none_is_refused_in_its_place(app: Flask, told: Tracker) -> None:
    visitor = Visitor(app, EDITOR)

    wrong = visitor.read("/stories/harbour/compare?from=the+other+day&to=2017", 400)

    assert "“the other day” can’t be read as a moment" in wrong.errors["from"]
    assert 'value="the other day"' in wrong.markup
    assert 'value="2017"' in wrong.markup
    assert 'value="2017-03-03"' in visitor.read("/stories/harbour/compare?from=3+March+2017").markup
    assert visitor.read("/stories/harbour/compare?by=weather", 400)


def test_a_comparison_is_json_and_a_table_too_and_a_part_of_the_api(app: Flask, told: Tracker) -> None:
    visitor = Visitor(app, EDITOR)
    asked = f"by=position&from={told.store.position() - 1}"

    found = visitor.get(f"/stories/harbour/compare.json?{asked}").json
    table = _table(visitor.get(f"/stories/harbour/compare.csv?{asked}").data)
    answer = app.test_client().get(f"/api/v1/stories/harbour/compare?{asked}", headers=bearer(told, EDITOR))
    wrong = app.test_client().get("/api/v1/stories/harbour/compare?from=x", headers=bearer(told, EDITOR))

    assert [(each["consequence"], each["key"]) for each in found["changes"]] == [("corrected", "n1")]
    assert [(row["field"], row["now"]) for row in table] == [
        ("text", "Signed by the pilot"), ("headline", "'=Who signed?"),
    ]  # fmt: skip
    assert answer.json == found
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (400, "from")


def _table(data: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
