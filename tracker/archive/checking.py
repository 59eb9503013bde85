"""Whether the views say what a replay says: every stream folded anew and compared, row by row."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from tracker.db import reading
from tracker.eventstore.reading import read_stream, streams
from tracker.projections import following
from tracker.projections.entries import entries, row_of
from tracker.stories import codec
from tracker.stories.entries import Entry, Ref
from tracker.stories.folding import fold


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of which the view says something else than the replay."""

    stream: str
    kind: str
    key: str
    what: str

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
            replayed = fold(
                codec.recorded(event) for event in read_stream(connection, stream) if event.position <= upto
            )
            found += _compare(connection, stream, replayed)
            compared += len(replayed)
            progress(done)
        found += _strangers(connection, set(names))
    return len(names), compared, found


def _compare(connection: Connection, stream: str, replayed: dict[Ref, Entry]) -> list[Difference]:
    columns = [column for column in entries.c if column.name != "position"]
    rows = {
        (row["kind"], row["key"]): row
        for row in connection.execute(select(*columns).where(entries.c.stream == stream)).mappings().all()
    }
    found = [Difference(stream, *ref, "is in the view and not in the replay") for ref in rows.keys() - replayed.keys()]
    for ref, entry in replayed.items():
        wanted = row_of((stream, *ref), 0, entry)
        row = rows.get(ref)
        if row is None:
            found.append(Difference(stream, *ref, "is missing from the view"))
            continue
        wrong = sorted(name for name in row if row[name] != wanted[name])
        if wrong:
            found.append(Difference(stream, *ref, f"differs in {', '.join(wrong)}"))
    return found


def _strangers(connection: Connection, known: set[str]) -> list[Difference]:
    """Rows of streams that the log does not have."""
    rows = connection.execute(select(entries.c.stream, entries.c.kind, entries.c.key).order_by(entries.c.stream))
    return [
        Difference(stream, kind, key, "belongs to a stream that the log does not have")
        for stream, kind, key in rows
        if stream not in known
    ]
