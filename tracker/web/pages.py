"""The pages that show: a development, and how words are read as dates."""

from typing import Any

from flask import (
    Response,
    render_template,
    request,
)

from tracker.accounts.gate import needs
from tracker.projections.overview import overview_of
from tracker.projections.presentation import document
from tracker.projections.scene import Document, date_document
from tracker.stories.date_words import from_words
from tracker.web.blueprint import blueprint
from tracker.web.dates_said import read_as
from tracker.web.questions import without_year
from tracker.web.telling import (
    as_json,
    development_in,
    may_log,
    names_in,
    scene_of,
    today,
    wants_json,
)


@blueprint.get("/stories/<slug>/developments/<key>")
@blueprint.get("/stories/<slug>/developments/<key>.json", endpoint="development_json")
@needs("read")
def development(slug: str, key: str) -> Any:
    """One development with all its fields, sources, corrections and what came of it."""
    scene = scene_of(slug)
    told = document(scene)
    found = development_in(told, key)
    if wants_json():
        return as_json(found)
    return render_template(
        "development.html", told=told, each=found, names=names_in(told), may_log=may_log(scene),
        headlines={d["key"]: d["headline"] for d in told["developments"]}, via=_of(told["developments"], found["via"]),
        claim=_of(told["claims"], key), demand=_of(told["demands"], key),
        contradiction=_of(told["contradictions"], key), said_in=[d for d in told["developments"] if d["via"] == key],
        bearing=overview_of(scene).pointing.get(key, ()),
    )  # fmt: skip


@blueprint.get("/dates")
@needs("read")
def dates() -> Response:
    """How words are read as a date, or what is missing in them: `?words=in September 2016`."""
    words = request.args.get("words", "")
    date = from_words(words, today())
    missing = None if date else without_year(words) or None
    return as_json({"read": date_document(date), "echo": read_as(date) if date else None, "missing": missing})


def _of(listed: list[Document], key: str) -> Document | None:
    return next((each for each in listed if each["key"] == key), None)
