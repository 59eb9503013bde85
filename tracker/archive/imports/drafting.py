"""A record made from something in another format: what it says, where that stood, and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tracker.archive.imports.plain_text import holds_markup, plain_text
from tracker.numbers import whole
from tracker.stories.date_words import from_words

_LONGEST_URL = 2_000


class NotThatFormat(ValueError):
    """The file is not of the format that it was said to be; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One record, with where it came from.

    `number` is its line, slide, item or entry (from 1), `origin` the name in the file of each field of the record,
    `problems` what could not be read (the name in the file, and why), `left_out` what has no place in a record,
    `from_markup` what was HTML in the file and is words in the record.
    """

    number: int
    record: Mapping[str, Any]
    origin: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    from_markup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """A whole file: its drafts, what its parts are called (line, slide, item, entry), and what it calls itself."""

    unit: str
    drafts: tuple[Draft, ...]
    title: str = ""


class Drafting:
    """A draft in the making."""

    def __init__(self, number: int, type: str = "note.logged") -> None:
        self.number = number
        self.record: dict[str, Any] = {"type": type}
        self.origin: dict[str, str] = {}
        self.problems: list[tuple[str, str]] = []
        self.left_out: list[str] = []
        self.lines: list[str] = []
        """What has no field of its own and is kept as a line of the text."""
        self.markup: dict[str, str] = {}
        """The fields that the file gives as HTML, as they stand there."""

    def put(self, name: str, value: Any, origin: str) -> None:
        """A field as the file says it; a blank one is left out."""
        if isinstance(value, str):
            value = value.strip()
        if value not in (None, "", [], {}):
            self.record[name] = value
            self.origin[name] = origin

    def put_number(self, name: str, said: str, origin: str) -> None:
        """A field that holds a whole number; what is none is put as it stands, for the record to refuse."""
        number = whole(said.strip())
        self.put(name, said if number is None else number, origin)

    def put_text(self, name: str, markup: Any, origin: str) -> None:
        """A field whose value may be HTML, as plain text."""
        given = str(markup or "")
        self.put(name, plain_text(given), origin)
        if name in self.record and holds_markup(given):
            self.markup[name] = given

    def put_date(self, name: str, said: str, origin: str, as_said: str = "") -> None:
        """A date as the file says it; one that can't be read for certain is a problem, never a guess."""
        if not said.strip():
            return
        read = from_words(said)
        if read is None:
            self.problems.append((origin, f"“{said.strip()[:80]}” can't be read as a date for certain."))
            return
        words = as_said.strip() or read.as_said
        self.put(name, {"edtf": read.edtf} | ({"as_said": words[:500]} if words else {}), origin)

    def put_source(self, description: str, url: str, origin: str, outlet: str = "") -> None:
        """A source, described where it is named; an address that can't be followed is kept as a line of the text."""
        description, url = plain_text(description), url.strip()
        host = _host(url)
        if url and not host:
            self.lines.append(f"{origin}: {url}")
        if not description and not host:
            return
        told = {"description": (description or host)[:500], "url": url if host else "", "outlet": outlet[:500]}
        listed = self.record.setdefault("sources", [])
        given = {name: value for name, value in told.items() if value}
        if given not in listed:
            listed.append(given)
        self.origin["sources"] = origin

    def leave_out(self, name: str, value: Any = True) -> None:
        """Note that something the file says has no place in a record."""
        if value not in (None, "", [], {}, False):
            self.left_out.append(name)

    def done(self, unsourced: str) -> Draft:
        """The draft; without a source it says where it was imported from, without a text it says its headline."""
        named = {source["url"] for source in self.record.get("sources", []) if source.get("url")}
        self.record |= {name: plain_text(markup, named) for name, markup in self.markup.items()}
        text = "\n".join(part for part in (str(self.record.get("text", "")), *self.lines) if part)
        if self.record["type"] == "note.logged":
            self.put("text", text or self.record.get("headline", ""), self.origin.get("text", "text"))
        elif self.lines:
            self.put("summary", "\n".join([str(self.record.get("summary", "")), *self.lines]), "summary")
        if not self.record.keys() & {"sources", "unsourced", "via"}:
            self.record["unsourced"] = unsourced
        if len(str(self.record.get("headline", ""))) > 500:
            self.record["headline"] = f"{self.record['headline'][:497].rstrip()}…"
        marked = tuple(self.origin[name] for name in self.markup)
        return Draft(self.number, self.record, self.origin, tuple(self.problems), tuple(self.left_out), marked)


def decoded(content: bytes) -> str:
    """The file as text. Raises NotThatFormat, naming the line, where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotThatFormat(f"line {line} is not UTF-8; save the file as UTF-8 and try again.") from error


def _host(url: str) -> str:
    """The host of an address that can be followed; "" for anything else."""
    if len(url) > _LONGEST_URL or any(character.isspace() for character in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2] if parts.scheme in {"http", "https"} else ""
