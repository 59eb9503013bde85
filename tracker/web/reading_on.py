"""Reading on from where somebody was: what an address asks for, and what is kept of a visit."""

from flask import request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest

from tracker.db import is_busy, writing
from tracker.numbers import whole
from tracker.projections.read_positions import Reading, keep
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
    try:
        with writing(tracker().engine) as connection:
            keep(connection, principal().name, slug, now)
    except OperationalError as error:
        if not is_busy(error):
            raise  # somebody holds the lock: this look will be remembered with the next one
