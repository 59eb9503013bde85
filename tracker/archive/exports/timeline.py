"""TimelineJS3: a slide for each development, dated no more exactly than anybody said."""

import re
from html import escape
from typing import Any

import orjson

from tracker.archive.exports.told import Telling, Told, correction_words, source_words, words
from tracker.projections.scene import Document
from tracker.stories.date_words import in_words
from tracker.stories.dates import read_date

_PARTS = re.compile(r"(-?\d+)(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d))?)?")
_CALLED_OFF = {"retracted": "Retracted", "withheld": "Withheld", "embargoed": "Under embargo"}


def write(telling: Telling) -> bytes:
    """The JSON that TimelineJS3 is given; one that holds several stories groups by story, else by type."""
    slides = [_slide(telling, story, each) for story in telling.stories for each in story.developments]
    told = {"title": _title(telling), "events": slides}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _title(telling: Telling) -> dict[str, Any]:
    synopsis = telling.stories[0].document["story"]["synopsis"] if len(telling.stories) == 1 else ""
    return {"text": {"headline": escape(telling.title), "text": f"<p>{escape(synopsis)}</p>" if synopsis else ""}}


def _slide(telling: Telling, story: Told, each: Document) -> dict[str, Any]:
    headline = escape(each["headline"] or each["type"])
    if each["status"] in _CALLED_OFF:
        headline = f"{_CALLED_OFF[each['status']]}: {headline}"
    return {
        "unique_id": f"{story.slug}-{each['key']}",
        "group": story.title if len(telling.stories) > 1 else _kind(each["type"]),
        "text": {"headline": headline, "text": _text(story, each)},
        **_dates(each),
    }


def _kind(type: str) -> str:
    return type.partition(".")[0].capitalize()


def _text(story: Told, each: Document) -> str:
    lines = [*words(each).splitlines(), *(correction_words(correction) for correction in each["corrections"])]
    if each["retracted_because"]:
        lines.append(f"Retracted: {each['retracted_because']}")
    if source := source_words(each):
        lines.append(f"Source: {source}")
    shown = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'{shown}<p><a href="{escape(story.address_of(each["key"]))}">On record</a></p>'


def _dates(each: Document) -> dict[str, Any]:
    """Start and end from the bounds, with our words to show; without a date, when it was learned, saying so."""
    occurred = each["occurred"]
    if not occurred or not (occurred["earliest"] or occurred["latest"]):
        learned = in_words(read_date(each["learned_at"][:10]))
        return {"start_date": _parts(each["learned_at"]) | {"display_date": f"When is not known; learned {learned}"}}
    shown = {"display_date": occurred["words"]}
    start, end = occurred["earliest"] or occurred["latest"], occurred["latest"]
    if not end or _same_span(occurred["edtf"]):
        return {"start_date": _parts(occurred["edtf"] if _same_span(occurred["edtf"]) else start) | shown}
    return {"start_date": _parts(start) | shown, "end_date": _parts(end) | shown}


def _same_span(edtf: str) -> bool:
    """Whether TimelineJS can say the date itself, by leaving out month or day."""
    return re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", edtf) is not None or "T" in edtf


def _parts(date: str) -> dict[str, Any]:
    """Only the parts that there are; a month that nobody named is left out, not made January."""
    found = _PARTS.match(date)
    assert found is not None
    names = ("year", "month", "day", "hour", "minute", "second")
    return {name: int(part) for name, part in zip(names, found.groups(), strict=True) if part is not None}
