"""JSON in and out of a request: the body as it was sent, whole numbers in the address, the answer."""

from typing import Any

import orjson
from flask import Response, abort, request

from tracker.archive.asking import BadQuestion
from tracker.intake import Unreadable
from tracker.numbers import whole
from tracker.stories.errors import Invalid


def sent() -> Any:
    """The body of the request. Raises Unreadable, and 415 where it is not said to be JSON."""
    if not request.is_json:
        abort(415, "Send JSON, with Content-Type: application/json.")
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise Unreadable([Invalid("", f"This is not JSON: {error}.")]) from error


def object_sent(what: str) -> dict[str, Any]:
    """The body of the request where it has to be one object: “A story”. Raises Unreadable."""
    given = sent()
    if not isinstance(given, dict):
        raise Unreadable([Invalid("", f"{what} is one object.")])
    return given


def number(name: str, otherwise: int | None = None) -> int:
    """A whole number in the query of the address; one that is left out is `otherwise`. Raises BadQuestion."""
    text = request.args.get(name, "")
    found = whole(text) if text else otherwise
    if found is None:
        raise BadQuestion(name, f"“{text[:40]}” is not a whole number." if text else "This is needed: a whole number.")
    return found


def limit(otherwise: int, most: int) -> int:
    """How many are asked for at a time, from one to `most`. Raises BadQuestion."""
    return max(1, min(number("limit", otherwise), most))


def answered(value: Any, status: int = 200) -> Response:
    """A value as an answer in JSON."""
    return Response(orjson.dumps(value, default=list), status, content_type="application/json")
