"""Celery workers on a real Redis: woken on append, killed at any time, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from sqlalchemy import func, select, text

from tests.alerts.endpoints import endpoint
from tests.newsroom import HARBOUR, note, requests
from tests.servers import until
from tests.web.visiting import QUICK
from tracker.accounts.people import Role, add_person
from tracker.alerts import owning, subscribing
from tracker.alerts.rules import Rule
from tracker.archive import verifications
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import reading, writing
from tracker.projections import following
from tracker.projections.entries import entry_changes

SECRET = "s" * 32


@pytest.fixture
def environment(sqlite_database: str, redis_url: str) -> dict[str, str]:
    return {"TRACKER_DATABASE_URL": sqlite_database, "TRACKER_REDIS_URL": redis_url, "TRACKER_SECRET_KEY": SECRET}


@pytest.fixture
def newsroom(environment: dict[str, str]) -> Iterator[Tracker]:
    started = start(Settings.from_environment(environment))
    yield started
    started.engine.dispose()


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`tracker …`, stopped at the end with everything it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker", *arguments],
        env={**os.environ, **environment, "PYTHONPATH": "."}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def listening(url: str) -> bool:
    return bool(redis.Redis.from_url(url).pubsub_numsub("tracker:appended")[0][1])


def reached(tracker: Tracker) -> int:
    with reading(tracker.engine) as connection:
        return following.position(connection)


@pytest.mark.drill
@pytest.mark.xdist_group("celery")
def test_a_worker_is_woken_by_an_append_and_survives_a_kill(newsroom: Tracker, environment: dict[str, str]) -> None:
    worker = ("worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip", "--without-mingle")
    with running(environment, *worker) as process:
        until(lambda: listening(environment["TRACKER_REDIS_URL"]))
        newsroom.handling.handle(requests(newsroom, HARBOUR, note("n1")), "ana")
        newsroom.announce(newsroom.store.position())
        until(lambda: reached(newsroom) == 2)

        for n in range(40):
            newsroom.handling.handle(requests(newsroom, note(f"b{n}")), "ana")
            newsroom.announce(newsroom.store.position())
            if n == 20:
                os.killpg(process.pid, signal.SIGKILL)

    with running(environment, *worker):
        until(lambda: listening(environment["TRACKER_REDIS_URL"]))
        newsroom.announce(newsroom.store.position())
        until(lambda: reached(newsroom) == newsroom.store.position())

    assert newsroom.store.position() == 42
    assert differences(newsroom.engine)[2] == []
    with reading(newsroom.engine) as connection:
        times = connection.execute(select(func.count()).select_from(entry_changes).group_by(entry_changes.c.key)).all()
        assert {row[0] for row in times} == {1}


@pytest.mark.xdist_group("celery")
def test_the_timetable_catches_up_with_a_wake_up_that_was_lost(
    newsroom: Tracker, environment: dict[str, str]
) -> None:
    newsroom.handling.handle(requests(newsroom, HARBOUR, note("n1")), "ana")

    with running(environment, "worker", "--pool=solo") as worker, running(environment, "beat"):
        until(lambda: reached(newsroom) == 2)
        worker.send_signal(signal.SIGTERM)

        assert worker.wait(20) == 0
    assert differences(newsroom.engine)[2] == []


def test_a_redis_that_does_not_answer_costs_no_append(environment: dict[str, str]) -> None:
    deaf = start(Settings.from_environment(environment | {"TRACKER_REDIS_URL": "redis://127.0.0.1:1/0"}))

    outcomes = deaf.record(requests(deaf, HARBOUR, note("n1")), "ana")

    assert [outcome.last_position for outcome in outcomes] == [1, 2]
    assert reached(deaf) == 2
    deaf.engine.dispose()


def test_a_worker_of_another_version_than_the_database_refuses_to_start(
    newsroom: Tracker, environment: dict[str, str]
) -> None:
    with writing(newsroom.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with running(environment, "worker", "--pool=solo") as worker:
        assert worker.wait(60) == 2


@pytest.mark.xdist_group("celery")
def test_what_an_append_makes_due_is_delivered_by_a_worker(environment: dict[str, str]) -> None:
    environment |= {"TRACKER_ALLOWED_HOSTS": "127.0.0.1"}
    desk = start(Settings.from_environment(environment))
    sender = desk.courier.sender
    with endpoint() as hook, running(environment, "worker", "--pool=solo", "--loglevel=ERROR"):
        with writing(desk.engine) as connection:
            add_person(connection, "ben", Role.REPORTER, "a long password", now=desk.clock(), hasher=QUICK)
            id, _ = owning.add_posting(
                connection, "ben", "webhook", "", hook.url, desk.clock(), sender.http, sender.locks
            )
            asked = subscribing.Asked(name="Harbour", rule=Rule(stories=("harbour",)), channels=(id,))
            subscribing.subscribe(connection, "ben", asked, desk.clock())
        until(lambda: listening(environment["TRACKER_REDIS_URL"]))

        desk.handling.handle(requests(desk, HARBOUR, note("n1")), "ana")
        desk.announce(desk.store.position())

        until(lambda: len(hook.received) == 1)
    assert [each["key"] for each in hook.events[0]["data"]["developments"]] == ["n1"]
    desk.engine.dispose()


def test_every_line_of_the_timetable_is_a_task_and_the_nightly_check_leaves_its_result(
    environment: dict[str, str], newsroom: Tracker
) -> None:
    newsroom.handling.handle(requests(newsroom, HARBOUR, note("n1")), "ana")
    script = (
        "from workers import app, tasks; on = app.app;"
        " assert {line['task'] for line in on.conf.beat_schedule.values()} <= set(on.tasks); tasks.verify()"
    )

    subprocess.run([sys.executable, "-c", script], env={**os.environ, **environment, "PYTHONPATH": "."}, check=True)

    with reading(newsroom.engine) as connection:
        (checked,) = verifications.latest(connection, 10)
    assert (checked.by, checked.events, checked.well) == ("timetable", 2, 1)
