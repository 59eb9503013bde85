"""CSV: a row a development, its columns matched to fields by name or by whoever imports it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from tracker.archive.imports.drafting import Draft, Drafting, Drafts, NotThatFormat, decoded
from tracker.archive.imports.plain_text import plain_text
from tracker.numbers import whole
from tracker.spreadsheets import unguarded
from tracker.stories.catalogue import event_types
from tracker.stories.fields import KEY_PATTERN

NOTE, LEAVE_OUT = "note", "leave_out"
FIELDS = (
    "headline", "text", "summary", "occurred", "occurred_as_said", "made_public", "made_public_as_said", "learned_at",
    "source", "source_url", "unsourced", "place", "tags", "beats", "urgency", "visibility", "why_it_matters", "key",
    "type", "via", "details", NOTE, LEAVE_OUT,
)  # fmt: skip
"""What a column may be: a field, a line of the text under its own name (`note`), or nothing (`leave_out`)."""

_CALLED = {
    "headline": "headline title name event what",
    "text": "text description body content details_text",
    "summary": "summary abstract synopsis",
    "occurred": "occurred date when happened event_date start_date start day date_text",
    "occurred_as_said": "occurred_as_said display_date date_in_words",
    "made_public": "made_public published published_date publication_date publish_date pubdate",
    "made_public_as_said": "made_public_as_said",
    "learned_at": "learned_at learned known_at",
    "source": "source sources source_name outlet publisher",
    "source_url": "source_url url link href",
    "unsourced": "unsourced",
    "place": "place location where city",
    "tags": "tags keywords categories category",
    "beats": "beats beat",
    "urgency": "urgency",
    "visibility": "visibility",
    "why_it_matters": "why_it_matters",
    "key": "key id slug unique_id",
    "type": "type",
    "via": "via",
    "details": "details",
    LEAVE_OUT: "story status verification occurred_earliest occurred_latest recorded_at corrections retracted_because "
    "address",
}
_KEY = re.compile(KEY_PATTERN)
_LISTS = {"tags", "beats"}


class Table:
    """A CSV file taken apart: its columns, and its rows with the line each begins on."""

    def __init__(self, content: bytes) -> None:
        text = decoded(content)
        if "\x00" in text:
            raise NotThatFormat("there is a NUL character in it, so this is no CSV file.")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        self.columns: list[str] = []
        self.rows: list[tuple[int, list[str]]] = []
        try:
            begins = 1
            for row in reader:
                if any(cell.strip() for cell in row):
                    self._take(begins, [unguarded(cell) for cell in row])
                begins = reader.line_num + 1
        except csv.Error as error:
            raise NotThatFormat(f"line {reader.line_num} can't be read as CSV: {error}.") from error
        if not self.columns:
            raise NotThatFormat("there is no line of headings in it.")

    def _take(self, line: int, row: list[str]) -> None:
        if not self.columns:
            self.columns = [name.strip() or f"column {n}" for n, name in enumerate(row, start=1)]
        else:
            self.rows.append((line, row))

    def values(self, column: str) -> Iterator[str]:
        """What stands in a column, blanks left out."""
        at = self.columns.index(column)
        return (row[at].strip() for _, row in self.rows if at < len(row) and row[at].strip())


def guess(table: Table) -> dict[str, str]:
    """For each column the field that its name suggests, if its values fit; a line of the text otherwise."""
    ours = {"story", "key", "type", "recorded_at"} <= set(table.columns)
    chosen: dict[str, str] = {}
    for column in table.columns:
        field = _called(column)
        if field == LEAVE_OUT and not ours:
            field = NOTE
        taken = field in chosen.values() and field not in {NOTE, LEAVE_OUT}
        chosen[column] = NOTE if taken or not _fits(field, table, column) else field
    return chosen


def read(content: bytes, mapping: Mapping[str, str]) -> Drafts:
    """Each row as a draft; `mapping` says for columns what they are, the others are guessed. Raises NotThatFormat."""
    table = Table(content)
    for column, field in mapping.items():
        if column not in table.columns:
            raise NotThatFormat(f"there is no column “{column}”; there are: {', '.join(table.columns)}.")
        if field not in FIELDS:
            raise NotThatFormat(f"“{field}” is nothing a column can be; it can be: {', '.join(FIELDS)}.")
    guessed = {column: field for column, field in guess(table).items() if field not in mapping.values()}
    chosen = dict.fromkeys(table.columns, NOTE) | guessed | dict(mapping)
    return Drafts("line", tuple(_row(table, line, row, chosen) for line, row in table.rows))


def _row(table: Table, line: int, row: list[str], chosen: Mapping[str, str]) -> Draft:
    draft = Drafting(line)
    if len(row) > len(table.columns):
        draft.problems.append(("", f"This line has {len(row)} cells, the headings are {len(table.columns)}."))
    said: dict[str, tuple[str, str]] = {}
    for column, value in zip(table.columns, row, strict=False):
        field = chosen[column]
        if field == LEAVE_OUT:
            draft.leave_out(column, value.strip())
        elif field == NOTE and value.strip():
            draft.lines.append(f"{column}: {plain_text(value)}")
        elif value.strip():
            said[field] = (value.strip(), column)
    _fill(draft, said)
    return draft.done("imported from a table")


def _fill(draft: Drafting, said: dict[str, tuple[str, str]]) -> None:
    if "type" in said:
        draft.put("type", *said["type"])
    for field in ("headline", "text", "summary", "place", "why_it_matters"):
        if field in said:
            draft.put_text(field, *said[field])
    for field in ("key", "unsourced", "via", "visibility", "learned_at"):
        if field in said:
            draft.put(field, *said[field])
    for field in ("occurred", "made_public"):
        if field in said:
            draft.put_date(field, *said[field], as_said=said.get(f"{field}_as_said", ("", ""))[0])
    for field in _LISTS & said.keys():
        value, column = said[field]
        draft.put(field, [part.strip() for part in re.split(r"[;|]" if ";" in value or "|" in value else ",", value)
                          if part.strip()], column)  # fmt: skip
    if "urgency" in said:
        draft.put_number("urgency", *said["urgency"])
    if said.keys() & {"source", "source_url"}:
        description, url = said.get("source", ("", ""))[0], said.get("source_url", ("", ""))
        draft.put_source(description, url[0], said.get("source", url)[1])
    if "details" in said:
        _details(draft, *said["details"])


def _details(draft: Drafting, value: str, column: str) -> None:
    """The fields of its type, as our own export writes them."""
    try:
        given: Any = orjson.loads(value)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        draft.problems.append((column, "This is no JSON object of fields."))
        return
    for name, detail in given.items():
        if name in {"type", "story", "id", "learned_at"}:
            draft.problems.append((column, f"“{name}” is no field of a type; it can't stand among the details."))
        else:
            draft.put(name, detail, column)


def _called(column: str) -> str:
    name = "_".join(re.findall(r"[a-z0-9]+", column.lower()))
    return next((field for field, names in _CALLED.items() if name in names.split()), NOTE)


def _fits(field: str, table: Table, column: str) -> bool:
    values = list(table.values(column))
    match field:
        case "key":
            return all(_KEY.match(value) for value in values) and len(set(values)) == len(values)
        case "type":
            return all(value in event_types() for value in values)
        case "details":
            return all(value.startswith("{") for value in values)
        case "urgency":
            return all(whole(value) is not None for value in values)
        case "visibility":
            return all(value in {"desk", "newsroom", "public"} for value in values)
        case _:
            return True


def _delimiter(text: str) -> str:
    """What separates the headings: the most frequent of comma, semicolon and tab in the first line."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",;\t", key=first.count)
