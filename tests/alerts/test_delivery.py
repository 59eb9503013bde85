"""What is due is sent once, to whom it belongs, as it stands at that moment; what becomes of it is on record."""

import socket
import threading
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.alerts.delivering import BASE, LOCKS, Delivering
from tests.alerts.desk import Desk
from tests.alerts.endpoints import Endpoint, endpoint, misbehaving
from tests.alerts.mailboxes import Mailboxes, mailboxes
from tests.newsroom import note
from tests.servers import until
from tracker.alerts import claiming, delivery, owning, subscribing
from tracker.alerts.keys import read_keys
from tracker.alerts.outbox import send_test
from tracker.db import reading, writing


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """One database: what differs between the two is tested where it is written (`test_claiming`)."""
    return sqlite_database


def test_an_alert_arrives_by_mail_once_with_its_reason(post: Delivering, server: Mailboxes) -> None:
    mail = post.follow("email")
    post.desk.record(note("n1", headline="The contract was signed at night"))

    post.deliver()
    post.deliver()

    assert [str(each["Subject"]) for each in server.mails] == ["The harbour contract: The contract was signed at night"]
    assert server.recipients == ["ben@example.org"]
    said = server.mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "story harbour" in said
    assert f"What you asked for: {BASE}/alerts#alert-{rule_of(post)}" in said
    assert (post.states(mail), post.outcomes(mail)) == (["sent"], [["sent"]])
    assert post.desk.messages(channel=mail)[0]["items"][0]["version"] is not None


def rule_of(post: Delivering) -> str:
    with reading(post.engine) as connection:
        return subscribing.of_person(connection, "ben")[0].id


def test_a_webhook_gets_the_event_and_the_rules_under_a_signature(post: Delivering) -> None:
    with endpoint() as hook:
        id = post.follow("webhook", hook)
        post.desk.record(note("n1", headline="Signed at night"))
        post.deliver()

    ((headers, body),) = hook.received
    key = read_keys(LOCKS.unlock(post.health(id)["secret"], id)).keys[0][0]
    told = Webhook(key).verify(body, headers)
    (development,) = told["data"]["developments"]
    assert told["type"] == "alert"
    assert headers["webhook-id"] == told["id"] == post.desk.messages(channel=id)[0]["id"]
    assert development["event"]["type"] == "note.logged.v1"
    assert development["event"]["data"]["headline"] == "Signed at night"
    assert [rule["name"] for rule in development["rules"]] == ["Harbour"]
    assert told["data"]["why_url"].startswith(f"{BASE}/alerts")
    assert development["url"] == f"{BASE}/stories/harbour/developments/n1"


def test_a_chat_room_gets_a_line(post: Delivering) -> None:
    with endpoint() as room:
        post.follow("chat", room)
        post.desk.record(note("n1", headline="Signed at night"))
        post.deliver()

    assert "|Signed at night>" in room.events[0]["text"]


def test_a_correction_follows_in_the_same_thread_and_says_what_it_said_before(
    post: Delivering, server: Mailboxes
) -> None:
    post.follow("email")
    post.desk.record(note("n1", text="Ten million"))
    post.deliver()
    post.desk.record(
        {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "Two million"}]}
    )
    post.deliver()

    first, second = server.mails
    assert str(second["Subject"]).startswith("CORRECTION: ")
    assert first["References"] == second["References"]
    said = second.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "was “Ten million”, now “Two million”" in said.replace("\r\n", " ").replace("\n", " ")


def test_a_mail_that_failed_is_tried_again_under_the_same_id_and_delays_nobody(
    post: Delivering, server: Mailboxes
) -> None:
    server.at_recipient = lambda to: "451 Full" if to.startswith("ben") else "250 Ok"
    full, well = post.follow("email"), post.follow("email", person="cleo")
    post.desk.record(note("n1"))
    post.deliver()
    before = ([*server.recipients], post.states(full), post.states(well))

    server.at_recipient = lambda to: "250 Ok"
    post.deliver(hours=0.01)

    assert before == (["cleo@example.org"], ["failed"], ["sent"])
    assert server.recipients == ["cleo@example.org", "ben@example.org"]
    assert (post.states(full), post.outcomes(full)) == (["sent"], [["failed", "sent"]])


def test_a_mailbox_that_does_not_exist_parks_the_mail_and_the_third_takes_it_out_of_use(
    post: Delivering, server: Mailboxes
) -> None:
    server.at_recipient = lambda to: "550 No such user"
    mail = post.follow("email")
    for n in range(4):
        post.desk.record(note(f"n{n}"))
        post.deliver(hours=1)

    assert post.states(mail) == ["dead", "dead", "dead", "waiting"] or post.states(mail) == ["dead"] * 3
    assert (post.health(mail)["state"], post.health(mail)["because"]) == ("disabled", "Refused 3 times: No such user")
    (notice,) = post.desk.messages(kind="notice")
    assert notice["channel"] == "inbox:ben"
    assert "channel_disabled" in notice["payload"]


def test_a_server_that_hangs_after_a_mail_leaves_it_unknown_and_it_is_not_sent_again(
    desk: Desk, server: Mailboxes
) -> None:
    server.hang = 60
    post = Delivering(desk, server.url, deadline=2)
    mail = post.follow("email")
    desk.record(note("n1"))

    post.deliver()
    post.deliver(hours=24)

    assert (post.states(mail), post.outcomes(mail)) == (["unknown"], [["unknown"]])


def test_a_webhook_that_does_not_answer_is_sent_again_under_the_same_id(desk: Desk) -> None:
    post, ids = Delivering(desk, deadline=2), list[str]()

    def behave(connection: socket.socket) -> None:
        heard = connection.recv(65536).decode()
        ids.append(next(line.partition(": ")[2] for line in heard.split("\r\n") if line.startswith("webhook-id")))
        if len(ids) > 1:
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        else:
            connection.recv(1)

    with misbehaving(behave) as port:
        id = post.follow("webhook", Endpoint(port=port))
        desk.record(note("n1"))
        post.deliver()
        unknown = post.outcomes(id)
        post.deliver(hours=0.01)

    assert unknown == [["unknown"]]
    assert (post.states(id), post.outcomes(id)) == (["sent"], [["unknown", "sent"]])
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_an_endpoint_that_is_gone_is_taken_out_of_use_and_back_with_what_it_missed(post: Delivering) -> None:
    with endpoint((410, {}), (204, {})) as hook:
        id = post.follow("webhook", hook)
        post.desk.record(note("n1"))
        post.deliver()
        post.desk.record(note("n2"))
        post.deliver(hours=1)
        gone = (post.health(id)["state"], len(hook.received), post.states(id))

        with writing(post.engine) as connection:
            owning.resume(connection, id, post.desk.now())
        post.deliver()

    assert gone[:2] == ("disabled", 1)
    assert gone[2][0] == "dead"
    assert len(hook.received) == len(post.states(id))


def test_an_endpoint_that_says_when_to_come_back_is_left_alone_until_then(post: Delivering) -> None:
    with endpoint((429, {"Retry-After": "3600"}), (204, {})) as hook:
        id = post.follow("webhook", hook)
        post.desk.record(note("n1"))
        post.deliver()
        post.deliver(hours=0.9)
        before = len(hook.received)
        post.deliver(hours=0.2)

    assert before == 1
    assert (len(hook.received), post.states(id)) == (2, ["sent"])


def test_a_slow_endpoint_delays_no_other(post: Delivering) -> None:
    released = threading.Event()

    def slow(connection: socket.socket) -> None:
        connection.recv(65536)
        released.wait(20)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with misbehaving(slow) as port, endpoint() as quick:
        late = post.follow("webhook", Endpoint(port=port))
        well = post.follow("webhook", quick, person="cleo")
        post.desk.record(note("n1"))
        post.courier.wake()
        until(lambda: post.states(well) == ["sent"])
        while_slow = post.states(late)
        released.set()
        assert post.courier.deliver(within=20)

    assert while_slow in (["waiting"], ["claimed"])
    assert post.states(late) == ["sent"]


def test_what_becomes_due_just_as_a_thread_finds_nothing_is_not_left_lying(
    post: Delivering, server: Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, looked = post.channel("mail", "email"), list[str]()

    def put() -> None:
        with writing(post.engine) as connection:
            send_test(connection, mail, post.desk.now())

    def claim(*how: Any) -> Any:
        found = claiming.claim(*how)
        if found is None and not looked:
            looked.append("in vain")
            put()
            post.courier.wake()
        return found

    monkeypatch.setattr(delivery, "claim", claim)
    put()
    assert post.courier.deliver(within=20)

    assert looked
    assert (post.states(mail), len(server.mails)) == (["sent", "sent"], 2)


def test_a_mail_server_that_is_down_is_waited_for(desk: Desk) -> None:
    with mailboxes() as first:
        port = first.port
    post = Delivering(desk, f"smtp://127.0.0.1:{port}")
    mail = post.follow("email")
    desk.record(note("n1"))
    post.deliver()
    down = post.states(mail), post.health(mail)["failures"]

    with mailboxes(port) as second:
        post.courier._mail_rests = (0.0, 0)
        post.deliver(hours=0.01)

    assert down == (["failed"], 0)
    assert (post.states(mail), len(second.mails)) == (["sent"], 1)


def test_a_test_is_sent_out_of_turn_and_its_answer_kept(post: Delivering) -> None:
    with endpoint((500, {"X": "y"})) as hook:
        id = post.follow("webhook", hook)
        with writing(post.engine) as connection:
            test = send_test(connection, id, post.desk.now())
        post.courier.deliver_this(test)

    assert hook.events[0]["type"] == "test"
    assert hook.events[0]["data"]["developments"] == []
    assert post.outcomes(id) == [["failed"]]


def test_a_message_that_stops_whoever_sends_it_is_given_up(post: Delivering) -> None:
    with endpoint() as hook:
        id = post.follow("webhook", hook)
        post.desk.record(note("n1"))
        with writing(post.engine) as connection:
            connection.exec_driver_sql("UPDATE outbox SET attempts = 50")
        post.deliver()

    assert (hook.received, post.states(id)) == ([], ["dead"])
