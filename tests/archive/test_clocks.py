"""Every clock is asked in the same words on the page, of the API and on the command line, and answers the same."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.newsroom import ARCHIVIST, HARBOUR, look, note, record
from tests.web.visiting import Visitor, bearer, hire
from tracker.bootstrap import Tracker
from tracker.cli import cli
from tracker.sample import demonstration
from tracker.wsgi import create_app

STORY = demonstration.STORY
CLOCKS: dict[str, dict[str, str]] = {
    "known_at": {"known_at": "2017-02-28"},
    "recorded_at, before anything": {"recorded_at": "2017-02-28"},
    "recorded_at, after everything": {"recorded_at": "2999"},
    "position": {"position": "50"},
    "occurred_by": {"occurred_by": "2016-07-20"},
    "public_at": {"public_at": "2017-03-01T12:00:00-05:00"},
    "all at once": {"known_at": "2017-03-02", "recorded_at": "2999", "position": "60", "occurred_by": "2016-09-08",
                    "public_at": "2017-03-02"},
}  # fmt: skip


@pytest.fixture
def app(sqlite_tracker: Tracker) -> Flask:
    hire(sqlite_tracker, ARCHIVIST)
    demonstration.load(sqlite_tracker)
    return create_app(sqlite_tracker)


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_answers_the_same_everywhere(
    app: Flask, sqlite_tracker: Tracker, clock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = CLOCKS[clock]
    carla = Visitor(app, ARCHIVIST)

    beside_page = carla.get(f"/stories/{STORY}.json", query_string=asked).json
    of_api = app.test_client().get(
        f"/api/v1/stories/{STORY}", query_string=asked, headers=bearer(sqlite_tracker, ARCHIVIST)
    )
    on_command_line = _replayed(sqlite_tracker, asked, monkeypatch)
    page = carla.get(f"/stories/{STORY}", query_string=asked)

    assert beside_page == of_api.json == on_command_line
    assert of_api.headers["ETag"] == f'"{of_api.json["version"]}"'
    assert set(beside_page["asked"]) == set(asked)
    assert page.status_code == 200
    for each in beside_page["developments"]:
        assert f'id="{each["key"]}"' in page.text
    missing = {"hearing", "july-meeting", "september-meeting"} - {each["key"] for each in beside_page["developments"]}
    assert not any(f'id="{key}"' in page.text for key in missing)


def _replayed(tracker: Tracker, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRACKER_DATABASE_URL", tracker.settings.database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", tracker.settings.secret_key)
    options = [part for name, value in asked.items() for part in (f"--{name.replace('_', '-')}", value)]
    ran = CliRunner().invoke(cli, ["replay", STORY, *options, "--json"])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


def test_the_people_of_a_story_are_who_they_were(sqlite_tracker: Tracker) -> None:
    quint = {"type": "actor.added", "key": "quint", "name": "Mara Quint", "kind": "person"}
    claim = {"type": "claim.asserted", "story": "harbour", "key": "c1", "text": "It was void", "claimant": "quint",
             "unsourced": "test"}  # fmt: skip
    record(sqlite_tracker, HARBOUR, quint, note("n1"), claim)
    then = sqlite_tracker.store.position()
    record(sqlite_tracker, {"type": "actor.role_taken", "actor": "quint", "role": "Mayor"})

    (now,) = look(sqlite_tracker, viewer=ARCHIVIST)["actors"]
    (before,) = look(sqlite_tracker, viewer=ARCHIVIST, position=str(then))["actors"]

    assert [role["role"] for role in now["roles"]] == ["Mayor"]
    assert before["roles"] == []
