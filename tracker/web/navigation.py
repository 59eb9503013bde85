"""Where one can go from every page: each place that is there and that whoever asks may enter."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import gettext as _

from tracker.accounts.gate import permission_of
from tracker.accounts.permissions import Permission, may
from tracker.web.current import principal


@dataclass(frozen=True, slots=True)
class Place:
    """A page of its own in the masthead."""

    path: str
    label: str

    @property
    def here(self) -> bool:
        """Whether it is the page that is shown, or one below it."""
        return request.path == self.path or (self.path != "/" and request.path.startswith(f"{self.path}/"))


def prepare(app: Flask) -> None:
    """Give the templates of an application the places of its masthead."""
    app.jinja_env.globals.update(places=places, open_to=open_to, allowed=allowed)
    app.jinja_env.filters.update(as_asked=as_asked)


def places() -> list[Place]:
    """The places whoever asks may enter, in the order of the masthead."""
    every = (
        Place("/", _("Board")), Place("/catch-up", _("Catch up")), Place("/actors", _("Actors")),
        Place("/alerts", _("Alerts")), Place("/inbox", _("Inbox")), Place("/archive", _("Archive")),
        Place("/admin", _("Admin")), Place("/log", _("Log")),
    )  # fmt: skip
    return [place for place in every if open_to(place.path)]


def open_to(path: str) -> bool:
    """Whether this application has a page at a path, and whoever asks may see it."""
    endpoint = _pages().get(path)
    permission = permission_of(current_app.view_functions[endpoint]) if endpoint else None
    return permission is not None and may(principal(), permission)


def allowed(permission: Permission) -> bool:
    """Whether whoever asks holds a permission."""
    return may(principal(), permission)


def as_asked(address: str) -> str:
    """An address with the question of the page that is shown: its clocks, its filters, its place in a list."""
    asked = request.query_string.decode("ascii", "replace")
    return f"{address}?{asked}" if asked else address


def _pages() -> dict[str, str]:
    """The endpoint of each page whose address is fixed."""
    found: dict[str, str] | None = current_app.extensions.get("tracker_pages")
    if found is None:
        found = {
            rule.rule: rule.endpoint
            for rule in current_app.url_map.iter_rules()
            if not rule.arguments and "GET" in (rule.methods or ())
        }
        current_app.extensions["tracker_pages"] = found
    return found
