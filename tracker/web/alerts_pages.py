"""Alerts on the page: what one is told of, how it is made, tried out, changed, paused, snoozed and dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.accounts.visibility import sight
from tracker.alerts import preview, quiet_hours, subscribing
from tracker.alerts.subscribing import Asked, InvalidSubscription, Subscription
from tracker.alerts.tables import channels
from tracker.db import reading, writing
from tracker.numbers import whole
from tracker.projections import board
from tracker.projections.directory import directory
from tracker.projections.offered import headlines
from tracker.stories.catalogue import event_types
from tracker.web import alert_form
from tracker.web.blueprint import blueprint
from tracker.web.consequence_words import label
from tracker.web.current import principal, tracker
from tracker.web.preferences import chosen_zone, zones
from tracker.web.signing_in import local_address
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json
from tracker.web.told_tables import ALERTS, of_subscriptions


@dataclass(frozen=True, slots=True)
class _Names:
    """What the person asking may choose from: stories they may see, and actors, by key and by name."""

    stories: dict[str, str]
    """Titles by slug."""
    actors: dict[str, str]
    """Keys by name."""
    followed: dict[str, str] = field(default_factory=dict)
    """Headlines of what rules are about, by `about/KEY`."""

    @property
    def shown(self) -> dict[str, str]:
        """Names by key; of stories by `story/SLUG`."""
        found = {key: name for name, key in self.actors.items()}
        return found | self.followed | {f"story/{slug}": title for slug, title in self.stories.items()}

    @property
    def slugs(self) -> dict[str, str]:
        """Slugs by title."""
        return {title: slug for slug, title in self.stories.items()}


def prepare(app: Flask) -> None:
    """Give the templates of an application the words of alerts."""
    app.jinja_env.globals.update(consequence=label, times_a_week=times_a_week)


@blueprint.get("/alerts")
@blueprint.get("/alerts.json", endpoint="alerts_json")
@blueprint.get("/alerts.csv", endpoint="alerts_csv")
@needs("subscribe")
def alerts() -> Any:
    """What one is told of, and when."""
    return _told_of()


def _told_of(typed: Mapping[str, str] | None = None, wrong: str = "") -> Any:
    """The page; with the hours that were typed, and what is wrong with them."""
    here, me = tracker(), principal()
    with reading(here.engine) as connection:
        kept = subscribing.of_person(connection, me.name)
        muted = subscribing.muted(connection, me.name, here.clock())
        hours = quiet_hours.kept(connection, me.name)
        names = _names(connection, kept)
        ways = _channels(connection)
    if wants_json():
        return as_json(
            {"subscriptions": [subscribing.as_document(each) for each in kept], "muted": muted, "hours": hours}
        )
    said = _said(kept, names)
    if wants_csv():
        return as_csv(ALERTS, of_subscriptions(kept, said), "alerts.csv")
    return render_template(
        "alerts.html", subscriptions=kept, said=said,
        muted={stream: (names.stories.get(stream.removeprefix("story/")), until) for stream, until in muted.items()},
        hours=typed or hours, ways=ways, starts=alert_form.STARTS, zones=zones(), now=here.clock(), wrong=wrong,
        zone=(typed or hours)["zone"] or (str(chosen_zone()) if chosen_zone() else ""),
    )  # fmt: skip


@blueprint.route("/alerts/new", methods=["GET", "POST"])
@needs("subscribe")
def new_alert() -> Any:
    """Make a subscription, after a look at what it would have told."""
    return _edit(None)


@blueprint.route("/alerts/<id>", methods=["GET", "POST"])
@needs("subscribe")
def alert(id: str) -> Any:
    """Change a subscription."""
    return _edit(id)


@blueprint.post("/alerts/<id>/state")
@needs("subscribe")
def alert_state(id: str) -> AnyResponse:
    """Pause, resume, snooze, wake or drop a subscription: field `do`."""
    here, me = tracker(), principal().name
    with writing(here.engine) as connection:
        try:
            found = subscribing.find(connection, me, id)
            said = _act(connection, found)
        except subscribing.NoSuchSubscription:
            abort(404)
    flash(said)
    return redirect(url_for("pages.alerts"), 303)


@blueprint.post("/alerts/hours")
@needs("subscribe")
def alert_hours() -> Any:
    """Keep one's zone and quiet hours."""
    typed = {name: request.form.get(name, "").strip() for name in ("zone", "quiet_from", "quiet_until")}
    if wrong := _wrong_hours(*typed.values()):
        return _told_of(typed, wrong), 422
    with writing(tracker().engine) as connection:
        quiet_hours.keep(connection, principal().name, *typed.values())
    flash(_("Kept. From now on alerts keep to these hours."))
    return redirect(url_for("pages.alerts", _anchor="hours"), 303)


@blueprint.post("/alerts/mute")
@needs("subscribe")
def mute() -> AnyResponse:
    """Let a story say nothing for some hours (`hours`, empty: for good), or speak again (`do` = unmute)."""
    here, slug = tracker(), request.form.get("story", "")
    with reading(here.engine) as connection:
        if slug not in _names(connection).stories:
            abort(404)
    with writing(here.engine) as connection:
        if request.form.get("do") == "unmute":
            subscribing.unmute(connection, principal().name, f"story/{slug}")
            flash(_("The story is no longer muted."))
        else:
            until = _hours_from_now(request.form.get("hours", ""))
            subscribing.mute(connection, principal().name, f"story/{slug}", until)
            flash(_("The story is muted. You still hear of corrections to what you were told."))
    return redirect(local_address(request.form.get("next", "") or url_for("pages.alerts")), 303)


def _said(kept: list[Subscription], names: _Names) -> dict[str, str]:
    return {each.id: alert_form.in_plain(each.asked.rule, names.shown) for each in kept}


def _edit(id: str | None) -> Any:
    here, me = tracker(), principal()
    with reading(here.engine) as connection:
        ways, kept = _channels(connection), None
        if id is not None:
            try:
                kept = subscribing.find(connection, me.name, id)
            except subscribing.NoSuchSubscription:
                abort(404)
        names = _names(connection, [kept] if kept else [])
    typed, errors, found = _boxes(kept, names), dict[str, str](), None
    if request.method == "POST":
        typed = request.form
        try:
            asked = _asked(typed, names)
            if request.form.get("do") == "preview":
                with reading(here.engine) as connection:
                    found = preview.preview(connection, me, asked.rule, here.clock(), imports=asked.imports)
            else:
                return _keep(id, asked)
        except InvalidSubscription as refused:
            errors = {_box(refused.field): refused.message}
        except ValueError as error:
            errors = {"rule": str(error)}
    return render_template(
        "alert.html", kept=kept, typed=typed, errors=errors, preview=found, names=names, ways=ways,
        groups=alert_form.GROUPS, shown=names.shown,
        types=[row.name for row in event_types().values() if row.is_development],
    ), 422 if errors else 200  # fmt: skip


def _keep(id: str | None, asked: Asked) -> AnyResponse:
    here, me = tracker(), principal().name
    with writing(here.engine) as connection:
        if id is None:
            subscribing.subscribe(connection, me, asked, here.clock())
        else:
            try:
                subscribing.change(connection, me, id, asked, here.clock())
            except subscribing.NoSuchSubscription:
                abort(404)
    flash(_("Kept: “%(name)s”. It tells of what comes from now on.", name=asked.name))
    return redirect(url_for("pages.alerts"), 303)


def _asked(typed: MultiDict[str, str], names: _Names) -> Asked:
    asked = subscribing.read(alert_form.asked_for(typed, names.actors, names.slugs))
    unknown = [slug for slug in asked.rule.stories if slug not in names.stories]
    if unknown:
        raise InvalidSubscription(
            "rule.stories", _("There is no story “%(story)s” that you may see.", story=unknown[0])
        )
    unheard = [key for key in asked.rule.actors if key not in names.actors.values()]
    if unheard:
        raise InvalidSubscription("rule.actors", _("Nobody is known by the name “%(name)s”.", name=unheard[0]))
    if asked.name:
        return asked
    return subscribing.named(asked, alert_form.in_plain(asked.rule, names.shown)[:200])


def _boxes(kept: Subscription | None, names: _Names) -> MultiDict[str, str]:
    """What stands in the form at first: the subscription, or where the address says to start from."""
    if kept is not None:
        return alert_form.filled(kept.asked, names.shown)
    start: Mapping[str, Any] = alert_form.STARTS.get(request.args.get("start", ""), ("", "", {}))[2]
    boxes = MultiDict[str, str]({"cadence": "at_once", "news": "developments"})
    for name, value in start.items():
        boxes.setlist(name, value if isinstance(value, list) else [value])
    for name in ("stories", "about", "actors", "words", "beats", "tags"):
        if given := request.args.get(name, ""):
            boxes[name] = names.shown.get(given, given) if name == "actors" else given
    return boxes


def _act(connection: Connection, found: Subscription) -> str:
    here, me, name = tracker(), principal().name, found.asked.name
    match request.form.get("do"):
        case "pause":
            subscribing.pause(connection, me, found.id)
            return str(_("“%(name)s” is paused.", name=name))
        case "resume":
            subscribing.resume(connection, me, found.id, here.clock())
            return str(_("“%(name)s” tells again, of what comes from now on.", name=name))
        case "snooze":
            until = _hours_from_now(request.form.get("hours", "24"))
            subscribing.snooze(connection, me, found.id, until)
            return str(_("“%(name)s” is snoozed; its card says until when.", name=name))
        case "wake":
            subscribing.snooze(connection, me, found.id, None)
            return str(_("“%(name)s” is awake.", name=name))
        case "drop":
            subscribing.drop(connection, me, found.id)
            return str(_("“%(name)s” is dropped.", name=name))
        case _:
            raise BadRequest


def _hours_from_now(typed: str) -> str | None:
    """The instant so many hours from now; None where no number of hours is given."""
    if not typed.strip():
        return None
    hours = whole(typed)
    if not hours or hours > 24 * 366:
        abort(400)
    return subscribing.hours_later(tracker().clock(), hours)


def _wrong_hours(zone: str, start: str, end: str) -> str:
    """What is wrong with somebody's hours; "" for nothing."""
    if zone and zone not in zones():
        return str(_("There is no zone “%(zone)s”; choose one of the list, as in Europe/Berlin.", zone=zone[:60]))
    if bool(start) != bool(end):
        return str(_("Quiet hours need a beginning and an end; leave both out for none."))
    try:
        for each in (start, end):
            if each:
                time.fromisoformat(each)
    except ValueError:
        return str(_("“%(typed)s” is not a time of day; write it like 22:00.", typed=(start + " " + end)[:40]))
    return ""


def _names(connection: Connection, kept: Sequence[Subscription] = ()) -> _Names:
    lines = board.board(connection, principal(), tracker().clock())
    names = _Names({line.slug: line.title for line in lines}, directory(connection).actors)
    rules = [each.asked.rule for each in kept if each.asked.rule.about]
    for line in lines:
        keys = {key for rule in rules if line.slug in rule.stories for key in rule.about}
        if keys:
            found = headlines(connection, line.slug, sight(principal(), line.desk), tracker().clock(), keys)
            names = replace(names, followed=names.followed | {f"about/{key}": said for key, said in found.items()})
    return names


def _channels(connection: Connection) -> list[tuple[str, str]]:
    """The channels of whoever asks, each with what it is called; the inbox first."""
    rows = connection.execute(
        select(channels).where(channels.c.person == principal().name, channels.c.kind != "inbox")
        .order_by(channels.c.created_at)
    )  # fmt: skip
    inbox = (f"inbox:{principal().name}", str(_("Inbox on this site")))
    return [inbox, *((row.id, row.name or f"{row.kind} {row.address}") for row in rows)]


def _box(field: str) -> str:
    """The box that a field of a subscription is typed in: `rule.silence.hours` in `silence`."""
    parts = [part.partition("[")[0] for part in field.split(".")]
    inner = parts[1] if parts[0] == "rule" and len(parts) > 1 else parts[0]
    return inner or "rule"


def times_a_week(number: int, per_week: float) -> str:
    """How often a rule would have spoken."""
    if not number:
        return str(_("In the last 30 days it would have told you nothing."))
    told = ngettext(
        "In the last 30 days it would have told you of %(num)d thing",
        "In the last 30 days it would have told you of %(num)d things", number,
    )  # fmt: skip
    return f"{told}: {_('about %(rate)s a week', rate=f'{per_week:g}')}."
