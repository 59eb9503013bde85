"""Who is at work on what right now."""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("story", SORTED, nullable=False),
        sa.Column("development", SORTED, nullable=False),
        sa.Column("person", SORTED, nullable=False),
        sa.Column("until", SORTED, nullable=False),
        sa.PrimaryKeyConstraint("story", "development", "person", name=op.f("pk_presence")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("presence")
