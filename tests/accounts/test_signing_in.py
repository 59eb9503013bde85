"""Whoever knows their password gets in; everybody else hears the same words, and not too often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, func, select, text

from tests.accounts.newsroom import CHEAP, NOW, PASSWORD, hire, later
from tests.servers import until
from tracker.accounts.errors import AccountsError, SignInRefused, TooManyAttempts
from tracker.accounts.people import Principal, Role, disable, set_password
from tracker.accounts.sessions import session_principal
from tracker.accounts.signing_in import ATTEMPTS_PER_ADDRESS, FAILURES_PER_ACCOUNT, sign_in
from tracker.accounts.tables import sessions, sign_in_attempts, users
from tracker.db import connect, reading, writing
from tracker.instants import Instant

DESK, HOME = "192.0.2.7", "198.51.100.9"


class Watched(PasswordHasher):
    """Cheap; counts comparisons, and lets something happen elsewhere while one goes on."""

    def __init__(self, meanwhile: Callable[[], Any] = lambda: None) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.meanwhile, self.comparisons = meanwhile, 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.comparisons += 1
        self.meanwhile()
        return super().verify(hash, password)


@pytest.fixture
def newsroom(engine: Engine) -> Engine:
    """Ana edits, Ben reports, Cy has left."""
    hire(engine, "ana", Role.EDITOR, ("politics",))
    hire(engine, "ben", Role.REPORTER)
    hire(engine, "cy", Role.EDITOR)
    with writing(engine) as connection:
        disable(connection, "cy", NOW)
    return engine


def attempt(
    engine: Engine, name: str = "ana", password: str = PASSWORD, address: str = DESK, now: Instant = NOW
) -> str | int:
    """What comes of it: a token, "refused", or for how many seconds not to ask again."""
    try:
        return sign_in(engine, name, password, address, now, CHEAP)
    except SignInRefused:
        return "refused"
    except TooManyAttempts as error:
        return error.retry_after_seconds


def fail(engine: Engine, times: int, name: str = "ana", address: str = DESK, now: Instant = NOW) -> None:
    for _ in range(times):
        assert attempt(engine, name, "a guess", address, now) == "refused"


def is_in(engine: Engine, outcome: str | int, now: Instant = NOW) -> bool:
    with reading(engine) as connection:
        return session_principal(connection, str(outcome), now) is not None


def count(engine: Engine, table: Any) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def somebody_waits(engine: Engine) -> bool:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with reading(engine) as connection:
        return connection.execute(text(waiting)).first() is not None


def kept_hash(engine: Engine) -> str:
    with reading(engine) as connection:
        kept: str = connection.execute(select(users.c.password_hash).where(users.c.name == "ana")).scalar_one()
        return kept


def test_the_right_password_opens_a_session(newsroom: Engine) -> None:
    token = sign_in(newsroom, "ana", PASSWORD, DESK, NOW, CHEAP)

    with reading(newsroom) as connection:
        assert session_principal(connection, token, NOW) == Principal("ana", Role.EDITOR, frozenset({"politics"}))


@pytest.mark.parametrize("typed", ["Ana", " ana ", "ANA"])
def test_a_telephone_may_write_the_name_with_a_capital(newsroom: Engine, typed: str) -> None:
    assert is_in(newsroom, attempt(newsroom, typed))


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ana", "a guess"),
        ("ana", ""),
        ("ana", "\ud800"),
        ("nobody", PASSWORD),
        ("cy", PASSWORD),
        ("", ""),
        ("a\0b", PASSWORD),
        ("\ud800", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("a" * 10_000, PASSWORD),
    ],
)
def test_every_cause_is_refused_in_the_same_words_after_the_same_work(
    newsroom: Engine, name: str, password: str
) -> None:
    hasher = Watched()

    with pytest.raises(SignInRefused) as refused:
        sign_in(newsroom, name, password, DESK, NOW, hasher)

    assert str(refused.value) == "The name or the password is not right."
    assert hasher.comparisons == 1
    assert count(newsroom, sessions) == 0


def test_after_five_failures_in_a_minute_even_the_right_password_waits(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT)

    assert attempt(newsroom) == 60
    assert attempt(newsroom, now=later(seconds=58.5)) == 2
    assert attempt(newsroom, now=later(seconds=59.999_999)) == 1
    assert is_in(newsroom, attempt(newsroom, now=later(seconds=60)))


def test_a_throttled_guess_costs_no_hash(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT)
    hasher = Watched()

    with pytest.raises(TooManyAttempts):
        sign_in(newsroom, "ana", PASSWORD, DESK, NOW, hasher)

    assert hasher.comparisons == 0


def test_the_window_slides(newsroom: Engine) -> None:
    for seconds in (0, 10, 20, 30, 40):
        fail(newsroom, 1, now=later(seconds=seconds))

    assert attempt(newsroom, now=later(seconds=50)) == 10
    fail(newsroom, 1, now=later(seconds=60))
    assert attempt(newsroom, now=later(seconds=60)) == 10


def test_asking_again_too_early_does_not_prolong_the_wait(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT)

    for seconds in range(1, 60):
        assert attempt(newsroom, now=later(seconds=seconds)) == 60 - seconds

    assert is_in(newsroom, attempt(newsroom, now=later(seconds=60)))


def test_failures_count_from_wherever_they_come_and_however_the_name_is_written(newsroom: Engine) -> None:
    for number in range(FAILURES_PER_ACCOUNT):
        fail(newsroom, 1, name=("ana", "ANA ")[number % 2], address=f"192.0.2.{number}")

    assert attempt(newsroom, address=HOME) == 60


def test_a_name_nobody_has_is_throttled_like_any_other(newsroom: Engine) -> None:
    for name in ("nobody", "cy", "not a name"):
        fail(newsroom, FAILURES_PER_ACCOUNT, name, address=name)

    assert [attempt(newsroom, name, address=HOME) for name in ("nobody", "cy", "not a name")] == [60, 60, 60]


def test_failures_of_one_do_not_keep_out_another(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT, "ana")

    assert is_in(newsroom, attempt(newsroom, "ben"))


def test_success_does_not_count_against_the_account(newsroom: Engine) -> None:
    for _ in range(FAILURES_PER_ACCOUNT + 1):
        assert is_in(newsroom, attempt(newsroom))

    fail(newsroom, FAILURES_PER_ACCOUNT)
    assert attempt(newsroom) == 60


def test_success_does_not_forgive_earlier_failures(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT - 1)
    assert is_in(newsroom, attempt(newsroom))

    fail(newsroom, 1)

    assert attempt(newsroom) == 60


def test_one_address_tries_twenty_times_a_minute_right_or_wrong(newsroom: Engine) -> None:
    for number in range(ATTEMPTS_PER_ADDRESS - 1):
        fail(newsroom, 1, name=f"name{number}")
    assert is_in(newsroom, attempt(newsroom, "ben"))

    assert attempt(newsroom, "ben") == 60
    assert is_in(newsroom, attempt(newsroom, "ben", address=HOME))
    assert is_in(newsroom, attempt(newsroom, "ben", now=later(minutes=1)), later(minutes=1))


def test_the_longer_of_two_waits_is_told(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT, "ana", address=HOME)
    for number in range(ATTEMPTS_PER_ADDRESS):
        fail(newsroom, 1, name=f"name{number}", now=later(seconds=30))

    assert attempt(newsroom, "ana", now=later(seconds=30)) == 60


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "", True),
        ("unix:", "\0", False),
    ],
)
def test_addresses_one_customer_has_count_as_one(newsroom: Engine, one: str, other: str, same: bool) -> None:
    for number in range(ATTEMPTS_PER_ADDRESS):
        fail(newsroom, 1, name=f"name{number}", address=one)

    outcome = attempt(newsroom, address=other)

    assert outcome == 60 if same else is_in(newsroom, outcome)


def test_failures_seen_by_one_process_count_in_every_other(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT)
    elsewhere = connect(newsroom.url.render_as_string(hide_password=False))

    outcome = attempt(elsewhere)

    elsewhere.dispose()
    assert outcome == 60


def test_many_guesses_at_once_are_no_more_than_one_after_another(newsroom: Engine) -> None:
    with ThreadPoolExecutor(12) as guessers:
        outcomes = list(guessers.map(lambda _: attempt(newsroom, password="a guess"), range(12)))

    assert sorted(outcomes, key=str) == [60] * 7 + ["refused"] * FAILURES_PER_ACCOUNT


def test_what_somebody_typed_is_not_kept_in_the_clear(newsroom: Engine) -> None:
    fail(newsroom, 1, name="my password by mistake")

    with reading(newsroom) as connection:
        kept = str(connection.execute(select(sign_in_attempts)).all())

    assert "mistake" not in kept
    assert DESK not in kept


def test_old_tries_are_pruned(newsroom: Engine) -> None:
    fail(newsroom, FAILURES_PER_ACCOUNT)
    assert count(newsroom, sign_in_attempts) == 2 * FAILURES_PER_ACCOUNT

    fail(newsroom, 1, "ben", now=later(minutes=1))

    assert count(newsroom, sign_in_attempts) == 2


def test_a_hash_made_with_old_parameters_is_made_anew(newsroom: Engine) -> None:
    before, today = kept_hash(newsroom), PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)

    sign_in(newsroom, "ana", PASSWORD, DESK, NOW, today)

    assert kept_hash(newsroom) != before
    assert not today.check_needs_rehash(kept_hash(newsroom))
    assert sign_in(newsroom, "ana", PASSWORD, DESK, NOW, today)


def test_a_hash_of_today_stays_and_so_does_one_that_was_only_guessed_at(newsroom: Engine) -> None:
    before = kept_hash(newsroom)

    sign_in(newsroom, "ana", PASSWORD, DESK, NOW, CHEAP)
    with pytest.raises(SignInRefused):
        sign_in(newsroom, "ana", "a guess", DESK, NOW, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

    assert kept_hash(newsroom) == before


def test_a_password_changed_while_it_is_checked_opens_nothing(newsroom: Engine) -> None:
    def change() -> None:
        with writing(newsroom) as connection:
            set_password(connection, "ana", "battery staple", CHEAP)

    with pytest.raises(SignInRefused):
        sign_in(newsroom, "ana", PASSWORD, DESK, NOW, Watched(change))

    assert count(newsroom, sessions) == 0
    assert is_in(newsroom, attempt(newsroom, password="battery staple"))


def test_somebody_shut_out_while_their_password_is_checked_does_not_get_in(newsroom: Engine) -> None:
    def shut_out() -> None:
        with writing(newsroom) as connection:
            disable(connection, "ana", NOW)

    with pytest.raises(SignInRefused):
        sign_in(newsroom, "ana", PASSWORD, DESK, NOW, Watched(shut_out))

    assert count(newsroom, sessions) == 0


def test_a_password_whose_change_is_not_committed_yet_is_waited_for(postgresql_engine: Engine) -> None:
    hire(postgresql_engine, "ana")

    with ThreadPoolExecutor(1) as elsewhere, writing(postgresql_engine) as connection:
        set_password(connection, "ana", "battery staple", CHEAP)
        outcome = elsewhere.submit(attempt, postgresql_engine)
        until(lambda: outcome.done() or somebody_waits(postgresql_engine))
        connection.commit()
        assert outcome.result() == "refused"

    assert count(postgresql_engine, sessions) == 0


def test_a_try_that_is_cut_off_counts_as_a_failure(newsroom: Engine) -> None:
    def fall_over() -> None:
        raise KeyboardInterrupt

    for _ in range(FAILURES_PER_ACCOUNT):
        with pytest.raises(KeyboardInterrupt):
            sign_in(newsroom, "ana", PASSWORD, DESK, NOW, Watched(fall_over))

    assert attempt(newsroom) == 60


def test_both_refusals_can_be_answered_as_one_kind_of_error() -> None:
    assert issubclass(SignInRefused, AccountsError)
    assert issubclass(TooManyAttempts, AccountsError)
