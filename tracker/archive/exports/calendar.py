"""iCalendar (RFC 5545): planned events, deadlines of demands, ends of embargoes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from tracker import instants
from tracker.archive.exports.told import Telling, Told, words
from tracker.projections.scene import Document, date_document
from tracker.stories.dates import LATEST, read_date

_PRODUCT = "-//Newsroom story tracker//Calendar//EN"


def write(telling: Telling) -> bytes:
    """The calendar; what has no day that could be entered (“some day”) is left out, as docs/formats.md says."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", telling.title)
    for story in telling.stories:
        for each in story.developments:
            for entry in _entries(story, each):
                calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written


def _entries(story: Told, each: Document) -> Iterator[Event]:
    """What a development puts into the calendar: itself if it is planned, its deadline, the end of its embargo."""
    if each["type"] == "event.planned":
        yield from _entry(story, each, "planned", each["details"]["title"], each["details"]["date"])
    if each["details"].get("deadline"):
        yield from _entry(story, each, "deadline", f"Deadline: {each['headline']}", each["details"]["deadline"])
    if each["status"] == "embargoed" and each["embargo"] != LATEST:
        yield from _entry(story, each, "embargo", f"Embargo ends: {each['headline']}", {"edtf": each["embargo"]})


def _entry(story: Told, each: Document, what: str, title: str, when: Document | None) -> Iterator[Event]:
    span = _span(when)
    if span is None or when is None:
        return
    start, end, exact = span
    entry = Event()
    entry.add("uid", f"{story.id_of(each['key']).removeprefix('urn:uuid:')}-{what}")
    entry.add("dtstamp", instants.moment(story.changed_at[each["key"]]).replace(microsecond=0))
    entry.add("created", instants.moment(each["recorded_at"]).replace(microsecond=0))
    entry.add("last-modified", instants.moment(story.changed_at[each["key"]]).replace(microsecond=0))
    # The version of the stream that last changed it: it never goes back, and moves only with the content.
    entry.add("sequence", each["changed"])
    entry.add("dtstart", start)
    if end is not None:
        entry.add("dtend", end)
    entry.add("summary", title if exact else f"{title} ({_in_words(when)})")
    entry.add("description", words(each) or each["headline"])
    entry.add("status", _status(each, exact))
    entry.add("transp", "TRANSPARENT")
    entry.add("url", story.address_of(each["key"]))
    entry.add("categories", [what, *each["beats"]])
    if each["place"]:
        entry.add("location", each["place"]["name"])
    yield entry


def _status(each: Document, exact: bool) -> str:
    if each["settled"] == "cancelled" or each["status"] == "retracted":
        return "CANCELLED"
    return "CONFIRMED" if exact else "TENTATIVE"


def _span(when: Document | None) -> tuple[date | datetime, date | None, bool] | None:
    """Start, end (the day after the last possible one) and whether it is a day or an exact time."""
    if not when:
        return None
    told = date_document(read_date(when["edtf"]))
    assert told is not None
    earliest, latest = told["earliest"], told["latest"]
    if not earliest or not latest or not earliest[:4].isdigit():
        return None
    if "T" in earliest and earliest == latest:
        return datetime.fromisoformat(earliest).replace(microsecond=0), None, True
    first, last = date.fromisoformat(earliest[:10]), date.fromisoformat(latest[:10])
    return first, last + timedelta(days=1), first == last


def _in_words(when: Document) -> str:
    told = date_document(read_date({name: value for name, value in when.items() if name in {"edtf", "as_said"}}))
    assert told is not None
    return str(told["words"])
