"""Reading on from where somebody was: what an address asks for, and what is kept of a visit."""

from typing import NamedTuple

from flask import request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest

from tracker.db import is_busy, reading, writing
from tracker.numbers import whole
from tracker.projections.board import position_of, version_of
from tracker.projections.read_positions import Reading, keep, readings, written
from tracker.web.current import principal, tracker


def asked_since() -> int | None:
    """The position that `?since=` names; None where it is not given. Raises BadRequest."""
    text = request.args.get("since", "").strip()
    if not text:
        return None
    position = whole(text)
    if position is None:
        raise BadRequest(f"“{text[:40]}” is not a position; since takes a whole number, as the links on the page have.")
    return position


def remember(slug: str, before: Reading | None, now: Reading) -> None:
    """Keep how far somebody has read, if it moved. Whoever shares a link, or fetches ahead, moves nobody's mark."""
    ahead = request.headers.get("Sec-Purpose", "").startswith("prefetch")
    if now == before or ahead or request.method != "GET" or "since" in request.args:
        return
    _keep(slug, now)


class Place(NamedTuple):
    """How far somebody has read a story, and how far it has come: its version, and the position of its last event."""

    read: Reading | None
    version: int
    position: int


def place(slug: str) -> Place:
    """Where whoever asks is in a story."""
    stream = f"story/{slug}"
    with reading(tracker().engine) as connection:
        read = readings(connection, principal().name, [slug]).get(slug)
        return Place(read, version_of(connection, stream), position_of(connection, stream))


def own_words_read(slug: str, before: Place) -> None:
    """What somebody wrote themselves is no news to them, unless somebody else wrote in between."""
    if before.read is None:
        return
    since = tracker().store.read_stream(f"story/{slug}", after=before.version)
    if any(event.recorded_by != principal().name for event in since):
        return
    after = since[-1].position if since else before.position
    now = written(before.read, before.position, after)
    if now != before.read:
        _keep(slug, now)


def _keep(slug: str, now: Reading) -> None:
    try:
        with writing(tracker().engine) as connection:
            keep(connection, principal().name, slug, now)
    except OperationalError as error:
        if not is_busy(error):
            raise  # somebody holds the lock: this look will be remembered with the next one
