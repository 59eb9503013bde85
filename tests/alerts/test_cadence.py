"""When somebody is told: cadences, quiet hours and bursts, in any zone and over any change of the clocks."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import instants
from tracker.alerts.cadence import BURST, Cadence, Hours, due_at

BERLIN, NEW_YORK, KATHMANDU = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kathmandu"))
NIGHT = (time(22), time(7))

zones = st.sampled_from([BERLIN, NEW_YORK, KATHMANDU, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
moments = st.datetimes(datetime(2016, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZoneInfo("UTC")))
times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
quiets = st.none() | st.tuples(times, times)
cadences = st.sampled_from(["at_once", "hourly", "daily", "weekly"])


def at(written: str) -> str:
    return instants.read(written)


def due(
    cadence: Cadence, now: str, zone: ZoneInfo = BERLIN, quiet: tuple[time, time] | None = None, **how: object
) -> str:
    found = due_at(cadence, Hours(zone, quiet), at(now), **how)  # type: ignore[arg-type]
    assert found is not None
    return instants.moment(found).astimezone(zone).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("cadence", "now", "when"),
    [
        ("at_once", "2017-03-01T12:20:00+01:00", "Wed 01 Mar 12:20"),
        ("hourly", "2017-03-01T12:20:00+01:00", "Wed 01 Mar 13:00"),
        ("hourly", "2017-03-01T12:00:00+01:00", "Wed 01 Mar 13:00"),
        ("daily", "2017-03-01T07:59:00+01:00", "Wed 01 Mar 08:00"),
        ("daily", "2017-03-01T08:00:00+01:00", "Thu 02 Mar 08:00"),
        ("weekly", "2017-03-01T08:00:00+01:00", "Mon 06 Mar 08:00"),
        ("weekly", "2017-03-06T07:00:00+01:00", "Mon 06 Mar 08:00"),
        ("weekly", "2017-03-06T08:00:00+01:00", "Mon 13 Mar 08:00"),
        # The night the clocks went forward, and the one they went back: eight is eight.
        ("daily", "2017-03-25T20:00:00+01:00", "Sun 26 Mar 08:00"),
        ("daily", "2017-10-28T20:00:00+02:00", "Sun 29 Oct 08:00"),
    ],
)
def test_each_cadence_has_its_time(cadence: Cadence, now: str, when: str) -> None:
    assert due(cadence, now) == when


@pytest.mark.parametrize(
    ("now", "when"),
    [
        ("2017-03-01T21:59:00+01:00", "Wed 01 Mar 21:59"),
        ("2017-03-01T22:00:00+01:00", "Thu 02 Mar 07:00"),
        ("2017-03-02T03:00:00+01:00", "Thu 02 Mar 07:00"),
        ("2017-03-02T07:00:00+01:00", "Thu 02 Mar 07:00"),
        ("2017-03-26T01:30:00+01:00", "Sun 26 Mar 07:00"),
    ],
)
def test_quiet_hours_wait_for_the_morning(now: str, when: str) -> None:
    assert due("at_once", now, quiet=NIGHT) == when


def test_an_end_that_the_clocks_skip_is_when_they_have_skipped_it() -> None:
    assert due("at_once", "2017-03-26T00:30:00+01:00", quiet=(time(23), time(2, 30))) == "Sun 26 Mar 03:30"


def test_an_end_that_the_clocks_show_twice_lets_nobody_wait_a_day() -> None:
    # 02:15 for the second time, quiet until 02:30: fifteen minutes.
    assert due("at_once", "2017-10-29T02:15:00+01:00", quiet=(time(23), time(2, 30))) == "Sun 29 Oct 02:30"


def test_urgent_breaks_through_all_but_off() -> None:
    now, hours = at("2017-03-02T03:00:00+01:00"), Hours(BERLIN, NIGHT)

    assert {due_at(each, hours, now, urgent=True, last=now) for each in ("at_once", "hourly", "daily", "weekly")} == {
        now
    }
    assert due_at("off", hours, now, urgent=True) is None


def test_a_burst_is_held_until_a_few_minutes_after_the_last_alert() -> None:
    now, last = at("2017-03-01T12:02:00+01:00"), at("2017-03-01T12:00:00+01:00")

    assert due_at("at_once", Hours(BERLIN), now, last=last) == instants.text(instants.moment(last) + BURST)
    assert due_at("at_once", Hours(BERLIN), now, last=at("2017-03-01T11:00:00+01:00")) == now


@given(moments, zones, quiets, cadences)
def test_nothing_is_due_in_the_past_in_quiet_hours_or_much_later_than_its_cadence(
    now: datetime, zone: ZoneInfo, quiet: tuple[time, time] | None, cadence: Cadence
) -> None:
    found = due_at(cadence, Hours(zone, quiet), instants.text(now))

    assert found is not None
    moment = instants.moment(found)
    longest = {"at_once": 0, "hourly": 1, "daily": 25, "weekly": 24 * 7 + 1}[cadence]
    assert now <= moment <= now + timedelta(hours=longest + 25)
    if quiet is not None and quiet[0] != quiet[1]:
        local, (start, end) = moment.astimezone(zone), quiet
        shown = local.time()
        changed = local.utcoffset() != (moment - timedelta(hours=3)).astimezone(zone).utcoffset()
        assert changed or not (start <= shown < end if start < end else shown >= start or shown < end)
