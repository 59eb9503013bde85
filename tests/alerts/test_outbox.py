"""The outbox: what is told together, what is told once, and what goes with the person."""

import orjson
import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError

from tests.web.visiting import QUICK
from tracker.accounts.people import Role, add_person
from tracker.accounts.tables import users
from tracker.alerts import outbox
from tracker.alerts.outbox import Item, Match, Message
from tracker.alerts.tables import alerted
from tracker.alerts.tables import outbox as rows
from tracker.db import writing

NOW, SOON, LATER = (f"2017-03-01T12:0{n}:00.000000Z" for n in range(3))
RULE = Match("s1", "Harbour", (("story", "harbour"),))


def item(development: str, act: int = 0) -> Item:
    return Item("story/harbour", development, act, 7, (("logged", "development", development),), (RULE,))


def alert(due_at: str, *items: Item, person: str = "ben", urgency: int | None = None) -> Message:
    return Message(person, f"inbox:{person}", "inbox", "alert", due_at, "story/harbour", urgency, items)


@pytest.fixture(autouse=True)
def people(engine: Engine) -> None:
    with writing(engine) as connection:
        for name in ("ben", "ana"):
            add_person(connection, name, Role.REPORTER, "a long password", now=NOW, hasher=QUICK)
            outbox.inbox_of(connection, name, NOW)


def put(engine: Engine, *messages: Message) -> None:
    with writing(engine) as connection:
        outbox.put(connection, messages, NOW)


def kept(engine: Engine) -> list[tuple[str, str, int | None, list[str]]]:
    """Person, when it is due, how urgent, what it tells: for every message."""
    with engine.connect() as connection:
        told = connection.execute(select(alerted.c.delivery, alerted.c.development)).all()
        return [
            (row.person, row.due_at, row.urgency, sorted(each.development for each in told if each.delivery == row.id))
            for row in connection.execute(select(rows).order_by(rows.c.created_at, rows.c.id))
        ]


def test_what_is_put_at_once_about_one_story_is_one_message(engine: Engine) -> None:
    put(engine, alert(SOON, item("n1")), alert(LATER, item("n2"), urgency=4), alert(SOON, item("n1"), person="ana"))

    assert kept(engine) == [("ben", SOON, 4, ["n1", "n2"]), ("ana", SOON, None, ["n1"])]


def test_an_alert_joins_one_that_waits_and_makes_it_no_later(engine: Engine) -> None:
    put(engine, alert(LATER, item("n1"), urgency=5))

    put(engine, alert(SOON, item("n2"), urgency=2))

    assert kept(engine) == [("ben", SOON, 2, ["n1", "n2"])]


def test_an_alert_does_not_join_one_that_is_being_sent(engine: Engine) -> None:
    put(engine, alert(NOW, item("n1")))
    with writing(engine) as connection:
        connection.execute(update(rows).values(state="claimed"))

    put(engine, alert(LATER, item("n2")))

    assert kept(engine) == [("ben", NOW, None, ["n1"]), ("ben", LATER, None, ["n2"])]


def test_the_database_refuses_to_tell_the_same_twice(engine: Engine) -> None:
    put(engine, alert(NOW, item("n1")))

    with pytest.raises(IntegrityError):
        put(engine, alert(NOW, item("n1")))

    put(engine, alert(NOW, item("n1", act=9)))
    with writing(engine) as connection:
        assert outbox.already(connection, "story/harbour", ["n1", "n2"]) == {
            ("ben", "inbox:ben", "n1", 0), ("ben", "inbox:ben", "n1", 9),
        }  # fmt: skip


def test_a_notice_stands_in_the_owners_inbox(engine: Engine) -> None:
    with writing(engine) as connection:
        outbox.notify(connection, "ben", "rule_broken", NOW, name="Harbour", because="it can't be read")
        test = outbox.send_test(connection, "inbox:ana", NOW)

        told = {row.kind: row for row in connection.execute(select(rows))}
        assert orjson.loads(told["notice"].payload)["word"] == "rule_broken"
        assert (told["notice"].person, told["notice"].channel) == ("ben", "inbox:ben")
        assert told["test"].id == test
        with pytest.raises(LookupError):
            outbox.send_test(connection, "nowhere", NOW)


def test_what_alerts_hold_of_somebody_goes_with_them(engine: Engine) -> None:
    put(engine, alert(NOW, item("n1")), alert(NOW, item("n1"), person="ana"))

    with writing(engine) as connection:
        connection.execute(delete(users).where(users.c.name == "ben"))

    assert kept(engine) == [("ana", NOW, None, ["n1"])]
