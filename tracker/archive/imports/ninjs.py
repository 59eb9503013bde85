"""ninjs, all versions: each item that says something becomes a note, an event becomes a planned one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from tracker.archive.imports.drafting import Draft, Drafting, Drafts, NotThatFormat, decoded

_USED = frozenset(
    {"uri", "type", "headlines", "headline", "title", "bodies", "descriptions", "versionCreated", "versioncreated",
     "urgency", "subjects", "subject", "places", "place", "infoSources", "infosource",
     "by", "byline", "eventDetails", "embargoedUntil", "embargoed", "pubStatus", "pubstatus",
     "associations", "standard", "representationType", "representationtype", "version", "name", "rel", "body_text",
     "body_xhtml", "description_text", "description_xhtml"}
)  # fmt: skip
_GONE = {"canceled", "cancelled"}


def read(content: bytes) -> Drafts:
    """The items of a file: one, an array of them, or one a line; what is associated with an item comes after it.

    Raises NotThatFormat.
    """
    items = _items(decoded(content))
    drafts = [draft for item in items for draft in _drafts(item)]
    numbered = [replace(d, number=n) for n, d in enumerate(drafts, start=1)]
    return Drafts("item", tuple(numbered), _headline(items[0]) if items and isinstance(items[0], dict) else "")


def _items(text: str) -> list[Any]:
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            told = [orjson.loads(line) for line in text.splitlines() if line.strip()]
        except orjson.JSONDecodeError as error:
            raise NotThatFormat(f"this is not JSON ({error}).") from error
    listed = told if isinstance(told, list) else [told]
    if not listed or not any(isinstance(item, dict) and "uri" in item for item in listed):
        raise NotThatFormat("an item of ninjs has a “uri”; there is none in this file.")
    return listed


def _drafts(item: Any) -> Iterator[Draft]:
    if not isinstance(item, dict):
        broken = Drafting(0)
        broken.problems.append(("", "An item is an object."))
        yield broken.done("")
        return
    associated = _associated(item)
    if _says(item) or not associated:
        yield _draft(item)
    for each in associated:
        yield from _drafts(each)


def _draft(item: dict[str, Any]) -> Draft:
    start = _start(item)
    planned = str(item.get("type")) in {"event", "planning"}
    draft = Drafting(0, "event.planned" if planned else "note.logged")
    draft.put_text("headline", _headline(item), "headlines")
    if planned:
        draft.put_text("title", _headline(item)[:500], "title")
        draft.put_date("date", start, "eventDetails.dates")
    else:
        draft.put_date("occurred", start, "eventDetails.dates")
        draft.put_text("text", _body(item) or _description(item), "bodies")
    if planned or _body(item):
        draft.put_text("summary", _description(item), "descriptions")
    created = item.get("versionCreated") or item.get("versioncreated")
    draft.put_date("made_public", str(created or item.get("firstCreated") or ""), "versionCreated")
    draft.put("embargo", item.get("embargoedUntil") or item.get("embargoed"), "embargoedUntil")
    draft.put("urgency", item.get("urgency"), "urgency")
    draft.put("tags", list(dict.fromkeys(_names(item, "subjects", "subject"))), "subjects")
    draft.put("place", (_names(item, "places", "place") or [""])[0], "places")
    draft.leave_out("places beyond the first", _names(item, "places", "place")[1:])
    if str(item.get("pubStatus") or item.get("pubstatus") or "").removeprefix("stat:") in _GONE:
        draft.problems.append(("pubStatus", "This item was cancelled by whoever sent it."))
    _sources(draft, item)
    for name in sorted(item.keys() - _USED):
        draft.leave_out(name, item[name])
    return draft.done("imported from a wire item")


def _sources(draft: Drafting, item: dict[str, Any]) -> None:
    uri = str(item.get("uri") or "")
    by = str(item.get("by") or item.get("byline") or item.get("copyrightHolder") or "")
    listed = item.get("infoSources") or item.get("infosource") or []
    for each in listed if isinstance(listed, list) else [listed]:
        if isinstance(each, dict):
            name, address = each.get("name") or each.get("literal") or "", each.get("uri") or ""
            draft.put_source(str(name), str(address), "infoSources")
    if "sources" not in draft.record:
        draft.put_source(by, uri if uri.startswith("http") else "", "uri")
        if not uri.startswith("http"):
            draft.lines.append(f"uri: {uri}")


def _associated(item: dict[str, Any]) -> list[Any]:
    found = item.get("associations") or []
    listed = list(found.values()) if isinstance(found, dict) else found
    return listed if isinstance(listed, list) else [listed]


def _says(item: dict[str, Any]) -> bool:
    return bool(_body(item) or _description(item) or _start(item) or (_headline(item) and not _associated(item)))


def _headline(item: dict[str, Any]) -> str:
    told = item.get("headlines") or item.get("headline") or item.get("title") or item.get("name") or ""
    return _value(told)


def _body(item: dict[str, Any]) -> str:
    return _value(item.get("bodies")) or _value(item.get("body_text")) or _value(item.get("body_xhtml"))


def _description(item: dict[str, Any]) -> str:
    return _value(item.get("descriptions")) or _value(item.get("description_text"))


def _value(told: Any) -> str:
    """The text of a field that may have several: the plain one, then the main one, then the first."""
    if isinstance(told, str):
        return told
    listed = [each for each in told if isinstance(each, dict) and each.get("value")] if isinstance(told, list) else []
    listed.sort(key=lambda each: (each.get("contentType", "text/plain") != "text/plain", each.get("role") != "main"))
    return str(listed[0]["value"]) if listed else ""


def _names(item: dict[str, Any], *fields: str) -> list[str]:
    listed: list[Any] = next((item[name] for name in fields if isinstance(item.get(name), list)), [])
    named = [str(each.get("name") or each.get("literal") or "") for each in listed if isinstance(each, dict)]
    return [name for name in named if name]


def _start(item: dict[str, Any]) -> str:
    """When the event is: exact where it says so, else the date as short as it is given."""
    details = item.get("eventDetails")
    dates = details.get("dates") if isinstance(details, dict) else None
    if not isinstance(dates, dict):
        return ""
    start = str(dates.get("startDate") or dates.get("expectedStartDate") or dates.get("estimatedStartDate") or "")
    end = str(dates.get("endDate") or dates.get("expectedEndDate") or "")
    return f"{start}/{end}" if start and end and "T" not in start + end and start != end else start
