"""An alert that waits in the outbox is held against the policy of the moment at which it is sent, not of its making."""

from typing import Any

import pytest

from tests.alerts.delivering import Delivering
from tests.alerts.endpoints import endpoint
from tests.alerts.mailboxes import Mailboxes
from tests.newsroom import note
from tracker.accounts import people
from tracker.accounts.people import Role
from tracker.alerts.delivery_log import of_person
from tracker.db import reading, writing

WITHHELD = {"type": "development.withheld", "target": "n1", "reason": "Legal"}
RETRACTED = {"type": "development.retracted", "target": "n1", "reason": "Wrong"}
EMBARGOED = {"type": "embargo.set", "target": "n1", "until": "2999-01-01T00:00:00Z"}
OFF_RECORD = [
    {"type": "source.added", "key": "aide", "description": "An aide", "terms": "off_record"},
    {"type": "development.corrected", "target": "n1", "changes": [{"field": "sources", "now": ["aide"]}]},
]
FOR_THE_DESK = {
    "type": "development.corrected", "target": "n1", "class": "refile",
    "changes": [{"field": "visibility", "now": "desk"}],
}  # fmt: skip


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """One database: what differs between the two is tested where it is written (`test_claiming`)."""
    return sqlite_database


@pytest.mark.parametrize(
    "acts",
    [[WITHHELD], [RETRACTED], [EMBARGOED], OFF_RECORD, [FOR_THE_DESK]],
    ids=["withheld", "retracted", "embargoed", "off record", "for the desk"],
)
def test_what_may_no_longer_be_told_when_it_is_sent_is_dropped_and_the_log_says_why(
    post: Delivering, server: Mailboxes, acts: list[dict[str, Any]]
) -> None:
    mail = post.follow("email")
    desks = post.follow("email", person="pia")
    post.desk.record(note("n1", headline="Signed at night"))
    post.desk.record(*acts)

    post.deliver()
    post.deliver(hours=1)

    assert "ben@example.org" not in server.recipients
    assert (post.states(mail), post.outcomes(mail)) == (["dropped"], [["dropped"]])
    with reading(post.engine) as connection:
        (logged,) = of_person(connection, "ben")
    assert logged.attempts[0].answer == "Nothing of it may be told any more."
    # Those who edit the story's desk may still see it: but for what was withdrawn, they are told.
    assert server.recipients == ([] if acts == [RETRACTED] else ["pia@example.org"])
    assert post.states(desks) == (["dropped"] if acts == [RETRACTED] else ["sent"])


def test_of_a_message_only_what_may_still_be_told_is_sent(post: Delivering, server: Mailboxes) -> None:
    post.follow("email")
    post.desk.record(note("n1", headline="Signed at night"), note("n2", headline="Paid by noon"))
    post.desk.record(WITHHELD)

    post.deliver()

    (mail,) = server.mails
    assert "Paid by noon" in mail.as_string()
    assert "Signed at night" not in mail.as_string()


@pytest.mark.parametrize(
    ("closing", "opening"),
    [
        (WITHHELD, {"type": "development.released", "target": "n1"}),
        (EMBARGOED, {"type": "embargo.lifted", "target": "n1"}),
    ],
    ids=["withheld", "embargoed"],
)
def test_what_was_held_back_is_sent_once_when_it_is_released(
    post: Delivering, server: Mailboxes, closing: dict[str, Any], opening: dict[str, Any]
) -> None:
    mail = post.follow("email")
    post.desk.record(note("n1"))
    post.desk.record(closing)
    post.deliver()
    before = [*server.mails]

    post.desk.record(opening)
    post.deliver()
    post.deliver(hours=1)

    assert before == []
    assert server.recipients == ["ben@example.org"]
    assert post.states(mail) == ["dropped", "sent"]


def test_an_embargo_set_while_an_alert_waits_holds_it_until_its_time_is_over(
    post: Delivering, server: Mailboxes
) -> None:
    with endpoint() as hook:
        post.follow("email")
        post.follow("webhook", hook, person="cleo")
        post.desk.record(note("n1"))
        post.desk.later += 1
        post.desk.record(EMBARGOED | {"until": in_hours(post, 4)})
        post.deliver()
        post.deliver(hours=2)
        before = len(server.mails), len(hook.received)

        post.deliver(hours=3)
        post.deliver(hours=1)

    assert before == (0, 0)
    assert (server.recipients, len(hook.received)) == (["ben@example.org"], 1)


@pytest.mark.parametrize("loss", ["account", "role"])
def test_who_lost_the_right_to_see_it_before_it_is_sent_is_told_nothing(
    post: Delivering, server: Mailboxes, loss: str
) -> None:
    mail = post.follow("email")
    post.desk.record(note("n1"))
    with writing(post.engine) as connection:
        if loss == "account":
            people.disable(connection, "ben", post.desk.now())
        else:
            people.change_role(connection, "ben", Role.READER)

    post.deliver()

    assert (server.mails, post.states(mail), post.outcomes(mail)) == ([], ["dropped"], [["dropped"]])


def test_who_edits_the_desk_no_longer_is_not_told_what_only_the_desk_may_know(
    post: Delivering, server: Mailboxes
) -> None:
    mail = post.follow("email", person="pia")
    post.desk.record(OFF_RECORD[0], note("n1", sources=["aide"], unsourced=""))
    before = post.states(mail)
    with writing(post.engine) as connection:
        people.change_desks(connection, "pia", ["sports"])

    post.deliver()

    assert (before, post.states(mail), server.mails) == (["waiting"], ["dropped"], [])


def test_what_failed_is_checked_again_before_it_is_tried_again(post: Delivering, server: Mailboxes) -> None:
    server.at_recipient = lambda to: "451 Full"
    mail = post.follow("email")
    post.desk.record(note("n1"))
    post.deliver()
    server.at_recipient = lambda to: "250 Ok"

    post.desk.record(WITHHELD)
    post.deliver(hours=1)

    assert (server.mails, post.outcomes(mail)) == ([], [["failed", "dropped"]])


def in_hours(post: Delivering, hours: float) -> str:
    post.desk.later += hours
    then = post.desk.now()
    post.desk.later -= hours
    return then
