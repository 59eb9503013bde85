"""Follow buttons: one press subscribes to a story, an actor, a claim, a demand; another press ends it."""

from typing import Any, Literal, cast, get_args

from flask import Flask, abort, flash, g, redirect, request
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may
from tracker.alerts import subscribing
from tracker.alerts.gathering import complete
from tracker.alerts.inbox import headline_of
from tracker.alerts.rules import Rule
from tracker.alerts.seeing import Touched, may_be_told
from tracker.alerts.subscribing import Asked
from tracker.db import reading, writing
from tracker.projections.entries import StreamRef, fetch
from tracker.stories.entries import Actor
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.signing_in import local_address

Kind = Literal["story", "actor", "claim", "demand", "question", "development"]


def prepare(app: Flask) -> None:
    """Let the templates of an application ask whether something is followed, and whether one may follow."""
    app.jinja_env.globals.update(is_followed=is_followed, may_follow=may_follow)


def may_follow() -> bool:
    """Whether whoever asks may follow anything."""
    return may(principal(), "subscribe")


def is_followed(kind: Kind, key: str, story: str = "") -> bool:
    """Whether whoever asks follows it; one read a page, however many buttons."""
    if "followed" not in g:
        with reading(tracker().engine) as connection:
            g.followed = subscribing.followed(connection, principal().name)
    return rule_of(kind, key, story) in g.followed


def rule_of(kind: Kind, key: str, story: str = "") -> Rule:
    """The rule that a follow button keeps."""
    if kind == "story":
        return Rule(stories=(key,))
    if kind == "actor":
        return Rule(actors=(key,))
    return Rule(stories=(story,), about=(key,))


@blueprint.post("/alerts/follow")
@needs("subscribe")
def follow() -> AnyResponse:
    """Follow, or no longer: fields `kind`, `key`, `story` (of a claim, a demand, a question), `do`, `next`."""
    kind, key, story = (request.form.get(name, "") for name in ("kind", "key", "story"))
    if kind not in get_args(Kind) or not key or (kind not in {"story", "actor"} and not story):
        abort(400)
    here, me = tracker(), principal()
    with writing(here.engine) as connection:
        name = _name(connection, cast("Kind", kind), key, story)
        rule = rule_of(cast("Kind", kind), key, story)
        already = subscribing.followed(connection, me.name).get(rule)
        if request.form.get("do") == "unfollow":
            if already:
                subscribing.drop(connection, me.name, already)
            flash(_("You no longer follow “%(name)s”.", name=name))
        else:
            if not already:
                subscribing.subscribe(connection, me.name, Asked(name=name, rule=rule), here.clock())
            flash(_("You follow “%(name)s”: its news goes to your inbox. Change that under Alerts.", name=name))
    return redirect(local_address(request.form.get("next", "")), 303)


def _name(connection: Connection, kind: Kind, key: str, story: str) -> str:
    """What something is called that may be followed; 404 for what is not there or may not be seen."""
    stream = f"story/{key if kind == 'story' else story}"
    refs: dict[str, StreamRef] = {
        "story": (stream, "story", key), "actor": (f"actor/{key}", "actor", key),
        "question": (stream, "question", key),
    }  # fmt: skip
    ref = refs.get(kind, (stream, "development", key))
    known = complete(connection, fetch(connection, {ref, (stream, "story", stream.partition("/")[2])}))
    what = Touched(
        stream, frozenset({key} if ref[1] == "development" else ()), frozenset({key} if kind == "question" else ())
    )
    entry: Any = known.get(ref)
    if entry is None or (kind != "actor" and not may_be_told(known, principal(), what, tracker().clock())):
        abort(404)
    return (entry.name if isinstance(entry, Actor) else headline_of(known, stream, key))[:200]
