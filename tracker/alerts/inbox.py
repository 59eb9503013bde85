"""What somebody was told, read back: their inbox, and their deliveries on every channel."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, update

from tracker.accounts.people import Principal
from tracker.alerts.gathering import Known
from tracker.alerts.rechecking import Told, look
from tracker.alerts.tables import outbox
from tracker.instants import Instant
from tracker.projections.entries import entry_changes
from tracker.stories import codec
from tracker.stories.consequences import WORDS
from tracker.stories.entries import Actor, Correction, Development, Question, Story

Document = dict[str, Any]

PAGE = 50


def unread(connection: Connection, person: str) -> int:
    """How many messages in somebody's inbox are not read; one indexed count."""
    of = select(func.count()).where(
        outbox.c.person == person, outbox.c.via == "inbox", outbox.c.state == "sent", outbox.c.read_at.is_(None)
    )
    return int(connection.execute(of).scalar_one())


def messages(
    connection: Connection, person: Principal, now: Instant, *, before: str = "", limit: int = PAGE
) -> list[Document]:
    """The messages of somebody's inbox, the newest first, as far as they may still see what they tell.

    `before` is the id of a message: those that came before it.
    """
    wanted = select(outbox).where(outbox.c.channel == f"inbox:{person.name}", outbox.c.state == "sent")
    return _documents(connection, wanted, now, before, limit)


def deliveries(
    connection: Connection, person: Principal, now: Instant, *, before: str = "", limit: int = PAGE
) -> list[Document]:
    """What was, or is to be, sent to somebody on any channel, the newest first."""
    return _documents(connection, select(outbox).where(outbox.c.person == person.name), now, before, limit)


def mark_read(connection: Connection, person: str, now: Instant, ids: Sequence[str] | None = None) -> None:
    """Note messages of somebody's inbox as read: these, or all."""
    mine = update(outbox).where(
        outbox.c.person == person, outbox.c.via == "inbox", outbox.c.state == "sent", outbox.c.read_at.is_(None)
    )
    connection.execute((mine if ids is None else mine.where(outbox.c.id.in_(ids))).values(read_at=now))


def mark_unread(connection: Connection, person: str, id: str) -> None:
    """Note a message as not read."""
    mine = update(outbox).where(outbox.c.person == person, outbox.c.via == "inbox", outbox.c.id == id)
    connection.execute(mine.values(read_at=None))


def _documents(connection: Connection, wanted: Any, now: Instant, before: str, limit: int) -> list[Document]:
    if before:
        wanted = wanted.where(outbox.c.id < before)
    # Ids begin with the time they were made at.
    rows = connection.execute(wanted.order_by(outbox.c.id.desc()).limit(limit)).all()
    looked = look(connection, [row.id for row in rows], now, told=True)
    put_right = _corrections(connection, [item for each in looked.checked.values() for item in each.items])
    found = []
    for row in rows:
        checked = looked.checked[row.id]
        if checked.items or row.kind in {"test", "notice"}:
            found.append(
                {
                    "id": row.id, "kind": row.kind, "via": row.via, "channel": row.channel, "state": row.state,
                    "urgency": row.urgency, "created_at": row.created_at, "due_at": row.due_at,
                    "sent_at": row.sent_at, "read_at": row.read_at, "attempts": row.attempts,
                    "notice": orjson.loads(row.payload),
                    "items": [
                        item_document(item, looked.known) | {"corrections": put_right.get(item.position, [])}
                        for item in gravest_first(checked.items)
                    ],
                }
            )  # fmt: skip
    return found


def gravest_first(items: Sequence[Told]) -> list[Told]:
    """Items in the order in which a summary tells them: by their gravest consequence, then as they happened."""
    rank: dict[str, int] = {word: place for place, word in enumerate(WORDS)}
    return sorted(
        items, key=lambda item: (min((rank.get(word, 0) for word, _, _ in item.consequences), default=0), item.position)
    )


def item_document(item: Told, known: Known) -> Document:
    """One thing that is told, in plain values: what, in which story, what it means, and by which rules."""
    slug = item.stream.partition("/")[2]
    story = known.get((item.stream, "story", slug))
    return {
        "story": slug, "story_title": story.title if isinstance(story, Story) else slug,
        "development": item.development, "kind": "development" if item.entry else "",
        "headline": headline_of(known, item.stream, item.development),
        "act": item.act, "position": item.position,
        "retracted": item.entry.retracted if item.entry else "", "urgency": item.entry and item.entry.event.urgency,
        "why_it_matters": item.entry.event.why_it_matters if item.entry else "",
        "consequences": [
            {"word": word, "kind": kind, "key": key, "headline": headline_of(known, item.stream, key)}
            for word, kind, key in item.consequences
        ],
        "rules": [dict(rule) for rule in item.rules],
        "names": {
            key: entry.name for (_, kind, key), entry in known.items() if kind == "actor" and isinstance(entry, Actor)
        },
    }  # fmt: skip


def _corrections(connection: Connection, items: Sequence[Told]) -> dict[int, list[Document]]:
    """What the corrections among these items changed, by their position; what is redacted since is left out."""
    told = {item.position: item.entry for item in items if item.act == item.position and item.entry}
    rows = connection.execute(
        select(entry_changes.c.position, entry_changes.c.after).where(
            entry_changes.c.position.in_(sorted(told)), entry_changes.c.kind == "correction"
        )
    )
    found: dict[int, list[Document]] = {}
    for position, body in rows:
        correction, target = codec.decode_entry("correction", body), told[position]
        if isinstance(correction, Correction) and correction.field not in target.redacted:
            found.setdefault(position, []).append(
                {
                    "field": correction.field, "was": correction.was, "now": correction.now,
                    "public_note": correction.public_note,
                }
            )  # fmt: skip
    return found


def headline_of(known: Known, stream: str, key: str) -> str:
    """What a development, a question or the story itself is called."""
    development = known.get((stream, "development", key))
    if isinstance(development, Development):
        return development.event.headline
    question = known.get((stream, "question", key))
    if isinstance(question, Question):
        return question.text
    story = known.get((stream, "story", stream.partition("/")[2]))
    return story.title if isinstance(story, Story) else key
