"""The tables of the log: what happened, where it ends, the tree over it, commands answered, how far followers are."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from tracker.db import SortedText, metadata

Position = BigInteger().with_variant(Integer(), "sqlite")

events = Table(
    "events",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("id", SortedText, nullable=False),
    Column("stream", SortedText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("recorded_at", SortedText, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("learned_at", SortedText, nullable=False),
    Column("causation", SortedText, nullable=False),
    Column("correlation", SortedText),
    Column("prev_hash", Text),
    Column("hash", Text, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("stream", "version"),
    CheckConstraint("position >= 1", name="position"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("learned_at <= recorded_at", name="learned_before_recorded"),
    sqlite_strict=True,
)

# One entry a stream, so that listing the streams does not walk their events.
_is_first = events.c.version == 1
Index("ix_events_first_of_stream", events.c.stream, sqlite_where=_is_first, postgresql_where=_is_first)

head = Table(
    "head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("position", Position, nullable=False),
    Column("recorded_at", SortedText, nullable=False),
    Column("tree_size", Position, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    CheckConstraint("one = 1", name="one"),
    sqlite_strict=True,
)
"""Where the log ends, and the frontier of its tree: the roots, 32 bytes each, of the subtrees it falls into."""

nodes = Table(
    "nodes",
    metadata,
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The nodes of the tree above its leaves, in the order of their completion: 1, 2, 3 … without a hole."""

commands = Table(
    "commands",
    metadata,
    Column("id", SortedText, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("first_position", Position),
    Column("last_position", Position),
    sqlite_strict=True,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", SortedText, primary_key=True),
    Column("position", Position, nullable=False),
    sqlite_strict=True,
)
