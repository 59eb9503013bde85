"""Whether the views say what a replay says: every stream folded anew and compared, row by row."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from sqlalchemy import Connection, Engine, select

from tracker.db import reading
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_stream, streams
from tracker.projections import activity, board, following, meanings, mentions, outline, passages
from tracker.projections.entries import Step, entries, row_of
from tracker.projections.redaction import scrubbed
from tracker.stories import codec
from tracker.stories.entries import Correction, Development, Entry, Ref
from tracker.stories.folding import changes
from tracker.stories.recorded import Recorded

_MISSING, _STRANGE = "is missing from the view", "is in the view and not in the replay"


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of which the view says something else than the replay."""

    stream: str
    kind: str
    key: str
    what: str
    position: int | None = None
    """Where the entry was first put."""

    def __str__(self) -> str:
        return f"{self.stream}: {self.kind} “{self.key}” {self.what}"


def differences(
    engine: Engine, progress: Callable[[int], None] = lambda _: None
) -> tuple[int, int, list[Difference]]:
    """Compare every view row with a replay of its stream up to the views' checkpoint, all in one state.

    Returns how many streams and entries were compared, and every difference. One stream in memory at a time.
    """
    found: list[Difference] = []
    compared = 0
    with reading(engine) as connection:
        upto = following.position(connection)
        names = streams(connection)
        for done, stream in enumerate(names, start=1):
            stored = [each for each in read_stream(connection, stream) if each.position <= upto]
            found += _compare_end(connection, stream, stored[-1:])
            try:
                replayed, meant, steps = _replay([codec.recorded(each) for each in stored])
            except (msgspec.MsgspecError, LookupError, ValueError):
                found.append(Difference(stream, "stream", stream, "can’t be replayed: an event in it is not readable"))
                continue
            found += _compare(connection, stream, replayed)
            found += _compare_outline(connection, stream, replayed)
            found += _compare_meanings(connection, stream, meant)
            found += _compare_mentions(connection, stream, replayed)
            found += _compare_passages(connection, stream, steps, replayed)
            compared += len(replayed)
            progress(done)
        found += _strangers(connection, set(names))
    return len(names), compared, found


def _compare(connection: Connection, stream: str, replayed: dict[Ref, Entry]) -> list[Difference]:
    rows = {
        (row["kind"], row["key"]): dict(row)
        for row in connection.execute(select(entries).where(entries.c.stream == stream)).mappings()
    }
    found = [
        Difference(stream, *ref, _STRANGE, rows[ref]["position"])
        for ref in rows.keys() - replayed.keys()
    ]
    for ref, entry in replayed.items():
        row = rows.get(ref)
        if row is None:
            found.append(Difference(stream, *ref, _MISSING, getattr(entry, "position", None)))
        elif wrong := sorted(_wrong(row, row_of((stream, *ref), row["position"], _as_kept(entry, replayed)))):
            found.append(Difference(stream, *ref, f"differs in {', '.join(wrong)}", row["position"]))
    return found


def _wrong(row: dict[str, Any], wanted: dict[str, Any]) -> set[str]:
    """The columns that differ, and of the body its fields."""
    names = {name for name in row if row[name] != wanted[name]}
    if "body" in names:
        with suppress(orjson.JSONDecodeError):
            fields = _fields(orjson.loads(row["body"]), orjson.loads(wanted["body"]))
            names = (names - {"body"}) | {f"body: {name}" for name in fields}
    return names


def _fields(found: Any, wanted: Any, within: str = "") -> Iterator[str]:
    if not (isinstance(found, dict) and isinstance(wanted, dict)):
        yield within
        return
    for name in sorted(found.keys() | wanted.keys()):
        if found.get(name) != wanted.get(name):
            yield from _fields(found.get(name), wanted.get(name), f"{within}.{name}".lstrip("."))


def _compare_end(connection: Connection, stream: str, last: Sequence[RecordedEvent]) -> list[Difference]:
    """Whether the board puts a stream's end where it is."""
    told = select(board.streams.c.version, board.streams.c.position, board.streams.c.moved_at)
    rows = [tuple(row) for row in connection.execute(told.where(board.streams.c.stream == stream))]
    if rows == [(event.version, event.position, event.recorded_at) for event in last]:
        return []
    return [Difference(stream, "stream", stream, "ends elsewhere in the view", last[0].position if last else None)]


def _replay(events: Sequence[Recorded]) -> tuple[dict[Ref, Entry], list[dict[str, Any]], list[Step]]:
    """The fold of a stream, what each of its events meant, and what each did."""
    entries: dict[Ref, Entry] = {}
    meant: list[dict[str, Any]] = []
    done: list[Step] = []
    for event in events:
        steps = [(ref, entries.get(ref), entry) for ref, entry in changes(entries.get, event).items()]
        meant += meanings.rows_of(event, steps)
        done += [Step(event.position, (event.stream, *ref), before, after) for ref, before, after in steps]
        entries.update({ref: after for ref, _, after in steps})
    return entries, meant, done


def _compare_outline(connection: Connection, stream: str, replayed: dict[Ref, Entry]) -> list[Difference]:
    wanted = outline.expected(stream, replayed)
    rows = {
        row["key"]: dict(row)
        for row in connection.execute(select(outline.outline).where(outline.outline.c.stream == stream)).mappings()
    }
    keys = sorted(key for key in wanted.keys() | rows.keys() if wanted.get(key) != rows.get(key))
    found = [Difference(stream, "outline", key, "differs from the replay") for key in keys]
    days = activity.activity
    counted = connection.execute(select(days).where(days.c.stream == stream, days.c.number != 0))
    if {activity.Cell(*row[:-1]): row[-1] for row in counted} != activity.expected(wanted.values()):
        found.append(Difference(stream, "activity", "by day", "differs from the replay"))
    return found


def _compare_meanings(connection: Connection, stream: str, meant: list[dict[str, Any]]) -> list[Difference]:
    table = meanings.meanings
    ordered = select(table).where(table.c.stream == stream).order_by(table.c.position, table.c.n)
    rows = [dict(row) for row in connection.execute(ordered).mappings()]
    if rows == meant:
        return []
    return [Difference(stream, "meanings", "of its events", "differ from the replay")]


def _as_kept(entry: Entry, replayed: dict[Ref, Entry]) -> Entry:
    """The entry as the views keep it: a correction without what was redacted of its target since."""
    target = replayed.get(("development", entry.target)) if isinstance(entry, Correction) else None
    return scrubbed(entry, target.redacted) if isinstance(target, Development) else entry


def _compare_mentions(connection: Connection, stream: str, replayed: dict[Ref, Entry]) -> list[Difference]:
    table = mentions.mentions
    rows = {tuple(row) for row in connection.execute(select(*table.c).where(table.c.stream == stream))}
    wanted = {row for ref, entry in replayed.items() for row in mentions.rows_of((stream, *ref), entry)}
    return [
        Difference(stream, "mention", f"{row[2]} of {row[0]} as {row[3]}", _MISSING if row in wanted else _STRANGE)
        for row in sorted(rows ^ wanted)
    ]


def _compare_passages(
    connection: Connection, stream: str, steps: list[Step], replayed: dict[Ref, Entry]
) -> list[Difference]:
    table = passages.passages
    columns = [column for column in table.c if column.name not in {"id", "words"}]
    rows = {
        (row["kind"], row["key"], row["wording"]): dict(row)
        for row in connection.execute(select(*columns).where(table.c.stream == stream)).mappings()
    }
    wanted = passages.replayed(steps, replayed)
    return [
        Difference(stream, "passage", f"{key} of {kind} at {wording}", _differs(rows.get(id), wanted.get(id)))
        for id in sorted(rows.keys() | wanted.keys())
        if rows.get(id) != wanted.get(id)
        for kind, key, wording in [id]
    ]


def _differs(row: object, wanted: object) -> str:
    return _MISSING if row is None else _STRANGE if wanted is None else "differs from the replay"


def _strangers(connection: Connection, known: set[str]) -> list[Difference]:
    """Rows of streams that the log does not have."""
    rows = connection.execute(select(entries.c.stream, entries.c.kind, entries.c.key).order_by(entries.c.stream))
    return [
        Difference(stream, kind, key, "belongs to a stream that the log does not have")
        for stream, kind, key in rows
        if stream not in known
    ]
