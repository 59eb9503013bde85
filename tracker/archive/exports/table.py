"""CSV: one row a development, for a spreadsheet and for whoever imports it again."""

from collections.abc import Iterator

import orjson

from tracker.archive.exports.told import Telling, Told, source_words
from tracker.projections.scene import Document
from tracker.spreadsheets import csv_lines

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
        "details": orjson.dumps({name: said for name, said in each["details"].items() if said}).decode(),
        "address": story.address_of(each["key"]),
    }  # fmt: skip
