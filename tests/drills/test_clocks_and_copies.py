"""Clocks that are a day apart, a copy taken while everybody works, views made anew under a reader's eyes."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from tests.drills.conftest import python
from tests.drills.ledger import acknowledged, check
from tests.newsroom import HARBOUR, keys, look, note, record, requests
from tests.servers import _binaries, until
from tracker import instants
from tracker.archive import checkpoints
from tracker.archive.checking import differences
from tracker.archive.checkpoints import Checkpoint
from tracker.archive.verifying import verify
from tracker.bootstrap import Tracker, start
from tracker.config import Settings
from tracker.db import connect, reading
from tracker.eventstore.subscriptions import lags
from tracker.projections import following

pytestmark = pytest.mark.drill

WRITER = ("-m", "tests.drills.ledger")


@pytest.fixture
def machines(database_url: str) -> Iterator[list[Tracker]]:
    """Three machines on one database: the first a day ahead, the second right, the third a day behind."""
    settings = Settings.from_environment({"TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": "s" * 32})
    with ExitStack() as stack:
        started = [start(settings, _clock(days)) for days in (1, 0, -1)]
        for each in started:
            stack.callback(each.engine.dispose)
        yield started


def _clock(days: int) -> Callable[[], str]:
    return lambda: instants.text(datetime.now(UTC) + timedelta(days=days))


def test_machines_whose_clocks_are_days_apart_keep_one_order_and_nothing_takes_less_than_no_time(
    machines: list[Tracker],
) -> None:
    ahead, right, behind = machines
    record(right, HARBOUR)
    for n in range(6):
        record(machines[n % 3], note(f"n{n}"))
    record(behind, {"type": "development.corrected", "target": "n0", "changes": [{"field": "text", "now": "Again"}]})
    behind.handling.handle(requests(behind, note("late")), "ana")

    logged = right.store.read_all()
    with reading(right.engine) as connection:
        waited = [lag.seconds for each in machines for lag in lags(connection, each.clock())]
    for each in (behind, ahead, right):
        each.catch_up()

    assert [event.position for event in logged] == list(range(1, 10))
    assert [event.recorded_at for event in logged] == sorted(event.recorded_at for event in logged)
    assert min(waited) >= 0
    assert keys(look(right)) == keys(look(behind)) == keys(look(ahead))
    assert set(keys(look(right))) == {"late", *(f"n{n}" for n in range(6))}
    assert verify(right.engine).problems == []


def test_a_copy_taken_while_everybody_works_is_a_whole_log_and_a_later_checkpoint_tells_its_age(
    database_url: str, tmp_path: Path, postgres_admin: Engine, note_down: Callable[..., None]
) -> None:
    ledger, before = tmp_path / "ledger", tmp_path / "before"
    engine = connect(database_url)
    with python(*WRITER, database_url, str(ledger)):
        until(lambda: len(acknowledged(ledger)) > 20, within=60)
        kept = _now(engine)
        shutil.copy(ledger, before)
        copied = _copied(database_url, tmp_path, postgres_admin)
        told = len(acknowledged(ledger))
        until(lambda: len(acknowledged(ledger)) > told + 2, within=60)
        later = _now(engine)
    engine.dispose()

    restored = connect(copied)
    acked, events = check(restored, before)
    well, too_old = verify(restored, [kept], views=False), verify(restored, [later], views=False)
    restored.dispose()

    assert acked > 20
    assert kept.size <= events < later.size
    assert well.problems == []
    assert (too_old.first_wrong, [each.kind for each in too_old.problems]) == (events + 1, ["checkpoint"])
    assert "set back" in too_old.problems[0].what
    note_down(acknowledged=acked, events=events, lost=0, behind=later.size - events)


def _now(engine: Engine) -> Checkpoint:
    with reading(engine) as connection:
        return checkpoints.now(connection, "story-tracker")


def _copied(url: str, folder: Path, admin: Engine) -> str:
    """The URL of what a backup, taken now with the database's own tool, is put back as."""
    if url.startswith("sqlite"):
        copy = folder / "copy.db"
        with closing(sqlite3.connect(make_url(url).database or "")) as live, closing(sqlite3.connect(copy)) as other:
            live.backup(other)
        return f"sqlite:///{copy}"
    dump, name = folder / "dump", f"copy_of_{make_url(url).database}"
    _run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={_plain(url)}")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    elsewhere = make_url(url).set(database=name).render_as_string(hide_password=False)
    _run("pg_restore", "--exit-on-error", f"--dbname={_plain(elsewhere)}", str(dump))
    return elsewhere


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def _run(program: str, *arguments: str) -> None:
    subprocess.run([_binaries() / program, *arguments], check=True, env={**os.environ, "PGCONNECT_TIMEOUT": "10"})


def test_whoever_reads_while_the_views_are_made_anew_sees_the_old_ones_until_the_new_are_whole(
    tracker: Tracker,
) -> None:
    record(tracker, HARBOUR, *(note(f"n{n}") for n in range(5)))
    record(tracker, {"type": "development.corrected", "target": "n0", "changes": [{"field": "text", "now": "Again"}]})
    whole, seen = look(tracker), list[bool]()
    writes_meanwhile = tracker.engine.dialect.name == "postgresql"  # on SQLite there is one writer at a time

    def at_each_page(done: int) -> None:
        seen.append(look(tracker) == whole)
        if writes_meanwhile and done == 3:
            tracker.handling.handle(requests(tracker, note("meanwhile")), "ana")

    following.rebuild(tracker.engine, at_each_page, page=1)
    tracker.catch_up()

    assert len(seen) == (8 if writes_meanwhile else 7)
    assert all(seen)
    assert keys(look(tracker)) == [*keys(whole), *(["meanwhile"] if writes_meanwhile else [])]
    assert differences(tracker.engine)[2] == []


def test_a_rebuild_broken_off_in_the_middle_leaves_the_old_views_and_is_begun_again(tracker: Tracker) -> None:
    record(tracker, HARBOUR, *(note(f"n{n}") for n in range(5)))
    whole = look(tracker)

    def break_off(done: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        following.rebuild(tracker.engine, break_off, page=1)
    left = look(tracker)
    record(tracker, note("later"))
    following.rebuild(tracker.engine)

    assert left == whole
    assert keys(look(tracker)) == [*keys(whole), "later"]
    assert differences(tracker.engine)[2] == []
