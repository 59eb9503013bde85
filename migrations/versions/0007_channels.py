"""How a channel fares: how often it refused for good, and until when it is left alone."""

import sqlalchemy as sa
from alembic import op

from tracker.db import SortedText

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("channels", sa.Column("rests_until", SortedText))


def downgrade() -> None:
    op.drop_column("channels", "rests_until")
    op.drop_column("channels", "refusals")
