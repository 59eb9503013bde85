"""Channels as their owner handles them, the feed and the way out of mail, and the admin's page."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import feedparser
import pytest
from flask import Flask
from sqlalchemy import select

from tests.alerts.endpoints import endpoint
from tests.alerts.mailboxes import Mailboxes, mailboxes
from tests.newsroom import ADMIN, EDITOR, REPORTER, note, record
from tests.tombstones import read_with_tombstones
from tests.web.visiting import PASSWORD, Page, Visitor
from tracker.alerts import owning, subscribing
from tracker.alerts.addresses import Allowed
from tracker.alerts.guarded_http import GuardedHttp
from tracker.alerts.rules import Rule
from tracker.alerts.smtp import MailServer
from tracker.alerts.tables import channels, outbox
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.wsgi import create_app


@pytest.fixture
def server(tracker: Tracker) -> Iterator[Mailboxes]:
    """A mail server, and a newsroom that may reach it and the loopback."""
    with mailboxes() as running:
        sender = tracker.courier.sender
        tracker.courier.sender = replace(
            sender, mail_server=MailServer.read(running.url), http=GuardedHttp(Allowed.read("127.0.0.0/8"), deadline=5)
        )
        yield running


@pytest.fixture
def ben(app: Flask, harbour: Tracker, server: Mailboxes) -> Visitor:
    return Visitor(app, REPORTER)


def add(visitor: Visitor, kind: str, **typed: str) -> tuple[int, Page]:
    """Send the form that adds a channel of a kind, and read the page that follows."""
    token = visitor.read("/alerts/channels").form("webhook")["values"]["csrf_token"]
    answer = visitor.client.post("/alerts/channels", data={"kind": kind, "csrf_token": token, **typed})
    return answer.status_code, Page("/alerts/channels", answer.text) if answer.status_code != 303 else visitor.read("/")


def mine(tracker: Tracker) -> list[owning.Channel]:
    with reading(tracker.engine) as connection:
        return [each for each in owning.list_channels(connection, "ben") if each.kind != "inbox"]


def follow(tracker: Tracker, *on: str) -> None:
    """Ben follows the harbour on these channels."""
    asked = subscribing.Asked(name="Harbour", rule=Rule(stories=("harbour",)), channels=on)
    with writing(tracker.engine) as connection:
        subscribing.subscribe(connection, "ben", asked, tracker.clock())


def path_of(mail: Any, part: str) -> str:
    """The address on the site in a mail that has this in it."""
    said = mail.get_body(("plain",)).get_content().split()
    return next(word for word in said if part in word).partition("127.0.0.1:8000")[2]


def test_an_address_is_confirmed_by_a_mail_to_it_and_not_by_opening_the_link(
    ben: Visitor, app: Flask, harbour: Tracker, server: Mailboxes
) -> None:
    add(ben, "email", address="ben@example.org")
    before = mine(harbour)[0].state
    link = path_of(server.mails[0], "/alerts/confirm/")
    stranger = Visitor(app)

    opened = stranger.read(link)
    still = mine(harbour)[0].state
    _status, confirmed = stranger.send_page(opened)

    assert "would be sent to ben@example.org" in opened.words
    assert "reach you at ben@example.org" in confirmed.words
    assert server.recipients == ["ben@example.org"]
    assert (before, still, mine(harbour)[0].state) == ("unconfirmed", "unconfirmed", "active")


def test_mail_is_stopped_by_one_post_without_a_session_as_rfc_8058_has_it(
    ben: Visitor, app: Flask, harbour: Tracker, server: Mailboxes
) -> None:
    with writing(harbour.engine) as connection:
        id = owning.add_email(connection, "ben", "", "ben@example.org", harbour.clock())
        owning.confirm(connection, id, "ben@example.org")
    follow(harbour, id)
    record(harbour, note("n2"))
    harbour.catch_up()
    assert harbour.courier.deliver()
    (mail,) = server.mails
    way_out = str(mail["List-Unsubscribe"]).strip("<>").partition("127.0.0.1:8000")[2]
    program = app.test_client()

    shown = program.get(way_out)
    after_opening = mine(harbour)[0].state
    posted = program.post(way_out, data={"List-Unsubscribe": "One-Click"})

    assert (shown.status_code, after_opening) == (200, "active")
    assert (posted.status_code, mine(harbour)[0].state) == (200, "paused")
    assert program.post(way_out.replace(".", ".A")).status_code == 404


def test_a_webhooks_key_is_shown_once(ben: Visitor, harbour: Tracker) -> None:
    with endpoint() as hook:
        status, page = add(ben, "webhook", address=hook.url, name="Desk")
        id = mine(harbour)[0].id
        again = ben.read("/alerts/channels")
        token = again.form("/sign-out")["values"]["csrf_token"]
        rotated = ben.client.post(f"/alerts/channels/{id}", data={"do": "rotate", "csrf_token": token})

    assert status == 200
    assert "whsec_" in page.words
    assert "whsec_" not in again.markup + ben.get("/alerts/channels.json").text
    assert "whsec_" in rotated.text


@pytest.mark.parametrize("address", ["http://10.0.0.1/", "https://169.254.169.254/", "nonsense", ""])
def test_an_address_that_cannot_be_is_refused_beside_the_field_and_kept(ben: Visitor, address: str) -> None:
    status, page = add(ben, "webhook", address=address, name="Desk")

    assert status == 422
    assert page.errors["address"]
    assert address in page.form("webhook")["values"]["address"]


def test_a_test_shows_the_servers_answer_beside_its_button_three_times_a_minute(
    ben: Visitor, harbour: Tracker
) -> None:
    with endpoint((500, {}), (204, {})) as hook:
        add(ben, "webhook", address=hook.url)
        id = mine(harbour)[0].id
        token = ben.read("/alerts/channels").form("/sign-out")["values"]["csrf_token"]
        answers = [
            ben.client.post(f"/alerts/channels/{id}", data={"do": "test", "csrf_token": token}, follow_redirects=True)
            for _ in range(4)
        ]

    assert "not taken" in answers[0].text
    assert "Failed once" in answers[0].text
    assert "✓ taken" in answers[1].text
    assert "enough for a minute" in answers[3].text
    assert len(hook.received) == 3


def test_nobody_acts_on_somebody_elses_channel(ben: Visitor, app: Flask, harbour: Tracker) -> None:
    with endpoint() as hook:
        add(ben, "webhook", address=hook.url)
    id = mine(harbour)[0].id
    ana = Visitor(app, EDITOR)
    token = ana.read("/alerts/channels").form("/sign-out")["values"]["csrf_token"]

    for do in ("remove", "test", "rotate", "pause"):
        assert ana.client.post(f"/alerts/channels/{id}", data={"do": do, "csrf_token": token}).status_code == 404
    assert mine(harbour)[0].state == "active"


def test_a_private_feed_is_read_by_feedparser_tombstones_and_all(ben: Visitor, app: Flask, harbour: Tracker) -> None:
    _status, page = add(ben, "feed", name="My reader")
    atom, as_json = (word.partition("127.0.0.1:8000")[2] for word in page.words.split() if "/feeds/" in word)
    follow(harbour, mine(harbour)[0].id)
    record(harbour, note("n2", headline="Signed at night"), note("n3", headline="Taken back"))
    harbour.catch_up()
    reader = app.test_client()
    first = feedparser.parse(reader.get(atom).data)

    record(harbour, {"type": "development.retracted", "target": "n3", "reason": "Wrong"})
    record(harbour, {"type": "development.withheld", "target": "n2", "reason": "Legal"})
    harbour.catch_up()
    answer = reader.get(atom)
    second = read_with_tombstones(answer.data)

    assert sorted(entry.title for entry in first.entries) == [
        "The harbour contract: Signed at night", "The harbour contract: Taken back",
    ]  # fmt: skip
    assert not second.bozo
    assert second.entries == []
    assert sorted(each["ref"].rpartition("/")[2] for each in second.feed.tombstones) == ["n2", "n3"]
    assert "Signed at night" not in answer.text
    assert reader.get(as_json).json["version"] == "https://jsonfeed.org/version/1.1"
    assert reader.get(atom, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert reader.get(atom.replace(".atom", "x.atom")).status_code == 404


def test_what_arrives_pops_up_once(ben: Visitor, harbour: Tracker) -> None:
    follow(harbour)
    before = ben.get("/alerts/notifications.json").json["latest"]
    record(harbour, note("n2", headline="Signed at night"))
    harbour.catch_up()

    told = ben.get(f"/alerts/notifications.json?after={before}").json
    again = ben.get(f"/alerts/notifications.json?after={told['latest']}").json

    assert [each["title"] for each in told["notifications"]] == ["The harbour contract: Signed at night"]
    assert again == {"latest": told["latest"], "notifications": []}


def test_the_delivery_log_shows_every_attempt_and_what_is_given_up_can_be_sent_again(
    ben: Visitor, app: Flask, harbour: Tracker, server: Mailboxes
) -> None:
    with writing(harbour.engine) as connection:
        id = owning.add_email(connection, "ben", "", "ben@example.org", harbour.clock())
        owning.confirm(connection, id, "ben@example.org")
    follow(harbour, id)
    server.at_recipient = lambda to: "550 No such user"
    record(harbour, note("n2"))
    harbour.catch_up()
    assert harbour.courier.deliver()
    log = ben.read("/alerts/deliveries")
    admin = Visitor(app, ADMIN)
    letters = admin.read("/admin")

    server.at_recipient = lambda to: "250 Ok"
    ben.send(log, form="/again")
    harbour.courier.deliver_this(harbour_delivery(harbour))

    assert "No such user" in log.words
    assert "No such user" in letters.words
    assert len(server.mails) == 1
    assert "taken" in ben.read("/alerts/deliveries").words


def harbour_delivery(tracker: Tracker) -> str:
    with reading(tracker.engine) as connection:
        return str(connection.execute(select(outbox.c.id).where(outbox.c.via == "email")).scalar_one())


def test_an_admin_makes_changes_and_shuts_accounts(app: Flask, harbour: Tracker) -> None:
    admin = Visitor(app, ADMIN)

    status, page = admin.send_page(admin.read("/admin"), form="hire", name="nina", role="reporter", desks="")
    password = page.words.partition("shown this once.")[2].split()[0]
    nina = Visitor(app)
    signed_in = nina.sign_in("nina", password).status_code
    admin.send(admin.read("/admin"), form="/people/nina", do="role", role="editor", desks="politics")
    admin.send(admin.read("/admin"), form="/people/nina", do="disable")

    assert (status, signed_in) == (200, 303)
    (kept,) = [each for each in admin.get("/admin.json").json["people"] if each["name"] == "nina"]
    assert (kept["role"], kept["desks"]) == ("editor", ["politics"])
    assert kept["disabled_at"]
    assert nina.get("/alerts/channels").status_code == 303


def test_an_admin_neither_shuts_nor_demotes_themselves_and_a_name_is_taken_once(app: Flask, harbour: Tracker) -> None:
    admin = Visitor(app, ADMIN)
    token = admin.read("/admin").form("/sign-out")["values"]["csrf_token"]

    taken = admin.send(admin.read("/admin"), form="hire", name="ben", role="reporter")
    own = [
        admin.client.post("/admin/people/emil", data={"do": do, "role": "reader", "csrf_token": token})
        for do in ("disable", "role")
    ]

    assert (taken.status_code, [each.status_code for each in own]) == (422, [422, 422])
    assert admin.get("/admin").status_code == 200


def test_apprise_is_an_admins_and_off_until_it_is_switched_on(app: Flask, harbour: Tracker) -> None:
    admin = Visitor(app, ADMIN)
    token = admin.read("/admin").form("/sign-out")["values"]["csrf_token"]
    typed = {"person": "ben", "address": "json://localhost/", "name": "Room", "csrf_token": token}

    off = admin.client.post("/admin/apprise", data=typed).status_code
    harbour.settings = replace(harbour.settings, apprise=True)
    on = Visitor(create_app(harbour), ADMIN)
    answer = on.send(on.read("/admin"), form="/admin/apprise", person="ben", address="json://localhost/", name="Room")

    assert (off, answer.status_code) == (404, 303)
    with reading(harbour.engine) as connection:
        row = connection.execute(select(channels).where(channels.c.kind == "apprise")).one()
    assert (row.person, row.address) == ("ben", "json://…")
    assert "localhost" not in str(row)


def test_the_admins_page_tells_what_nobody_follows_without_telling_what_it_is(app: Flask, harbour: Tracker) -> None:
    admin = Visitor(app, ADMIN)

    for told in (admin.get("/admin").text, admin.get("/admin.json").text):
        assert "harbour" in told
        assert "The harbour contract" not in told
        assert PASSWORD not in told
