"""The live stream: server-sent events that hint which story moved; whoever wants to know what, reads the page."""

import time
from collections.abc import Callable, Iterator

import orjson
from flask import Blueprint, Response, abort, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable

from tracker.accounts.gate import needs
from tracker.accounts.people import Principal
from tracker.api.current import principal
from tracker.audience import Audience
from tracker.numbers import whole
from tracker.projections.hints import MOST, Hint

HEARTBEAT_SECONDS = 15.0
"""How long a stream says nothing: a browser that is gone is noticed by writing to it."""

CHECK_SECONDS = 5.0
"""How long somebody counts as who they were when they came."""

AGAIN_SECONDS = 30
_BEGIN = "retry: 2000\n\n"
_BEAT = ": still here\n\n"

blueprint = Blueprint("live", __name__)


@blueprint.get("/stream")
@needs("read")
def stream() -> Response:
    """Hints from a position on: that of `Last-Event-ID`, else of `after`, else from now."""
    audience: Audience = current_app.extensions["audience"]
    after = _position()
    if not audience.enter():
        raise ServiceUnavailable("Too many listen already.", retry_after=AGAIN_SECONDS)
    here = audience.wait(-1, 0) or 0
    told = _told(audience, principal(), g.still, here if after is None else min(after, here))
    answer = Response(told, content_type="text/event-stream")
    answer.call_on_close(audience.leave)
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _told(audience: Audience, somebody: Principal, still: Callable[[], Principal], behind: int) -> Iterator[str]:
    """The stream of one reader from a position on, until they are somebody else, the server stops or they go away."""
    yield _BEGIN
    spoken = checked = time.monotonic()
    while (here := audience.wait(behind, max(0.0, spoken + HEARTBEAT_SECONDS - time.monotonic()))) is not None:
        said = _said(audience, somebody, behind, here) if here > behind else ""
        behind = max(behind, here)
        now = time.monotonic()
        if not said and now - spoken >= HEARTBEAT_SECONDS:
            said = _BEAT
        if said:
            if now - checked >= CHECK_SECONDS:
                if still() != somebody:
                    return
                checked = now
            yield said
            spoken = time.monotonic()


def _said(audience: Audience, somebody: Principal, after: int, upto: int) -> str:
    """The hints between two positions; of more than can be looked through, only that there are many."""
    if upto - after > MOST:
        return f"id: {upto}\nevent: behind\ndata: {{}}\n\n"
    return "".join(map(_event, audience.hints(somebody, after, upto)))


def _event(hint: Hint) -> str:
    return f"id: {hint.position}\nevent: hint\ndata: {orjson.dumps(hint._asdict()).decode()}\n\n"


def _position() -> int | None:
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    position = whole(given)
    if given and position is None:
        abort(400, "A position is a number.")
    return position
