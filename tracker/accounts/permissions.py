"""Who may do what, as one table; what it does not name is refused."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from tracker.accounts.people import Principal, Role

Permission = Literal[
    "sign_in", "read", "log", "catch_up", "subscribe", "replay", "export", "verify", "administer", "monitor",
    "hold_link",
]  # fmt: skip

ALLOWED: Mapping[Permission, frozenset[Role | None]] = MappingProxyType(
    {
        "sign_in": frozenset({None, *Role}),
        "read": frozenset(Role),
        "log": frozenset({Role.EDITOR}),
        "catch_up": frozenset({Role.REPORTER, Role.EDITOR}),
        "subscribe": frozenset({Role.REPORTER, Role.EDITOR}),
        "replay": frozenset({Role.READER, Role.REPORTER, Role.EDITOR, Role.ARCHIVIST}),
        "export": frozenset({Role.ARCHIVIST, Role.EDITOR}),
        "verify": frozenset({Role.ARCHIVIST}),
        "administer": frozenset({Role.ADMIN}),
        "monitor": frozenset({Role.ADMIN}),
        "hold_link": frozenset({None, *Role}),  # the address itself is the secret
    }
)
"""The roles that hold each permission; None is somebody who has not signed in."""


def may(principal: Principal, permission: Permission) -> bool:
    """Whether somebody holds a permission; one that does not exist is held by nobody."""
    return principal.role in ALLOWED.get(permission, frozenset())


def may_edit_desk(principal: Principal, desk: str) -> bool:
    """Whether somebody may log, correct, retract on stories of this desk (`""`: a story of no desk).

    Editors only: a story of no desk is open to every editor, and an editor of no desk edits for all of them.
    """
    if principal.role is not Role.EDITOR:
        return False
    return not desk or not principal.desks or desk in principal.desks
