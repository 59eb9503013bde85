"""Addresses that are good for whoever holds them: a private feed, and the way out of mail. No sign-in, no session."""

from typing import Any

from flask import Response, abort, render_template, request
from flask_babel import gettext as _

from tracker.accounts.gate import needs
from tracker.alerts import owning
from tracker.alerts.locked import NotOurs
from tracker.alerts.private_feeds import feed_of
from tracker.alerts.sending import UNSUBSCRIBE
from tracker.db import reading, writing
from tracker.feeds import ATOM_TYPE, JSON_FEED_TYPE, Feed, atom, json_feed
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker


@blueprint.get("/feeds/<word>.atom")
@needs("hold_link")
def private_atom(word: str) -> Response:
    """Somebody's alerts as an Atom feed, with tombstones."""
    return _answer(atom(_feed(word, "atom")), ATOM_TYPE)


@blueprint.get("/feeds/<word>.json")
@needs("hold_link")
def private_json_feed(word: str) -> Response:
    """Somebody's alerts as a JSON Feed."""
    return _answer(json_feed(_feed(word, "json")), JSON_FEED_TYPE)


@blueprint.route("/unsubscribe/<word>", methods=["GET", "POST"])
@needs("hold_link")
def unsubscribe(word: str) -> Any:
    """Stop mail to an address (RFC 8058): opening the page changes nothing, posting to it does."""
    try:
        id = tracker().courier.sender.locks.read_link(UNSUBSCRIBE, word)
    except NotOurs:
        abort(404)
    if request.method != "POST":
        return render_template("unsubscribe.html", done=False)
    with writing(tracker().engine) as connection:
        owning.pause(connection, id, _("stopped from a mail"))
    return render_template("unsubscribe.html", done=True)


def _feed(word: str, form: str) -> Feed:
    here = tracker()
    with reading(here.engine) as connection:
        channel = owning.feed_by_word(connection, word)
        if channel is None or channel.state != "active":
            abort(404)
        address = f"{here.settings.base_url}/feeds/{word}.{form}"
        feed = feed_of(connection, channel, address, here.clock(), here.settings.base_url)
    if feed is None:
        abort(404)
    return feed


def _answer(body: bytes, type: str) -> Response:
    """A reader that asks again with the tag of what it has is told that nothing changed."""
    answer = Response(body, content_type=type)
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer
