"""The web dies between the commit and the reply: whoever asks again with the same key gets the first answer."""

import json
import urllib.request
import uuid
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

import pytest

from tests.drills.conftest import python
from tests.newsroom import EDITOR, HARBOUR, note, record
from tests.servers import _free_port, until
from tests.web.visiting import bearer, hire
from tracker.bootstrap import start
from tracker.config import Settings


@pytest.mark.drill
def test_a_record_whose_answer_was_lost_is_recorded_once(sqlite_database: str) -> None:
    environment = {"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_SECRET_KEY": "s" * 32}
    here = start(Settings.from_environment(environment))
    hire(here, EDITOR)
    record(here, HARBOUR)
    port = _free_port()
    key, headers = str(uuid.uuid4()), {"Content-Type": "application/json", **bearer(here, EDITOR)}

    def ask(path: str, body: Any = None) -> tuple[int, Any]:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", json.dumps(body).encode() if body else None,
            {**headers, "Idempotency-Key": key},
        )  # fmt: skip
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, json.load(answer)

    def answers() -> bool:
        try:
            return ask("/healthz")[0] == 200
        except (URLError, OSError, HTTPException):
            return False

    with python("-m", "tests.drills.web_killed", str(port), DIE_AFTER_COMMIT="1", **environment):
        until(answers)
        with pytest.raises((OSError, HTTPException)):
            ask("/api/v1/stories/harbour/developments", note("n1"))
    with python("-m", "tests.drills.web_killed", str(port), **environment):
        until(answers)
        status, told = ask("/api/v1/stories/harbour/developments", note("n1"))
        _, story = ask("/api/v1/stories/harbour")

    assert status in {200, 201}
    assert [(each["first_position"], each["repeated"]) for each in told["recorded"]] == [(2, True)]
    assert [each["key"] for each in story["developments"]] == ["n1"]
    assert here.store.position() == 2
    here.engine.dispose()
