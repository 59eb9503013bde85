"""The views: entries of stories, actors and sources, where each stream stands, and what each event changed."""

import sqlalchemy as sa
from alembic import op

from tracker.db import SortedText

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("kind", SortedText, nullable=False),
        sa.Column("key", SortedText, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("type", SortedText, nullable=False),
        sa.Column("status", SortedText, nullable=False),
        sa.Column("visibility", SortedText, nullable=False),
        sa.Column("embargo", SortedText, nullable=False),
        sa.Column("withheld", sa.Integer, nullable=False),
        sa.Column("via", SortedText, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("stream", "kind", "key", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_status", "entries", ["status", "type"])
    op.create_table(
        "streams",
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("moved_at", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_streams")),
    )
    op.create_table(
        "changes",
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("kind", SortedText, nullable=False),
        sa.Column("key", SortedText, nullable=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("position", "kind", "key", name=op.f("pk_changes")),
    )


def downgrade() -> None:
    op.drop_table("changes")
    op.drop_table("streams")
    op.drop_table("entries")
