"""The log: events, where it ends, commands answered, how far each follower is, keys of what is sealed."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the log only grows: % of events is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
    "REVOKE UPDATE, DELETE, TRUNCATE ON events FROM PUBLIC, CURRENT_USER",
)

SQLITE = (
    """
    CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the log only grows: UPDATE of events is refused'); END
    """,
    """
    CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the log only grows: DELETE of events is refused'); END
    """,
    """
    CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
      OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'the log only grows: this event is there already'); END
    """,
)


def upgrade() -> None:
    create_events()
    create_the_rest()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.Column("id", SORTED, nullable=False),
        sa.Column("stream", SORTED, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("recorded_at", SORTED, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("learned_at", SORTED, nullable=False),
        sa.Column("causation", SORTED, nullable=False),
        sa.Column("correlation", SORTED, nullable=True),
        sa.Column("prev_hash", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_events_position")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_events_version")),
        sa.CheckConstraint("learned_at <= recorded_at", name=op.f("ck_events_learned_before_recorded")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
        sa.UniqueConstraint("stream", "version", name=op.f("uq_events_stream_version")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_events_first_of_stream",
        "events",
        ["stream"],
        sqlite_where=sa.text("version = 1"),
        postgresql_where=sa.text("version = 1"),
    )


def create_the_rest() -> None:
    head = op.create_table(
        "head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("recorded_at", SORTED, nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_head_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_head")),
        sqlite_strict=True,
    )
    op.bulk_insert(head, [{"one": 1, "position": 0, "recorded_at": "0001-01-01T00:00:00.000000Z"}])
    op.create_table(
        "commands",
        sa.Column("id", SORTED, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("first_position", POSITION, nullable=True),
        sa.Column("last_position", POSITION, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
        sqlite_strict=True,
    )
    op.create_table(
        "checkpoints",
        sa.Column("name", SORTED, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_checkpoints")),
        sqlite_strict=True,
    )
    op.create_table(
        "sealing_keys",
        sa.Column("id", SORTED, nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("created_at", SORTED, nullable=False),
        sa.Column("destroyed_at", SORTED, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_keys")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for table in ("sealing_keys", "checkpoints", "commands", "head", "events"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_log()")
