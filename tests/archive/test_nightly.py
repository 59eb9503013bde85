"""The log is checked every night without anybody asking, and what was found is seen in the morning."""

import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.alerts.delivering import Delivering, courier
from tests.alerts.desk import Desk
from tests.alerts.mailboxes import mailboxes
from tests.archive.tampering import drop_guards, tamper
from tests.newsroom import ADMIN, EDITOR, HARBOUR, note, record
from tests.web.visiting import Visitor, bearer, hire
from tracker import bootstrap, doctor
from tracker.accounts import people
from tracker.alerts import owning
from tracker.alerts.tables import outbox
from tracker.archive import verifications, verifying
from tracker.archive.verifications import Verification
from tracker.archive.verifying import verify
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.wsgi import create_app


@pytest.fixture
def tracker(tracker: Tracker) -> Tracker:
    """A newsroom in New York, and a clock that is set by hand."""
    tracker.zone = ZoneInfo("America/New_York")
    tracker.clock = lambda: "2999-05-01T12:00:00.000000Z"
    record(tracker, HARBOUR, note("n1"), note("n2"))
    return tracker


def at(tracker: Tracker, when: str) -> bool:
    """A look at the timetable at this time (UTC; New York is four hours behind)."""
    tracker.clock = lambda: f"2999-05-{when}:00.000000Z"
    return tracker.verify_nightly()


def kept(tracker: Tracker) -> list[Verification]:
    with reading(tracker.engine) as connection:
        return verifications.latest(connection, 10)


def verified(tracker: Tracker) -> doctor.Finding:
    return next(each for each in doctor.findings(tracker) if each.what == "verified")


def test_the_log_is_checked_once_a_night_by_the_newsrooms_clock(tracker: Tracker) -> None:
    done = [at(tracker, when) for when in ("01T12:00", "01T23:00", "02T06:59", "02T07:00", "02T07:10", "04T18:00")]

    assert done == [True, False, False, True, False, True]
    assert [(each.at[:16], each.by, each.events, each.well) for each in kept(tracker)] == [
        ("2999-05-04T18:00", "timetable", 3, 1), ("2999-05-02T07:00", "timetable", 3, 1),
        ("2999-05-01T12:00", "timetable", 3, 1),
    ]  # fmt: skip


def test_somebody_who_checked_by_hand_does_not_stand_in_for_the_night(tracker: Tracker) -> None:
    at(tracker, "01T12:00")

    with writing(tracker.engine) as connection:
        verifications.keep(connection, verify(tracker.engine, views=False), "2999-05-02T08:00:00.000000Z", "carla")

    assert at(tracker, "02T09:00")


def test_what_was_found_is_told_to_the_doctor_the_admin_and_the_machines(
    tracker: Tracker, caplog: pytest.LogCaptureFixture
) -> None:
    hire(tracker, ADMIN)
    app = create_app(tracker)
    never = verified(tracker)
    admin = Visitor(app, ADMIN)
    before = admin.read("/admin").words
    at(tracker, "01T12:00")
    well, told = verified(tracker), admin.get("/admin.json").json["verified"]
    tracker.clock = lambda: "2999-05-04T12:00:00.000000Z"
    late = verified(tracker)

    drop_guards(tracker.engine)
    tamper(tracker.engine, "UPDATE events SET data = replace(data, 'Note n1', 'Note n9') WHERE position = 2")
    at(tracker, "04T12:00")
    wrong, page = verified(tracker), Visitor(app, ADMIN).read("/admin").words
    figures = app.test_client().get("/metrics", headers=bearer(tracker, ADMIN)).text

    assert (never.well, well.well, late.well, wrong.well) == (True, True, False, False)
    assert "has never been checked" in before
    assert (told["at"], told["events"], told["well"]) == ("2999-05-01T12:00:00.000000Z", 3, True)
    assert "see that workers run" in late.said
    assert "from position 2" in wrong.said
    assert "Not as it was written, from position 2" in page
    assert "harbour" not in page.partition("Not as it was written")[2][:200]
    assert "tracker_verified_well 0.0" in figures
    assert "tracker_verified_events 3.0" in figures
    assert "tracker_verified_timestamp_seconds 3.2" in figures
    assert "not what was written, from position 2" in caplog.text
    app.extensions["audience"].close()


def spoil(tracker: Tracker, key: str, position: int) -> None:
    tamper(
        tracker.engine, f"UPDATE events SET data = replace(data, 'Note {key}', 'Note n9') WHERE position = {position}"
    )


def mailbox(tracker: Tracker, *admins: str) -> None:
    """Give each a mail address that was confirmed."""
    with writing(tracker.engine) as connection:
        for name in admins:
            id = owning.add_email(connection, name, "", f"{name}@example.org", tracker.clock())
            owning.confirm(connection, id, f"{name}@example.org")


def told(tracker: Tracker) -> list[tuple[str, str, str]]:
    """To whom something is told of the log, on what kind of channel, and from which position it is wrong."""
    with reading(tracker.engine) as connection:
        rows = connection.execute(
            select(outbox.c.person, outbox.c.via, outbox.c.payload).order_by(outbox.c.person, outbox.c.via)
        )
        return [(person, via, json.loads(payload)["position"]) for person, via, payload in rows]


def test_every_admin_is_told_once_of_what_is_wrong_and_again_when_it_is_something_else(tracker: Tracker) -> None:
    hire(tracker, ADMIN, EDITOR, replace(ADMIN, name="eva"), replace(ADMIN, name="gone"))
    mailbox(tracker, "eva", "emil", "gone", "ana")
    with writing(tracker.engine) as connection:
        people.disable(connection, "gone", tracker.clock())
        owning.add_email(connection, "eva", "", "unconfirmed@example.org", tracker.clock())
        owning.add_browser(connection, "eva", "", tracker.clock())
    at(tracker, "01T12:00")
    well = told(tracker)
    drop_guards(tracker.engine)

    spoil(tracker, "n1", 2)
    at(tracker, "02T12:00")
    once = told(tracker)
    record(tracker, note("n3"))
    at(tracker, "03T12:00")
    next_night = told(tracker)
    spoil(tracker, "n2", 3)
    at(tracker, "04T12:00")

    assert well == []
    assert once == [("emil", "email", "2"), ("eva", "email", "2")]
    assert next_night == once
    assert len(told(tracker)) == 2 * len(once)


def test_the_same_is_told_again_after_a_night_in_which_all_was_well(tracker: Tracker) -> None:
    hire(tracker, ADMIN)
    mailbox(tracker, "emil")
    drop_guards(tracker.engine)
    spoil(tracker, "n1", 2)
    at(tracker, "01T12:00")
    tamper(tracker.engine, "UPDATE events SET data = replace(data, 'Note n9', 'Note n1') WHERE position = 2")
    at(tracker, "02T12:00")

    spoil(tracker, "n1", 2)
    at(tracker, "03T12:00")

    assert [each.well for each in kept(tracker)] == [0, 1, 0]
    assert told(tracker) == [("emil", "email", "2")] * 2


def test_a_view_that_was_edited_is_told_too(tracker: Tracker) -> None:
    hire(tracker, ADMIN)
    mailbox(tracker, "emil")
    tamper(tracker.engine, "UPDATE entries SET body = replace(body, 'Note n2', 'Note n9') WHERE key = 'n2'")

    at(tracker, "01T12:00")

    assert told(tracker) == [("emil", "email", "3")]


def test_a_check_that_is_killed_before_it_is_kept_told_nobody_and_is_made_again(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(tracker, ADMIN)
    mailbox(tracker, "emil")
    drop_guards(tracker.engine)
    spoil(tracker, "n1", 2)
    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "tell_admins", killed_after(bootstrap.tell_admins))
        with pytest.raises(KeyboardInterrupt):
            at(tracker, "01T12:00")
    lost = kept(tracker), told(tracker)

    at(tracker, "01T12:10")

    assert lost == ([], [])
    assert told(tracker) == [("emil", "email", "2")]


def killed_after(tell: Callable[..., None]) -> Callable[..., None]:
    def telling(*said: Any, **more: Any) -> None:
        tell(*said, **more)
        raise KeyboardInterrupt

    return telling


def test_of_two_workers_that_check_at_once_one_tells(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(tracker, ADMIN)
    mailbox(tracker, "emil")
    drop_guards(tracker.engine)
    spoil(tracker, "n1", 2)
    both, clock = threading.Barrier(2), itertools.count(10)
    verify_all = verifying.verify_all

    def together(*asked: Any, **how: Any) -> Any:
        both.wait(30)
        return verify_all(*asked, **how)

    monkeypatch.setattr(verifying, "verify_all", together)
    tracker.clock = lambda: f"2999-05-01T12:00:{next(clock)}.000000Z"
    with ThreadPoolExecutor(2) as workers:
        done = [each.result() for each in [workers.submit(tracker.verify_nightly) for _ in range(2)]]

    assert done == [True, True]
    assert len(kept(tracker)) == 2
    assert told(tracker) == [("emil", "email", "2")]


def test_admins_see_it_on_every_page_and_nobody_else_does(tracker: Tracker) -> None:
    hire(tracker, ADMIN, EDITOR)
    app = create_app(tracker)
    before = Visitor(app, ADMIN).read("/").words
    drop_guards(tracker.engine)
    spoil(tracker, "n1", 2)
    at(tracker, "01T12:00")

    admin, editor = Visitor(app, ADMIN), Visitor(app, EDITOR)
    pages = [admin.read(path).words for path in ("/", "/actors", "/admin", "/help")]
    other = editor.read("/").words
    tamper(tracker.engine, "UPDATE events SET data = replace(data, 'Note n9', 'Note n1') WHERE position = 2")
    at(tracker, "02T12:00")

    said = "not what was written, from position 2. Keep the machine and its backups as they are"
    assert all(said in page for page in pages)
    assert "not what was written" not in before + other + Visitor(app, ADMIN).read("/").words
    app.extensions["audience"].close()


def test_the_mail_to_an_admin_says_what_to_do(tracker: Tracker) -> None:
    hire(tracker, ADMIN)
    desk = Desk(tracker)
    desk.now = tracker.clock  # type: ignore[method-assign]
    with mailboxes() as server:
        Delivering(desk, server.url).channel("mail", "email", ADMIN.name)
        drop_guards(tracker.engine)
        spoil(tracker, "n1", 2)
        at(tracker, "01T12:00")
        assert courier(tracker.engine, tracker.clock, server.url).deliver(within=20)
        (mail,) = server.mails

    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert mail["Subject"] == "The log is not what was written"
    assert "from position 2. Keep the machine and its backups as they are" in text
    assert "https://desk.example/admin" in text
    assert "/alerts" not in text
