"""HTML of strangers as plain text: nothing of it runs, its paragraphs stay apart, its links stay readable."""

import re
from html import unescape

import nh3

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);|<!--")
_ENDS = re.compile(r"<(?:br|/p|/div|/li|/tr|/blockquote|/h[1-6]|/section|/pre)[^>]*>", re.IGNORECASE)
_LINK = re.compile(r'<a [^>]*?href="(https?://[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_BLOCKS = {"p", "br", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "section", "pre"}
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain_text(given: str) -> str:
    """The words of a text that may be HTML; one without markup stays as it is but for blanks around it."""
    if _MARKUP.search(given):
        cleaned = nh3.clean(given, tags=_BLOCKS | {"a"}, attributes={"a": {"href"}}, link_rel=None)
        shown = _ENDS.sub("\n", _LINK.sub(_link, cleaned))
        given = unescape(nh3.clean(shown, tags=set()))
    given = _UNSTORABLE.sub("", given.replace("\xa0", " "))
    lines = (" ".join(line.split()) for line in given.splitlines())
    return "\n".join(line for line in lines if line)


def _link(found: re.Match[str]) -> str:
    """The words of a link with its address, where the words are not the address."""
    address, words = found[1], nh3.clean(found[2], tags=set())
    return words if not words.strip() or words.strip() in address else f"{words} ({address})"
