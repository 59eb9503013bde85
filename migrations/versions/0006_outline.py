"""The story in outline, its activity by day, what every event meant, and how far everybody has read."""

import sqlalchemy as sa
from alembic import op

from tracker.db import SortedText

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outline",
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("key", SortedText, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("type", SortedText, nullable=False),
        sa.Column("state", SortedText, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("actor", SortedText, nullable=False),
        sa.Column("aims", sa.Text, nullable=False),
        sa.Column("via", SortedText, nullable=False),
        sa.Column("issue", SortedText, nullable=False),
        sa.Column("edtf", sa.Text, nullable=False),
        sa.Column("as_said", sa.Text, nullable=False),
        sa.Column("learned_at", SortedText, nullable=False),
        sa.Column("learned_edtf", sa.Text, nullable=False),
        sa.Column("corrections", sa.Integer, nullable=False),
        sa.Column("visibility", SortedText, nullable=False),
        sa.Column("embargo", SortedText, nullable=False),
        sa.Column("withheld", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("stream", "key", name=op.f("pk_outline")),
    )
    op.create_index("ix_outline_state", "outline", ["state", "type"])
    op.create_index("ix_outline_via", "outline", ["via", "stream"])
    op.create_index("ix_outline_embargo", "outline", ["embargo", "stream"])
    op.create_table(
        "activity",
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("day", SortedText, nullable=False),
        sa.Column("visibility", SortedText, nullable=False),
        sa.Column("embargo", SortedText, nullable=False),
        sa.Column("withheld", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("stream", "day", "visibility", "embargo", "withheld", name=op.f("pk_activity")),
    )
    op.create_table(
        "meanings",
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("word", SortedText, nullable=False),
        sa.Column("kind", SortedText, nullable=False),
        sa.Column("key", SortedText, nullable=False),
        sa.Column("about", SortedText, nullable=False),
        sa.Column("cause", SortedText, nullable=False),
        sa.Column("visibility", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("position", "n", name=op.f("pk_meanings")),
    )
    op.create_index("ix_meanings_stream", "meanings", ["stream", "position"])
    op.create_table(
        "read_positions",
        sa.Column("person", SortedText, nullable=False),
        sa.Column("story", SortedText, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("looked_at", SortedText, nullable=False),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.Column("before_at", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("person", "story", name=op.f("pk_read_positions")),
    )


def downgrade() -> None:
    op.drop_table("read_positions")
    op.drop_table("meanings")
    op.drop_table("activity")
    op.drop_table("outline")
