"""A program asks in a person's name with a token, until it expires, is revoked, or the person is shut out."""

import re

import pytest
from sqlalchemy import Engine, select

from tests.accounts.newsroom import CHEAP, NOW, hire, later
from tracker.accounts.errors import InvalidLabel, UnknownPerson, UnknownToken
from tracker.accounts.people import Principal, Role, change_role, disable, set_password
from tracker.accounts.tables import tokens, users
from tracker.accounts.tokens import (
    Token,
    create_token,
    list_tokens,
    revoke_token,
    token_principal,
    token_touch_due,
    touch_token,
)
from tracker.db import reading, writing
from tracker.instants import Instant

ANA = Principal("ana", Role.EDITOR, frozenset({"politics"}))


@pytest.fixture
def token(engine: Engine) -> str:
    """Ana's token, made NOW, without an end."""
    hire(engine, "ana", Role.EDITOR, ("politics",))
    return create(engine)


def create(engine: Engine, label: str = "cron", now: Instant = NOW, expires_at: Instant | None = None) -> str:
    with writing(engine) as connection:
        return create_token(connection, "ana", label, now, expires_at)


def who(engine: Engine, token: str, now: Instant = NOW) -> Principal | None:
    with reading(engine) as connection:
        return token_principal(connection, token, now)


def id_of(token: str) -> str:
    return token.split("_")[1]


def test_a_token_tells_in_whose_name_a_program_asks(engine: Engine, token: str) -> None:
    assert re.fullmatch(r"nst_[0-9a-f]{12}_[0-9a-f]{64}", token)
    assert who(engine, token) == ANA


def test_the_secret_is_shown_once_and_not_kept(engine: Engine, token: str) -> None:
    with reading(engine) as connection:
        kept = connection.execute(select(tokens)).one()

    secret = token.split("_")[2]
    assert secret not in str(kept)
    assert who(engine, f"nst_{kept.id}_{kept.secret_hash}") is None


def test_an_id_with_another_secret_opens_nothing(engine: Engine, token: str) -> None:
    other = create(engine)

    mixed = f"nst_{id_of(token)}_{other.split('_')[2]}"

    assert who(engine, mixed) is None


def test_what_is_no_token_opens_nothing(engine: Engine, token: str) -> None:
    unknown = f"nst_{'0' * 12}_{'0' * 64}"
    for text in ("", "nst_", "\0", "\ud800", token.upper(), token + "\n", token[:-1], token[4:], unknown):
        assert who(engine, text) is None


def test_a_token_ends_when_it_expires(engine: Engine, token: str) -> None:
    ending = create(engine, expires_at=later(days=30))

    assert who(engine, ending, later(days=30, microseconds=-1)) == ANA
    assert who(engine, ending, later(days=30)) is None
    assert who(engine, token, later(days=3000)) == ANA


def test_a_revoked_token_opens_nothing_and_stays_listed(engine: Engine, token: str) -> None:
    other = create(engine, "wire desk", later(days=1))

    with writing(engine) as connection:
        revoke_token(connection, "ana", id_of(token), later(days=2))
        revoke_token(connection, "ana", id_of(token), later(days=3))

    assert who(engine, token, later(days=2)) is None
    assert who(engine, other, later(days=2)) == ANA
    with reading(engine) as connection:
        assert list_tokens(connection, "ana") == [
            Token(id_of(token), "ana", "cron", NOW, None, None, revoked_at=later(days=2)),
            Token(id_of(other), "ana", "wire desk", later(days=1), None, None, None),
        ]


def test_a_token_of_somebody_else_cannot_be_revoked_nor_seen(engine: Engine, token: str) -> None:
    hire(engine, "ben")

    with writing(engine) as connection, pytest.raises(UnknownToken):
        revoke_token(connection, "ben", id_of(token), NOW)

    assert who(engine, token) == ANA
    with reading(engine) as connection:
        assert list_tokens(connection, "ben") == []


def test_a_token_that_is_not_there_cannot_be_revoked(engine: Engine, token: str) -> None:
    with writing(engine) as connection, pytest.raises(UnknownToken):
        revoke_token(connection, "ana", "000000000000", NOW)


def test_a_new_role_holds_for_tokens_at_once(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        change_role(connection, "ana", Role.READER)

    assert who(engine, token) == Principal("ana", Role.READER, frozenset({"politics"}))


def test_a_new_password_leaves_tokens_alone(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        set_password(connection, "ana", "battery staple", CHEAP)

    assert who(engine, token) == ANA


def test_a_token_of_somebody_shut_out_opens_nothing(engine: Engine, token: str) -> None:
    with writing(engine) as connection:  # the token itself is not revoked
        connection.execute(users.update().values(disabled_at=NOW))

    assert who(engine, token) is None


def test_no_token_is_made_for_somebody_unknown_or_shut_out(engine: Engine) -> None:
    hire(engine, "ana")
    with writing(engine) as connection:
        disable(connection, "ana", NOW)

    with writing(engine) as connection:
        for name in ("ana", "nobody", "\0"):
            with pytest.raises(UnknownPerson):
                create_token(connection, name, "cron", NOW)

    with reading(engine) as connection:
        assert list_tokens(connection, "ana") == []


@pytest.mark.parametrize("label", ["", "x" * 81, "two\nlines", "nul\0", "\ud800"])
def test_a_token_needs_a_label_that_can_be_read(engine: Engine, label: str) -> None:
    hire(engine, "ana")

    with pytest.raises(InvalidLabel):
        create(engine, label)

    with reading(engine) as connection:
        assert list_tokens(connection, "ana") == []


def test_the_last_use_is_noted_once_a_minute(engine: Engine, token: str) -> None:
    other, wrote = create(engine), []
    for seconds in (0, 59, 60, 61):
        with reading(engine) as connection:
            wrote.append(token_touch_due(connection, token, later(seconds=seconds)))
        with writing(engine) as connection:
            touch_token(connection, token, later(seconds=seconds))

    assert wrote == [True, False, True, False]
    with reading(engine) as connection:
        used = {kept.id: kept.last_used_at for kept in list_tokens(connection, "ana")}
    assert used == {id_of(token): later(seconds=60), id_of(other): None}


def test_what_is_no_token_is_not_noted(engine: Engine, token: str) -> None:
    with writing(engine) as connection:
        assert not token_touch_due(connection, "nst_", NOW)
        touch_token(connection, "nst_", NOW)

    with reading(engine) as connection:
        assert [kept.last_used_at for kept in list_tokens(connection, "ana")] == [None]
