"""The pages that show: a development, and how words are read as dates."""

from typing import Any

from flask import Response, render_template, request, url_for

from tracker.accounts.gate import needs
from tracker.projections.scene import Document, date_document
from tracker.stories.date_words import from_words
from tracker.web.blueprint import blueprint
from tracker.web.dates_said import read_as
from tracker.web.looking import look_at
from tracker.web.navigation import as_asked
from tracker.web.questions import without_year
from tracker.web.telling import as_json, may_log, people_in, today, wants_json


@blueprint.get("/stories/<slug>/developments/<key>")
@blueprint.get("/stories/<slug>/developments/<key>.json", endpoint="development_json")
@needs("read")
def development(slug: str, key: str) -> Any:
    """One development with all its fields, sources, corrections and what came of it."""
    one = look_at(slug, key)
    if wants_json():
        return as_json(one.each)
    return render_template(
        "development.html", told=one.told, each=one.each, names=people_in(one.scene), may_log=may_log(one.scene),
        headlines=one.outline.headlines, via=_of(one.told["developments"], one.each["via"]),
        claim=_of(one.told["claims"], key), demand=_of(one.told["demands"], key),
        contradiction=_of(one.told["contradictions"], key), said_in=one.outline.said_via(key),
        bearing=one.outline.pointing.get(key, ()), here={"development": lambda key: _page_of(slug, key)},
    )  # fmt: skip


@blueprint.get("/dates")
@needs("read")
def dates() -> Response:
    """How words are read as a date, or what is missing in them: `?words=in September 2016`."""
    words = request.args.get("words", "")
    date = from_words(words, today())
    missing = None if date else without_year(words) or None
    return as_json({"read": date_document(date), "echo": read_as(date) if date else None, "missing": missing})


def _page_of(slug: str, key: str) -> str:
    return as_asked(url_for("pages.development", slug=slug, key=key))


def _of(listed: list[Document], key: str) -> Document | None:
    return next((each for each in listed if each["key"] == key), None)
