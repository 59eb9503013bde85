"""Accounts are made, changed and shut; names stay with who had them."""

import pytest
from sqlalchemy import Engine

from tests.accounts.newsroom import CHEAP, NOW, PASSWORD, hire, later
from tracker.accounts.errors import InvalidDesk, InvalidName, NameTaken, UnknownPerson, WeakPassword
from tracker.accounts.people import (
    ANONYMOUS,
    Person,
    Principal,
    Role,
    add_person,
    change_desks,
    change_role,
    disable,
    find_person,
    list_people,
    set_password,
)
from tracker.accounts.sessions import open_session, session_principal
from tracker.accounts.tokens import create_token, list_tokens
from tracker.db import reading, writing


def test_somebody_who_is_added_can_be_found(engine: Engine) -> None:
    with writing(engine) as connection:
        added = add_person(connection, "ana", Role.EDITOR, PASSWORD, iter(["politics", "city"]), now=NOW, hasher=CHEAP)

    with reading(engine) as connection:
        found = find_person(connection, "ana")

    assert found == added == Person("ana", Role.EDITOR, frozenset({"politics", "city"}), NOW, None)
    assert found.principal == Principal("ana", Role.EDITOR, frozenset({"politics", "city"}))


@pytest.mark.parametrize("name", ["nobody", "", "Ana", "a\0b", "\ud800"])
def test_nobody_is_found_under_a_name_that_was_not_given(engine: Engine, name: str) -> None:
    hire(engine, "ana")

    with reading(engine) as connection:
        found = find_person(connection, name)

    assert found is None


def test_people_are_listed_by_name_with_those_who_left(engine: Engine) -> None:
    for name in ("zoe", "ana", "ben.k", "ben-k"):
        hire(engine, name)
    with writing(engine) as connection:
        disable(connection, "ana", later(days=1))

    with reading(engine) as connection:
        listed = [(person.name, person.disabled_at) for person in list_people(connection)]

    assert listed == [("ana", later(days=1)), ("ben-k", None), ("ben.k", None), ("zoe", None)]


def test_the_password_itself_is_not_kept(engine: Engine) -> None:
    hire(engine, "ana")

    with reading(engine) as connection:
        kept = connection.exec_driver_sql("SELECT * FROM users").one()

    assert PASSWORD not in str(kept)
    assert str(kept.password_hash).startswith("$argon2id$")


@pytest.mark.parametrize("name", ["", "Ana", "1ana", ".ana", "ana smith", "ana\n", "aña", "a" * 41, "a/b", "\ud800"])
def test_a_name_that_would_not_fit_the_log_is_refused(engine: Engine, name: str) -> None:
    with writing(engine) as connection, pytest.raises(InvalidName):
        add_person(connection, name, Role.READER, PASSWORD, now=NOW, hasher=CHEAP)

    with reading(engine) as connection:
        assert list_people(connection) == []


def test_the_longest_name_is_forty_characters(engine: Engine) -> None:
    hire(engine, "a" * 40)

    with reading(engine) as connection:
        assert find_person(connection, "a" * 40) is not None


@pytest.mark.parametrize("desk", ["", "two words", "politics\n", "-"])
def test_a_desk_no_story_could_have_is_refused(engine: Engine, desk: str) -> None:
    hire(engine, "ben", desks=("city",))

    with writing(engine) as connection:
        with pytest.raises(InvalidDesk):
            add_person(connection, "ana", Role.EDITOR, PASSWORD, ["politics", desk], now=NOW, hasher=CHEAP)
        with pytest.raises(InvalidDesk):
            change_desks(connection, "ben", [desk])

    with reading(engine) as connection:
        assert [(person.name, person.desks) for person in list_people(connection)] == [("ben", frozenset({"city"}))]


@pytest.mark.parametrize("left", [False, True])
def test_a_name_is_not_given_twice_even_after_its_owner_left(engine: Engine, left: bool) -> None:
    hire(engine, "ana", Role.EDITOR)
    if left:
        with writing(engine) as connection:
            disable(connection, "ana", NOW)

    with writing(engine) as connection:
        with pytest.raises(NameTaken):
            add_person(connection, "ana", Role.ADMIN, PASSWORD, now=later(days=1), hasher=CHEAP)
        add_person(connection, "ben", Role.READER, PASSWORD, now=NOW, hasher=CHEAP)  # the transaction is still good

    with reading(engine) as connection:
        listed = [(person.name, person.role, person.created_at) for person in list_people(connection)]
    assert listed == [("ana", Role.EDITOR, NOW), ("ben", Role.READER, NOW)]


def test_a_short_password_is_refused_for_new_people_and_old(engine: Engine) -> None:
    hire(engine, "ana")

    with writing(engine) as connection:
        with pytest.raises(WeakPassword):
            add_person(connection, "ben", Role.READER, "7 chars", now=NOW, hasher=CHEAP)
        with pytest.raises(WeakPassword):
            set_password(connection, "ana", "7 chars", CHEAP)

    with reading(engine) as connection:
        assert [person.name for person in list_people(connection)] == ["ana"]


def test_another_role_and_other_desks_hold_from_the_next_request_on(engine: Engine) -> None:
    hire(engine, "ana", Role.EDITOR, ("politics",))
    with writing(engine) as connection:
        token = open_session(connection, "ana", NOW)

    with writing(engine) as connection:
        change_role(connection, "ana", Role.ARCHIVIST)
        change_desks(connection, "ana", [])

    with reading(engine) as connection:
        assert session_principal(connection, token, NOW) == Principal("ana", Role.ARCHIVIST, frozenset())


def test_only_the_one_who_is_named_changes(engine: Engine) -> None:
    hire(engine, "ana", Role.EDITOR)
    hire(engine, "ben", Role.EDITOR)
    with writing(engine) as connection:
        of_ben = open_session(connection, "ben", NOW)
        create_token(connection, "ben", "cron", NOW)

    with writing(engine) as connection:
        change_role(connection, "ana", Role.READER)
        set_password(connection, "ana", "battery staple", CHEAP)
        disable(connection, "ana", NOW)

    with reading(engine) as connection:
        assert session_principal(connection, of_ben, NOW) == Principal("ben", Role.EDITOR, frozenset())
        assert [token.revoked_at for token in list_tokens(connection, "ben")] == [None]


def test_a_new_password_signs_out_everywhere(engine: Engine) -> None:
    hire(engine, "ana")
    with writing(engine) as connection:
        opened = [open_session(connection, "ana", NOW) for _ in range(2)]

    with writing(engine) as connection:
        set_password(connection, "ana", "battery staple", CHEAP)

    with reading(engine) as connection:
        assert [session_principal(connection, token, NOW) for token in opened] == [None, None]


def test_who_is_shut_out_loses_sessions_and_tokens_and_the_day_is_kept(engine: Engine) -> None:
    hire(engine, "ana")
    with writing(engine) as connection:
        session = open_session(connection, "ana", NOW)
        create_token(connection, "ana", "cron", NOW)

    with writing(engine) as connection:
        disable(connection, "ana", later(days=1))
        disable(connection, "ana", later(days=2))

    with reading(engine) as connection:
        person = find_person(connection, "ana")
        assert person is not None
        assert person.disabled_at == later(days=1)
        assert session_principal(connection, session, NOW) is None
        assert [token.revoked_at for token in list_tokens(connection, "ana")] == [later(days=1)]


def test_what_is_asked_for_somebody_unknown_is_refused(engine: Engine) -> None:
    hire(engine, "ana")

    with writing(engine) as connection:
        for name in ("nobody", "Ana", "\0"):
            with pytest.raises(UnknownPerson):
                change_role(connection, name, Role.ADMIN)
            with pytest.raises(UnknownPerson):
                change_desks(connection, name, [])
            with pytest.raises(UnknownPerson):
                set_password(connection, name, PASSWORD, CHEAP)
            with pytest.raises(UnknownPerson):
                disable(connection, name, NOW)

    with reading(engine) as connection:
        assert [(person.name, person.role, person.disabled_at) for person in list_people(connection)] == [
            ("ana", Role.EDITOR, None)
        ]


def test_a_stranger_has_no_name_no_role_and_no_desk() -> None:
    assert Principal("", None, frozenset()) == ANONYMOUS
