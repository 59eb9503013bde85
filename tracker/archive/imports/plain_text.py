"""HTML of strangers as plain text: nothing of it runs, its paragraphs stay apart, its links stay readable."""

import re
from collections.abc import Collection, Iterable, Mapping
from html import unescape
from html.entities import html5
from typing import Any

import nh3

_BLOCKS = (
    "address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol|p|"
    "pre|section|table|tr|ul"
)
_OTHERS = (
    "a|abbr|b|body|cite|code|del|em|font|head|html|i|iframe|img|ins|mark|q|s|script|small|span|strong|style|sub|sup|tbody|"
    "td|th|thead|time|title|u|video"
)
_KEPT = {*_BLOCKS.replace("h[1-6]", "h1|h2|h3|h4|h5|h6").split("|"), "td", "th", "a"}
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*"""
_TAG = re.compile(rf"</?(?:{_BLOCKS}|{_OTHERS}){_ATTRIBUTES}\s*/?>|<!--", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|([a-zA-Z]\w*));")
_BREAK = re.compile(rf"</?(?:{_BLOCKS})\b[^>]*>")
_CELL = re.compile(r"</?t[dh]\b[^>]*>")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_LINK = re.compile(r'<a [^>]*?href="(https?://[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def holds_markup(given: str) -> bool:
    """Whether a text is HTML for certain: a tag of HTML stands in it, whole, or a character written as its name.

    `a < b`, `<unknown>`, `if x <b and c> d` and `R&D;` are words.
    """
    return bool(_TAG.search(given)) or any(not name or f"{name};" in html5 for name in _ENTITY.findall(given))


def plain_text(given: str, named: Collection[str] = ()) -> str:
    """The words of a text that may be HTML; in one without markup only the blanks around and between are tidied.

    A link is followed by its address, unless that is among those `named` beside the text; a line of nothing but such
    links is left out, as long as other words remain.
    """
    if holds_markup(given):
        lines = _marked_lines(_cleaned(given))
        given = _words((line for line in lines if not _only_names(line, named)), named) or _words(lines, named)
    given = _UNSTORABLE.sub("", given.replace("\xa0", " "))
    tidied = (" ".join(line.split()) for line in given.splitlines())
    return "\n".join(line for line in tidied if line)


def in_plain_words(value: Any, named: Collection[str] = ()) -> Any:
    """A record, or part of one, with each text in it that is HTML as its words; everything else as it stands."""
    if isinstance(value, dict):
        return {name: in_plain_words(item, addresses_in(value) or named) for name, item in value.items()}
    if isinstance(value, list):
        return [in_plain_words(item, named) for item in value]
    return plain_text(value, named) if isinstance(value, str) and holds_markup(value) else value


def addresses_in(record: Mapping[str, Any]) -> set[str]:
    """The addresses of the sources that a record describes."""
    sources = record.get("sources")
    return {str(each.get("url")) for each in sources if isinstance(each, dict)} if isinstance(sources, list) else set()


def _cleaned(given: str) -> str:
    """The markup with nothing left but what ends a line, separates cells, or leads somewhere."""
    return nh3.clean(given, tags=_KEPT, attributes={"a": {"href"}}, link_rel=None)


def _marked_lines(cleaned: str) -> list[str]:
    """The lines that a reader would see, links still marked; where paragraphs are marked, a line break is a blank."""
    if _BREAK.search(cleaned):
        parts = _PRE.split(cleaned)
        cleaned = "".join(part if part.startswith("<pre") else re.sub(r"\s+", " ", part) for part in parts)
    cleaned = _LINK.sub(lambda link: f'<a href="{link[1]}">{_BREAK.sub(" ", link[2]).strip()}</a>', cleaned)
    return _BREAK.sub("\n", _CELL.sub(" ", cleaned)).splitlines()


def _only_names(line: str, named: Collection[str]) -> bool:
    rest, links = _LINK.subn(lambda link: "" if unescape(link[1]) in named else link[0], line)
    return bool(links) and not any(character.isalnum() for character in _bare(rest))


def _words(lines: Iterable[str], named: Collection[str]) -> str:
    return "\n".join(_bare(_LINK.sub(lambda link: _link(link, named), line)) for line in lines).strip()


def _link(found: re.Match[str], named: Collection[str]) -> str:
    """The words of a link with its address, where neither the words nor the record tell the address."""
    address, words = found[1], found[2]
    told = not words.strip() or words.strip() in address or unescape(address) in named
    return words if told else f"{words} ({address})"


def _bare(markup: str) -> str:
    return unescape(nh3.clean(markup, tags=set()))
