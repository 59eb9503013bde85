"""Messages that nobody has to send: an inbox, a feed, the open page. They are there when they are due."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, select, update

from tracker.alerts.rechecking import Told, recheck
from tracker.alerts.tables import PASSIVE, alerted, outbox
from tracker.db import reading, writing
from tracker.instants import Instant

PAGE = 200
_WAITING = (
    select(outbox.c.id)
    .where(outbox.c.state == "waiting", outbox.c.next_attempt_at <= bindparam("now"), outbox.c.via.in_(PASSIVE))
    .limit(1)
)
_ITEM = (alerted.c.person, alerted.c.channel, alerted.c.stream, alerted.c.development, alerted.c.act)


def arrive(engine: Engine, now: Instant, page: int = PAGE) -> int:
    """Let what is due arrive where it is read; how many messages that were. Two at once share the work."""
    arrived = 0
    while _is_due(engine, now):
        with writing(engine) as connection:
            due = _due(connection, now, page)
            arrived += _arrive(connection, due, now)
        if len(due) < page:
            break
    return arrived


def note_versions(connection: Connection, person: str, channel: str, items: Iterable[Told]) -> None:
    """Keep which version of each development somebody was told on a channel: corrections go by it."""
    rows = [
        {"p": person, "c": channel, "s": item.stream, "d": item.development, "a": item.act, "told": item.version}
        for item in items
    ]
    if rows:
        is_item = [column == bindparam(name) for column, name in zip(_ITEM, "pcsda", strict=True)]
        connection.execute(update(alerted).where(*is_item).values(version=bindparam("told")), rows)


def _is_due(engine: Engine, now: Instant) -> bool:
    """Whether there is anything to let arrive; most rounds find nothing, and must not keep a writer waiting."""
    with reading(engine) as connection:
        return connection.execute(_WAITING, {"now": now}).first() is not None


def _due(connection: Connection, now: Instant, page: int) -> list[Row[tuple[str, str, str, str]]]:
    return list(
        connection.execute(
            select(outbox.c.id, outbox.c.person, outbox.c.channel, outbox.c.kind)
            .where(outbox.c.state == "waiting", outbox.c.next_attempt_at <= now, outbox.c.via.in_(PASSIVE))
            .order_by(outbox.c.next_attempt_at)
            .limit(page)
            .with_for_update(skip_locked=True)
        )
    )


def _arrive(connection: Connection, due: list[Row[tuple[str, str, str, str]]], now: Instant) -> int:
    checked = recheck(connection, [row.id for row in due], now) if due else {}
    arrived = []
    for row in due:
        found = checked[row.id]
        there = found.person is not None and (bool(found.items) or row.kind in {"test", "notice"})
        arrived.append({"of": row.id, "now_": "sent" if there else "dropped", "at": now})
        note_versions(connection, row.person, row.channel, found.items)
    if arrived:
        settled: dict[str, Any] = {"state": bindparam("now_"), "sent_at": bindparam("at")}
        connection.execute(update(outbox).where(outbox.c.id == bindparam("of")).values(settled), arrived)
    return sum(each["now_"] == "sent" for each in arrived)
