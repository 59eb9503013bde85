"""A session lasts while it is used, no longer than a week, and ends at once when it is ended."""

import hashlib

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from tests.accounts.newsroom import NOW, hire, later
from tracker.accounts.people import Principal, Role, change_role
from tracker.accounts.sessions import (
    close_session,
    open_session,
    session_principal,
    sweep_sessions,
    touch_due,
    touch_session,
)
from tracker.accounts.tables import sessions, users
from tracker.db import reading, writing
from tracker.instants import Instant

ANA = Principal("ana", Role.EDITOR, frozenset({"politics"}))


@pytest.fixture
def token(engine: Engine) -> str:
    """Ana's session, opened NOW."""
    hire(engine, "ana", Role.EDITOR, ("politics",))
    with writing(engine) as connection:
        return open_session(connection, "ana", NOW)


def who(engine: Engine, token: str, now: Instant) -> Principal | None:
    with reading(engine) as connection:
        return session_principal(connection, token, now)


def touch(engine: Engine, token: str, now: Instant) -> bool:
    """As a request does it; whether it had to write."""
    with reading(engine) as connection:
        due = touch_due(connection, token, now)
    if due:
        with writing(engine) as connection:
            touch_session(connection, token, now)
    return due


def last_seen(engine: Engine) -> list[Instant]:
    with reading(engine) as connection:
        return list(connection.execute(select(sessions.c.last_seen_at)).scalars())


def test_a_session_tells_who_asks(engine: Engine, token: str) -> None:
    assert who(engine, token, NOW) == ANA


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "' OR 1=1 --"])
def test_a_token_nobody_was_given_opens_nothing(engine: Engine, token: str) -> None:
    hire(engine, "ana")

    assert who(engine, token, NOW) is None
    assert not touch(engine, token, NOW)


def test_only_a_digest_of_the_token_is_kept(engine: Engine, token: str) -> None:
    with reading(engine) as connection:
        kept = connection.execute(select(sessions)).one()

    assert kept.id_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(kept)
    assert who(engine, kept.id_hash, NOW) is None


def test_no_two_sessions_have_one_token(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        opened = {open_session(connection, "ana", NOW) for _ in range(5)}

    assert len(opened | {token}) == 6
    assert all(len(token) == 43 for token in opened)  # 32 bytes, base64url


def test_nobody_unknown_gets_a_session(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        open_session(connection, "nobody", NOW)


def test_a_session_nobody_uses_is_over_after_twelve_hours(engine: Engine, token: str) -> None:
    assert who(engine, token, later(hours=12, microseconds=-1)) == ANA
    assert who(engine, token, later(hours=12)) is None


def test_a_session_that_is_used_goes_on(engine: Engine, token: str) -> None:
    touch(engine, token, later(hours=11))

    assert who(engine, token, later(hours=22)) == ANA
    assert who(engine, token, later(hours=23)) is None


def test_a_session_is_over_after_a_week_however_much_it_is_used(engine: Engine, token: str) -> None:
    for hours in range(11, 7 * 24, 11):
        assert touch(engine, token, later(hours=hours))

    assert who(engine, token, later(days=7, microseconds=-1)) == ANA
    assert who(engine, token, later(days=7)) is None


@pytest.mark.parametrize("hours", [12, 7 * 24])
def test_a_session_that_is_over_is_not_revived_by_using_it(engine: Engine, token: str, hours: int) -> None:
    with writing(engine) as connection:
        touch_session(connection, token, later(hours=hours))

    assert not touch(engine, token, later(hours=hours))
    assert last_seen(engine) == [NOW]


def test_reading_page_after_page_writes_once_a_minute(engine: Engine, token: str) -> None:
    wrote = [touch(engine, token, later(seconds=seconds)) for seconds in (0, 59, 60, 61, 119, 120)]

    assert wrote == [False, False, True, False, False, True]
    assert last_seen(engine) == [later(minutes=2)]


def test_using_a_session_twice_at_once_notes_it_once(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        touch_session(connection, token, later(seconds=90))
        touch_session(connection, token, later(seconds=91))

    assert last_seen(engine) == [later(seconds=90)]


def test_using_one_session_leaves_the_others_alone(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        open_session(connection, "ana", NOW)

    touch(engine, token, later(minutes=5))

    assert sorted(last_seen(engine)) == [NOW, later(minutes=5)]


def test_a_new_role_holds_at_once(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        change_role(connection, "ana", Role.READER)

    assert who(engine, token, NOW) == Principal("ana", Role.READER, frozenset({"politics"}))


def test_a_session_of_somebody_shut_out_opens_nothing(engine: Engine, token: str) -> None:
    with writing(engine) as connection:  # the session row is still there
        connection.execute(users.update().values(disabled_at=NOW))

    assert who(engine, token, NOW) is None


def test_signing_out_ends_this_session_only_and_may_be_done_twice(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        other = open_session(connection, "ana", NOW)

    with writing(engine) as connection:
        close_session(connection, token)
        close_session(connection, token)

    assert who(engine, token, NOW) is None
    assert who(engine, other, NOW) == ANA


def test_sessions_that_are_over_are_swept(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        fresh = open_session(connection, "ana", later(hours=6))

    with writing(engine) as connection:
        swept = sweep_sessions(connection, later(hours=13))

    assert swept == 1
    assert last_seen(engine) == [later(hours=6)]
    assert who(engine, fresh, later(hours=13)) == ANA


def test_each_new_session_sweeps(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        open_session(connection, "ana", later(days=8))

    assert last_seen(engine) == [later(days=8)]


def test_two_sweeps_at_once_do_not_wait_for_each_other(postgresql_engine: Engine) -> None:
    hire(postgresql_engine, "ana")
    with writing(postgresql_engine) as connection:
        open_session(connection, "ana", NOW)

    with writing(postgresql_engine) as one, writing(postgresql_engine) as other:
        assert sweep_sessions(one, later(days=1)) == 1
        assert sweep_sessions(other, later(days=1)) == 0
