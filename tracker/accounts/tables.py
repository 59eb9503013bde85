"""The tables of the accounts: people, where they are signed in, their tokens, and recent tries to sign in."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from tracker.db import SortedText, metadata

users = Table(
    "users",
    metadata,
    Column("name", SortedText, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("desks", Text, nullable=False),  # JSON list of keys, sorted
    Column("created_at", SortedText, nullable=False),
    Column("disabled_at", SortedText),
    sqlite_strict=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", SortedText, primary_key=True),
    Column("person", SortedText, ForeignKey(users.c.name), nullable=False),
    Column("created_at", SortedText, nullable=False),
    Column("last_seen_at", SortedText, nullable=False),
    Column("expires_at", SortedText, nullable=False),
    sqlite_strict=True,
)
Index(None, sessions.c.person)

tokens = Table(
    "tokens",
    metadata,
    Column("id", SortedText, primary_key=True),
    Column("secret_hash", Text, nullable=False),
    Column("person", SortedText, ForeignKey(users.c.name), nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", SortedText, nullable=False),
    Column("expires_at", SortedText),
    Column("last_used_at", SortedText),
    Column("revoked_at", SortedText),
    sqlite_strict=True,
)
Index(None, tokens.c.person)

# A try counts against an account and against an address: a row for each, naming neither in the clear,
# for people type passwords into the field for the name.
sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", SortedText, primary_key=True),
    Column("against", SortedText, nullable=False),
    Column("attempted_at", SortedText, nullable=False),
    sqlite_strict=True,
)
Index(None, sign_in_attempts.c.against, sign_in_attempts.c.attempted_at)
