"""The formats a story is exported in: one table, read by the command, the pages and the documentation."""

from collections.abc import Callable
from dataclasses import dataclass

from tracker.archive.exports import calendar, datasette, linked, ninjs, story_feed, table, timeline
from tracker.archive.exports.told import Telling
from tracker.feeds import ATOM_TYPE, JSON_FEED_TYPE
from tracker.spreadsheets import CSV_TYPE


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name on the command line, what people call it, how it is served, what writes it."""

    name: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[Telling], bytes]


_JSON, _LINKED = "application/json", "application/ld+json"
FORMATS = {
    each.name: each
    for each in (
        Format("csv", "Spreadsheet (CSV)", "csv", CSV_TYPE, table.write),
        Format("timelinejs", "TimelineJS 3", "timeline.json", _JSON, timeline.write),
        Format("ninjs", "ninjs 3.1 (IPTC)", "ninjs.json", _JSON, ninjs.write),
        Format("schemaorg", "schema.org (JSON-LD)", "jsonld", _LINKED, linked.write),
        Format("atom", "Atom feed", "atom", ATOM_TYPE, story_feed.write_atom),
        Format("jsonfeed", "JSON Feed 1.1", "feed.json", JSON_FEED_TYPE, story_feed.write_json_feed),
        Format("ical", "Calendar (iCalendar)", "ics", "text/calendar; charset=utf-8", calendar.write),
        Format("sqlite", "SQLite for Datasette", "db", "application/vnd.sqlite3", datasette.write),
    )
}
"""What is written from stories as somebody may see them; the log itself and the deposit are made from events."""
