"""What came of the stories somebody reads since they last looked, over the API."""

import orjson
from flask import Response, request

from tracker.accounts.gate import needs
from tracker.api.current import principal, tracker
from tracker.api.routes import blueprint
from tracker.archive.asking import BadQuestion
from tracker.db import reading
from tracker.eventstore.reading import position as end_of_log
from tracker.projections.catch_up import across, as_document


@blueprint.get("/catch-up")
@needs("read")
def catch_up() -> Response:
    """By consequence: since the caller last looked at each story, or of every story after `?since=POSITION`."""
    with reading(tracker().engine) as connection:
        news, unopened = across(connection, principal(), tracker().clock(), _since())
        position = end_of_log(connection)
    told = {"position": position, "stories": [as_document(each) for each in news],
            "unopened": [line.slug for line in unopened]}  # fmt: skip
    return Response(orjson.dumps(told), content_type="application/json")


def _since() -> int | None:
    text = request.args.get("since", "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadQuestion("since", f"“{text[:40]}” is not a position; positions are whole numbers from 1.")
    return int(text) if text else None
