"""What an entry is called in one line: the headline of a development, the words of a question, both ends of a link."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from tracker.projections.entries import StreamRef, fetch
from tracker.stories.entries import Development, Entry, Link, Question, Story, StoryLink


class End(NamedTuple):
    """What a link leads from or to: a development, or, with `key` empty, a story."""

    story: str
    key: str
    heading: str


class Heading(NamedTuple):
    """One line; of a link also how its ends are related and what they are, of a link to a story only that."""

    text: str
    relation: str = ""
    ends: tuple[End, ...] = ()


def headings(connection: Connection, wanted: Iterable[StreamRef]) -> dict[StreamRef, Heading]:
    """The headings of those entries that there are. Whoever asks for a link must be one who may see its ends."""
    found = fetch(connection, wanted)
    around = fetch(connection, {end for where, entry in found.items() for end in _ends(where[0], entry)})
    return {where: _heading(where[0], entry, around) for where, entry in found.items()}


def _ends(stream: str, entry: Entry) -> list[StreamRef]:
    match entry:
        case Link(from_=start, to=end):
            return [(stream, "development", start), (stream, "development", end)]
        case StoryLink(other=other):
            return [(f"story/{other}", "story", other)]
        case _:
            return []


def _heading(stream: str, entry: Entry, around: Mapping[StreamRef, Entry]) -> Heading:
    if not isinstance(entry, Link | StoryLink):
        return Heading(_line(entry))
    relation = entry.relation.replace("_", " ")
    ends = tuple(_end(where, around.get(where)) for where in _ends(stream, entry))
    *start, to = (end.heading for end in ends)
    return Heading(" → ".join([*start, f"{relation}: {to}"]), relation, ends)


def _end(where: StreamRef, entry: Entry | None) -> End:
    stream, kind, key = where
    said = _line(entry) if entry else ""
    return End(stream.removeprefix("story/"), key if kind == "development" else "", said or key)


def _line(entry: Entry) -> str:
    match entry:
        case Development():
            return entry.event.headline
        case Question():
            return entry.text
        case Story():
            return entry.title
        case _:
            return ""
