"""ninjs 3.1 (IPTC): a story as a composite item, each development an item associated with it."""

import re
from typing import Any

import orjson

from tracker.archive.exports.told import Telling, Told, correction_words, words
from tracker.projections.scene import Document

_SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"
_TRUNCATED = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_STATUS = {"retracted": "canceled", "withheld": "withheld", "embargoed": "withheld"}


def write(telling: Telling) -> bytes:
    """One item where one story is told; else an array of them."""
    items = [_story(story) for story in telling.stories]
    whole = items if telling.whole else items[0]
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2)


def _story(story: Told) -> dict[str, Any]:
    told = story.document["story"]
    moments = sorted(story.changed_at.values())
    return _without_blanks(
        {
            "uri": story.address,
            "type": "composite",
            "standard": {"name": "ninjs", "version": "3.1", "schema": _SCHEMA},
            "representationType": "full",
            "version": str(story.document["version"]),
            "versionCreated": moments[-1] if moments else "",
            "pubStatus": "usable",
            "slugline": story.slug,
            "headlines": [{"role": "main", "contentType": "text/plain", "value": told["title"]}],
            "descriptions": [{"contentType": "text/plain", "value": told["synopsis"]}] if told["synopsis"] else [],
            "people": [_somebody(story, each) for each in story.document["actors"] if each["kind"] == "person"],
            "organisations": [_somebody(story, each) for each in story.document["actors"] if each["kind"] != "person"],
            "associations": [_development(story, each) for each in story.developments],
        }
    )


def _development(story: Told, each: Document) -> dict[str, Any]:
    key = each["key"]
    corrections = [correction_words(correction) for correction in each["corrections"]]
    notes = [*corrections, *([f"Retracted: {each['retracted_because']}"] if each["retracted_because"] else [])]
    return _without_blanks(
        {
            "name": key,
            "rel": "development",
            "uri": story.address_of(key),
            "type": "event" if each["type"] == "event.planned" else "text",
            "representationType": "full",
            "version": str(1 + len(each["corrections"])),
            "firstCreated": each["recorded_at"],
            "versionCreated": story.changed_at[key],
            "embargoedUntil": each["embargo"] if each["status"] == "embargoed" else "",
            "pubStatus": _STATUS.get(each["status"], "usable"),
            "urgency": each["urgency"],
            "edNote": "\n".join(notes),
            "headlines": [{"role": "main", "contentType": "text/plain", "value": each["headline"] or each["type"]}],
            "bodies": [{"role": "main", "contentType": "text/plain", "value": said}] if (said := words(each)) else [],
            "subjects": [
                *({"rel": "type", "name": each["type"]} for _ in [each]),
                *({"rel": "beat", "name": beat} for beat in each["beats"]),
                *({"rel": "tag", "name": tag} for tag in each["tags"]),
            ],
            "places": [_place(each["place"])] if each["place"] else [],
            "infoSources": [_source(source) for source in each["sources"]],
            "eventDetails": _event(each),
            "altIds": [{"role": "urn", "value": story.id_of(key)}],
        }
    )


def _somebody(story: Told, actor: Document) -> dict[str, Any]:
    site = story.address.rpartition("/stories/")[0]
    rel = "; ".join(role["role"] for role in actor["roles"] if role["held"])
    return _without_blanks({"name": actor["name"], "rel": rel, "uri": f"{site}/actors/{actor['key']}"})


def _place(place: Document) -> dict[str, Any]:
    told: dict[str, Any] = {"name": place["name"], "literal": place.get("country", "")}
    if place.get("latitude") and place.get("longitude"):
        told["geoJSON"] = {"type": "Point", "coordinates": [float(place["longitude"]), float(place["latitude"])]}
    return _without_blanks(told)


def _source(source: Document) -> dict[str, Any]:
    name = source.get("description") or source["key"]
    return _without_blanks({"name": name, "role": source.get("terms", ""), "uri": source.get("url", "")})


def _event(each: Document) -> dict[str, Any]:
    """When it happened: an exact time, or a date as short as it was said; others ninjs has no way to write."""
    date = (each["details"].get("date") or each["occurred"] or {}).get("edtf", "")
    if _INSTANT.fullmatch(date):
        return {"dates": {"startDate": date}}
    return {"dates": {"expectedStartDate": date}} if _TRUNCATED.fullmatch(date) else {}


def _without_blanks(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value not in ("", None, [], {})}
