"""Search and mentions: every wording that can be searched, and where each actor is named."""

import sqlalchemy as sa
from alembic import op

from tracker.db import SortedText
from tracker.projections.passages import Words

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None

_TRIGGERS = {
    "insert": "INSERT INTO passages_index(rowid, words) VALUES (new.id, new.words);",
    "delete": "INSERT INTO passages_index(passages_index, rowid, words) VALUES ('delete', old.id, old.words);",
    "update": (
        "INSERT INTO passages_index(passages_index, rowid, words) VALUES ('delete', old.id, old.words);"
        " INSERT INTO passages_index(rowid, words) VALUES (new.id, new.words);"
    ),
}


def upgrade() -> None:
    op.create_table(
        "mentions",
        sa.Column("actor", SortedText, nullable=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("key", SortedText, nullable=False),
        sa.Column("role", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("actor", "stream", "key", "role", name=op.f("pk_mentions")),
    )
    op.create_index("ix_mentions_key", "mentions", ["key", "stream"])
    op.create_table(
        "passages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("kind", SortedText, nullable=False),
        sa.Column("key", SortedText, nullable=False),
        sa.Column("wording", sa.BigInteger, nullable=False),
        sa.Column("type", SortedText, nullable=False),
        sa.Column("statuses", SortedText, nullable=False),
        sa.Column("beats", SortedText, nullable=False),
        sa.Column("first", SortedText, nullable=False),
        sa.Column("last", SortedText, nullable=False),
        sa.Column("learned", SortedText, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("words", Words, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sa.UniqueConstraint("stream", "kind", "key", "wording", name=op.f("uq_passages_stream_kind_key_wording")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_passages_words", "passages", ["words"], postgresql_using="gin")
        return
    # The words are folded before they come here; `ascii` takes them as they are.
    op.execute(
        "CREATE VIRTUAL TABLE passages_index USING fts5"
        "(words, content='passages', content_rowid='id', tokenize='ascii', prefix='2 3')"
    )
    for act, does in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER passages_{act} AFTER {act.upper()} ON passages BEGIN {does} END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passages_index")
    op.drop_table("passages")
    op.drop_table("mentions")
