"""Checkpoints sent outside on a timetable, where nobody with this database's password can take them back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Engine, Table, Text, func, insert, select, update

from tracker import instants
from tracker.archive import checkpoints
from tracker.archive.checkpoints import Checkpoint
from tracker.archive.notes import SignedNote
from tracker.archive.signing_keys import WrongSecret
from tracker.config import Settings
from tracker.db import SortedText, metadata, reading, writing
from tracker.eventstore import tree
from tracker.eventstore.append import lock_head
from tracker.instants import Clock, Instant

RETRY_SECONDS = 300

witnessed = Table(
    "witnessed",
    metadata,
    Column("sent_at", SortedText, primary_key=True),
    Column("witness", SortedText, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("receipt", Text, nullable=False),
)
"""Every sending: when, to whom, which checkpoint, what came of it (sending, sent, failed), what was given for it."""

Send = Callable[[str, SignedNote], str]
"""Hands a note to a witness, named by its URL; its time stamp in base64, if it gave one. Raises NotWitnessed."""


class NotWitnessed(Exception):
    """The witness did not take it; says why."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One sending, as it is told."""

    sent_at: Instant
    witness: str
    size: int
    outcome: str
    said: str


def round(engine: Engine, settings: Settings, clock: Clock, send: Send) -> int:
    """Send the log's checkpoint to every witness whose turn it is; how many took it.

    A witness has its turn when the log has grown since it last took a checkpoint and TRACKER_WITNESS_MINUTES have
    passed, or five minutes since it failed. Of several workers one sends.
    """
    if not settings.witnesses:
        return 0
    with reading(engine) as connection:
        if not _due(connection, settings, clock()):
            return 0
    try:
        note = checkpoints.signed(engine, settings, clock())
    except WrongSecret:
        return 0  # the doctor says so; there is nothing to send
    with writing(engine) as connection:
        lock_head(connection)
        now = clock()
        claimed = _due(connection, settings, now)
        for witness in claimed:
            _claim(connection, witness, note, now)
    return sum(_sent(engine, witness, note, now, send) for witness in claimed)


def sent(connection: Connection) -> list[str]:
    """The checkpoints that witnesses took, each once."""
    taken = select(witnessed.c.note).where(witnessed.c.outcome == "sent").distinct()
    return list(connection.execute(taken.order_by(witnessed.c.note)).scalars())


def latest(connection: Connection, limit: int = 50) -> list[Sending]:
    """The latest sendings, the newest first."""
    columns = (witnessed.c[name] for name in Sending.__dataclass_fields__)
    rows = connection.execute(select(*columns).order_by(witnessed.c.sent_at.desc(), witnessed.c.witness).limit(limit))
    return [Sending(*row) for row in rows]


def _due(connection: Connection, settings: Settings, now: Instant) -> list[str]:
    size = tree.frontier(connection).size
    return [witness for witness in settings.witnesses if size and _is_due(connection, witness, size, settings, now)]


def _is_due(connection: Connection, witness: str, size: int, settings: Settings, now: Instant) -> bool:
    mine = witnessed.c.witness == witness
    tries = select(witnessed.c.sent_at, witnessed.c.outcome).where(mine).order_by(witnessed.c.sent_at.desc()).limit(1)
    last = connection.execute(tries).one_or_none()
    if last is None:
        return True
    taken = select(func.max(witnessed.c.size)).where(mine, witnessed.c.outcome == "sent")
    if (connection.execute(taken).scalar() or 0) >= size:
        return False
    wait = RETRY_SECONDS if last.outcome == "failed" else settings.witness_minutes * 60
    return (instants.moment(now) - instants.moment(last.sent_at)).total_seconds() >= wait


def _claim(connection: Connection, witness: str, note: SignedNote, now: Instant) -> None:
    row = {
        "sent_at": now, "witness": witness, "size": Checkpoint.of(note).size, "note": str(note), "outcome": "sending",
        "said": "", "receipt": "",
    }  # fmt: skip
    connection.execute(insert(witnessed), row)


def _sent(engine: Engine, witness: str, note: SignedNote, when: Instant, send: Send) -> bool:
    try:
        outcome = {"outcome": "sent", "said": "", "receipt": send(witness, note)}
    except NotWitnessed as error:
        outcome = {"outcome": "failed", "said": str(error)[:500]}
    with writing(engine) as connection:
        mine = (witnessed.c.sent_at == when) & (witnessed.c.witness == witness)
        connection.execute(update(witnessed).where(mine).values(outcome))
    return outcome["outcome"] == "sent"


def ways(*kinds: tuple[Sequence[str], Send]) -> Send:
    """One way to send for several kinds of witness, told apart by how their URLs begin."""

    def send(witness: str, note: SignedNote) -> str:
        for beginnings, way in kinds:
            if witness.startswith(tuple(beginnings)):
                return way(witness, note)
        raise NotWitnessed("There is no way to such a witness.")

    return send
