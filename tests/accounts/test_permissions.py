"""Who may do what, spelled out once more, so that no permission is widened by accident."""

from typing import cast, get_args

import pytest

from tracker.accounts.people import ANONYMOUS, Principal, Role
from tracker.accounts.permissions import ALLOWED, Permission, may, may_edit_desk

EXPECTED = {
    None: "sign_in hold_link",
    Role.READER: "sign_in hold_link read replay",
    Role.REPORTER: "sign_in hold_link read replay catch_up subscribe",
    Role.EDITOR: "sign_in hold_link read replay catch_up subscribe log export",
    Role.ARCHIVIST: "sign_in hold_link read replay export verify",
    Role.ADMIN: "sign_in hold_link read administer monitor",
}


@pytest.mark.parametrize("role", EXPECTED)
def test_a_role_may_do_this_and_nothing_else(role: Role | None) -> None:
    somebody = Principal("ana", role, frozenset({"politics"}))

    held = {permission for permission in ALLOWED if may(somebody, permission)}

    assert held == set(EXPECTED[role].split())


def test_every_role_and_every_permission_is_in_the_table() -> None:
    assert set(EXPECTED) == {None, *Role}
    assert set(ALLOWED) == set(get_args(Permission))


def test_a_stranger_may_only_sign_in_or_hold_a_link_that_is_itself_the_secret() -> None:
    assert {permission for permission in ALLOWED if may(ANONYMOUS, permission)} == {"sign_in", "hold_link"}


@pytest.mark.parametrize("role", [None, *Role])
def test_a_permission_that_does_not_exist_is_held_by_nobody(role: Role | None) -> None:
    assert not may(Principal("ana", role, frozenset()), cast("Permission", "rewrite"))


def test_the_table_cannot_be_changed_while_running() -> None:
    with pytest.raises(TypeError):
        ALLOWED["administer"] = frozenset(Role)  # type: ignore[index]


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.EDITOR)])
def test_only_editors_edit(role: Role | None) -> None:
    assert not may_edit_desk(Principal("ana", role, frozenset({"politics"})), "politics")
    assert not may_edit_desk(Principal("ana", role, frozenset()), "")


def test_an_editor_edits_stories_of_their_desks_and_of_none() -> None:
    editor = Principal("ana", Role.EDITOR, frozenset({"politics", "city"}))

    assert [desk for desk in ("politics", "city", "sport", "") if may_edit_desk(editor, desk)] == [
        "politics",
        "city",
        "",
    ]


def test_an_editor_of_no_desk_edits_for_all() -> None:
    editor = Principal("ana", Role.EDITOR, frozenset())

    assert all(may_edit_desk(editor, desk) for desk in ("politics", "city", ""))
