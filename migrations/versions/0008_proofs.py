"""Keys that checkpoints are signed with, and what witnesses were sent."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("verifier", SORTED, nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("created_at", SORTED, nullable=False),
        sa.Column("retired_at", SORTED, nullable=True),
        sa.PrimaryKeyConstraint("verifier", name=op.f("pk_signing_keys")),
        sqlite_strict=True,
    )
    op.create_table(
        "witnessed",
        sa.Column("sent_at", SORTED, nullable=False),
        sa.Column("witness", SORTED, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sent_at", "witness", name=op.f("pk_witnessed")),
    )


def downgrade() -> None:
    op.drop_table("witnessed")
    op.drop_table("signing_keys")
