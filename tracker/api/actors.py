"""Actors over the API: everybody by name, and somebody across the stories."""

from typing import get_args

from flask import Response, request

from tracker.accounts.gate import needs
from tracker.api.current import principal, tracker
from tracker.api.json_bodies import answered, limit, number
from tracker.api.routes import blueprint
from tracker.archive.asking import BadQuestion
from tracker.db import reading
from tracker.projections import actor_list, actor_page
from tracker.stories.actors import ActorKind

PAGE, LARGEST_PAGE = 100, 1_000


@blueprint.get("/actors")
@needs("read")
def actors() -> Response:
    """Everybody by name, or those whose names or offices `?q=` begins and that are of a `?kind=`; `page` from 1."""
    kind, here = request.args.get("kind", ""), tracker()
    if kind not in {"", *get_args(ActorKind)}:
        raise BadQuestion("kind", f"“{kind[:40]}” is no kind; choose one of {', '.join(get_args(ActorKind))}.")
    page, at_most = max(1, number("page", 1)), limit(PAGE, LARGEST_PAGE)
    with reading(here.engine) as connection:
        every = actor_list.everybody(connection, principal(), here.clock())
        found = actor_list.matching(every, request.args.get("q", ""), kind)
        shown = found[(page - 1) * at_most : page * at_most]
        listed = actor_list.told(connection, shown, principal(), here.clock())
    return answered({"total": len(found), "page": page, "pages": -(-len(found) // at_most), "actors": listed})


@blueprint.get("/actors/<key>")
@needs("read")
def actor(key: str) -> Response:
    """Somebody across the stories: offices, claims, denials, demands, positions, and what else names them."""
    with reading(tracker().engine) as connection:
        return answered(actor_page.actor_document(connection, key, principal(), tracker().clock()))
