"""apprise carries an alert where an admin has switched it on, and nothing leaves the house where it is off."""

import socket
from dataclasses import replace

import pytest

from tests.alerts.delivering import LOCKS, Delivering
from tests.alerts.desk import Desk
from tests.alerts.endpoints import endpoint, misbehaving
from tests.newsroom import note
from tracker.alerts import owning
from tracker.db import writing

pytest.importorskip("apprise")
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # apprise's own import


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    return sqlite_database


def follow(post: Delivering, port: int) -> str:
    """Ben follows the harbour on a channel that an admin gave him through apprise; its id."""
    url = f"json://127.0.0.1:{port}/hook?rto=0.3"  # seconds that it waits for an answer
    with writing(post.engine) as connection:
        id = owning.add_apprise(connection, "ben", "Room", url, post.desk.now(), LOCKS)
    post.desk.subscribe("ben", name="Harbour", stories=("harbour",), channels=(id,))
    return id


def switch(post: Delivering, *, on: bool) -> None:
    post.courier.sender = replace(post.courier.sender, apprise=on)


def test_switched_on_it_sends_the_alert_to_a_real_endpoint_once(desk: Desk) -> None:
    post = Delivering(desk)
    switch(post, on=True)
    with endpoint() as room:
        id = follow(post, room.port)
        desk.record(note("n1", headline="Signed at night"))
        post.deliver()
        post.deliver(hours=1)

    (told,) = room.events
    assert "Signed at night" in told["title"] + told["message"]
    assert "Harbour (story harbour)" in told["message"]
    assert (post.states(id), post.outcomes(id)) == (["sent"], [["sent"]])


def test_switched_off_it_sends_nothing_and_what_waited_is_sent_when_it_is_on(desk: Desk) -> None:
    post = Delivering(desk)
    with endpoint() as room:
        id = follow(post, room.port)
        desk.record(note("n1"))
        post.deliver()
        off = len(room.received), post.states(id), post.health(id)["last_error"]

        switch(post, on=True)
        post.deliver(hours=1)

    assert off == (0, ["failed"], "Channels through apprise are switched off (TRACKER_APPRISE).")
    assert (len(room.received), post.states(id)) == (1, ["sent"])


def test_what_the_other_side_refuses_is_tried_again(desk: Desk) -> None:
    post = Delivering(desk)
    switch(post, on=True)
    with endpoint((500, {}), (200, {})) as room:
        id = follow(post, room.port)
        desk.record(note("n1"))
        post.deliver()
        refused = post.states(id)
        post.deliver(hours=1)

    assert (refused, post.states(id), len(room.received)) == (["failed"], ["sent"], 2)


def test_what_nobody_answered_stays_unknown_and_is_not_repeated(desk: Desk) -> None:
    post, heard = Delivering(desk), list[bytes]()
    switch(post, on=True)

    def behave(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        while connection.recv(65536):
            pass

    with misbehaving(behave) as port:
        id = follow(post, port)
        desk.record(note("n1"))
        post.deliver()
        post.deliver(hours=24)

    assert (len(heard), post.states(id), post.outcomes(id)) == (1, ["unknown"], [["unknown"]])


def test_a_service_whose_code_fails_leaves_it_unknown_and_the_others_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    post = Delivering(desk)
    switch(post, on=True)
    monkeypatch.setattr("apprise.Apprise.notify", fail)
    with endpoint() as hook:
        broken, well = follow(post, hook.port), post.follow("webhook", hook, person="cleo")
        desk.record(note("n1"))
        post.deliver()

    assert (post.states(broken), post.states(well)) == (["unknown"], ["sent"])
    assert post.health(broken)["last_error"] == "apprise stopped: ZeroDivisionError"
