"""The API: what programs may ask and record, and how they are told what is wrong."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from tests.newsroom import EDITOR, HARBOUR, POLITICS_EDITOR, READER, REPORTER, SPORTS_EDITOR, keys, look, note, record
from tests.web.visiting import bearer, hire
from tracker.accounts.people import Principal
from tracker.bootstrap import Tracker
from tracker.wsgi import create_app

DEVELOPMENTS = "/api/v1/stories/harbour/developments"
KEY = "0190a000-0000-7000-8000-000000000001"


class Program:
    """A program that asks in somebody's name."""

    def __init__(self, client: FlaskClient, tracker: Tracker, person: Principal) -> None:
        self._client, self._bearer = client, bearer(tracker, person)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask under `/api/v1`."""
        return self._client.get(f"/api/v1{path}", headers=self._bearer | headers)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Send a body, as JSON unless it is bytes already."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(
            f"/api/v1{path}", data=raw, headers={"Content-Type": "application/json"} | self._bearer | named
        )

    def log(self, body: Any, **headers: str) -> TestResponse:
        """Send developments of the harbour."""
        return self.post("/stories/harbour/developments", body, **headers)


@pytest.fixture
def desk(tracker: Tracker) -> Iterator[Tracker]:
    """The harbour with one note, and people to ask for."""
    hire(tracker, EDITOR, REPORTER, READER, POLITICS_EDITOR, SPORTS_EDITOR)
    record(tracker, HARBOUR, note("n1"))
    return tracker


@pytest.fixture
def client(desk: Tracker) -> FlaskClient:
    """A client without a cookie."""
    return create_app(desk).test_client()


@pytest.fixture
def ana(client: FlaskClient, desk: Tracker) -> Program:
    """A program of an editor's."""
    return Program(client, desk, EDITOR)


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem document of an answer."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.text)
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"]
    return told


def fields(answer: TestResponse) -> list[str]:
    """The fields at fault, of a record that was refused."""
    return [each["field"] for each in problem(answer, 422)["errors"]]


def test_a_story_is_opened_listed_and_read(ana: Program) -> None:
    opened = ana.post("/stories", {"title": "The old mill", "synopsis": "It burns.", "beats": ["city"]})

    assert opened.status_code == 201
    assert opened.headers["Location"] == "/api/v1/stories/the-old-mill"
    assert opened.get_json()["story"] == "the-old-mill"
    listed = ana.get("/stories").get_json()["stories"]
    assert [(each["slug"], each["title"]) for each in listed] == [
        ("the-old-mill", "The old mill"), ("harbour", "The harbour contract"),
    ]  # fmt: skip
    assert ana.get("/stories/the-old-mill").get_json()["story"]["synopsis"] == "It burns."


def test_a_story_of_no_desk_is_open_to_an_editor_of_any(client: FlaskClient, desk: Tracker) -> None:
    sam = Program(client, desk, SPORTS_EDITOR)

    opened = [sam.post("/stories", {"title": f"Mill {n}"} | named) for n, named in enumerate(({}, {"desk": None}))]
    elsewhere = sam.post("/stories", {"title": "Mill 3", "desk": "politics"})

    assert [each.status_code for each in (*opened, elsewhere)] == [201, 201, 403]


def test_a_slug_that_is_taken_is_refused_and_the_same_request_again_is_not(ana: Program) -> None:
    wanted = {"title": "The old mill", "slug": "mill"}

    first = ana.post("/stories", wanted, Idempotency_Key=KEY)
    again = ana.post("/stories", wanted, Idempotency_Key=KEY)
    other = ana.post("/stories", {"title": "Another mill", "slug": "mill"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() | {"repeated": True} == again.get_json()
    assert fields(other) == ["story"]


@pytest.mark.parametrize(
    "body",
    [{}, {"title": ""}, {"title": 5}, {"title": "x", "slug": "not a slug"}, {"title": "x", "slug": 5}, [], "x", None,
     {"title": "x", "beats": {"a": "city"}}, {"title": "x", "desk": ["politics"]}, {"title": "x", "nonsense": 1},
     {"title": None, "slug": None}, {"title": "x", "story": {"a": 1}}],
)  # fmt: skip
def test_a_story_that_can_not_be_opened_is_refused(ana: Program, desk: Tracker, body: Any) -> None:
    before = desk.store.position()

    assert problem(ana.post("/stories", body), 422)["errors"]
    assert desk.store.position() == before


def test_the_document_of_a_story_carries_its_version_as_etag_and_obeys_the_clocks(ana: Program, desk: Tracker) -> None:
    record(desk, note("early", learned_at="2017-01"), note("late", learned_at="2017-03", occurred="2016-09"))

    now = ana.get("/stories/harbour")
    then = ana.get("/stories/harbour?known_at=2017-02-28&occurred_by=2017-01-01&public_at=2017-01-01")
    placed = ana.get("/stories/harbour?position=2&recorded_at=9999-12-31")

    assert now.headers["ETag"] == '"4"'
    assert now.get_json() == json.loads(json.dumps(look(desk)))
    assert keys(then.get_json()) == ["early"]
    assert then.get_json()["asked"] == {
        "known_at": "2017-02-28", "occurred_by": "2017-01-01", "public_at": "2017-01-01",
    }  # fmt: skip
    assert keys(placed.get_json()) == ["n1"]
    assert placed.headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    "question", ["known_at=some day", "recorded_at=2017-02-30", "position=-1", "position=1e9", "position=²",
                 f"position={'9' * 40}", "occurred_by=%00", "public_at=2017-01-01T25:00:00", "known_at=%ed%a0%80"]
)  # fmt: skip
def test_a_clock_that_can_not_be_read_is_named(ana: Program, question: str) -> None:
    told = problem(ana.get(f"/stories/harbour?{question}"), 400)

    assert [each["field"] for each in told["errors"]] == [question.partition("=")[0]]


def test_one_record_is_recorded(ana: Program, desk: Tracker) -> None:
    answer = ana.log({"type": "note.logged", "key": "n2", "text": "Words", "unsourced": "test"})

    assert answer.status_code == 201
    assert answer.get_json() == {
        "story": "harbour",
        "recorded": [{"keys": ["n2"], "events": 1, "first_position": 3, "last_position": 3, "repeated": False}],
    }
    event = desk.store.read_all(after=2)[0]
    assert (event.recorded_by, event.stream) == ("ana", "story/harbour")


def test_an_array_is_recorded_whole_or_not_at_all(ana: Program, desk: Tracker) -> None:
    good = [note("n2"), {"type": "development.corrected", "target": "n2", "changes": [{"field": "text", "now": "New"}]}]

    refused = ana.log([*good, {"type": "claim.denied", "claim": "nothing", "by": "Mara Quint", "unsourced": "test"}])
    nothing = desk.store.position()
    unreadable = ana.log([note("n3"), {"type": "note.logged", "urgency": 12}, {"type": "nonsense"}])
    recorded = ana.log(good)

    assert [(each["record"], each["field"]) for each in problem(refused, 422)["errors"]] == [(2, "claim")]
    assert nothing == 2
    assert set(fields(unreadable)) == {"1.urgency", "1.text", "2.type"}
    assert recorded.status_code == 201
    assert keys(look(desk)) == ["n1", "n2"]
    assert desk.store.position() == 4


@pytest.mark.parametrize("body", [[], [note(f"k{n}") for n in range(1_001)]], ids=["none", "too many"])
def test_an_array_has_one_to_a_thousand_records(ana: Program, desk: Tracker, body: list[Any]) -> None:
    assert "1 to 1000" in problem(ana.log(body), 422)["errors"][0]["message"]
    assert desk.store.position() == 2


def test_a_key_of_idempotency_is_answered_the_same_a_second_time(ana: Program, desk: Tracker) -> None:
    body = [note("n2"), note("n3")]

    first, again = ana.log(body, Idempotency_Key=KEY), ana.log(body, Idempotency_Key=f'"{KEY.upper()}"')

    assert (first.status_code, again.status_code) == (201, 200)
    assert [each | {"repeated": True} for each in first.get_json()["recorded"]] == again.get_json()["recorded"]
    assert desk.store.position() == 4


def test_a_key_of_idempotency_is_good_for_one_request(ana: Program, desk: Tracker) -> None:
    ana.log(note("n2"), Idempotency_Key=KEY)

    told = problem(ana.log(note("n3"), Idempotency_Key=KEY), 422)

    assert "Idempotency-Key" in told["title"]
    assert keys(look(desk)) == ["n1", "n2"]


@pytest.mark.parametrize("key", ["nonsense", "²", "0190a000"])
def test_a_key_of_idempotency_is_a_uuid(ana: Program, desk: Tracker, key: str) -> None:
    assert fields(ana.log(note("n2"), Idempotency_Key=key)) == ["Idempotency-Key"]
    assert desk.store.position() == 2


def test_what_has_moved_on_is_not_added_to(ana: Program, desk: Tracker) -> None:
    etag = ana.get("/stories/harbour").headers["ETag"]
    record(desk, note("n2"))

    stale = ana.log(note("n3"), If_Match=etag)
    fresh = ana.log(note("n3"), If_Match=ana.get("/stories/harbour").headers["ETag"])
    whatever = ana.log(note("n4"), If_Match="*")

    assert problem(stale, 412)["title"] == "The story has moved on"
    assert (fresh.status_code, whatever.status_code) == (201, 201)
    assert keys(look(desk)) == ["n1", "n2", "n3", "n4"]


def test_a_repeat_is_answered_although_the_story_has_moved_on_since(ana: Program) -> None:
    first = ana.log(note("n2"), If_Match='"2"', Idempotency_Key=KEY)
    ana.log(note("n3"))

    again = ana.log(note("n2"), If_Match='"2"', Idempotency_Key=KEY)

    assert (first.status_code, again.status_code) == (201, 200)


@pytest.mark.parametrize("etag", ["nonsense", "²", "-1", "9" * 5_000, '"1", "2"'])
def test_an_etag_that_is_none_is_named(ana: Program, desk: Tracker, etag: str) -> None:
    assert fields(ana.log(note("n2"), If_Match=etag)) == ["If-Match"]
    assert desk.store.position() == 2


def test_a_record_of_another_story_does_not_slip_in(ana: Program, desk: Tracker) -> None:
    record(desk, {"type": "story.opened", "story": "mill", "title": "The mill", "desk": "sports"})
    before = desk.store.position()

    assert fields(ana.log(note("n2") | {"story": "mill"})) == ["story"]
    assert fields(ana.log([note("n2"), note("n3") | {"story": "mill"}])) == ["1.story"]
    assert desk.store.position() == before


def test_an_editor_of_another_desk_reads_and_does_not_record(client: FlaskClient, desk: Tracker) -> None:
    sam, pia = Program(client, desk, SPORTS_EDITOR), Program(client, desk, POLITICS_EDITOR)

    problem(sam.log(note("n2")), 403)
    problem(sam.post("/stories", {"title": "A vote", "desk": "politics"}), 403)
    problem(Program(client, desk, REPORTER).log(note("n2")), 403)

    assert sam.get("/stories/harbour").status_code == 200
    assert desk.store.position() == 2
    assert pia.log(note("n2")).status_code == 201


@pytest.mark.parametrize("path", ["/stories/{}", "/stories/{}/events", "/stories/{}?known_at=2017-02-28"])
def test_what_may_not_be_seen_is_answered_like_what_is_not_there(
    client: FlaskClient, desk: Tracker, path: str
) -> None:
    dora = Program(client, desk, READER)

    unseen, absent = dora.get(path.format("harbour")), dora.get(path.format("nowhere"))

    assert problem(unseen, 404) == problem(absent, 404)
    assert list(unseen.headers) == list(absent.headers)


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%ff", "%ed%a0%80", "x" * 5_000, "é", "a%20b"])
def test_an_odd_address_is_nothing_and_no_error(ana: Program, odd: str) -> None:
    problem(ana.get(f"/stories/{odd}"), 404)
    problem(ana.get(f"/stories/{odd}/events"), 404)
    problem(ana.get(f"/schemas/{odd}.json"), 404)
    problem(ana.post(f"/stories/{odd}/developments", note("n2")), 404)


@pytest.mark.parametrize("type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_said_to_be_no_json_is_not_read(ana: Program, desk: Tracker, type: str) -> None:
    problem(ana.log(note("n2"), Content_Type=type), 415)
    assert desk.store.position() == 2


def test_a_method_that_is_not_there_names_those_that_are(ana: Program, client: FlaskClient, desk: Tracker) -> None:
    answer = client.delete("/api/v1/stories", headers=bearer(desk, EDITOR))

    problem(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_body_that_is_too_large_is_refused(ana: Program, desk: Tracker) -> None:
    problem(ana.log(b'"' + b"x" * (16 * 1024 * 1024) + b'"'), 413)
    assert desk.store.position() == 2


def _with(value: str) -> bytes:
    """A note with this as its headline, written out."""
    return b'{"type": "note.logged", "text": "x", "unsourced": "test", "headline": %s}' % value.encode()



def _change(written: bytes) -> bytes:
    """A correction of the note with this as its one change."""
    return b'{"type": "development.corrected", "target": "n1", "changes": [%s]}' % written


BROKEN = {
    "nothing": b"", "blank": b"  ", "half": b'{"type": ', "two": b"{} {}", "not utf-8": b'"\xff\xfe"',
    "a byte order mark and no more": b"\xef\xbb\xbf", "NaN": _with("NaN"), "Infinity": _with("-Infinity"),
    "single quotes": b"{'type': 'note.logged'}", "a comment": b"// {}", "a comma too many": b"[1,]",
    "NUL": _with('"a\\u0000b"'), "raw NUL": _with('"a\x00b"'),
    "NUL in a name": b'{"type": "note.logged", "a\\u0000": 1}',
    "half a character": _with('"\\ud800"'), "the other half": _with('"\\udc00x"'),
    "halves the wrong way round": _with('"\\udc00\\ud800"'), "half a character in a name": b'{"\\ud800": 1}',
    "cesu-8": b'{"type": "note.logged", "text": "\xed\xa0\x80"}',
    "1e400000": _with("1e400000"), "-1e400000": _with("-1e400000"), "a fraction": _with("1.5"), "-0.0": _with("-0.0"),
    "beyond 2 to the 53": _with(str(2**53)), "beyond 2 to the 64": _with(str(2**64)), "huge": _with("9" * 4_000),
    "hugest": _with("9" * 100_000),
    "a huge urgency": b'{"type": "note.logged", "text": "x", "urgency": 1%s}' % (b"0" * 400),
    "deep arrays": b"[" * 10_000 + b"]" * 10_000, "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "deep enough to be read": _with("[" * 500 + "]" * 500), "deeper than we go": _with("[" * 30 + "]" * 30),
    "unclosed depth": b"[" * 100_000, "a string": b'"note.logged"', "a number": b"5", "null": b"null", "true": b"true",
    "array of arrays": b"[[]]", "array of null": b"[null]", "no type": b'{"text": "x"}',
    "type a number": b'{"type": 5}',
    "type an array": b'{"type": ["note.logged"]}', "type an object": b'{"type": {}}', "type null": b'{"type": null}',
    "a field of another type": b'{"type": "note.logged", "text": {"a": 1}, "unsourced": "test"}',
    "text an array": b'{"type": "note.logged", "text": ["x"], "unsourced": "test"}',
    "text true": b'{"type": "note.logged", "text": true, "unsourced": "test"}',
    "sources a number": b'{"type": "note.logged", "text": "x", "sources": 5}',
    "sources of numbers": b'{"type": "note.logged", "text": "x", "sources": [5, null, true]}',
    "sources an object": b'{"type": "note.logged", "text": "x", "sources": {"description": {"a": []}}}',
    "occurred a number": b'{"type": "note.logged", "text": "x", "unsourced": "t", "occurred": 2016}',
    "occurred an array": b'{"type": "note.logged", "text": "x", "unsourced": "t", "occurred": ["2016"]}',
    "occurred odd": b'{"type": "note.logged", "text": "x", "unsourced": "t", "occurred": {"edtf": {}, "as_said": []}}',
    "learned at a number": b'{"type": "note.logged", "text": "x", "unsourced": "t", "learned_at": 5}',
    "learned at an array": b'{"type": "note.logged", "text": "x", "unsourced": "t", "learned_at": []}',
    "learned at an object": b'{"type": "note.logged", "text": "x", "unsourced": "t", "learned_at": {"edtf": 5}}',
    "learned given": b'{"type": "note.logged", "text": "x", "unsourced": "t", "learned": "2016"}',
    "key an object": b'{"type": "note.logged", "text": "x", "unsourced": "t", "key": {}}',
    "id a number": b'{"type": "note.logged", "text": "x", "unsourced": "t", "id": 5}',
    "id an array": b'{"type": "note.logged", "text": "x", "unsourced": "t", "id": ["x"]}',
    "id no uuid": b'{"type": "note.logged", "text": "x", "unsourced": "t", "id": "x"}',
    "story an array": b'{"type": "note.logged", "text": "x", "unsourced": "t", "story": ["harbour"]}',
    "an unknown field": b'{"type": "note.logged", "text": "x", "unsourced": "t", "nonsense": 1}',
    "target an object": b'{"type": "development.retracted", "target": {"a": 1}, "reason": "x"}',
    "targets of arrays": b'{"type": "development.retracted", "target": [["n1"]], "reason": "x"}',
    "no targets": b'{"type": "development.retracted", "target": [], "reason": "x"}',
    "changes a string": b'{"type": "development.corrected", "target": "n1", "changes": "text"}',
    "changes of nothing": b'{"type": "development.corrected", "target": "n1", "changes": [{}]}',
    "change of an odd field": _change(b'{"field": ["text"], "now": 1}'),
    "change to another type": _change(b'{"field": "text", "now": 5}'),
    "claims of numbers": b'{"type": "statement.made", "speaker": "Mara", "unsourced": "t", "claims": [5, [], null]}',
    "speaker an array": b'{"type": "statement.made", "speaker": ["Mara"], "unsourced": "t"}',
    "speaker odd": b'{"type": "statement.made", "speaker": {"name": [], "key": {}}, "unsourced": "t"}',
    "participants odd": b'{"type": "meeting.revealed", "participants": [{"actor": {"name": 5}}, 7], "unsourced": "t"}',
    "issue odd": b'{"type": "position.taken", "actor": "Mara", "issue": {"key": [], "text": {}}, "stance": "for"}',
    "denied odd": b'{"type": "claim.denied", "claim": {"text": {"a": 1}}, "by": "Mara", "unsourced": "t"}',
    "place odd": b'{"type": "note.logged", "text": "x", "unsourced": "t", "place": {"name": 5, "latitude": "x"}}',
    "opening another": b'{"type": "story.opened", "title": "Once more"}',
    "an actor without a key": b'{"type": "actor.added", "name": "Mara"}',
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_refused_on_both_databases_and_nothing_is_stored(
    ana: Program, desk: Tracker, name: str
) -> None:
    good = json.dumps(note("n2")).encode()

    alone, beside_a_good_one = ana.log(BROKEN[name]), ana.log(b"[%s, %s]" % (good, BROKEN[name]))

    for answer in (alone, beside_a_good_one):
        assert problem(answer, 422)["errors"], name
    assert desk.store.position() == 2
    assert keys(look(desk)) == ["n1"]


def test_what_an_error_says_holds_no_word_of_the_machine(ana: Program, client: FlaskClient, desk: Tracker) -> None:
    answers = [ana.log(BROKEN["deep arrays"]), ana.get("/stories/nowhere"), ana.log(BROKEN["huge"])]

    for answer in answers:
        assert "Traceback" not in answer.text
        assert "/tracker/" not in answer.text


@pytest.mark.parametrize("headline", ["\x01\x1f", "a\u2028\u2029b", "\ufffe\uffff", "😀" * 400, "\u202e", "  x  "])
def test_odd_characters_are_kept_as_they_are_on_both_databases(ana: Program, desk: Tracker, headline: str) -> None:
    answer = ana.log(note("n2", headline=headline))

    assert answer.status_code == 201
    assert look(desk)["developments"][-1]["headline"] == headline
    assert ana.get("/stories/harbour").get_json()["developments"][-1]["headline"] == headline


def test_the_log_is_read_in_pages(ana: Program, desk: Tracker) -> None:
    record(desk, *(note(f"k{n}") for n in range(5)))
    read, after = list[dict[str, Any]](), 0

    while page := ana.get(f"/events?after={after}&limit=3").get_json()["events"]:
        assert len(page) <= 3
        read += page
        after = int(page[-1]["sequence"])

    assert [int(each["sequence"]) for each in read] == list(range(1, 8))
    assert ana.get("/events?after=7").get_json() == {"events": [], "after": 7}
    of_story = ana.get("/stories/harbour/events?after=5").get_json()["events"]
    assert [each["streamversion"] for each in of_story] == ["6", "7"]
    assert read[-1]["eventhash"] == desk.store.read_all(after=6)[0].hash
    assert read[0]["specversion"] == "1.0"


@pytest.mark.parametrize("asked", ["after=x", "after=-1", "limit=x", "limit=1.5", f"after={'9' * 30}", "after=²"])
def test_a_page_that_can_not_be_read_is_named(ana: Program, asked: str) -> None:
    for path in ("/events", "/stories/harbour/events"):
        told = problem(ana.get(f"{path}?{asked}"), 400)

        assert [each["field"] for each in told["errors"]] == [asked.partition("=")[0]]


@pytest.mark.parametrize("asked", ["limit=0", "limit=999999999", "after=999999999999999999", "after=", "limit="])
def test_a_page_has_one_to_a_thousand_events(ana: Program, asked: str) -> None:
    for path in ("/events", "/stories/harbour/events"):
        assert ana.get(f"{path}?{asked}").status_code == 200


def test_what_may_not_be_seen_of_the_log_is_its_place_and_hash(client: FlaskClient, desk: Tracker) -> None:
    record(desk, note("open", visibility="public"))

    told = Program(client, desk, READER).get("/events").get_json()["events"]

    assert told[1]["withheld"] is True
    assert told[1]["eventhash"]
    assert "type" not in told[1]
    assert told[2]["data"]["key"] == "open"


def test_the_description_of_the_api_is_valid_and_names_every_route(client: FlaskClient, desk: Tracker) -> None:
    described = client.get("/api/v1/openapi.json").get_json()

    OpenAPIV31SpecValidator(described).validate()
    routes = {
        (rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/v1/") and method not in {"HEAD", "OPTIONS"}
    } - {("/openapi.json", "get")}
    assert {(path, method) for path, methods in described["paths"].items() for method in methods} == routes


@pytest.mark.parametrize("name", ["events", "records"])
def test_the_schemas_are_valid_and_say_so(client: FlaskClient, name: str) -> None:
    schema = client.get(f"/api/v1/schemas/{name}.json").get_json()

    jsonschema.Draft202012Validator.check_schema(schema)
    assert "note.logged" in json.dumps(schema)
    assert client.get("/api/v1/schemas/nothing.json").status_code == 404


def test_a_token_of_somebody_shut_out_is_heard_no_more(ana: Program, desk: Tracker) -> None:
    from tracker.accounts.people import disable
    from tracker.db import writing

    with writing(desk.engine) as connection:
        disable(connection, "ana", desk.clock())

    told = ana.get("/stories")

    problem(told, 401)
    assert told.headers["WWW-Authenticate"] == "Bearer"
