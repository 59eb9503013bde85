"""The tree over the log: its nodes, its frontier in the head; made for the events that are there already."""

import sqlalchemy as sa
from alembic import op
from rich.console import Console
from rich.progress import Progress

from tracker.eventstore import tree

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None

SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

POSTGRESQL = (
    """
    CREATE FUNCTION refuse_change_of_tree() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the log only grows: % of nodes is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER nodes_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON nodes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_tree()
    """,
    "REVOKE UPDATE, DELETE, TRUNCATE ON nodes FROM PUBLIC, CURRENT_USER",
)

SQLITE = (
    """
    CREATE TRIGGER nodes_refuse_update BEFORE UPDATE ON nodes
    BEGIN SELECT RAISE(ABORT, 'the log only grows: UPDATE of nodes is refused'); END
    """,
    """
    CREATE TRIGGER nodes_refuse_delete BEFORE DELETE ON nodes
    BEGIN SELECT RAISE(ABORT, 'the log only grows: DELETE of nodes is refused'); END
    """,
    """
    CREATE TRIGGER nodes_refuse_replace BEFORE INSERT ON nodes
    WHEN EXISTS (SELECT 1 FROM nodes WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'the log only grows: this node is there already'); END
    """,
)


def upgrade() -> None:
    connection = op.get_bind()
    op.create_table(
        "nodes",
        sa.Column("number", POSITION, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_nodes")),
        sqlite_strict=True,
    )
    for statement in POSTGRESQL if connection.dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    position = replace_head(connection)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Making the tree over the log", total=position)
        tree.catch_up(connection, position, lambda done: bar.update(task, completed=done))


def replace_head(connection: sa.Connection) -> int:
    """Give the one row its two columns without a default that would stay; the position it holds."""
    kept = connection.execute(sa.text("SELECT position, recorded_at FROM head")).one()
    op.drop_table("head")
    head = op.create_table(
        "head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("recorded_at", SORTED, nullable=False),
        sa.Column("tree_size", POSITION, nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_head_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_head")),
        sqlite_strict=True,
    )
    first = {"one": 1, "position": kept.position, "recorded_at": kept.recorded_at, "tree_size": 0, "frontier": b""}
    connection.execute(sa.insert(head), first)
    return int(kept.position)


def downgrade() -> None:
    op.drop_table("nodes")
    op.drop_column("head", "frontier")
    op.drop_column("head", "tree_size")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_tree()")
