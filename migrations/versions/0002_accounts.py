"""The accounts: people, where they are signed in, their tokens, and recent tries to sign in."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    create_users()
    create_sessions()
    create_tokens()
    create_sign_in_attempts()


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("name", SORTED, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("desks", sa.Text(), nullable=False),
        sa.Column("created_at", SORTED, nullable=False),
        sa.Column("disabled_at", SORTED, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
        sqlite_strict=True,
    )


def create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id_hash", SORTED, nullable=False),
        sa.Column("person", SORTED, nullable=False),
        sa.Column("created_at", SORTED, nullable=False),
        sa.Column("last_seen_at", SORTED, nullable=False),
        sa.Column("expires_at", SORTED, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["users.name"], name=op.f("fk_sessions_person_users")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sessions_person"), "sessions", ["person"])


def create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", SORTED, nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("person", SORTED, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", SORTED, nullable=False),
        sa.Column("expires_at", SORTED, nullable=True),
        sa.Column("last_used_at", SORTED, nullable=True),
        sa.Column("revoked_at", SORTED, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["users.name"], name=op.f("fk_tokens_person_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tokens_person"), "tokens", ["person"])


def create_sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", SORTED, nullable=False),
        sa.Column("against", SORTED, nullable=False),
        sa.Column("attempted_at", SORTED, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sign_in_attempts_against_attempted_at"), "sign_in_attempts", ["against", "attempted_at"])


def downgrade() -> None:
    for table in ("sign_in_attempts", "tokens", "sessions", "users"):
        op.drop_table(table)
