"""TimelineJS 3: each slide as a note, from its JSON or from the spreadsheet that people fill in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from tracker.archive.imports.drafting import Draft, Drafting, Drafts, NotThatFormat, decoded
from tracker.archive.imports.plain_text import plain_text
from tracker.archive.imports.table import Table
from tracker.stories.inline import slug_of

_SHEET = {"headline", "text", "year"}
_PARTS = ("year", "month", "day", "hour", "minute", "second")


def read(content: bytes) -> Drafts:
    """The slides of a timeline; its title slide gives the title. Raises NotThatFormat."""
    text = decoded(content)
    if not text.lstrip().startswith(("{", "[")):
        return _sheet(content)
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotThatFormat(f"this is neither JSON nor a TimelineJS spreadsheet ({error}).") from error
    if not isinstance(told, dict) or not isinstance(told.get("events"), list):
        raise NotThatFormat("there is no list of “events” in it.")
    slides = [_slide(n, each) for n, each in enumerate(told["events"], start=1)]
    if slides and told.get("eras"):
        slides[0] = _also_left_out(slides[0], ["eras"] * len(told["eras"]))
    title = _of(told, "title", "text", "headline")
    return Drafts("slide", tuple(slides), plain_text(str(title or "")))


def _slide(number: int, given: Any) -> Draft:
    draft = Drafting(number)
    if not isinstance(given, dict):
        draft.problems.append(("", "A slide is an object."))
        return draft.done("")
    draft.put_text("headline", _of(given, "text", "headline"), "text.headline")
    draft.put_text("text", _of(given, "text", "text"), "text.text")
    start, end = _date(given.get("start_date")), _date(given.get("end_date"))
    shown = str(_of(given, "start_date", "display_date") or given.get("display_date") or "")
    if end and "T" in start + end:
        draft.leave_out("the time of day of a span")
        start, end = start.partition("T")[0], end.partition("T")[0]
    draft.put_date("occurred", f"{start}/{end}" if end and end != start else start, "start_date", plain_text(shown))
    media = given["media"] if isinstance(given.get("media"), dict) else {}
    url = str(media.get("url") or "")
    if url.lstrip().startswith("<"):
        draft.lines.append(plain_text(url))
        url = ""
    credit, caption = plain_text(str(media.get("credit") or "")), plain_text(str(media.get("caption") or ""))
    draft.put_source(credit or caption if url else "", url, "media.url")
    draft.lines += [line for line in ((credit if not url else ""), caption) if line]
    draft.put("tags", [each] if (each := str(given.get("group") or "").strip()) else [], "group")
    draft.put("key", slug_of(str(given.get("unique_id"))) if given.get("unique_id") else "", "unique_id")
    draft.leave_out("background", given.get("background"))
    draft.leave_out("media.thumbnail", media.get("thumbnail"))
    return draft.done("imported from a TimelineJS timeline")


def _date(given: Any) -> str:
    """EDTF from the parts that there are; what can't be a date is left for the reading of dates to refuse."""
    if not isinstance(given, dict):
        return ""
    parts = [str(given.get(name) or "").strip() for name in _PARTS]
    year, month, day, hour, minute, second = parts
    if not year:
        return ""
    written = f"-{year[1:].zfill(4)}" if year.startswith("-") else year.zfill(4)
    written += f"-{month.zfill(2)}" if month else ""
    written += f"-{day.zfill(2)}" if month and day else ""
    if hour and month and day:
        written += f"T{hour.zfill(2)}:{(minute or '0').zfill(2)}:{(second.partition('.')[0] or '0').zfill(2)}"
    return written


def _sheet(content: bytes) -> Drafts:
    """The published template's columns: Year, Month, Day, Time, End Year …, Display Date, Headline, Text, Media …"""
    table = Table(content)
    names = [name.lower() for name in table.columns]
    if not set(names) >= _SHEET:
        raise NotThatFormat("the headings of a TimelineJS spreadsheet are Year, Month, Day, …, Headline, Text.")
    title, drafts = "", []
    for line, row in table.rows:
        cells = dict(zip(names, row, strict=False))
        kind = cells.get("type", "").strip().lower()
        if kind == "title":
            title = plain_text(cells.get("headline", ""))
        else:
            drafts.append(_also_left_out(_slide(line, _as_slide(cells)), ["era"] if kind == "era" else []))
    if drafts and title:
        drafts[0] = _also_left_out(drafts[0], ["the text of the title slide"])
    return Drafts("line", tuple(drafts), title)


def _as_slide(cells: Mapping[str, str]) -> dict[str, Any]:
    def date(prefix: str) -> dict[str, str]:
        hour, _, rest = cells.get(f"{prefix}time", "").strip().partition(":")
        return {
            "year": cells.get(f"{prefix}year", ""), "month": cells.get(f"{prefix}month", ""),
            "day": cells.get(f"{prefix}day", ""), "hour": hour, "minute": rest[:2], "second": rest[3:5],
        }  # fmt: skip

    return {
        "start_date": date(""), "end_date": date("end "), "display_date": cells.get("display date", ""),
        "text": {"headline": cells.get("headline", ""), "text": cells.get("text", "")},
        "media": {name: cells.get(f"media {name}".replace(" url", ""), "")
                  for name in ("url", "credit", "caption", "thumbnail")},
        "group": cells.get("group", ""), "background": cells.get("background", ""),
    }  # fmt: skip


def _also_left_out(draft: Draft, more: list[str]) -> Draft:
    return replace(draft, left_out=(*draft.left_out, *more))


def _of(given: Any, *path: str) -> Any:
    for name in path:
        given = given.get(name) if isinstance(given, dict) else None
    return given
