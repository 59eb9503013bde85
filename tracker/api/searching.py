"""The HTTP API of search and of comparing two moments."""

from flask import Response, request

from tracker.accounts.gate import needs
from tracker.api.current import principal, tracker
from tracker.api.json_bodies import answered, limit, number
from tracker.api.routes import blueprint
from tracker.archive.compare import compare, read_between
from tracker.db import reading
from tracker.projections import search as searching
from tracker.stories.search_query import read_query


@blueprint.get("/search")
@needs("read")
def search() -> Response:
    """What answers `?q=`, page by page, with counts by story, type, beat and actor."""
    typed, here = request.args.get("q", ""), tracker()
    at_most = limit(searching.PAGE, searching.LARGEST_PAGE)
    with reading(here.engine) as connection:
        query = read_query(typed)
        told = searching.search(connection, query, principal(), here.clock(), number("page", 1), at_most)
    return answered({"query": typed} | told)


@blueprint.get("/stories/<slug>/compare")
@needs("read")
def compare_story(slug: str) -> Response:
    """What happened to a story between `?from=` and `?to=`, the gravest first."""
    here = tracker()
    between = read_between(request.args, here.zone)
    with reading(here.engine) as connection:
        return answered(compare(connection, slug, principal(), here.clock(), here.zone, between))
