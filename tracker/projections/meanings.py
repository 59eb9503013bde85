"""What every event meant, as rows: the consequences of its changes, and what must be visible for each to be told."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Select,
    Table,
    and_,
    insert,
    or_,
    select,
)

from tracker.accounts.visibility import Sight
from tracker.db import SortedText, metadata
from tracker.instants import Instant
from tracker.projections.entries import Page
from tracker.projections.outline import may_see, outline
from tracker.stories.consequences import WORDS, Consequence, Word, consequences
from tracker.stories.entries import Entry, Link, Question, Ref
from tracker.stories.fields import DevelopmentFields
from tracker.stories.pressure import DemandMet, DemandOvertaken, QuestionAnswered
from tracker.stories.recorded import Recorded

meanings = Table(
    "meanings",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("stream", SortedText, nullable=False),
    Column("word", SortedText, nullable=False),
    Column("kind", SortedText, nullable=False),
    Column("key", SortedText, nullable=False),
    Column("about", SortedText, nullable=False),
    Column("cause", SortedText, nullable=False),
    Column("visibility", SortedText, nullable=False),
    Index("ix_meanings_stream", "stream", "position"),
)
"""One row a consequence, those of one event from the gravest (`n` = 0) down. It is told to whoever may see the
developments `about` and `cause` ("" for none), and `visibility` where it is said of a question."""

Step = tuple[Ref, Entry | None, Entry]


class Meaning(NamedTuple):
    """A consequence of the event at a position, said of an entry of its stream."""

    stream: str
    position: int
    word: Word
    kind: str
    key: str
    cause: str


_MEANING = [meanings.c[name] for name in Meaning._fields]


def project(connection: Connection, page: Page) -> None:
    """Write down what the events of a page meant."""
    steps: dict[int, list[Step]] = {}
    for position, (_, kind, key), before, after in page.steps:
        steps.setdefault(position, []).append(((kind, key), before, after))
    rows = [row for event in page.events for row in rows_of(event, steps.get(event.position, ()))]
    if rows:
        connection.execute(insert(meanings), rows)


def rows_of(recorded: Recorded, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The rows of one event, which changed these entries."""
    found = [
        (consequence, entry)
        for (_, key), before, entry in steps
        for consequence in consequences(key, before, entry)
    ]  # fmt: skip
    found.sort(key=lambda each: (WORDS.index(each[0].word), each[0].key))
    return [
        {"position": recorded.position, "n": n, "stream": recorded.stream, **consequence._asdict(),
         **_condition(consequence, entry, recorded)}
        for n, (consequence, entry) in enumerate(found)
    ]  # fmt: skip


def since(streams: Sequence[str], seen: Sight, now: Instant) -> Select[Any]:
    """What events of these streams meant, as far as it may be told, in the order of the log."""
    about, cause = outline.alias("about"), outline.alias("cause")
    joined = meanings.outerjoin(
        about, and_(about.c.stream == meanings.c.stream, about.c.key == meanings.c.about)
    ).outerjoin(cause, and_(cause.c.stream == meanings.c.stream, cause.c.key == meanings.c.cause))
    return (
        select(*_MEANING, about.c.position.label("logged"), about.c.embargo.label("embargo"))
        .select_from(joined)
        .where(
            meanings.c.stream.in_(streams),
            meanings.c.visibility.in_(sorted(seen.levels)),
            or_(meanings.c.about == "", may_see(about, seen, now)),
            or_(meanings.c.cause == "", may_see(cause, seen, now)),
        )
        .order_by(meanings.c.position, meanings.c.n)
    )


def _condition(consequence: Consequence, entry: Entry, recorded: Recorded) -> dict[str, str]:
    """What must be visible for a consequence to be told: what it is said of, what brought it about, and a question."""
    about, cause, visibility = "", cause_of(recorded), "public"
    match entry:
        case Link(from_=start, to=end):
            about, cause = start, end
        case Question():
            visibility = entry.visibility
        case _ if consequence.kind == "development":
            about = consequence.key
    return {"about": about, "cause": cause, "visibility": visibility}


def cause_of(recorded: Recorded) -> str:
    """The development that brought a consequence about; "" where none did."""
    event = recorded.event
    if isinstance(event, DevelopmentFields):
        return event.key
    if isinstance(event, DemandMet | DemandOvertaken | QuestionAnswered):
        return event.by
    return str(getattr(event, "target", ""))
