"""The API hands out what others check the log with."""

import base64
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.newsroom import ARCHIVIST, EDITOR, HARBOUR, note, record
from tests.web.visiting import bearer, hire
from tracker.archive.checkpoints import believed
from tracker.archive.notes import Verifier
from tracker.bootstrap import Tracker
from tracker.eventstore.merkle import extends, includes, leaf_hash
from tracker.wsgi import create_app


@pytest.fixture
def app(tracker: Tracker) -> Flask:
    hire(tracker, ARCHIVIST, EDITOR)
    record(tracker, HARBOUR, note("n1"), note("n2"), note("n3"))
    return create_app(tracker)


def ask(app: Flask, path: str, status: int = 200, **query: Any) -> Any:
    client: FlaskClient = app.test_client()
    answer = client.get(f"/api/v1/log/{path}", query_string=query, headers=bearer(app.extensions["tracker"], ARCHIVIST))
    assert answer.status_code == status, answer.text
    return answer.json


def test_a_checkpoint_and_what_is_proved_under_it(app: Flask, tracker: Tracker) -> None:
    event = tracker.store.read_all()[2]

    told = ask(app, "checkpoint")
    proof = ask(app, "proof/inclusion", event=event.id)

    checkpoint = believed(told["note"], [Verifier.read(key) for key in told["keys"]])
    assert (told["origin"], told["size"], base64.b64decode(told["root"])) == ("story-tracker", 4, checkpoint.root)
    path = [base64.b64decode(step) for step in proof["path"]]
    assert (proof["index"], proof["size"]) == (2, 4)
    assert base64.b64decode(proof["leaf_hash"]) == leaf_hash(bytes.fromhex(event.hash))
    assert includes(checkpoint.root, 4, 2, leaf_hash(bytes.fromhex(event.hash)), path)
    assert ask(app, "proof/inclusion", event=event.id, size=3)["size"] == 3


def test_the_checkpoint_is_a_note_to_whoever_asks_for_text(app: Flask, tracker: Tracker) -> None:
    headers = bearer(tracker, ARCHIVIST) | {"Accept": "text/plain"}

    answer = app.test_client().get("/api/v1/log/checkpoint", headers=headers)

    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text == ask(app, "checkpoint")["note"]


def test_growth_is_proved(app: Flask) -> None:
    proof = ask(app, "proof/consistency", **{"from": 3, "to": 4})

    read = base64.b64decode
    assert extends(3, read(proof["from_root"]), 4, read(proof["to_root"]), [read(step) for step in proof["path"]])


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("proof/inclusion", {"event": "nothing"}, 404),
        ("proof/inclusion", {}, 404),
        ("proof/inclusion", {"event": "nothing", "size": "-1"}, 400),
        ("proof/consistency", {"from": 3}, 400),
        ("proof/consistency", {"from": 4, "to": 3}, 400),
        ("proof/consistency", {"from": 1, "to": 99}, 400),
    ],
)
def test_what_can_not_be_proved_is_said(app: Flask, path: str, query: dict[str, Any], status: int) -> None:
    assert ask(app, path, status, **query)["status"] == status


def test_an_editor_has_no_business_with_the_log(app: Flask, tracker: Tracker) -> None:
    answer = app.test_client().get("/api/v1/log/checkpoint", headers=bearer(tracker, EDITOR))

    assert answer.status_code == 403
