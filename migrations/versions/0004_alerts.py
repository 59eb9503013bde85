"""Alerts: subscriptions with their index, channels, the outbox, who was alerted of what, and the delivery log."""

import sqlalchemy as sa
from alembic import op

from tracker.db import SortedText

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('waiting', 'claimed', 'failed')")
UNREAD = sa.text("via = 'inbox' AND state = 'sent' AND read_at IS NULL")


def upgrade() -> None:
    create_subscriptions()
    create_postings()
    create_mutes()
    create_alert_hours()
    create_channels()
    create_outbox()
    create_alerted()
    create_held()
    create_attempts()
    # What is in the log already alerts nobody.
    op.execute("INSERT INTO checkpoints (name, position) SELECT 'alerts', position FROM head")


def downgrade() -> None:
    op.execute("DELETE FROM checkpoints WHERE name = 'alerts'")
    op.drop_table("attempts")
    op.drop_table("held")
    op.drop_table("alerted")
    op.drop_table("outbox")
    op.drop_table("channels")
    op.drop_table("alert_hours")
    op.drop_table("mutes")
    op.drop_table("postings")
    op.drop_table("subscriptions")


def create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", SortedText, nullable=False),
        sa.Column("person", SortedText, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Integer()),
        sa.Column("imports", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("snoozed_until", SortedText),
        sa.Column("since", POSITION, nullable=False),
        sa.Column("silent_since", SortedText),
        sa.Column("check_at", SortedText),
        sa.Column("fired", POSITION, nullable=False),
        sa.Column("fired_at", SortedText),
        sa.Column("created_at", SortedText, nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["users.name"], name=op.f("fk_subscriptions_person_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sqlite_strict=True,
    )
    op.create_index("ix_subscriptions_check_at", "subscriptions", ["check_at"])
    op.create_index("ix_subscriptions_person", "subscriptions", ["person", "created_at"])


def create_postings() -> None:
    op.create_table(
        "postings",
        sa.Column("term", SortedText, nullable=False),
        sa.Column("subscription", SortedText, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["subscriptions.id"],
            name=op.f("fk_postings_subscription_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("term", "subscription", name=op.f("pk_postings")),
        sqlite_strict=True,
    )
    op.create_index("ix_postings_subscription", "postings", ["subscription"])


def create_mutes() -> None:
    op.create_table(
        "mutes",
        sa.Column("person", SortedText, nullable=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("until", SortedText),
        sa.ForeignKeyConstraint(["person"], ["users.name"], name=op.f("fk_mutes_person_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "stream", name=op.f("pk_mutes")),
        sqlite_strict=True,
    )


def create_alert_hours() -> None:
    op.create_table(
        "alert_hours",
        sa.Column("person", SortedText, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.Text(), nullable=False),
        sa.Column("quiet_until", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["users.name"], name=op.f("fk_alert_hours_person_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_alert_hours")),
        sqlite_strict=True,
    )


def create_channels() -> None:
    op.create_table(
        "channels",
        sa.Column("id", SortedText, nullable=False),
        sa.Column("person", SortedText, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("last_error_at", SortedText),
        sa.Column("last_sent_at", SortedText),
        sa.Column("created_at", SortedText, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["users.name"], name=op.f("fk_channels_person_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sqlite_strict=True,
    )
    op.create_index("ix_channels_person", "channels", ["person"])


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", SortedText, nullable=False),
        sa.Column("person", SortedText, nullable=False),
        sa.Column("channel", SortedText, nullable=False),
        sa.Column("via", SortedText, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("urgency", sa.Integer()),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", SortedText, nullable=False),
        sa.Column("due_at", SortedText, nullable=False),
        sa.Column("state", SortedText, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", SortedText, nullable=False),
        sa.Column("claimed_until", SortedText),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("sent_at", SortedText),
        sa.Column("read_at", SortedText),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'sent', 'unknown', 'failed', 'dead', 'dropped')",
            name=op.f("ck_outbox_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["channel"], ["channels.id"], name=op.f("fk_outbox_channel_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["users.name"], name=op.f("fk_outbox_person_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_channel", "outbox", ["channel", "due_at"])
    op.create_index("ix_outbox_open", "outbox", ["next_attempt_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_outbox_person", "outbox", ["person", "created_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_outbox_waiting", "outbox", ["channel"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_outbox_unread", "outbox", ["person"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def create_alerted() -> None:
    op.create_table(
        "alerted",
        sa.Column("person", SortedText, nullable=False),
        sa.Column("channel", SortedText, nullable=False),
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("development", SortedText, nullable=False),
        sa.Column("act", POSITION, nullable=False),
        sa.Column("delivery", SortedText, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("consequences", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["channel"], ["channels.id"], name=op.f("fk_alerted_channel_channels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery"], ["outbox.id"], name=op.f("fk_alerted_delivery_outbox"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person"], ["users.name"], name=op.f("fk_alerted_person_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "channel", "stream", "development", "act", name=op.f("pk_alerted")),
        sqlite_strict=True,
    )
    op.create_index("ix_alerted_delivery", "alerted", ["delivery"])
    op.create_index("ix_alerted_development", "alerted", ["stream", "development"])


def create_held() -> None:
    op.create_table(
        "held",
        sa.Column("stream", SortedText, nullable=False),
        sa.Column("development", SortedText, nullable=False),
        sa.Column("behind", SortedText, nullable=False),
        sa.Column("position", POSITION, nullable=False),
        sa.Column("until", SortedText),
        sa.PrimaryKeyConstraint("stream", "development", name=op.f("pk_held")),
        sqlite_strict=True,
    )
    op.create_index("ix_held_behind", "held", ["stream", "behind"])
    op.create_index("ix_held_until", "held", ["until"])


def create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("delivery", SortedText, nullable=False),
        sa.Column("epoch", POSITION, nullable=False),
        sa.Column("started_at", SortedText, nullable=False),
        sa.Column("finished_at", SortedText),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"], ["outbox.id"], name=op.f("fk_attempts_delivery_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery", "epoch", name=op.f("pk_attempts")),
        sqlite_strict=True,
    )
    op.create_index("ix_attempts_started_at", "attempts", ["started_at"])
