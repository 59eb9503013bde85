"""What was found elsewhere becomes a form half filled in: a link its source, a passage its words."""

import re
from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from tracker.projections.directory import host_of

PASSAGE: Mapping[str, str] = {
    "note.logged": "text", "statement.made": "quotes", "testimony.given": "exchanges.answer", "claim.asserted": "text",
    "claim.denied": "text", "claim.confirmed": "text", "claim.qualified": "text", "claim.withdrawn": "text",
    "contradiction.explained": "explanation", "demand.answered": "text", "question.raised": "text",
}  # fmt: skip
"""Where a passage goes in the form of each type; elsewhere into the summary."""

_LINK = re.compile(r"https?://\S+")


def is_link(text: str) -> bool:
    """Whether this is a link and nothing else."""
    return _LINK.fullmatch(text.strip()) is not None and bool(host_of(text))


def outlet_of(url: str, known: Mapping[str, str]) -> str:
    """Whose page a link leads to: the outlet named last with that host, or the host."""
    host = host_of(url)
    return known.get(host, host)


def from_elsewhere(type: str, brought: Mapping[str, str], known: Mapping[str, str]) -> MultiDict[str, str]:
    """The fields that a page's `url`, `title` and `selection` fill in, as the bookmarklet brings them."""
    url, title, selection = (brought.get(name, "").strip() for name in ("url", "title", "selection"))
    outlet = outlet_of(url, known)
    filled = {"source_url": url, "source_outlet": outlet, "source": title or outlet} if outlet else {}
    words = selection or (title if PASSAGE.get(type) == "text" else "")
    if words:
        filled[PASSAGE.get(type, "summary")] = words
    return MultiDict(filled)


def with_link(typed: MultiDict[str, str], known: Mapping[str, str]) -> MultiDict[str, str]:
    """What was typed, where a link in the box of the source is the source's link."""
    url = typed.get("source", "").strip()
    if not is_link(url):
        return typed
    outlet = typed.get("source_outlet", "").strip() or outlet_of(url, known)
    moved = MultiDict(typed)
    moved["source"], moved["source_url"], moved["source_outlet"] = outlet, url, outlet
    return moved
