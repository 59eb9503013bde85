"""Every wording that can be searched: what stands now, and what stood before it was corrected."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Index,
    Integer,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeEngine

from tracker.db import SortedText, metadata, upsert
from tracker.projections.entries import Step, StreamRef, status_of
from tracker.stories.claims import ClaimAsserted
from tracker.stories.dates import limits
from tracker.stories.entries import (
    Actor,
    Alias,
    Development,
    Entries,
    Entry,
    Question,
    Role,
    Story,
    claim_standing,
)
from tracker.stories.search_query import FIRST_DAY, LAST_DAY
from tracker.stories.search_words import folded, words_of
from tracker.stories.type_names import wire_name
from tracker.stories.wording import Wording, wording

LARGEST_PLACE = 16_383
"""PostgreSQL keeps places of words up to here."""


class Words(TypeDecorator[Sequence[str]]):
    """The words of a text in their order: a `tsvector` on PostgreSQL, on SQLite the text that its index reads."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return None if value is None else " ".join(value)
        places: dict[str, list[str]] = {}
        for place, word in enumerate(value, start=1):
            places.setdefault(word, []).append(str(min(place, LARGEST_PLACE)))
        return " ".join(f"'{word}':{','.join(places[word])}" for word in places)


passages = Table(
    "passages",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("stream", SortedText, nullable=False),
    Column("kind", SortedText, nullable=False),
    Column("key", SortedText, nullable=False),
    Column("wording", BigInteger, nullable=False),
    Column("type", SortedText, nullable=False),
    Column("statuses", SortedText, nullable=False),
    Column("beats", SortedText, nullable=False),
    Column("first", SortedText, nullable=False),
    Column("last", SortedText, nullable=False),
    Column("learned", SortedText, nullable=False),
    Column("body", Text, nullable=False),
    Column("words", Words, nullable=False),
    UniqueConstraint("stream", "kind", "key", "wording"),
    Index("ix_passages_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
"""One row an entry with words in it, and one for each wording it had before.

`wording` is 0 for what stands, else the position at which something else took its place. `first` and `last` are the
days on which it may have happened, "" where nobody said; `beats` are as written, under what they are compared by.
SQLite's index, `passages_index`, is kept by triggers.
"""

_KEPT = ("stream", "kind", "key", "wording")

Row = dict[str, Any]
Wordings = dict[tuple[str, str, int], Row]


def project(connection: Connection, steps: Sequence[Step]) -> None:
    """Bring the wordings up to what these steps made of entries: an upsert, and a look at what was redacted."""
    rows = {tuple(row[name] for name in _KEPT): row for row in rows_of_steps(steps)}
    upsert(connection, passages, [_in_words(row) for row in rows.values()], by=_KEPT, keep=["id"])
    hidden = {step.where: redacted_in(step.after) for step in steps if _newly_redacted(step)}
    for where, fields in hidden.items():
        _blank(connection, where, fields)


def rows_of_steps(steps: Iterable[Step]) -> Iterable[Row]:
    """The rows that these steps put, in order: how each entry reads now, and before, where it read otherwise."""
    for position, where, before, after in steps:
        now = row_of(where, after)
        if now is None:
            continue
        was = row_of(where, before) if before is not None else None
        if now == was:
            continue
        yield now
        if was is not None and (earlier := _earlier(was, now, position, redacted_in(after))):
            yield earlier


def keyed(rows: Iterable[Row]) -> Wordings:
    """Rows by kind, key and wording; of two with the same, the later."""
    return {(row["kind"], row["key"], row["wording"]): row for row in rows}


def replayed(rows: Wordings, entries: Entries) -> Wordings:
    """What the table should hold of a stream, without its words, once these rows were put: for `project --check`."""
    return {
        (kind, key, wording): without(row, redacted_in(entries[(kind, key)])) if wording else row
        for (kind, key, wording), row in rows.items()
    }


def row_of(where: StreamRef, entry: Entry) -> Row | None:
    """The row of how an entry reads as it stands, but for its words; None for one that says nothing itself."""
    stream, kind, key = where
    said = _wording(entry)
    if said is None:
        return None
    type, statuses = type_and_statuses(entry)
    first, last = _days(entry)
    return {
        "stream": stream, "kind": kind, "key": key, "wording": 0, "type": type,
        "statuses": f" {' '.join(statuses)} ",
        "beats": orjson.dumps({" ".join(folded(beat)): beat for beat in _beats(entry)}).decode(),
        "first": first, "last": last,
        "learned": str(getattr(entry, "learned_at", ""))[:10], "body": orjson.dumps(said).decode(),
    }  # fmt: skip


def without(row: Row, fields: Iterable[str]) -> Row:
    """A row whose text says nothing of these fields."""
    hidden = set(fields)
    if not hidden:
        return row
    kept = {name: text for name, text in orjson.loads(row["body"]).items() if name not in hidden}
    return row | {"body": orjson.dumps(kept).decode()}


def redacted_in(entry: Entry) -> tuple[str, ...]:
    """The fields that may not be shown in any wording."""
    return entry.redacted if isinstance(entry, Development) else ()


def _newly_redacted(step: Step) -> bool:
    return step.before is not None and redacted_in(step.before) != redacted_in(step.after)


def _earlier(was: Row, now: Row, position: int, redacted: tuple[str, ...]) -> Row | None:
    """The wording that something else took the place of, where it said something else."""
    was, now = without(was, redacted), without(now, redacted)
    return was | {"wording": position} if was["body"] != now["body"] else None


def _blank(connection: Connection, where: StreamRef, fields: tuple[str, ...]) -> None:
    """Take redacted fields out of the earlier wordings of an entry."""
    named = (passages.c.stream == where[0], passages.c.kind == where[1], passages.c.key == where[2])
    earlier = select(passages.c.id, passages.c.body).where(*named, passages.c.wording > 0)
    for id, body in connection.execute(earlier).all():
        kept = _in_words(without({"body": body}, fields))
        connection.execute(update(passages).where(passages.c.id == id).values(kept))


def _in_words(row: Row) -> Row:
    return row | {"words": words_of(orjson.loads(row["body"]).values())}


def _wording(entry: Entry) -> Wording | None:
    match entry:
        case Development(event=event):
            return wording(event)
        case Story(title=title, synopsis=synopsis):
            return {"title": title, "synopsis": synopsis}
        case Question(text=text, about=about, answer=answer, by=by):
            # What a development answers, that development says: to those who may see it.
            return {"text": text, "about": about, "answer": "" if by else answer}
        case Actor(name=name):
            return {"name": name}
        case Alias(alias=alias):
            return {"alias": alias}
        case Role(role=role, organization=organization):
            return {"role": role, "organization": organization}
        case _:
            return None


def type_and_statuses(entry: Entry) -> tuple[str, list[str]]:
    """What an entry is called as something that is found, and the words that `status:` finds it by."""
    match entry:
        case Development():
            return wire_name(entry.event), _statuses(entry)
        case Story(status=status):
            return "story", [status]
        case Question(status=status):
            return "question", [status]
        case _:
            return "actor", []


def _statuses(entry: Development) -> list[str]:
    standing = claim_standing(entry) if isinstance(entry.event, ClaimAsserted) else []
    said = {
        status_of(entry): True, "standing": not entry.retracted and not entry.withheld,
        "corrected": bool(entry.corrections), "withheld": bool(entry.withheld), entry.settled: bool(entry.settled),
    }  # fmt: skip
    return sorted({word for word, holds in said.items() if holds} | set(standing))


def _beats(entry: Entry) -> list[str]:
    match entry:
        case Development(event=event):
            return list(event.beats)
        case Story(beats=beats):
            return list(beats)
        case _:
            return []


def _days(entry: Entry) -> tuple[str, str]:
    if not isinstance(entry, Development) or entry.event.occurred is None:
        return "", ""
    first, last = limits(entry.event.occurred.edtf)
    return (first or FIRST_DAY)[:10], (last or LAST_DAY)[:10]
