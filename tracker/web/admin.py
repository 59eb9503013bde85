"""The admin's page: people and their roles, how alerts fare, and what could not be delivered."""

import secrets
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.errors import AccountsError
from tracker.accounts.gate import needs
from tracker.accounts.people import (
    Person,
    Role,
    add_person,
    change_desks,
    change_role,
    disable,
    find_person,
    list_people,
    set_password,
)
from tracker.alerts import delivery_log, owning
from tracker.alerts.health import NOISY_PER_WEEK, Health, health, parked
from tracker.alerts.owning import ChannelRefused
from tracker.archive import verifications
from tracker.archive.verifications import Verification
from tracker.db import reading, writing
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.telling import as_json


@blueprint.get("/admin")
@blueprint.get("/admin.json", endpoint="admin_json")
@needs("administer")
def admin() -> Any:
    """People, channels, rules and dead letters at a glance."""
    if not request.path.endswith(".json"):
        return _page()
    with reading(tracker().engine) as connection:
        people = list_people(connection)
        found, letters = health(connection, tracker().clock()), delivery_log.dead_letters(connection)
        checked = verifications.latest(connection, 1)
    listed = [_person(each) for each in people]
    return as_json({"people": listed, "alerts": _health(found), "dead_letters": len(letters),
                    "verified": _verified(checked[0]) if checked else None})  # fmt: skip


@blueprint.post("/admin/people")
@needs("administer")
def hire() -> Any:
    """Make an account; its first password is shown on the answer, and never again."""
    name, role = request.form.get("name", "").strip(), request.form.get("role", "")
    if role not in set(Role):
        abort(400)
    password = secrets.token_urlsafe(12)
    try:
        with writing(tracker().engine) as connection:
            add_person(connection, name, Role(role), password, _desks(), now=tracker().clock())
    except AccountsError as refused:
        return _page(refused=str(refused)), 422
    return _page(shown=(name, password))


@blueprint.post("/admin/people/<name>")
@needs("administer")
def change_person(name: str) -> Any:
    """Give somebody another role or other desks, a new password, or shut their account."""
    do, here = request.form.get("do", ""), tracker()
    password = secrets.token_urlsafe(12)
    try:
        with writing(here.engine) as connection:
            if find_person(connection, name) is None:
                abort(404)
            if do == "role" and request.form.get("role") in set(Role):
                if name == principal().name:
                    return _page(refused=_("Somebody else must change your own role.")), 422
                change_role(connection, name, Role(request.form["role"]))
                change_desks(connection, name, _desks())
            elif do == "password":
                set_password(connection, name, password)
            elif do == "disable":
                if name == principal().name:
                    return _page(refused=_("You can’t shut your own account.")), 422
                disable(connection, name, here.clock())
            else:
                abort(400)
    except AccountsError as refused:
        return _page(refused=str(refused)), 422
    if do == "password":
        return _page(shown=(name, password))
    flash(_("Changed; it holds from the next request on."))
    return redirect(url_for("pages.admin", _anchor="people"), 303)


@blueprint.post("/admin/deliveries/<id>/again")
@needs("administer")
def retry_letter(id: str) -> AnyResponse:
    """Let a message that was given up, or left unknown, be tried once more."""
    with writing(tracker().engine) as connection:
        try:
            delivery_log.send_again(connection, id, tracker().clock())
        except delivery_log.NotToBeRepeated:
            abort(404)
    flash(_("It is tried again, under the same id."))
    return redirect(url_for("pages.admin", _anchor="letters"), 303)


@blueprint.post("/admin/channels/<id>")
@needs("administer")
def take_back(id: str) -> AnyResponse:
    """Take a channel back into use, with what it kept."""
    with writing(tracker().engine) as connection:
        owning.resume(connection, id, tracker().clock())
    flash(_("In use again; what was kept is on its way."))
    return redirect(url_for("pages.admin", _anchor="channels"), 303)


@blueprint.post("/admin/apprise")
@needs("administer")
def add_apprise() -> Any:
    """Give somebody a channel through apprise, which opens its own connections past the guard."""
    here = tracker()
    if not here.settings.apprise:
        abort(404)
    person, name, address = (request.form.get(field, "").strip() for field in ("person", "name", "address"))
    try:
        with writing(here.engine) as connection:
            if find_person(connection, person) is None:
                return _page(refused=_("There is no account “%(name)s”.", name=person[:60])), 422
            owning.add_apprise(connection, person, name, address, here.clock(), here.courier.sender.locks)
    except ChannelRefused as refused:
        return _page(refused=str(refused)), 422
    flash(_("The channel is there; its owner can choose it in an alert."))
    return redirect(url_for("pages.admin", _anchor="channels"), 303)


def _page(*, refused: str = "", shown: tuple[str, str] | None = None) -> str:
    now = tracker().clock()
    with reading(tracker().engine) as connection:
        return render_template(
            "admin.html", people=list_people(connection), health=health(connection, now), roles=list(Role),
            letters=delivery_log.dead_letters(connection), parked=parked(connection), refused=refused, shown=shown,
            apprise=tracker().settings.apprise, noisy_from=NOISY_PER_WEEK,
            checked=next(iter(verifications.latest(connection, 1)), None),
        )  # fmt: skip


def _desks() -> list[str]:
    return request.form.get("desks", "").replace(",", " ").split()


def _person(person: Person) -> dict[str, Any]:
    return {
        "name": person.name, "role": person.role, "desks": sorted(person.desks), "created_at": person.created_at,
        "disabled_at": person.disabled_at,
    }  # fmt: skip


def _verified(last: Verification) -> dict[str, Any]:
    """The last check in numbers: what exactly was found may name a story, and is the archivist's to read."""
    told = {name: getattr(last, name) for name in ("at", "by", "events", "first_wrong")}
    return told | {"well": bool(last.well)}


def _health(found: Health) -> dict[str, Any]:
    return {
        "events_behind": found.events_behind, "waiting": found.waiting, "oldest_due": found.oldest_due,
        "noisy": found.noisy,
        "failing": found.failing,
        "unfollowed": list(found.unfollowed),
    }  # fmt: skip
