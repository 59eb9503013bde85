"""When the log was checked, by whom, and what was found."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels = None
depends_on = None

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "verifications",
        sa.Column("at", SORTED, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("well", sa.Integer(), nullable=False),
        sa.Column("first_wrong", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_verifications")),
    )


def downgrade() -> None:
    op.drop_table("verifications")
