"""Feeds that say what was withdrawn: Atom (RFC 4287) with tombstones (RFC 6721), and JSON Feed 1.1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from lxml import etree

from tracker.instants import Instant

ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_NO_ENTRIES = "1970-01-01T00:00:00Z"
# What XML 1.0 has no way to write.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry. `id` is an IRI that never changes (`urn:uuid:…`, `tag:…`, or a permanent address)."""

    id: str
    title: str
    url: str
    updated: Instant
    published: Instant
    text: str = ""
    """Plain text; a line break begins a paragraph."""
    author: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An entry that was there and is no longer to be relied on: readers that know RFC 6721 take it away."""

    id: str
    when: Instant
    why: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as a whole; `url` is the page it tells of, `address` where the feed itself is had."""

    id: str
    title: str
    url: str
    address: str
    author: str
    subtitle: str = ""
    language: str = ""
    entries: tuple[FeedEntry, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()

    @property
    def updated(self) -> Instant:
        """When anything in it last changed; the beginning of 1970 for a feed that never held anything."""
        moments = [entry.updated for entry in self.entries] + [entry.when for entry in self.withdrawn]
        return max(moments, default=_NO_ENTRIES)


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document in UTF-8; what was withdrawn as `at:deleted-entry`, before the entries."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM, "at": _TOMBSTONES})
    if feed.language:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    if feed.subtitle:
        _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", feed.updated)
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="alternate", href=feed.url)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    for gone in feed.withdrawn:
        _tombstone(root, gone)
    for entry in feed.entries:
        _atom_entry(root, entry)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def json_feed(feed: Feed) -> bytes:
    """The feed as a JSON Feed 1.1; what was withdrawn as an extension, `_withdrawn`, since the format has no word."""
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.address,
        "description": feed.subtitle,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [_json_item(entry) for entry in feed.entries],
    }
    gone = [{"id": each.id, "when": each.when, "why": each.why} for each in feed.withdrawn]
    if gone:
        told["_withdrawn"] = {"about": "https://www.rfc-editor.org/rfc/rfc6721", "entries": gone}
    return orjson.dumps(_without_blanks(told), option=orjson.OPT_INDENT_2)


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    added = etree.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _xml(value) for key, value in attributes.items()})
    added.text = _xml(text) or None
    return added


def _tombstone(root: Any, gone: Withdrawn) -> None:
    tomb = etree.SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", ref=_xml(gone.id), when=gone.when)
    if gone.why:
        etree.SubElement(tomb, f"{{{_TOMBSTONES}}}comment").text = _xml(gone.why)


def _atom_entry(root: Any, entry: FeedEntry) -> None:
    added = _add(root, "entry")
    _add(added, "id", entry.id)
    _add(added, "title", entry.title)
    _add(added, "published", entry.published)
    _add(added, "updated", entry.updated)
    if entry.author:
        _add(_add(added, "author"), "name", entry.author)
    for category in entry.categories:
        _add(added, "category", term=category)
    _add(added, "link", rel="alternate", href=entry.url)
    _add(added, "content", _html(entry.text), type="html")


def _json_item(entry: FeedEntry) -> dict[str, Any]:
    return _without_blanks(
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_html": _html(entry.text),
            "date_published": entry.published,
            "date_modified": entry.updated,
            "authors": [{"name": entry.author}] if entry.author else [],
            "tags": list(entry.categories),
        }
    ) | {"content_text": entry.text}


def _html(text: str) -> str:
    """Plain text as paragraphs; nothing in it is taken for markup."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _without_blanks(given: dict[str, Any]) -> dict[str, Any]:
    """Without empty values; an empty list of items stays, since a feed has to have one."""
    return {name: value for name, value in given.items() if value or name == "items"}


def newest_first(entries: Sequence[FeedEntry], limit: int) -> tuple[FeedEntry, ...]:
    """The entries changed last, at most `limit` of them."""
    return tuple(sorted(entries, key=lambda entry: (entry.updated, entry.id), reverse=True)[:limit])
