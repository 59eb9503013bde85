"""The page that compares two moments of a story, and the step from one moment to the next."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from tracker.accounts.gate import needs
from tracker.archive.asking import BadQuestion
from tracker.archive.compare import CLOCKS, COLUMNS, compare, read_between, rows
from tracker.archive.moments import moments
from tracker.db import reading
from tracker.projections.presentation import document
from tracker.projections.scene import Document
from tracker.stories.consequences import WORDS, Word
from tracker.web.blueprint import blueprint
from tracker.web.consequence_words import tally
from tracker.web.current import principal, tracker
from tracker.web.telling import as_csv, as_json, moment_asked, people_in, scene_of, wants_csv, wants_json


@blueprint.get("/stories/<slug>/compare")
@blueprint.get("/stories/<slug>/compare.json", endpoint="compare_json")
@blueprint.get("/stories/<slug>/compare.csv", endpoint="compare_csv")
@needs("read")
def compare_story(slug: str) -> Any:
    """What happened to a story between `from` and `to`; without them, what changed last."""
    here = tracker()
    between, wrong = None, dict[str, str]()
    try:
        between = read_between(_plain(request.args), here.zone)
    except BadQuestion as error:
        if wants_json() or wants_csv():
            raise
        wrong = {error.name: str(error)}
    with reading(here.engine) as connection:
        told = compare(connection, slug, principal(), here.clock(), here.zone, between)
        if wants_json():
            return as_json(told)
        if wants_csv():
            return as_csv(COLUMNS, rows(told), f"{slug}-compared.csv")
        known = moments(connection, slug, principal(), here.clock(), here.zone)
    names, headlines = _called(slug) if _says_fields(told) else ({}, {})
    page = render_template(
        "compare.html", told=told, groups=_groups(told), moments=known, chosen=between is not None, wrong=wrong,
        names=names, headlines=headlines,
    )  # fmt: skip
    return page, 400 if wrong else 200


def _says_fields(told: Document) -> bool:
    """Whether something is told of which a field was otherwise before."""
    return any(act["fields"] for change in told["changes"] for act in change["acts"])


def _called(slug: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the people of a story and its developments are called, by key."""
    scene = scene_of(slug)
    return people_in(scene), {each["key"]: each["headline"] for each in document(scene)["developments"]}


def _plain(typed: Mapping[str, str]) -> dict[str, str]:
    """The two moments as typed, days in words as days."""
    clock = typed.get("by") or "known_at"
    days = {
        name: moment_asked(clock, typed[name].strip()) for name in ("from", "to") if clock in CLOCKS and name in typed
    }
    return dict(typed) | {name: day for name, day in days.items() if day}


def _groups(told: Document) -> list[tuple[Word, str, list[Document]]]:
    """The changes under what they mean, each heading with its number."""
    by_word = {word: [each for each in told["changes"] if each["consequence"] == word] for word in WORDS}
    return [(word, tally(word, len(found)), found) for word, found in by_word.items() if found]
