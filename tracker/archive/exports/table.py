"""CSV: one row a development, for a spreadsheet and for whoever imports it again."""

from collections.abc import Iterator
from typing import Any

import orjson

from tracker.archive.exports.told import Telling, Told, source_words
from tracker.projections.scene import Document
from tracker.spreadsheets import csv_lines
from tracker.stories.entries import Development
from tracker.stories.references import named

COLUMNS = (
    "story", "key", "type", "headline", "summary", "occurred", "occurred_as_said", "occurred_earliest",
    "occurred_latest", "made_public", "made_public_as_said", "learned_at", "recorded_at", "status", "verification",
    "place", "sources", "unsourced", "via", "urgency", "tags", "beats", "visibility", "why_it_matters", "corrections",
    "retracted_because", "details", "address",
)  # fmt: skip


def write(telling: Telling) -> bytes:
    """The table in UTF-8 with a byte-order mark, without which spreadsheets take accents for something else."""
    return "".join(csv_lines(COLUMNS, _rows(telling))).encode("utf-8-sig")


def _rows(telling: Telling) -> Iterator[list[object]]:
    for story in telling.stories:
        for each in story.developments:
            row = _row(story, each)
            yield [row[name] for name in COLUMNS]


def _row(story: Told, each: Document) -> dict[str, object]:
    occurred, made_public = each["occurred"] or {}, each["made_public"] or {}
    return {
        "story": story.slug,
        **{
            name: each[name]
            for name in ("key", "type", "headline", "summary", "learned_at", "recorded_at", "status", "verification",
                         "unsourced", "via", "urgency", "visibility", "why_it_matters", "retracted_because")
        },
        "occurred": occurred.get("edtf"),
        "occurred_as_said": occurred.get("as_said"),
        "occurred_earliest": occurred.get("earliest"),
        "occurred_latest": occurred.get("latest"),
        "made_public": made_public.get("edtf"),
        "made_public_as_said": made_public.get("as_said"),
        "place": (each["place"] or {}).get("name"),
        "sources": source_words(each) if each["sources"] else "",
        "tags": "; ".join(each["tags"]),
        "beats": "; ".join(each["beats"]),
        "corrections": len(each["corrections"]) or None,
        "details": orjson.dumps(_introducing(story, each)).decode(),
        "address": story.address_of(each["key"]),
    }  # fmt: skip


def _introducing(story: Told, each: Document) -> dict[str, Any]:
    """The fields of a type with everybody introduced by name, so that another newsroom can take them in."""
    details: dict[str, Any] = orjson.loads(orjson.dumps({name: said for name, said in each["details"].items() if said}))
    entry = story.scene.entries.get(("development", each["key"]))
    told = ("key", "name", "kind")
    known = {actor["key"]: {name: actor[name] for name in told} for actor in story.document["actors"]}
    for found in named(entry.event) if isinstance(entry, Development) else ():
        if found.names == "actor" and found.key in known:
            _put(details, found.path.split("."), known[found.key], instead=found.key)
    return details


def _put(within: Any, path: list[str], value: Any, instead: str) -> None:
    """Put a value at the end of a path, where that is there and holds what it stands for."""
    *steps, last = (int(step) if step.isdigit() else step for step in path)
    try:
        for step in steps:
            within = within[step]
        if within[last] == instead:
            within[last] = value
    except (KeyError, IndexError, TypeError):
        return  # hidden from whoever it is told
