"""Before a message is sent: what of it may still be told, by the policy of this moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, select, tuple_

from tracker.accounts.people import Person, person_of
from tracker.accounts.tables import users
from tracker.alerts.gathering import Known, complete
from tracker.alerts.seeing import may_be_told, obstacle, touched
from tracker.alerts.tables import alerted, held, outbox
from tracker.db import upsert
from tracker.instants import Instant
from tracker.projections.entries import StreamRef, fetch
from tracker.stories.entries import Development


@dataclass(frozen=True, slots=True)
class Told:
    """An item of a message that may be told, with what the views say of it; `version` is what to note as told."""

    stream: str
    development: str
    act: int
    position: int
    consequences: tuple[tuple[str, str, str], ...]
    rules: tuple[dict[str, object], ...]
    entry: Development | None
    """The development as it stands; None for a question, or the story itself."""

    @property
    def version(self) -> int | None:
        """`Development.changed` as it is told now."""
        return self.entry.changed if self.entry else None


@dataclass(frozen=True, slots=True)
class Checked:
    """Of one message: to whom, what may be told, the gravest first; and the entries to tell it with."""

    person: Person | None
    """None: the account is shut, nothing may be told."""
    items: tuple[Told, ...]
    known: Known


@dataclass(frozen=True, slots=True)
class Looked:
    """Some messages looked at: each with what may be told, and what may not, to be taken out or held."""

    checked: dict[str, Checked]
    known: Known
    gone: list[tuple[str, str, str, str, int]]
    held: list[dict[str, Any]]


def recheck(connection: Connection, deliveries: Iterable[str], now: Instant) -> dict[str, Checked]:
    """What of these messages may be told now, by the message's id; of a message without items: nothing but to whom.

    What may not be told is taken out of its message: it counts as never told, and where its embargo or hold may end
    it is matched again then. Nor is a development told that was retracted before it was told. Call it in a writing
    transaction, after the claim has been committed.
    """
    looked = look(connection, deliveries, now)
    _take_out(connection, looked.gone)
    upsert(connection, held, looked.held)
    return looked.checked


def look(connection: Connection, deliveries: Iterable[str], now: Instant, *, told: bool = False) -> Looked:
    """What of these messages may be told now; nothing is changed. `told`: they were told already, and what was
    retracted since stands there as retracted."""
    wanted = sorted(set(deliveries))
    people = _people(connection, wanted)
    rows = connection.execute(select(alerted).where(alerted.c.delivery.in_(wanted)).order_by(alerted.c.position)).all()
    items = [(row, tuple((w, k, key) for w, k, key in orjson.loads(row.consequences))) for row in rows]
    what = [touched(row.stream, row.development, consequences) for row, consequences in items]
    refs: set[StreamRef] = set()
    for each in what:
        refs |= {(each.stream, "story", each.stream.partition("/")[2])}
        refs |= {(each.stream, "development", key) for key in each.developments}
        refs |= {(each.stream, "question", key) for key in each.questions}
    known = complete(connection, fetch(connection, refs))
    kept: dict[str, list[Told]] = {id: [] for id in wanted}
    gone: list[tuple[str, str, str, str, int]] = []
    waiting: list[dict[str, Any]] = []
    for (row, consequences), each in zip(items, what, strict=True):
        person = people.get(row.delivery)
        entry = known.get((row.stream, "development", row.development))
        said = entry if isinstance(entry, Development) else None
        retracted = not told and said is not None and bool(said.retracted) and row.act == 0
        if person is not None and not retracted and may_be_told(known, person.principal, each, now):
            kept[row.delivery].append(
                Told(
                    row.stream, row.development, row.act, row.position, consequences,
                    tuple(orjson.loads(row.rules)), said,
                )
            )  # fmt: skip
            continue
        gone.append((row.person, row.channel, row.stream, row.development, row.act))
        blocked = obstacle(known, each, now) if row.act == 0 and not retracted else None
        if blocked is not None:
            waiting.append(
                {"stream": row.stream, "development": row.development, "position": row.position,
                 "behind": blocked.behind, "until": blocked.until}
            )  # fmt: skip
    checked = {id: Checked(people.get(id), tuple(items_of), known) for id, items_of in kept.items()}
    return Looked(checked, known, gone, waiting)


def _people(connection: Connection, deliveries: list[str]) -> dict[str, Person]:
    """To whom each of these messages goes; those whose accounts are shut are left out."""
    rows = connection.execute(
        select(outbox.c.id.label("delivery"), users)
        .join(users, users.c.name == outbox.c.person)
        .where(outbox.c.id.in_(deliveries), users.c.disabled_at.is_(None))
    )
    return {row.delivery: person_of(row) for row in rows}


def _take_out(connection: Connection, items: list[tuple[str, str, str, str, int]]) -> None:
    if items:
        key = tuple_(
            alerted.c.person, alerted.c.channel, alerted.c.stream, alerted.c.development, alerted.c.act
        )  # fmt: skip
        connection.execute(delete(alerted).where(key.in_(items)))
