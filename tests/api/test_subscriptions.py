"""Alerts for programs: subscriptions kept, tried, changed and dropped, and what was delivered."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.newsroom import EDITOR, HARBOUR, READER, REPORTER, note, record
from tests.web.visiting import bearer, hire
from tracker.accounts.people import Principal
from tracker.bootstrap import Tracker
from tracker.wsgi import create_app

RULE = {"name": "The harbour", "rule": {"stories": ["harbour"]}, "cadence": "hourly"}
API = "/api/v1"


class Program:
    """A program of somebody's."""

    def __init__(self, client: FlaskClient, tracker: Tracker, person: Principal) -> None:
        self._client, self._headers = client, bearer(tracker, person)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Status and body of an answer."""
        sent = {"json": body} if body is not None else {}
        answer = self._client.open(f"{API}{path}", method=method, headers=self._headers, **sent)  # type: ignore[arg-type]
        return answer.status_code, json.loads(answer.text) if answer.text else {}


@pytest.fixture
def client(tracker: Tracker) -> FlaskClient:
    hire(tracker, EDITOR, REPORTER, READER)
    record(tracker, HARBOUR, note("n1"))
    return create_app(tracker).test_client()


@pytest.fixture
def ben(client: FlaskClient, tracker: Tracker) -> Program:
    return Program(client, tracker, REPORTER)


def test_a_subscription_is_kept_read_changed_and_dropped(ben: Program) -> None:
    status, kept = ben.ask("POST", "/subscriptions", RULE)
    path = f"/subscriptions/{kept['id']}"

    changed = ben.ask("PATCH", path, {"cadence": "daily", "state": "paused", "snoozed_until": "2999-01-01T00:00:00Z"})
    again = ben.ask("PATCH", path, {"state": "active", "snoozed_until": None})
    listed = ben.ask("GET", "/subscriptions")
    dropped = ben.ask("DELETE", path)

    assert (status, kept["rule"], kept["cadence"]) == (201, {"stories": ["harbour"]}, "hourly")
    assert (changed[1]["cadence"], changed[1]["state"]) == ("daily", "paused")
    assert changed[1]["snoozed_until"] == "2999-01-01T00:00:00.000000Z"
    assert changed[1]["rule"] == kept["rule"]
    assert (again[1]["state"], again[1]["snoozed_until"]) == ("active", None)
    assert [each["id"] for each in listed[1]["subscriptions"]] == [kept["id"]]
    assert dropped == (204, {})
    assert ben.ask("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rule": {}}, "name"), ({"name": "x", "rule": {"urgency": 0}}, "rule.urgency"),
        ({"name": "x", "rule": {"words": "nonsense:x"}}, "rule"), ({"name": "x", "cadence": "often"}, "cadence"),
        ({"name": "x", "channels": ["inbox:ana"]}, "channels"), ([], ""), ({"name": "x", "colour": 1}, ""),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_a_problem_of_its_field(ben: Program, body: Any, field: str) -> None:
    status, told = ben.ask("POST", "/subscriptions", body)

    assert (status, [each["field"] for each in told["errors"]]) == (422, [field])


@pytest.mark.parametrize(
    ("change", "field"),
    [({"state": "gone"}, "state"), ({"state": ["active"]}, "state"), ({"state": {}}, "state"),
     ({"snoozed_until": "soon"}, "snoozed_until"), ({"snoozed_until": 5}, "snoozed_until"), ({"rule": 5}, "rule")],
)  # fmt: skip
def test_a_change_that_can_not_be_right_changes_nothing(ben: Program, change: Any, field: str) -> None:
    kept = ben.ask("POST", "/subscriptions", RULE)[1]

    status, told = ben.ask("PATCH", f"/subscriptions/{kept['id']}", {"name": "Other"} | change)

    assert (status, [each["field"] for each in told["errors"]]) == (422, [field])
    assert ben.ask("GET", f"/subscriptions/{kept['id']}")[1] == kept


def test_a_preview_tells_and_keeps_nothing(ben: Program) -> None:
    status, told = ben.ask("POST", "/subscriptions/preview", {"rule": {"stories": ["harbour"]}})

    assert (status, told["number"], told["per_week"]) == (200, 1, 0.2)
    assert [(line["development"], line["why"]) for line in told["lines"]] == [("n1", "story harbour")]
    assert ben.ask("GET", "/subscriptions")[1] == {"subscriptions": []}
    assert ben.ask("POST", "/subscriptions/preview", {"rule": {"words": "nonsense:x"}})[0] == 422


def test_deliveries_say_what_was_told_why_and_what_became_of_it(ben: Program, tracker: Tracker) -> None:
    kept = ben.ask("POST", "/subscriptions", RULE | {"cadence": "at_once"})[1]
    record(tracker, note("n2", headline="The mayor resigns"))
    record(tracker, note("n3", visibility="desk"))
    tracker.catch_up()

    status, told = ben.ask("GET", "/deliveries")

    (one,) = told["deliveries"]
    (item,) = one["items"]
    assert (status, one["kind"], one["state"]) == (200, "alert", "sent")
    assert (item["development"], item["headline"]) == ("n2", "The mayor resigns")
    assert item["rules"] == [{"id": kept["id"], "name": "The harbour", "why": [["story", "harbour"]]}]
    assert ben.ask("GET", f"/deliveries?before={one['id']}")[1] == {"deliveries": []}
    for wrong in ("0", "201", "x", "1" + "0" * 30, "000000001" + "0" * 5_000):
        assert ben.ask("GET", f"/deliveries?limit={wrong}")[0] == 400


def test_subscriptions_are_their_owners_and_a_readers_role_has_none(
    ben: Program, client: FlaskClient, tracker: Tracker
) -> None:
    kept = ben.ask("POST", "/subscriptions", RULE)[1]
    ana, dora = Program(client, tracker, EDITOR), Program(client, tracker, READER)

    assert ana.ask("GET", "/subscriptions")[1] == {"subscriptions": []}
    for method, body in (("GET", None), ("PATCH", {"name": "Mine"}), ("DELETE", None)):
        assert ana.ask(method, f"/subscriptions/{kept['id']}", body)[0] == 404
    assert dora.ask("GET", "/subscriptions")[0] == 403
