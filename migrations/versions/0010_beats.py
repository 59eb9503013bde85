"""The beats somebody follows on the board, and whose words a development holds, to be looked up by."""

import sqlalchemy as sa
from alembic import op

from tracker.db import SortedText

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_beats",
        sa.Column("person", SortedText, nullable=False),
        sa.Column("beat", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("person", "beat", name=op.f("pk_own_beats")),
    )
    op.create_index("ix_outline_actor", "outline", ["actor", "stream"])


def downgrade() -> None:
    op.drop_index("ix_outline_actor", "outline")
    op.drop_table("own_beats")
