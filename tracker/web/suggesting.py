"""What a box suggests while somebody types: actors, sources, developments of the story, the outlet of a link."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from flask import Response, abort, request

from tracker.accounts.gate import needs
from tracker.accounts.visibility import sight
from tracker.db import reading
from tracker.projections.directory import Directory, directory
from tracker.projections.offered import TYPES, issues, offered
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.pasting import outlet_of
from tracker.web.recording import check_editable
from tracker.web.telling import as_json
from tracker.web.words import plain, type_name

MOST = 12
_SEARCHED = 5_000


@blueprint.get("/suggest")
@needs("log")
def suggest() -> Response:
    """What fits what is typed: `?names=actor&words=kis`, `source`, or `outlet` with a link."""
    words, names = request.args.get("words", ""), request.args.get("names", "")
    with reading(tracker().engine) as connection:
        known = directory(connection)
    if names == "outlet":
        return as_json({"outlet": outlet_of(words, known.outlets)})
    lists = {"actor": known.actors, "source": known.sources}
    if names not in lists:
        abort(404)
    return _answer(
        {"value": name, "label": name} | (_terms(known, name) if names == "source" else {})
        for name in fitting(words, lists[names])
    )


@blueprint.get("/stories/<slug>/suggest")
@needs("log")
def suggest_developments(slug: str) -> Response:
    """The developments of a story that fit what is typed: `?names=development&words=two meetings`; with
    `first=claim` claims before the others. With `names=issue` what is at issue in it."""
    names, words = request.args.get("names", "development"), request.args.get("words", "")
    if names not in {*TYPES, "development", "issue"}:
        abort(404)
    seen, now = sight(principal(), check_editable(slug).desk), tracker().clock()
    with reading(tracker().engine) as connection:
        if names == "issue":
            texts = issues(connection, slug, seen, now).values()
            return _answer({"value": text, "label": text} for text in fitting(words, texts))
        offers = offered(connection, slug, seen, now, names, _SEARCHED)
    offers.sort(key=lambda offer: offer.type != TYPES.get(request.args.get("first", "")))
    by_words = {f"{offer.headline} {offer.text} {offer.key}": offer for offer in offers}
    found = (by_words[words] for words in fitting(words, by_words))
    return _answer({"value": each.key, "label": each.headline, "note": type_name(each.type)} for each in found)


def _terms(known: Directory, description: str) -> dict[str, str]:
    """On which terms a source speaks, where that is not on the record."""
    source = known.told.get(known.sources[description])
    return {"note": plain(source.terms)} if source and source.terms != "on_record" else {}


def fitting(words: str, names: Iterable[str]) -> Iterator[str]:
    """The names that hold every word typed, those that begin with the first of them before the others."""
    wanted = words.casefold().split()
    return iter(sorted((name for name in names if _fits(wanted, name)), key=lambda name: not _leads(wanted, name)))


def _fits(wanted: list[str], name: str) -> bool:
    return all(word in name.casefold() for word in wanted)


def _leads(wanted: list[str], name: str) -> bool:
    return not wanted or name.casefold().startswith(wanted[0])


def _answer(found: Iterable[dict[str, Any]]) -> Response:
    return as_json({"suggestions": list(islice(found, MOST))})
