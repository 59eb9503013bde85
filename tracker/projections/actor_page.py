"""Somebody across stories: roles over time, other names, and the developments that name them."""

from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight, visible_entries
from tracker.instants import Instant
from tracker.projections import board
from tracker.projections.entries import entries, of_stream
from tracker.projections.scene import date_document, inherited
from tracker.projections.story_page import NoSuchStory
from tracker.stories.entries import Actor, Alias, Development, Role, Spokesperson
from tracker.stories.references import named
from tracker.stories.situation import wire_name


def actor_document(connection: Connection, key: str, principal: Principal, now: Instant) -> dict[str, Any]:
    """An actor with the developments that the principal may see. Raises NoSuchStory where there is none.

    Somebody who may see only what is public sees an actor once a public development names them.
    """
    own = of_stream(connection, f"actor/{key}")
    actor = own.get(("actor", key))
    if not isinstance(actor, Actor):
        raise NoSuchStory(key)
    developments = [
        found
        for line in board.board(connection, principal, now)
        for found in _in_story(connection, key, line, principal, now)
    ]
    if not developments and "newsroom" not in sight(principal, "").levels:
        raise NoSuchStory(key)
    return {
        "key": key, "name": actor.name, "kind": actor.kind,
        "aliases": [entry.alias for entry in own.values() if isinstance(entry, Alias)],
        "speaks_for": [entry.speaks_for for entry in own.values() if isinstance(entry, Spokesperson)],
        "roles": [
            {"role": entry.role, "organization": entry.organization, "from": date_document(entry.since),
             "until": date_document(entry.until), "held": entry.held, "how": entry.left}
            for entry in own.values() if isinstance(entry, Role)
        ],
        "developments": developments,
    }  # fmt: skip


def _in_story(
    connection: Connection, key: str, line: board.StoryLine, principal: Principal, now: Instant
) -> list[dict[str, Any]]:
    stream = f"story/{line.slug}"
    quoted = orjson.dumps(key).decode()
    naming = connection.execute(
        select(func.count()).where(entries.c.stream == stream, entries.c.body.contains(quoted, autoescape=True))
    ).scalar_one()
    if not naming:
        return []
    whole = of_stream(connection, stream)
    shown = visible_entries(whole, whole, sight(principal, line.desk), now)
    return [
        {
            "story": line.slug, "story_title": line.title, "key": entry.event.key, "type": wire_name(entry.event),
            "headline": entry.event.headline, "status": entry.status(now),
            "occurred": date_document(inherited(shown, entry, "occurred")),
        }
        for entry in shown.values()
        if isinstance(entry, Development) and any(n.names == "actor" and n.key == key for n in named(entry.event))
    ]  # fmt: skip
