"""Error pages: what happened, and what to do now; the same page for what is absent and what may not be seen."""

from flask import Response, g, render_template
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadHost, BadRequest, Forbidden, HTTPException

from tracker.archive.asking import BadQuestion

_WORDS = {
    400: (lazy_gettext("This can't be read"), lazy_gettext("Go back and check what was entered.")),
    403: (
        lazy_gettext("This is not yours to do"),
        lazy_gettext("Your role does not include it; ask an admin if it should."),
    ),
    404: (
        lazy_gettext("There is nothing here"),
        lazy_gettext("The address may be mistyped, or it is not yours to see."),
    ),
    405: (lazy_gettext("That can't be done here"), lazy_gettext("Go back and use the page's own buttons.")),
    413: (lazy_gettext("That is too large"), lazy_gettext("Send it in smaller parts.")),
    429: (lazy_gettext("Too many attempts"), lazy_gettext("Wait a minute and try again.")),
    503: (lazy_gettext("Busy"), lazy_gettext("Try again in a moment; what is sent twice is recorded once.")),
    500: (
        lazy_gettext("Something went wrong here"),
        lazy_gettext("It is on record, and nothing recorded is lost. Go back and try again."),
    ),
}

_PLAIN = (BadRequest.description, Forbidden.description)
"""What such an error says by itself: it speaks of servers, and says less than ours."""


def answer(error: Exception, status: int) -> tuple[str, int] | Response:
    """The page for an error of this status; one of HTTP brings its own."""
    said = ""
    match error:
        case BadHost():  # no page without links, and no link without a host
            return Response(f"{_WORDS[400][0]}.\n", 400, content_type="text/plain; charset=utf-8")
        case HTTPException(code=code, description=description):
            status = code or 500
            said = description or "" if status in {400, 403} and description not in _PLAIN else ""
        case BadQuestion():
            said = str(error)
    title, advice = _WORDS.get(status) or _WORDS[400 if status < 500 else 500]
    reference = g.get("reference")
    told = {"title": title, "said": said, "advice": advice, "reference": reference, "no_way_back": True}
    return render_template("error.html", **told), status
