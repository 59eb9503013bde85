"""The search page: what answers a query, with counts, and every query an address of its own."""

import re
from typing import Any

from flask import render_template, request, url_for

from tracker.accounts.gate import needs
from tracker.db import reading
from tracker.numbers import whole
from tracker.projections.scene import Document
from tracker.projections.search import PAGE, empty, search
from tracker.stories.search_query import BadQuery, read_query
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json

CSV_ROWS = 1_000
COLUMNS = (
    "story", "key", "type", "title", "status", "found_in", "occurred", "earliest", "latest", "learned_at", "excerpt",
)  # fmt: skip
FACETS = ("story", "type", "beat", "actor")


@blueprint.get("/search")
@blueprint.get("/search.json", endpoint="search_json")
@blueprint.get("/search.csv", endpoint="search_csv")
@needs("read")
def search_page() -> Any:
    """Search across stories: `?q=words and filters`, `page` from 1."""
    typed, wrong = request.args.get("q", "").strip(), ""
    try:
        told = _found(typed)
    except BadQuery as error:
        told, wrong = empty(), str(error)
    told |= {"query": typed}
    status = 400 if wrong else 200
    if wants_csv():
        return as_csv(COLUMNS, [_row(each) for each in told["results"]], "search.csv", status)
    if wants_json():
        return as_json(told | ({"error": wrong} if wrong else {}), status)
    return render_template("search.html", told=told, wrong=wrong, facets=_facets(told)), status


def _found(typed: str) -> Document:
    page, here = whole(request.args.get("page", ""), digits=8), tracker()
    limit = CSV_ROWS if wants_csv() else PAGE
    with reading(here.engine) as connection:
        return search(connection, read_query(typed), principal(), here.clock(), 1 if page is None else page, limit)


def _facets(told: Document) -> dict[str, list[Document]]:
    """The values of each facet with the address that adds them to the query, or takes them out again."""
    return {
        name: [value | _link(told["query"], name, value["value"]) for value in told["facets"].get(name, [])]
        for name in FACETS
    }


def _link(typed: str, name: str, value: str) -> Document:
    plain = re.fullmatch(r"[\w.~-]+", value) is not None
    filter = f"{name}:{value}" if plain else f'{name}:"{value}"'
    here = re.search(rf"(?<!\S){re.escape(filter)}(?!\S)", typed)
    query = typed[: here.start()] + typed[here.end() :] if here else f"{typed} {filter}"
    return {"chosen": here is not None, "address": url_for("pages.search_page", q=" ".join(query.split()))}


def _row(result: Document) -> tuple[Any, ...]:
    occurred = result["occurred"] or {}
    return (
        result["story"], result["key"], result["type"], result["title"], result["status"], result["found_in"],
        occurred.get("words"), occurred.get("earliest"), occurred.get("latest"), result["learned_at"],
        "".join(segment["text"] for segment in result["excerpt"]),
    )  # fmt: skip
