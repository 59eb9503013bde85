"""Alerts for programs: somebody's subscriptions, what one would have told, and what was delivered."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, request, url_for

from tracker.accounts.gate import needs
from tracker.alerts import inbox, subscribing
from tracker.alerts.preview import preview
from tracker.alerts.rules import in_words
from tracker.alerts.subscribing import InvalidSubscription
from tracker.api.current import principal, tracker
from tracker.api.json_bodies import answered, number, object_sent
from tracker.archive.asking import BadQuestion
from tracker.db import reading, writing
from tracker.instants import Instant
from tracker.intake import Unreadable
from tracker.stories.errors import Invalid

LARGEST_PAGE = 200
blueprint = Blueprint("api_subscriptions", __name__)

_STATES = ("active", "paused")

Answer = TypeVar("Answer")


@blueprint.get("/subscriptions")
@needs("subscribe")
def list_subscriptions() -> Response:
    """The caller's subscriptions, the oldest first."""
    with reading(tracker().engine) as connection:
        found = subscribing.of_person(connection, principal().name)
    return answered({"subscriptions": [subscribing.as_document(each) for each in found]})


@blueprint.post("/subscriptions")
@needs("subscribe")
def subscribe() -> Response:
    """Keep a new subscription."""
    asked = _asked(object_sent("A subscription"))
    with writing(tracker().engine) as connection:
        id = _kept(lambda: subscribing.subscribe(connection, principal().name, asked, tracker().clock()))
        found = subscribing.find(connection, principal().name, id)
    answer = answered(subscribing.as_document(found), 201)
    answer.headers["Location"] = url_for("api_subscriptions.show_subscription", id=id)
    return answer


@blueprint.post("/subscriptions/preview")
@needs("subscribe")
def preview_subscription() -> Response:
    """What a subscription would have told in the last 30 days; nothing is kept."""
    asked = _asked({"name": "preview"} | object_sent("A subscription"))
    with reading(tracker().engine) as connection:
        try:
            found = preview(connection, principal(), asked.rule, tracker().clock(), imports=asked.imports)
        except ValueError as error:
            raise Unreadable([Invalid("rule", str(error))]) from error
    lines = [
        {
            "story": line.stream.partition("/")[2], "development": line.development, "headline": line.headline,
            "recorded_at": line.recorded_at, "consequences": line.consequences, "why": in_words(line.why),
        }
        for line in found.lines
    ]  # fmt: skip
    return answered(
        {
            "number": found.number, "per_week": found.per_week, "days": round(found.days, 1), "lines": lines,
            "silent_since": found.silent_since, "check_at": found.check_at,
        }
    )  # fmt: skip


@blueprint.get("/subscriptions/<id>")
@needs("subscribe")
def show_subscription(id: str) -> Response:
    """One of the caller's subscriptions."""
    with reading(tracker().engine) as connection:
        return answered(subscribing.as_document(_there(lambda: subscribing.find(connection, principal().name, id))))


@blueprint.patch("/subscriptions/<id>")
@needs("subscribe")
def change_subscription(id: str) -> Response:
    """Change what is given and leave the rest: fields of a subscription, `state` active or paused, `snoozed_until`."""
    given, me = object_sent("A subscription"), principal().name
    state, snoozed = given.pop("state", None), given.pop("snoozed_until", False)
    if state is not None and state not in _STATES:
        raise Unreadable([Invalid("state", "A subscription is made active or paused.")])
    with writing(tracker().engine) as connection:
        found = _there(lambda: subscribing.find(connection, me, id))
        if given:
            asked = _asked(subscribing.asked_document(found.asked) | given)
            _kept(lambda: subscribing.change(connection, me, id, asked, tracker().clock()))
        if snoozed is not False:
            subscribing.snooze(connection, me, id, _instant(snoozed))
        if state == "paused":
            subscribing.pause(connection, me, id)
        elif state == "active":
            subscribing.resume(connection, me, id, tracker().clock())
        return answered(subscribing.as_document(subscribing.find(connection, me, id)))


@blueprint.delete("/subscriptions/<id>")
@needs("subscribe")
def drop_subscription(id: str) -> Response:
    """Drop a subscription."""
    with writing(tracker().engine) as connection:
        _there(lambda: subscribing.drop(connection, principal().name, id))
    return Response(status=204)


@blueprint.get("/deliveries")
@needs("subscribe")
def list_deliveries() -> Response:
    """What was, or is to be, sent to the caller, the newest first; `before` is the id of one that came later."""
    limit = number("limit", 50)
    if not 0 < limit <= LARGEST_PAGE:
        raise BadQuestion("limit", f"Ask for 1 to {LARGEST_PAGE} at a time.")
    with reading(tracker().engine) as connection:
        found = inbox.deliveries(
            connection, principal(), tracker().clock(), before=request.args.get("before", ""), limit=limit
        )
    return answered({"deliveries": found})


def _asked(document: dict[str, Any]) -> subscribing.Asked:
    return _kept(lambda: subscribing.read(document))


def _kept(work: Callable[[], Answer]) -> Answer:
    """What some work answers, its refusal told as a problem of the body."""
    try:
        return work()
    except InvalidSubscription as error:
        raise Unreadable([Invalid(error.field, error.message)]) from error


def _there(work: Callable[[], Answer]) -> Answer:
    """What some work answers; of a subscription that is not there, or not the caller's: 404."""
    try:
        return work()
    except subscribing.NoSuchSubscription:
        abort(404)


def _instant(written: Any) -> Instant | None:
    if written is None:
        return None
    try:
        return subscribing.instant(written)
    except ValueError as error:
        raise Unreadable([Invalid("snoozed_until", str(error))]) from error
