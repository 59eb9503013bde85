"""Atom, RSS and JSON Feed: each entry as a note that only the desk sees until somebody has read it."""

import io
from collections.abc import Mapping
from typing import Any

import feedparser
import orjson

from tracker.archive.imports.drafting import Draft, Drafting, Drafts, NotThatFormat, decoded
from tracker.archive.imports.plain_text import plain_text

_LEFT_OUT = ("author", "enclosures", "media_content", "media_thumbnail", "license", "rights", "comments")


def read(content: bytes) -> Drafts:
    """The entries of a feed, as drafts for the desk. Raises NotThatFormat where there is no feed in the file."""
    if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        title, entries = _json_feed(content)
    else:
        told = feedparser.parse(io.BytesIO(content))
        if not told.get("version") and not told.entries:
            raise NotThatFormat(f"this is no feed that can be read ({told.get('bozo_exception', 'it is empty')}).")
        title, entries = told.feed.get("title", ""), told.entries
    outlet = plain_text(title)
    return Drafts("entry", tuple(_draft(n, entry, outlet) for n, entry in enumerate(entries, start=1)), outlet)


def _draft(number: int, entry: Mapping[str, Any], outlet: str) -> Draft:
    draft = Drafting(number)
    draft.record["visibility"] = "desk"
    draft.put_text("headline", entry.get("title"), "title")
    contents = [str(part.get("value") or "") for part in entry.get("content", [])]
    text = next((content for content in contents if content), "") or entry.get("summary", "")
    draft.put_text("text", text, "content" if any(contents) else "summary")
    if any(contents) and plain_text(entry.get("summary", "")) != plain_text(text):
        draft.put_text("summary", entry.get("summary"), "summary")
    _published(draft, entry)
    named = f"{outlet}: {plain_text(entry.get('title', ''))}".strip(": ")
    draft.put_source(named, entry.get("link", ""), "link", outlet)
    terms = [str(tag.get("term") or "").strip()[:500] for tag in entry.get("tags", [])]
    draft.put("tags", list(dict.fromkeys(term for term in terms if term)), "category")
    for name in _LEFT_OUT:
        draft.leave_out(name, entry.get(name))
    return draft.done("imported from a feed")


def _published(draft: Drafting, entry: Mapping[str, Any]) -> None:
    """When it was published, exact to the second; a time that the feed gives and nobody can read is a problem."""
    for name in ("published", "updated"):
        if not entry.get(name):
            continue
        parsed = entry.get(f"{name}_parsed")
        if parsed:
            draft.put_date("made_public", "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6]), name)
        else:
            draft.put_date("made_public", str(entry[name]), name)
        return


def _json_feed(content: bytes) -> tuple[str, list[dict[str, Any]]]:
    """The title and the items of a JSON Feed, by the names that feedparser gives to the parts of other feeds."""
    try:
        told = orjson.loads(decoded(content))
    except orjson.JSONDecodeError as error:
        raise NotThatFormat(f"this is no feed that can be read ({error}).") from error
    if "jsonfeed.org/version" not in str(told.get("version")) or not isinstance(told.get("items"), list):
        raise NotThatFormat("this is no feed: a JSON Feed has a version and a list of items.")
    return str(told.get("title") or ""), [_item(item if isinstance(item, dict) else {}) for item in told["items"]]


def _item(item: dict[str, Any]) -> dict[str, Any]:
    text = item.get("content_html") or item.get("content_text") or ""
    tags = item["tags"] if isinstance(item.get("tags"), list) else []
    return {
        "title": str(item.get("title") or ""), "link": str(item.get("url") or item.get("external_url") or ""),
        "content": [{"value": text}], "summary": str(item.get("summary") or ""),
        "published": item.get("date_published"), "updated": item.get("date_modified"),
        "tags": [{"term": tag} for tag in tags],
        "author": item.get("authors") or item.get("author"), "enclosures": item.get("attachments"),
        "media_thumbnail": item.get("image") or item.get("banner_image"),
    }  # fmt: skip
