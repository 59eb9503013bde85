"""Real input, where it lies beside the checkout: a timeline's own history, and strings that break things."""

import base64
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from benchmarks.timeline_history import records
from tests.newsroom import EDITOR, HARBOUR, READER, look, record
from tests.web.visiting import Visitor, bearer, hire
from tracker.accounts.people import Role, add_person
from tracker.archive.cloudevents import export, import_log
from tracker.archive.records import import_records
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import connect, migrate, writing
from tracker.eventstore.store import EventStore
from tracker.web.story_page import LOG_PAGE
from tracker.wsgi import create_app

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
HISTORY = DATA / "stories" / "trump-russia-2017"
NASTY = DATA / "nasty" / "blns.json"
BODIES = DATA / "nasty" / "json-test-suite.jsonl"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the sets of real input do not lie beside this checkout")


@needs_data
def test_a_timelines_history_replays_to_what_its_authors_had_at_three_instants(tracker: Tracker) -> None:
    with (HISTORY / "revisions.jsonl").open(encoding="utf-8") as revisions:
        lines = [json.dumps(each).encode() for each in records(revisions, "timeline", "A timeline")]

    done = import_records(
        tracker.handling, lines, by="import", zone=tracker.zone, now=tracker.clock(), keep_going=True
    )
    tracker.show(tracker.store.position())

    assert [(problem.field, problem.message.split("“")[1].split("”")[0]) for problem in done.problems] == [
        ("changes.0.now", "2016-12-29T12:20:00-25:00"), ("changes.0.now", "2016-12-29T12:10:00-15:00"),
    ]  # fmt: skip
    for asked in json.loads((HISTORY / "asof.json").read_text(encoding="utf-8")):
        told = look(tracker, "timeline", READER, known_at=asked["known_at"])
        found = {
            each["key"]: (each["headline"], each["occurred"]["edtf"])
            for each in told["developments"]
            if each["status"] != "retracted"
        }
        assert found == {each["slug"]: (each["title"], each["date"]) for each in asked["events"]}


@needs_data
def test_every_naughty_string_survives_the_form_and_the_page(sqlite_database: str) -> None:
    here = start(Settings.from_environment({"TRACKER_DATABASE_URL": sqlite_database}))
    strings = [each for each in json.loads(NASTY.read_text(encoding="utf-8")) if each.strip()]
    record(here, {"type": "story.opened", "story": "nasty", "title": "Nasty"})
    with writing(here.engine) as connection:
        add_person(connection, "ana", Role.EDITOR, "a long password", now=here.clock())
    browser = create_app(here).test_client()
    token = browser.get("/sign-in").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/sign-in", data={"user": "ana", "password": "a long password", "csrf_token": token})

    for each in strings:
        typed = {"type": "note.logged", "text": "x", "headline": each, "unsourced": "a list", "anyway": "1",
                 "csrf_token": token}  # fmt: skip
        assert browser.post("/stories/nasty/log", data=typed).status_code == 303
        with browser.session_transaction() as kept:
            kept.pop("_flashes")  # what was said is read on the page that follows
    pages = range(1, 1 + -(-len(strings) // LOG_PAGE))
    shown = [browser.get(f"/stories/nasty?page={page}").get_data(as_text=True) for page in pages]
    told = browser.get("/stories/nasty.json").get_json()

    assert [each["headline"] for each in told["developments"]] == strings
    found = _Headlines()
    for page in shown:
        found.feed(page)
    assert found.headlines == list(reversed(strings))
    assert found.strangers == set()
    here.engine.dispose()


class _Headlines(HTMLParser):
    """Reads the headlines of a story page as a browser would, and notes elements that no template has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.headlines: list[str] = []
        self.strangers: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h3":
            self.headlines.append("")
        self._inside = self._inside or tag == "h3"
        if tag == "svg" and "class" not in dict(attrs):  # a drawing of the page's own has one
            self.strangers.add(tag)
        if tag in {"img", "iframe", "object", "embed", "b", "i", "marquee"} or any(
            name.startswith("on") for name, _ in attrs
        ):
            self.strangers.add(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "h3"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.headlines[-1] += data


@needs_data
def test_the_two_blank_strings_are_refused_where_words_are_needed(sqlite_database: str) -> None:
    here = start(Settings.from_environment({"TRACKER_DATABASE_URL": sqlite_database}))
    blank = [each for each in json.loads(NASTY.read_text(encoding="utf-8")) if not each.strip()]
    record(here, {"type": "story.opened", "story": "nasty", "title": "Nasty"})
    hire(here, EDITOR)
    app = create_app(here)
    editor = Visitor(app, EDITOR)

    answers = [
        editor.send(editor.read("/stories/nasty/log?type=note.logged"), form="log", text=each, unsourced="a list")
        for each in blank
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert look(here, "nasty")["developments"] == []
    app.extensions["audience"].close()
    here.close()


@needs_data
def test_every_naughty_string_survives_as_a_headline_through_export_and_import(
    tracker: Tracker, tmp_path: Path
) -> None:
    strings = [each for each in json.loads(NASTY.read_text(encoding="utf-8")) if each.strip()]
    record(tracker, {"type": "story.opened", "story": "nasty", "title": "Nasty"})
    record(
        tracker,
        *(
            {"type": "note.logged", "story": "nasty", "text": "x", "headline": each, "unsourced": "a list"}
            for each in strings
        ),
    )

    told = look(tracker, "nasty")
    migrate(url := f"sqlite:///{tmp_path / 'again.db'}")
    engine = connect(url)
    again = EventStore(engine)
    import_log(again, list(export(tracker.engine)))

    assert len(strings) == 513
    assert [each["headline"] for each in told["developments"]] == strings
    assert again.read_all(limit=2_000) == tracker.store.read_all(limit=2_000)
    engine.dispose()


@needs_data
def test_every_body_of_a_json_test_suite_is_answered_alike_on_both_databases_and_never_by_an_error_of_ours(
    sqlite_database: str, postgresql_database: str
) -> None:
    suite = [json.loads(line) for line in BODIES.read_bytes().splitlines()]
    bodies = [each["text"].encode() if "text" in each else base64.b64decode(each["base64"]) for each in suite]

    on_sqlite, on_postgresql = (_answers(url, bodies) for url in (sqlite_database, postgresql_database))

    assert on_sqlite == on_postgresql
    for each, (bare, as_text) in zip(suite, on_sqlite, strict=True):
        assert bare == 422, each
        assert as_text in ({201, 422} if each["expect"] == "accept" else {422}), each


def _answers(database_url: str, bodies: list[bytes]) -> list[tuple[int, ...]]:
    """How the API answers each body: alone, and as the text of a note."""
    here = start(Settings.from_environment({"TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": "s" * 32}))
    record(here, HARBOUR)
    hire(here, EDITOR)
    program, headers = create_app(here).test_client(), bearer(here, EDITOR)
    envelopes = (b"%s", b'{"type": "note.logged", "unsourced": "t", "text": %s}')
    answered = [
        tuple(
            program.post("/api/v1/stories/harbour/developments", data=envelope % body, headers=headers,
                         content_type="application/json").status_code
            for envelope in envelopes
        )
        for body in bodies
    ]  # fmt: skip
    here.engine.dispose()
    return answered
