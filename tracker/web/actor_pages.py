"""The pages of actors: everybody, and somebody across the stories."""

from typing import Any, get_args

from flask import render_template, request, url_for

from tracker.accounts.gate import needs
from tracker.db import reading
from tracker.projections import actor_list, actor_page
from tracker.stories.actors import ActorKind
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.paging import asked_with, page_of
from tracker.web.telling import as_csv, as_json, wants_csv, wants_json

PAGE = 40
KINDS = get_args(ActorKind)


@blueprint.get("/actors")
@blueprint.get("/actors.json", endpoint="actors_json")
@blueprint.get("/actors.csv", endpoint="actors_csv")
@needs("read")
def actors() -> Any:
    """Everybody by name, or those whose names or offices `?q=` begins and that are of a `?kind=`; the table has all."""
    now, typed = tracker().clock(), request.args.get("q", "").strip()
    kind = request.args.get("kind", "") if request.args.get("kind", "") in KINDS else ""
    with reading(tracker().engine) as connection:
        every = actor_list.everybody(connection, principal(), now)
        found = actor_list.matching(every, typed, kind)
        page = page_of(found, request.args.get("page", ""), len(found) or 1 if wants_csv() else PAGE)
        listed = actor_list.told(connection, page.items, principal(), now)
    if wants_csv():
        return as_csv(actor_list.COLUMNS, actor_list.rows(listed), "actors.csv")
    if wants_json():
        return as_json({"total": page.total, "page": page.page, "pages": page.pages, "actors": listed})
    return render_template(
        "actors.html", listed=listed, page=page, number=len(every), typed=typed, kind=kind, kinds=KINDS,
        turned=lambda to: url_for("pages.actors", **dict[str, Any](asked_with(request.args, page=to))),
    )  # fmt: skip


@blueprint.get("/actors/<key>")
@blueprint.get("/actors/<key>.json", endpoint="actor_json")
@blueprint.get("/actors/<key>.csv", endpoint="actor_csv")
@needs("read")
def actor(key: str) -> Any:
    """Somebody across the stories: offices, claims, denials, demands, positions, and what else names them."""
    with reading(tracker().engine) as connection:
        told = actor_page.actor_document(connection, key, principal(), tracker().clock())
    if wants_csv():
        return as_csv(actor_page.COLUMNS, actor_page.rows(told), f"{key}.csv")
    return as_json(told) if wants_json() else render_template("actor.html", actor=told)
