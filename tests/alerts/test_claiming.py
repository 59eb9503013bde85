"""A message is sent by one worker at a time, a channel gives out one at a time, and nobody is delayed by another."""

import threading

import pytest
from sqlalchemy import Engine, select, update

from tests.accounts.newsroom import hire
from tests.alerts.mailing import NOW, channel, outcomes, state, waiting
from tracker.alerts.claiming import LANES, Claim, claim, claim_this, due, park, settle, unpark
from tracker.alerts.outbox import send_test
from tracker.alerts.outcomes import Accepted, Outcome, TryAgain
from tracker.alerts.retrying import judge
from tracker.alerts.tables import channels
from tracker.db import reading, writing

MAIL, HTTP, DOUBTFUL = LANES
LATER, MUCH_LATER = "2017-03-01T12:00:30.000000Z", "2017-03-01T12:02:00.000000Z"


@pytest.fixture(autouse=True)
def people(engine: Engine) -> None:
    hire(engine, "ben")


def tell(engine: Engine, claimed: Claim, outcome: Outcome, now: str = NOW) -> bool:
    """Write down what came of a claim."""
    verdict = judge(outcome, via=claimed.via, attempts=claimed.attempts, health=claimed.health, now=now, chance=0.5)
    said = "sent" if isinstance(outcome, Accepted) else "failed"
    with writing(engine) as connection:
        return settle(connection, claimed, verdict, said, 200, "ok", now)


def test_what_is_due_is_claimed_once(engine: Engine) -> None:
    id = waiting(engine, channel(engine, "hook"))

    first, second = claim(engine, HTTP, NOW), claim(engine, HTTP, NOW)

    assert first is not None
    assert (first.id, first.epoch, first.attempts) == (id, 1, 1)
    assert second is None
    assert (state(engine, id), outcomes(engine, id)) == ("claimed", ["trying"])
    assert tell(engine, first, Accepted(200, "ok"))
    assert (state(engine, id), outcomes(engine, id)) == ("sent", ["sent"])
    assert claim(engine, HTTP, MUCH_LATER) is None


def test_nothing_is_claimed_before_it_is_due_or_by_another_lane(engine: Engine) -> None:
    waiting(engine, channel(engine, "hook"), due_at=LATER)
    waiting(engine, channel(engine, "inbox", kind="inbox"))

    assert [claim(engine, lane, NOW) for lane in LANES] == [None] * 3
    assert due(engine, LANES, NOW) == {}
    assert due(engine, LANES, LATER) == {"mail": 0, "http": 1, "doubtful": 0}
    assert claim(engine, MAIL, LATER) is None
    assert claim(engine, HTTP, LATER) is not None


def test_a_channel_gives_out_one_at_a_time_and_the_others_go_on(engine: Engine) -> None:
    slow, quick = channel(engine, "slow"), channel(engine, "quick")
    first, _, third = waiting(engine, slow), waiting(engine, slow), waiting(engine, quick)

    taken = [claim(engine, HTTP, NOW) for _ in range(3)]

    assert [each.id if each else None for each in taken] == [first, third, None]


def test_a_channel_that_is_just_being_given_more_is_not_passed_over(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: whoever claims waits for whoever decides")
    hook = channel(engine, "hook")
    id = waiting(engine, hook)

    with writing(engine) as connection:
        send_test(connection, hook, NOW)
        found = claim(engine, HTTP, NOW)

    assert found is not None
    assert found.id == id


def test_a_worker_that_is_gone_is_followed_and_one_that_was_only_paused_changes_nothing(engine: Engine) -> None:
    id = waiting(engine, channel(engine, "hook"))
    paused = claim(engine, HTTP, NOW, lease=60)
    assert claim(engine, HTTP, LATER) is None

    successor = claim(engine, HTTP, MUCH_LATER, lease=60)

    assert paused is not None
    assert successor is not None
    assert (successor.id, successor.epoch) == (id, 2)
    assert not tell(engine, paused, TryAgain("late"), MUCH_LATER)
    assert state(engine, id) == "claimed"
    assert tell(engine, successor, Accepted(200, "ok"), MUCH_LATER)
    assert not tell(engine, paused, TryAgain("later still"), MUCH_LATER)
    assert state(engine, id) == "sent"


def test_a_channel_that_failed_rests_and_then_is_served_apart(engine: Engine) -> None:
    ill, well = channel(engine, "ill"), channel(engine, "well")
    waiting(engine, ill), waiting(engine, ill)
    claimed = claim(engine, HTTP, NOW)
    assert claimed is not None
    tell(engine, claimed, TryAgain("no", 500))
    fine = waiting(engine, well)

    now = claim(engine, HTTP, NOW)
    resting = claim(engine, DOUBTFUL, NOW)
    rested = claim(engine, DOUBTFUL, LATER)

    assert now is not None
    assert now.id == fine
    assert resting is None
    assert rested is not None
    assert rested.health.failures == 1


def test_a_channel_out_of_use_keeps_its_messages_and_gives_them_out_when_it_is_back(engine: Engine) -> None:
    id = waiting(engine, channel(engine, "hook"))
    with writing(engine) as connection:
        connection.execute(update(channels).values(state="disabled"))
        park(connection, "hook")

    assert due(engine, LANES, MUCH_LATER) == {}
    with writing(engine) as connection:
        connection.execute(update(channels).values(state="active"))
        unpark(connection, "hook", MUCH_LATER)
    claimed = claim(engine, HTTP, MUCH_LATER)
    assert claimed is not None
    assert claimed.id == id


def test_one_message_can_be_asked_for_out_of_turn(engine: Engine) -> None:
    hook = channel(engine, "hook")
    waiting(engine, hook)
    test = waiting(engine, hook)

    claimed = claim_this(engine, test, NOW)

    assert claimed is not None
    assert claimed.id == test
    assert claim_this(engine, test, NOW) is None
    assert claim_this(engine, "nothing", NOW) is None


def test_of_many_at_once_each_gets_another_message_and_no_channel_two(engine: Engine) -> None:
    for n in range(6):
        waiting(engine, channel(engine, f"hook{n % 3}", name="") if n < 3 else f"hook{n % 3}")
    barrier, claims = threading.Barrier(6), list[Claim | None]()

    def run() -> None:
        barrier.wait()
        claims.append(claim(engine, HTTP, NOW))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = [each for each in claims if each is not None]
    assert sorted(each.channel for each in taken) == ["hook0", "hook1", "hook2"]
    with reading(engine) as connection:
        assert connection.execute(select(channels.c.id)).all()
