"""The log's own word for itself: its signed checkpoint, and proofs of what is in it."""

from flask import Blueprint, Response, abort, request

from tracker.accounts.gate import needs
from tracker.api.current import tracker
from tracker.api.json_bodies import answered, number
from tracker.archive import checkpoints, proving, signing_keys
from tracker.archive.asking import BadQuestion
from tracker.db import reading

blueprint = Blueprint("proofs", __name__)


@blueprint.get("/log/checkpoint")
@needs("verify")
def checkpoint() -> Response:
    """The signed checkpoint; as the bare note for whoever asks for `text/plain`."""
    here = tracker()
    note = checkpoints.signed(here.engine, here.settings, here.clock())
    if request.accept_mimetypes.best_match(["application/json", "text/plain"]) == "text/plain":
        return Response(str(note), content_type="text/plain; charset=utf-8")
    with reading(here.engine) as connection:
        keys = [str(verifier) for verifier in signing_keys.verifiers(connection)]
    return answered(checkpoints.document(note, keys))


@blueprint.get("/log/proof/inclusion")
@needs("verify")
def inclusion() -> Response:
    """That an event (`event`, its id) is in the log, as it is or as it was with `size` events."""
    with reading(tracker().engine) as connection:
        try:
            size = number("size") if request.args.get("size") else None
            return answered(proving.inclusion(connection, request.args.get("event", ""), size).document())
        except proving.NoSuchEvent:
            abort(404)


@blueprint.get("/log/proof/consistency")
@needs("verify")
def consistency() -> Response:
    """That the log of `to` events begins with that of `from`."""
    first, second = number("from"), number("to")
    with reading(tracker().engine) as connection:
        try:
            return answered(proving.consistency(connection, first, second))
        except proving.NoSuchLog as error:
            raise BadQuestion("to", str(error)) from error
