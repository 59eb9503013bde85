"""Every route names the permission it needs; one that names none is closed."""

from collections.abc import Callable
from typing import Any, TypeVar

from tracker.accounts.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "needed_permission"


def needs(permission: Permission) -> Callable[[View], View]:
    """Name the permission that a view needs, above the view itself."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def permission_of(view: Callable[..., Any] | None) -> Permission | None:
    """The permission a view needs; None for one that names none, which nobody may use."""
    found: Permission | None = getattr(view, _MARK, None)
    return found
