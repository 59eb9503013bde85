"""What came of the stories somebody reads since they last looked, over the API."""

from flask import Response, request

from tracker.accounts.gate import needs
from tracker.api.current import principal, tracker
from tracker.api.json_bodies import answered
from tracker.api.routes import blueprint
from tracker.archive.asking import read_position
from tracker.db import reading
from tracker.eventstore.reading import position as end_of_log
from tracker.projections.catch_up import across, as_document


@blueprint.get("/catch-up")
@needs("read")
def catch_up() -> Response:
    """By consequence: since the caller last looked at each story, or of every story after `?since=POSITION`."""
    since = read_position("since", request.args.get("since", ""))
    with reading(tracker().engine) as connection:
        news, unopened = across(connection, principal(), tracker().clock(), since)
        position = end_of_log(connection)
    told = {"position": position, "stories": [as_document(each) for each in news],
            "unopened": [line.slug for line in unopened]}  # fmt: skip
    return answered(told)
