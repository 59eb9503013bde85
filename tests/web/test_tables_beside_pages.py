"""Beside each page are its JSON and, wherever it has rows, its table for a spreadsheet; both in the state shown."""

import csv
import io
import re

import pytest
from flask import Flask

from tests.newsroom import ARCHIVIST, EDITOR, READER, REPORTER, note, record
from tests.web.test_tables import table
from tests.web.visiting import Visitor
from tracker.accounts.people import Principal
from tracker.alerts import subscribing
from tracker.alerts.delivery_log import Attempt, Logged
from tracker.alerts.rules import Rule
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.web.told_tables import DELIVERIES, of_deliveries

# A page with JSON has a table as well, or stands here with the reason why it has none.
WITHOUT_A_TABLE = {
    "/admin": "the state of the site, not a list",
    "/alerts/channels": "settings; what went through them is the table of deliveries",
    "/alerts/notifications": "asked by the script of a page; the inbox is the table",
    "/api/v1/openapi": "a description of the API",
    "/api/v1/schemas/<name>": "a schema",
    "/archive/events/<id>": "one event and its proof, which only a program checks",
    "/feeds/<word>": "a feed, beside its Atom",
    "/stories/<slug>/at/<position>": "a permanent copy; the table of the story takes ?position= as well",
    "/stories/<slug>/feed": "a feed, beside its Atom",
    "/stories/<slug>/moments": "asked by the slider of the story; the table of the story has the days",
}
STORY = "/stories/harbour"
MANY = {"type": "question.raised", "text": "Who signed?"}
EMBARGOED = note("n6", headline="Not before Monday", embargo="2999-01-01T00:00:00Z")


def test_every_page_with_json_has_a_table_or_a_reason(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    beside = {rule.removesuffix(".json") for rule in rules if rule.endswith(".json")}

    assert {page for page in beside if f"{page}.csv" not in rules} == WITHOUT_A_TABLE.keys()


@pytest.mark.parametrize(
    ("person", "page"),
    [
        (EDITOR, "/?status=active"), (EDITOR, f"{STORY}?known_at=2100"), (EDITOR, "/actors/mara"),
        (EDITOR, "/actors?q=mara"),
        (EDITOR, f"{STORY}/compare?from=2017-02"), (EDITOR, f"{STORY}/developments/n1?known_at=2100"),
        (EDITOR, "/search?q=contract"), (EDITOR, "/catch-up?since=1"), (REPORTER, "/alerts"), (REPORTER, "/inbox"),
        (REPORTER, "/alerts/deliveries"), (ARCHIVIST, "/archive?type=note.logged"), (ARCHIVIST, "/archive/reads"),
    ],
)  # fmt: skip
def test_a_page_leads_to_both_with_the_question_it_was_asked(
    app: Flask, harbour: Tracker, person: Principal, page: str
) -> None:
    record(harbour, {"type": "actor.added", "key": "mara", "name": "Mara Lind", "kind": "person"}, MANY)
    visitor = Visitor(app, person)

    markup = visitor.read(page).markup.replace("&amp;", "&")
    links = re.findall(r'href="([^"]+\.(?:json|csv)(?:\?[^"]*)?)">(?:JSON|CSV)<', markup)

    assert [link.partition("?")[0].rpartition(".")[2] for link in links] == ["json", "csv"]
    assert {link.partition("?")[2] for link in links} == {page.partition("?")[2]}
    for link in links:
        answer = visitor.get(link)
        assert answer.status_code == 200, link
        assert answer.content_type.startswith("text/csv" if ".csv" in link else "application/json")


@pytest.mark.parametrize("typed", ["endpoint=x", "slug=x", "_scheme=javascript&_external=1", "q=%FF"])
def test_what_is_written_behind_an_address_makes_no_other_address(app: Flask, harbour: Tracker, typed: str) -> None:
    ana, carla = Visitor(app, EDITOR), Visitor(app, ARCHIVIST)

    for page in ("/", STORY, f"{STORY}/compare", f"{STORY}/developments/n1", "/search", "/archive", "/inbox"):
        markup = (carla if page == "/archive" else ana).read(f"{page}?{typed}").markup
        assert re.findall(r'(?:href|action)="(?!/|#|\?|")[^"]*"', markup) == [], page


def test_a_development_is_the_row_of_its_story_for_whoever_may_see_it(app: Flask, harbour: Tracker) -> None:
    record(harbour, EMBARGOED)
    for_editor = table(Visitor(app, EDITOR), f"{STORY}.csv")

    assert table(Visitor(app, EDITOR), f"{STORY}/developments/n6.csv") == for_editor[1:]
    for unseen in ("n6", "none"):
        assert Visitor(app, READER).get(f"{STORY}/developments/{unseen}.csv").status_code == 404


def test_the_news_of_stories_is_a_table_by_consequence(app: Flask, harbour: Tracker) -> None:
    record(harbour, note("n2", headline="=1+1", visibility="public"), EMBARGOED)

    told = table(Visitor(app, EDITOR), "/catch-up.csv?since=2")
    for_ben = table(Visitor(app, REPORTER), "/catch-up.csv?since=2")

    assert [(row["story"], row["word"], row["heading"], row["development"]) for row in told] == [
        ("harbour", "logged", "'=1+1", "n2"), ("harbour", "logged", "Not before Monday", "n6"),
    ]  # fmt: skip
    assert [row["development"] for row in for_ben] == ["n2"]
    assert table(Visitor(app, EDITOR), "/catch-up.csv") == []


def test_alerts_and_what_came_of_them_are_tables_of_ones_own(app: Flask, harbour: Tracker) -> None:
    asked = subscribing.Asked(name="Notes", rule=Rule(types=("note.logged",)))
    with writing(harbour.engine) as connection:
        subscribing.subscribe(connection, REPORTER.name, asked, harbour.clock())
    record(harbour, note("n2", headline="A second note"))
    harbour.catch_up()
    ben, ana = Visitor(app, REPORTER), Visitor(app, EDITOR)

    (alert,) = table(ben, "/alerts.csv")
    (message,) = table(ben, "/inbox.csv")

    assert (alert["name"], alert["cadence"], alert["state"], alert["fired"]) == ("Notes", "at_once", "active", "1")
    assert (message["development"], message["headline"], message["rules"]) == ("n2", "A second note", "Notes")
    assert table(ana, "/alerts.csv") == table(ana, "/inbox.csv") == table(ana, "/alerts/deliveries.csv") == []


def test_a_delivery_is_a_row_with_what_came_of_its_last_attempt() -> None:
    tries = tuple(Attempt(f"2026-01-0{n}", None, "retry", status, "busy") for n, status in ((1, 500), (2, 503)))
    logged = Logged("d1", "ben", "c1", "Desk", "https://desk.example", "webhook", "alert", "story/harbour", "failed",
                    "2026-01-01", "2026-01-03", tries)  # fmt: skip

    row = dict(zip(DELIVERIES, next(of_deliveries([logged])), strict=True))

    assert (row["story"], row["attempts"], row["last_attempt_at"], row["status"]) == ("harbour", 2, "2026-01-02", 503)


def test_what_is_under_embargo_is_a_place_and_a_hash_in_the_table_of_the_log(app: Flask, harbour: Tracker) -> None:
    record(harbour, EMBARGOED)
    answer = Visitor(app, ARCHIVIST).get("/archive.csv")

    sealed, *_shown = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))

    assert {name for name, cell in sealed.items() if cell} == {"sequence", "streamversion", "recordedtime", "eventhash"}
    assert "Not before Monday" not in answer.text
