"""The live stream: hints for whoever may see, from where they stopped, until they are somebody else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from flask import Flask
from werkzeug.test import TestResponse

from tests.newsroom import EDITOR, EVERYBODY, HARBOUR, READER, REPORTER, note, record
from tests.servers import until
from tests.web.visiting import Visitor, bearer, hire
from tracker import audience
from tracker.accounts import people
from tracker.accounts.people import Principal, Role
from tracker.api import stream
from tracker.audience import Audience
from tracker.bootstrap import WAKE_CHANNEL, Tracker, start
from tracker.config import Settings
from tracker.db import writing
from tracker.wsgi import create_app

URL = "/api/v1/stream"


@pytest.fixture
def tracker(sqlite_database: str) -> Iterator[Tracker]:
    """A newsroom with everybody in it and the harbour open."""
    started = start(
        Settings.from_environment({"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32})
    )
    hire(started, *EVERYBODY)
    record(started, HARBOUR)
    yield started
    started.close()


@pytest.fixture
def app(tracker: Tracker) -> Iterator[Flask]:
    """The application; whoever listens at the end is sent away."""
    app = create_app(tracker)
    yield app
    app.extensions["audience"].close()


class Stream:
    """A stream that somebody reads, one message after the other."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self._chunks = iter(answer.iter_encoded())
        assert next(self._chunks).startswith(b"retry: ")

    def next(self) -> str:
        """What is said next; "" at the end."""
        return next(self._chunks, b"").decode()

    def hints(self) -> list[dict[str, Any]]:
        """What is said next, as hints."""
        said = self.next().strip().split("\n\n")
        lines = [dict(line.split(": ", 1) for line in event.splitlines()) for event in said]
        assert all(line["event"] == "hint" for line in lines)
        assert [int(line["id"]) for line in lines] == [json.loads(line["data"])["position"] for line in lines]
        return [json.loads(line["data"]) for line in lines]


def listen(app: Flask, tracker: Tracker, person: Principal = EDITOR, query: str = "", **headers: str) -> Stream:
    """Open a stream in somebody's name."""
    answer = app.test_client().get(f"{URL}{query}", headers=bearer(tracker, person) | headers)
    assert answer.status_code == 200, answer.text
    assert answer.content_type.startswith("text/event-stream")
    return Stream(answer)


def test_what_is_logged_is_hinted_at_by_position_and_story_and_no_word_of_it(app: Flask, tracker: Tracker) -> None:
    heard = listen(app, tracker)

    record(tracker, note("n1", headline="A secret"))
    first = heard.hints()
    record(tracker, {"type": "development.retracted", "target": "n1", "reason": "Wrong"})

    assert first == [{"position": 2, "story": "harbour", "new": True}]
    assert heard.hints() == [{"position": 3, "story": "harbour", "new": False}]


def test_whoever_comes_back_gets_what_was_missed_and_nothing_twice(app: Flask, tracker: Tracker) -> None:
    record(tracker, note("n1"), note("n2"), note("n3"))

    resumed = listen(app, tracker, **{"Last-Event-ID": "2"}).hints()
    from_page = listen(app, tracker, query="?after=3").hints()
    both = listen(app, tracker, query="?after=1", **{"Last-Event-ID": "3"}).hints()

    assert [hint["position"] for hint in resumed] == [3, 4]
    assert [hint["position"] for hint in from_page] == [hint["position"] for hint in both] == [4]


def test_nobody_hears_of_what_they_may_not_see(app: Flask, tracker: Tracker) -> None:
    heard = {person.name: listen(app, tracker, person) for person in (READER, REPORTER, EDITOR)}

    record(tracker, note("n1", visibility="desk"))
    record(tracker, note("n2"))
    record(tracker, note("n3", visibility="public", embargo="2099-01-01T00:00:00Z"))
    record(tracker, note("n4", visibility="public"))

    assert heard_of(heard["dora"], 5) == [5]
    assert heard_of(heard["ben"], 5) == [3, 5]
    assert heard_of(heard["ana"], 5) == [2, 3, 4, 5]


def heard_of(heard: Stream, upto: int) -> list[int]:
    """The positions that a stream hints at, up to one."""
    positions: list[int] = []
    while not positions or positions[-1] < upto:
        positions += [hint["position"] for hint in heard.hints()]
    return positions


def test_a_silent_stream_beats(app: Flask, tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.02)

    heard = listen(app, tracker)

    assert [heard.next(), heard.next()] == [": still here\n\n"] * 2


def test_it_ends_when_somebody_is_no_longer_who_they_were(
    app: Flask, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(stream, "CHECK_SECONDS", 0.0)
    other_role, other_desk, shut_out = (listen(app, tracker, person) for person in (REPORTER, EDITOR, READER))
    visitor = Visitor(app, Principal("carla", Role.ARCHIVIST, frozenset()))
    signed_out = Stream(visitor.get(URL))

    with writing(tracker.engine) as connection:
        people.change_role(connection, "ben", Role.READER)
        people.change_desks(connection, "ana", ["sports"])
        people.disable(connection, "dora", tracker.clock())
    visitor.send(visitor.read("/"), form="/sign-out")

    for heard in (other_role, other_desk, shut_out, signed_out):
        until(lambda each=heard: each.next() == "")  # type: ignore[misc]


def test_where_too_many_listen_the_next_is_told_when_to_come_and_pages_still_answer(
    app: Flask, tracker: Tracker
) -> None:
    app.extensions["audience"] = Audience(tracker, most=2)
    heard = [listen(app, tracker) for _ in range(2)]
    ask = {"headers": bearer(tracker, EDITOR)}

    refused = app.test_client().get(URL, **ask)  # type: ignore[arg-type]
    page = app.test_client().get("/healthz")
    heard[0].answer.close()
    again = app.test_client().get(URL, **ask)  # type: ignore[arg-type]

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert refused.content_type == "application/problem+json"
    assert page.status_code == 200
    assert again.status_code == 200
    app.extensions["audience"].close()


def test_when_the_server_stops_every_stream_ends_and_no_other_begins(app: Flask, tracker: Tracker) -> None:
    audience: Audience = app.extensions["audience"]
    heard = listen(app, tracker)

    audience.stopping = lambda: True
    ended = heard.next()

    assert ended == ""
    assert app.test_client().get(URL, headers=bearer(tracker, EDITOR)).status_code == 503


def test_whoever_is_far_behind_is_told_to_read_anew(
    app: Flask, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST", 2)
    record(tracker, note("n1"), note("n2"), note("n3"))

    assert listen(app, tracker, query="?after=1").next() == "id: 4\nevent: behind\ndata: {}\n\n"


@pytest.mark.parametrize("wrong", ["x", "-1", "1e3", "²", "9" * 30])
def test_a_position_that_is_none_is_refused(app: Flask, tracker: Tracker, wrong: str) -> None:
    answer = app.test_client().get(f"{URL}?after={wrong}", headers=bearer(tracker, EDITOR))

    assert answer.status_code == 400


def test_readers_of_one_kind_are_read_for_once(app: Flask, tracker: Tracker) -> None:
    heard = [listen(app, tracker, REPORTER) for _ in range(3)]
    record(tracker, note("n1"))

    told = [each.hints() for each in heard]

    assert told[0] == told[1] == told[2]
    assert app.extensions["audience"].reads == 1


def test_a_hint_crosses_from_one_process_to_another_through_redis(
    sqlite_database: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "SWEEP_SECONDS", 3600.0)  # nothing is found but what was told
    environment = {
        "TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32, "TRACKER_REDIS_URL": redis_url,
    }  # fmt: skip
    here, there = (start(Settings.from_environment(environment)) for _ in range(2))
    hire(here, EDITOR)
    record(here, HARBOUR)
    app = create_app(here)
    heard = listen(app, here)
    with redis.Redis.from_url(redis_url) as server:
        until(lambda: server.pubsub_numsub(WAKE_CHANNEL)[0][1] == 1)

    record(there, note("n1"))

    assert heard.hints() == [{"position": 2, "story": "harbour", "new": True}]
    there.announce(99)
    app.extensions["audience"].close()
    for each in (here, there):
        each.close()
