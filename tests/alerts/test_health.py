"""Rule 14: whoever looks after alerts sees lag, noisy rules, channels that fail, and stories that nobody follows."""

import pytest

from tests.alerts.delivering import Delivering
from tests.alerts.desk import Desk
from tests.alerts.endpoints import endpoint
from tests.newsroom import note, record
from tracker.alerts.health import Health, health
from tracker.db import reading


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    return sqlite_database


def look(desk: Desk) -> Health:
    with reading(desk.tracker.engine) as connection:
        return health(connection, desk.now())


def test_a_rule_that_speaks_often_is_counted_by_the_week(desk: Desk) -> None:
    loud = desk.subscribe("ben", name="Everything")
    desk.subscribe("cleo", name="Of nothing", tags=("none",))
    desk.record(note("n1"), note("n2"), note("n3"))
    desk.later = 24 * 21

    (noisy,) = look(desk).noisy

    assert (noisy.id, noisy.person, noisy.fired, noisy.per_week) == (loud, "ben", 3, 1)


def test_a_channel_that_fails_stands_there_until_it_is_well(desk: Desk) -> None:
    post = Delivering(desk)
    with endpoint((500, {}), (204, {})) as hook:
        id = post.follow("webhook", hook)
        desk.record(note("n1"))
        post.deliver()
        failing = look(desk).failing
        post.deliver(hours=1)

    assert [(each.id, each.person) for each in failing] == [(id, "ben")]
    assert look(desk).failing == ()


def test_what_is_behind_and_what_waits_is_told_with_since_when(desk: Desk) -> None:
    Delivering(desk).follow("email")
    desk.record(note("n1"))
    record(desk.tracker, note("n2"))

    found = look(desk)

    assert (found.events_behind, found.waiting) == (1, 1)
    assert found.oldest_due == desk.messages(via="email")[0]["due_at"]


def test_a_story_that_no_rule_names_is_followed_by_nobody(desk: Desk) -> None:
    before = look(desk).unfollowed
    desk.subscribe("ben", stories=("harbour",))

    assert (before, look(desk).unfollowed) == (("harbour",), ())
