"""What an entry is called in one line: the headline of a development, the words of a question, the title of a story."""

from collections.abc import Iterable

from sqlalchemy import Connection

from tracker.projections.entries import StreamRef, fetch
from tracker.stories.entries import Development, Entry, Link, Question, Story, StoryLink


def headings(connection: Connection, wanted: Iterable[StreamRef]) -> dict[StreamRef, str]:
    """The headings of those entries that there are."""
    return {where: heading_of(entry) for where, entry in fetch(connection, wanted).items()}


def heading_of(entry: Entry) -> str:
    """One line that says what an entry is."""
    match entry:
        case Development():
            return entry.event.headline
        case Question():
            return entry.text
        case Story():
            return entry.title
        case StoryLink():
            return f"{entry.relation.replace('_', ' ')}: {entry.other}"
        case Link():
            return entry.relation.replace("_", " ")
        case _:
            return ""
