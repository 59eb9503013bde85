"""When the log was last checked, by whom, and what was found."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, insert, select

from tracker.archive.proving import encoded
from tracker.archive.verifying import Report
from tracker.db import SortedText, metadata
from tracker.instants import Instant

MOST_AT_ONCE = 50_000
"""Events that are checked while somebody waits for a page; a longer log is checked by `tracker verify`."""

verifications = Table(
    "verifications",
    metadata,
    Column("at", SortedText, primary_key=True),
    Column("by", Text, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("root", Text, nullable=False),
    Column("well", Integer, nullable=False),
    Column("first_wrong", BigInteger),
    Column("said", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Verification:
    """One check of the whole log."""

    at: Instant
    by: str
    events: int
    root: str
    well: int
    first_wrong: int | None
    said: str


def keep(connection: Connection, report: Report, at: Instant, by: str) -> None:
    """Remember what a check found."""
    row = {
        "at": at, "by": by, "events": report.events, "root": encoded(report.root), "well": int(report.well),
        "first_wrong": report.first_wrong, "said": "\n".join(map(str, report.problems[:10])),
    }  # fmt: skip
    connection.execute(insert(verifications), row)


def latest(connection: Connection, limit: int, *, by: str = "") -> list[Verification]:
    """The latest checks, or the latest of one who made them, the newest first."""
    columns = (verifications.c[name] for name in Verification.__dataclass_fields__)
    wanted = select(*columns).order_by(verifications.c.at.desc()).limit(limit)
    rows = connection.execute(wanted.where(verifications.c.by == by) if by else wanted)
    return [Verification(*row) for row in rows]
