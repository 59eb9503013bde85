"""Somebody's channels: added, confirmed, tried, paused, taken back into use, removed; a secret is shown once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tracker import instants
from tracker.accounts.gate import needs
from tracker.alerts import delivery_log, owning
from tracker.alerts import notifications as notifying
from tracker.alerts.locked import NotOurs
from tracker.alerts.outbox import inbox_of, send_test
from tracker.alerts.outcomes import Accepted
from tracker.alerts.owning import Channel, ChannelRefused, NoSuchChannel
from tracker.db import reading, writing
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.telling import as_csv, as_json, wants_csv
from tracker.web.told_tables import DELIVERIES, of_deliveries

TESTS_A_MINUTE = 3
CONFIRM = "confirm"
"""What links that confirm an address are signed for."""


@blueprint.get("/alerts/channels")
@blueprint.get("/alerts/channels.json", endpoint="channels_json")
@needs("subscribe")
def channels() -> Any:
    """Where alerts reach whoever asks, how each channel fares, and how to add one."""
    with reading(tracker().engine) as connection:
        mine = owning.list_channels(connection, principal().name)
    if request.path.endswith(".json"):
        return as_json({"channels": [_document(each) for each in mine]})
    return _page()


@blueprint.post("/alerts/channels")
@needs("subscribe")
def add_channel() -> Any:
    """Add a channel; what must be known of it is shown on the answer, and never again."""
    kind, name, address = (request.form.get(field, "").strip() for field in ("kind", "name", "address"))
    adding = _ADDING.get(kind)
    if adding is None:
        abort(400)
    try:
        shown = adding(name, address)
    except ChannelRefused as refused:
        return _page(refused=refused, kind=kind), 422
    if shown:
        return _page(shown=shown)
    flash(_("The channel is there. Choose it in an alert to be told by it."))
    return redirect(url_for("pages.channels"), 303)


@blueprint.post("/alerts/channels/<id>")
@needs("subscribe")
def act_on_channel(id: str) -> Any:
    """Try, pause, resume, remove a channel, or give it a new key."""
    do, key = request.form.get("do", ""), ""
    with writing(tracker().engine) as connection:
        channel = _mine(connection, id)
        match do:
            case "pause":
                owning.pause(connection, id)
                flash(_("Paused; what is due is kept."))
            case "resume":
                owning.resume(connection, id, tracker().clock())
                flash(_("In use again; what was kept is on its way."))
            case "remove":
                owning.remove(connection, id)
                flash(_("Removed."))
            case "rotate" if channel.kind == "webhook":
                key = owning.rotate(connection, id, tracker().clock(), tracker().courier.sender.locks)
            case "test" | "confirm":
                pass
            case _:
                abort(400)
    if key:
        return _page(shown={"kind": "key", "secret": key, "name": channel.name or channel.address})
    if do == "test":
        return _try(channel)
    if do == "confirm" and channel.state == "unconfirmed":
        _ask_to_confirm(channel)
    return redirect(url_for("pages.channels", _anchor=id), 303)


@blueprint.route("/alerts/confirm/<word>", methods=["GET", "POST"])
@needs("hold_link")
def confirm_address(word: str) -> Any:
    """Whoever reads the address says it is theirs; opening the page alone changes nothing, since mail scanners do."""
    try:
        id, _sep, address = tracker().courier.sender.locks.read_link(CONFIRM, word).partition("\n")
    except NotOurs:
        abort(404)
    if request.method != "POST":
        return render_template("confirm_address.html", mailbox=address, done=False)
    with writing(tracker().engine) as connection:
        owning.confirm(connection, id, address)
    return render_template("confirm_address.html", mailbox=address, done=True)


@blueprint.get("/alerts/deliveries")
@blueprint.get("/alerts/deliveries.json", endpoint="deliveries_json")
@blueprint.get("/alerts/deliveries.csv", endpoint="deliveries_csv")
@needs("subscribe")
def deliveries() -> Any:
    """What was sent to whoever asks, with every attempt."""
    with reading(tracker().engine) as connection:
        told = delivery_log.of_person(connection, principal().name, before=request.args.get("before", ""))
    if request.path.endswith(".json"):
        return as_json({"deliveries": [_logged(each) for each in told]})
    if wants_csv():
        return as_csv(DELIVERIES, of_deliveries(told), "deliveries.csv")
    return render_template("deliveries.html", deliveries=told, whole_page=len(told) == delivery_log.PAGE)


@blueprint.post("/alerts/deliveries/<id>/again")
@needs("subscribe")
def send_again(id: str) -> AnyResponse:
    """Let one message be tried once more."""
    with writing(tracker().engine) as connection:
        try:
            delivery_log.send_again(connection, id, tracker().clock(), person=principal().name)
        except delivery_log.NotToBeRepeated:
            abort(404)
    flash(_("It is tried again, under the same id."))
    return redirect(url_for("pages.deliveries"), 303)


@blueprint.get("/alerts/notifications.json")
@needs("subscribe")
def notifications() -> Any:
    """What arrived after a message: `?after=` its id."""
    here = tracker()
    with reading(here.engine) as connection:
        latest, found = notifying.since(
            connection, principal().name, request.args.get("after", ""), here.clock(), here.settings.base_url
        )
    return as_json({"latest": latest, "notifications": [each._asdict() for each in found]})


def _page(*, refused: ChannelRefused | None = None, kind: str = "", shown: dict[str, str] | None = None) -> str:
    person = principal().name
    with writing(tracker().engine) as connection:
        inbox_of(connection, person, tracker().clock())
        mine = owning.list_channels(connection, person)
        tested = delivery_log.answer_to(connection, person, request.args.get("tested", ""))
    return render_template(
        "channels.html", channels=mine, refused=refused, kind=kind, shown=shown, tested=tested,
        tested_on=request.args.get("channel", ""), mail=tracker().courier.sender.mail_server is not None,
        now=tracker().clock(),
    )  # fmt: skip


def _add_email(name: str, address: str) -> dict[str, str]:
    with writing(tracker().engine) as connection:
        id = owning.add_email(connection, principal().name, name, address, tracker().clock())
        channel = owning.channel_of(connection, principal().name, id)
    _ask_to_confirm(channel)
    return {}


def _add_posting(kind: str) -> Callable[[str, str], dict[str, str]]:
    def add(name: str, address: str) -> dict[str, str]:
        sender = tracker().courier.sender
        with writing(tracker().engine) as connection:
            _id, keys = owning.add_posting(
                connection, principal().name, kind, name, address, tracker().clock(), sender.http, sender.locks
            )
        return {"kind": "key", "secret": keys.keys[0][0], "name": name or kind} if keys.keys else {}

    return add


def _add_feed(name: str, _address: str) -> dict[str, str]:
    with writing(tracker().engine) as connection:
        _id, word = owning.add_feed(connection, principal().name, name, tracker().clock())
    base = tracker().settings.base_url
    return {"kind": "feed", "atom": f"{base}/feeds/{word}.atom", "json": f"{base}/feeds/{word}.json", "name": name}


def _add_browser(name: str, _address: str) -> dict[str, str]:
    with writing(tracker().engine) as connection:
        owning.add_browser(connection, principal().name, name, tracker().clock())
    return {}


_ADDING: dict[str, Callable[[str, str], dict[str, str]]] = {
    "email": _add_email, "webhook": _add_posting("webhook"), "chat": _add_posting("chat"), "feed": _add_feed,
    "browser": _add_browser,
}  # fmt: skip
"""Each says what has to be shown this once."""


def _ask_to_confirm(channel: Channel) -> None:
    sender, now = tracker().courier.sender, tracker().clock()
    word = sender.locks.link(CONFIRM, f"{channel.id}\n{channel.address}")
    link = f"{tracker().settings.base_url}/alerts/confirm/{word}"
    outcome = sender.ask_to_confirm(channel.id, channel.address, principal().name, link, now)
    if isinstance(outcome, Accepted):
        flash(_("A mail is on its way to %(address)s: open the link in it to confirm.", address=channel.address))
    else:
        flash(_("The mail to confirm could not be sent: %(said)s", said=outcome.said), "error")


def _try(channel: Channel) -> AnyResponse:
    """Send a test, wait for the answer, and show it beside the button."""
    here, now = tracker(), tracker().clock()
    a_minute_ago = instants.text(instants.moment(now) - timedelta(minutes=1))
    with writing(here.engine) as connection:
        if delivery_log.tests_since(connection, principal().name, a_minute_ago) >= TESTS_A_MINUTE:
            flash(_("That is enough for a minute; try again then."), "error")
            return redirect(url_for("pages.channels", _anchor=channel.id), 303)
        test = send_test(connection, channel.id, now)
    here.courier.deliver_this(test)
    return redirect(url_for("pages.channels", tested=test, channel=channel.id, _anchor=channel.id), 303)


def _mine(connection: Connection, id: str) -> Channel:
    try:
        return owning.channel_of(connection, principal().name, id)
    except NoSuchChannel:
        abort(404)


def _document(channel: Channel) -> dict[str, Any]:
    return {name: getattr(channel, name) for name in Channel.__dataclass_fields__}


def _logged(message: delivery_log.Logged) -> dict[str, Any]:
    told = {name: getattr(message, name) for name in delivery_log.Logged.__dataclass_fields__}
    fields = delivery_log.Attempt.__dataclass_fields__
    tried = [{name: getattr(each, name) for name in fields} for each in message.attempts]
    return told | {"attempts": tried}
