"""Whether the views say what a replay says: every stream folded anew and compared, row by row."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from sqlalchemy import Connection, Engine, exists, select

from tracker.db import reading
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_stream, streams
from tracker.eventstore.tables import events
from tracker.projections import activity, board, following, meanings, mentions, outline, passages
from tracker.projections.entries import Step, entries, row_of
from tracker.projections.redaction import scrubbed
from tracker.stories import codec
from tracker.stories.entries import Correction, Development, Entry, Ref
from tracker.stories.folding import changes
from tracker.stories.recorded import Recorded

PAGE = 500
MOST_DIFFERENCES = 10_000

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

    Returns how many streams and entries were compared, and the differences, the first `MOST_DIFFERENCES` of them. In
    memory are the fold of one stream and a page of its events. `progress` is told how many events were replayed.
    """
    found: list[Difference] = []
    compared = done = 0
    with reading(engine) as connection:
        upto = following.position(connection)
        names = streams(connection)
        for stream in names:
            replay = _Replay(stream)
            for page in _pages(connection, stream):
                replay.on(connection, [each for each in page if each.position <= upto])
                progress(done := done + len(page))
            found += replay.differences(connection)
            compared += len(replay.entries)
            found = found[:MOST_DIFFERENCES]
        found += _strangers(connection, MOST_DIFFERENCES - len(found))
    return len(names), compared, found


class _Replay:
    """A stream folded anew, a page of its events at a time."""

    def __init__(self, stream: str) -> None:
        self.entries: dict[Ref, Entry] = {}
        self._stream = stream
        self._wordings: passages.Wordings = {}
        self._last: RecordedEvent | None = None
        self._meant_the_same = self._readable = True

    def on(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Fold the stream's next events; what they meant is compared at once, and need not be kept."""
        if not page:
            return
        before, self._last = self._last.position if self._last else 0, page[-1]
        try:
            meant = [row for each in page if self._readable for row in self._fold(codec.recorded(each))]
        except (msgspec.MsgspecError, LookupError, ValueError):
            self._readable = False
        if self._readable and meant != _meanings(connection, self._stream, before, page[-1].position):
            self._meant_the_same = False

    def differences(self, connection: Connection) -> list[Difference]:
        """What the views say otherwise, once all its events were folded."""
        stream, replayed = self._stream, self.entries
        found = _compare_end(connection, stream, self._last)
        if not self._readable:
            replayed.clear()
            return [*found, Difference(stream, "stream", stream, "can’t be replayed: an event in it is not readable")]
        found += _compare(connection, stream, replayed)
        found += _compare_outline(connection, stream, replayed)
        beyond = _meanings(connection, stream, self._last.position if self._last else 0, None)
        if beyond or not self._meant_the_same:
            found.append(Difference(stream, "meanings", "of its events", "differ from the replay"))
        found += _compare_mentions(connection, stream, replayed)
        return found + _compare_passages(connection, stream, self._wordings, replayed)

    def _fold(self, event: Recorded) -> list[dict[str, Any]]:
        """Fold one event; what it meant."""
        changed = changes(self.entries.get, event).items()
        steps = [(ref, self.entries.get(ref), entry) for ref, entry in changed]
        done = [Step(event.position, (event.stream, *ref), before, after) for ref, before, after in steps]
        self._wordings |= passages.keyed(passages.rows_of_steps(done))
        self.entries.update({ref: after for ref, _, after in steps})
        return meanings.rows_of(event, steps)


def _pages(connection: Connection, stream: str) -> Iterator[list[RecordedEvent]]:
    page = read_stream(connection, stream, limit=PAGE)
    yield page
    while len(page) == PAGE:
        page = read_stream(connection, stream, page[-1].version, limit=PAGE)
        yield page


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


def _compare_end(connection: Connection, stream: str, last: RecordedEvent | None) -> list[Difference]:
    """Whether the board puts a stream's end where it is."""
    told = select(board.streams.c.version, board.streams.c.position, board.streams.c.moved_at)
    rows = [tuple(row) for row in connection.execute(told.where(board.streams.c.stream == stream))]
    if rows == ([(last.version, last.position, last.recorded_at)] if last else []):
        return []
    return [Difference(stream, "stream", stream, "ends elsewhere in the view", last.position if last else None)]


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


def _meanings(connection: Connection, stream: str, after: int, upto: int | None) -> list[dict[str, Any]]:
    """What the view says of a stream's events with `after` < position ≤ `upto`."""
    table = meanings.meanings
    wanted = select(table).where(table.c.stream == stream, table.c.position > after)
    if upto is not None:
        wanted = wanted.where(table.c.position <= upto)
    return [dict(row) for row in connection.execute(wanted.order_by(table.c.position, table.c.n)).mappings()]


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
    connection: Connection, stream: str, wordings: passages.Wordings, replayed: dict[Ref, Entry]
) -> list[Difference]:
    table = passages.passages
    columns = [column for column in table.c if column.name not in {"id", "words"}]
    rows = {
        (row["kind"], row["key"], row["wording"]): dict(row)
        for row in connection.execute(select(*columns).where(table.c.stream == stream)).mappings()
    }
    wanted = passages.replayed(wordings, replayed)
    return [
        Difference(stream, "passage", f"{key} of {kind} at {wording}", _differs(rows.get(id), wanted.get(id)))
        for id in sorted(rows.keys() | wanted.keys())
        if rows.get(id) != wanted.get(id)
        for kind, key, wording in [id]
    ]


def _differs(row: object, wanted: object) -> str:
    return _MISSING if row is None else _STRANGE if wanted is None else "differs from the replay"


def _strangers(connection: Connection, limit: int) -> list[Difference]:
    """Rows of streams that the log does not have."""
    known = exists().where(events.c.stream == entries.c.stream, events.c.version == 1)
    wanted = select(entries.c.stream, entries.c.kind, entries.c.key).where(~known).order_by(entries.c.stream)
    return [
        Difference(*row, "belongs to a stream that the log does not have")
        for row in connection.execute(wanted.limit(limit))
    ]
