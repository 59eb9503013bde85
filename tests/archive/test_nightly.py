"""The log is checked every night without anybody asking, and what was found is seen in the morning."""

from zoneinfo import ZoneInfo

import pytest

from tests.archive.tampering import drop_guards, tamper
from tests.newsroom import ADMIN, HARBOUR, note, record
from tests.web.visiting import Visitor, bearer, hire
from tracker import doctor
from tracker.archive import verifications
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
