"""Archivists' tools go back to earlier states of a story (RFC 7089), and a permanent link gives the same bytes."""

import re
from hashlib import sha256

import pytest
from flask import Flask

from tests.newsroom import ARCHIVIST, EDITOR, READER, note, record
from tests.web.visiting import Visitor
from tracker import instants
from tracker.archive import mementos
from tracker.bootstrap import Tracker

SECRET = note("n9", headline="Not before Monday", embargo="2999-01-01T00:00:00Z", visibility="public")


@pytest.fixture
def story(harbour: Tracker) -> list[str]:
    """Three states of the harbour story, each recorded a day later; when each was, as HTTP dates."""
    for number, day in enumerate(("2999-05-01", "2999-05-02", "2999-05-03"), start=2):
        harbour.store._clock = lambda day=day: f"{day}T12:00:00.000000Z"
        record(harbour, note(f"n{number}", headline=f"Known since {day}"))
    return [f"{name}, 0{day} May 2999 12:00:00 GMT" for name, day in (("Wed", 1), ("Thu", 2), ("Fri", 3))]


@pytest.fixture
def visitor(app: Flask, story: list[str]) -> Visitor:
    return Visitor(app, ARCHIVIST)


@pytest.mark.parametrize(
    ("asked", "position"),
    [
        ("", 5),
        ("Fri, 03 May 2999 12:00:00 GMT", 5),
        ("Thu, 02 May 2999 23:59:59 GMT", 4),
        ("Thu, 02 May 2999 12:00:00 GMT", 4),
        ("Wed, 01 May 2999 00:00:00 GMT", 2),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 2),
    ],
)
def test_the_timegate_leads_to_the_state_at_a_time(visitor: Visitor, asked: str, position: int) -> None:
    answer = visitor.get("/timegate/stories/harbour", headers={"Accept-Datetime": asked} if asked else {})

    assert answer.status_code == 302
    assert answer.location == f"http://127.0.0.1:8000/stories/harbour?position={position}"
    assert answer.headers["Vary"] == "Accept-Datetime"
    assert 'rel="original"' in answer.headers["Link"]
    assert 'rel="timemap"' in answer.headers["Link"]
    assert 'rel="first memento"' in answer.headers["Link"]
    assert "Memento-Datetime" not in answer.headers


@pytest.mark.parametrize("asked", ["yesterday", "2017-03-01", "Wed, 01 May 2999 12:00:00 +0200"])
def test_a_time_that_is_none_is_refused(visitor: Visitor, asked: str) -> None:
    assert visitor.get("/timegate/stories/harbour", headers={"Accept-Datetime": asked}).status_code == 400


def test_the_timemap_lists_every_state_in_its_order(visitor: Visitor, story: list[str]) -> None:
    answer = visitor.get("/timemap/stories/harbour")

    assert answer.content_type == "application/link-format"
    links = re.findall(r'<([^>]*)>; rel="([^"]*)"(?:[^<]*?datetime="([^"]*)")?', answer.text)
    assert [relation for _, relation, _ in links] == [
        "original", "timegate", "self", "first memento", "memento", "memento", "last memento",
    ]  # fmt: skip
    assert [(address[-1], when) for address, _, when in links[4:]] == list(zip("345", story, strict=True))


def test_a_story_names_its_doors_and_a_state_its_time(visitor: Visitor, story: list[str]) -> None:
    now, then = visitor.get("/stories/harbour"), visitor.get("/stories/harbour?position=4")

    for answer in (now, then):
        assert '<http://127.0.0.1:8000/timegate/stories/harbour>; rel="timegate"' in answer.headers["Link"]
        assert 'rel="timemap"; type="application/link-format"' in answer.headers["Link"]
    assert "Memento-Datetime" not in now.headers
    assert then.headers["Memento-Datetime"] == story[1]


def test_who_may_not_see_a_state_is_not_told_of_it(app: Flask, story: list[str], harbour: Tracker) -> None:
    harbour.store._clock = lambda: "2999-05-08T12:00:00.000000Z"
    record(harbour, SECRET)

    reached = {
        person: Visitor(app, person).get("/stories/harbour?position=6").headers["Memento-Datetime"]
        for person in (EDITOR, ARCHIVIST)
    }
    assert reached == {EDITOR: "Wed, 08 May 2999 12:00:00 GMT", ARCHIVIST: story[2]}
    assert "position=6" in Visitor(app, EDITOR).get("/timemap/stories/harbour").text
    assert "position=6" not in Visitor(app, ARCHIVIST).get("/timemap/stories/harbour").text
    assert Visitor(app, READER).get("/timemap/stories/harbour").status_code == 404
    assert Visitor(app, READER).get("/timegate/stories/harbour").status_code == 404


def test_a_permanent_link_gives_the_same_bytes_whatever_comes_after(visitor: Visitor, harbour: Tracker) -> None:
    quint = {"type": "actor.added", "key": "quint", "name": "Mara Quint", "kind": "person"}
    record(harbour, quint, note("n5", headline="She called"), {
        "type": "claim.asserted", "story": "harbour", "key": "c1", "text": "It was void", "claimant": "quint",
        "unsourced": "test"})  # fmt: skip
    path = f"/stories/harbour/at/{harbour.store.position()}"
    before = visitor.get(f"{path}.json")

    record(harbour, {"type": "actor.role_taken", "actor": "quint", "role": "Mayor"}, note("n6"),
           {"type": "development.corrected", "story": "harbour", "target": "n1", "class": "correction",
            "changes": [{"field": "headline", "now": "It was signed at noon"}], "public_note": "The hour."},
           {"type": "story.retitled", "story": "harbour", "title": "The port contract"})  # fmt: skip
    after = visitor.get(f"{path}.json")

    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
    assert after.headers["ETag"].strip('"') == sha256(after.data).hexdigest()
    assert visitor.get(f"{path}.json", headers={"If-None-Match": after.headers["ETag"]}).status_code == 304
    assert b"Mara Quint" in after.data
    assert b"port contract" not in after.data
    assert visitor.get(path).location == f"/stories/harbour?position={path.rpartition('/')[2]}"


def test_what_is_redacted_since_is_redacted_in_a_permanent_link_too(visitor: Visitor, harbour: Tracker) -> None:
    record(harbour, note("n5", headline="Called", summary="Her private number"))
    path = f"/stories/harbour/at/{harbour.store.position()}.json"
    assert b"private number" in visitor.get(path).data

    record(harbour, {"type": "detail.redacted", "story": "harbour", "target": "n5", "fields": ["summary"],
                     "authority": "court order"})  # fmt: skip

    assert b"private number" not in visitor.get(path).data


@pytest.mark.parametrize("path", ["/stories/harbour/at/99.json", "/stories/harbour/at/0.json", "/stories/no/at/3.json",
                                  "/stories/harbour/at/99999999999999999999999.json"])  # fmt: skip
def test_what_has_not_been_yet_has_no_permanent_link(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_http_dates_are_read_to_the_end_of_their_second() -> None:
    assert mementos.read_http_date("Wed, 01 Mar 2017 12:00:00 GMT") == "2017-03-01T12:00:00.999999Z"
    assert mementos.http_date("2017-03-01T12:00:00.999999Z") == "Wed, 01 Mar 2017 12:00:00 GMT"
    assert instants.moment(mementos.read_http_date("Wed, 01 Mar 2017 12:00:00 GMT"))
