"""The tables of alerts: who asked for what, what is to be told to whom, and what came of it.

Ordinary tables outside the log: what they hold of a person goes with the person (every row hangs on `users`).

**What delivery may rely on.** The deciding half (`following`, `sweeping`) only ever adds rows to `outbox` and items
to rows that are still `waiting`; everything after that is delivery's.

* A row of `outbox` is one message to one channel. What it tells are the rows of `alerted` that name it as their
  `delivery` (none for `test` and `notice`, whose words are in `payload`). Read them *after* the claim has been
  committed: until then more may be added.
* A row may be claimed when `state` is `waiting` or `failed` and `next_attempt_at` has passed, or when `state` is
  `claimed` and `claimed_until` has passed (its worker is gone). Claiming is one statement that sets `state` to
  `claimed`, `claimed_until`, and `epoch` to one more. Every later write says `WHERE id = … AND epoch = …`: a worker
  that was paused beyond its lease changes nothing.
* `waiting` → `claimed` → `sent` (accepted) | `unknown` (no answer: it may or may not have arrived) | `failed` (to be
  tried again at `next_attempt_at`) | `dead` (given up; an admin may set it to `waiting`) | `dropped` (nothing of it
  may be told any more). `id` is the message's own id on every attempt, so that a channel can drop repeats.
* What is told is read from the views after the claim and checked again then (`rechecking.recheck`): an item that may
  not be told is taken out, one that may be told later goes to `held`. Whoever sends notes in `alerted.version` the
  `Development.changed` of what was rendered (`arriving.note_versions`): corrections go to older and unknown ones.
* `via` is the kind of the channel. `inbox`, `feed` and `browser` are read where they are (`PASSIVE`): `arriving`
  marks them `sent` when due, delivery leaves them alone.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from tracker.accounts.tables import users
from tracker.db import SortedText, metadata
from tracker.eventstore.tables import Position

PASSIVE = ("inbox", "feed", "browser")
"""Kinds of channel that nothing is sent to: they are read where they are."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", SortedText, primary_key=True),
    Column("person", SortedText, ForeignKey(users.c.name, ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("rule", Text, nullable=False),  # JSON of rules.Rule
    Column("cadence", Text, nullable=False),  # at_once, hourly, daily, weekly, off
    Column("channels", Text, nullable=False),  # JSON list of ids of channels; empty: the inbox
    Column("urgent", Integer),  # at this urgency (1 most) or more it breaks through cadence and quiet hours
    Column("imports", Integer, nullable=False),  # whether it asked for imports of the past as well
    Column("state", Text, nullable=False),  # active, paused, broken
    Column("because", Text, nullable=False),  # why it is broken
    Column("snoozed_until", SortedText),
    Column("since", Position, nullable=False),  # position of the log when it was made: nothing before it fires
    Column("silent_since", SortedText),  # a rule on silence: when what it waits for was last there
    Column("check_at", SortedText),  # a rule on silence: when the silence will be long enough; null: not waiting
    Column("fired", Position, nullable=False),
    Column("fired_at", SortedText),
    Column("created_at", SortedText, nullable=False),
    Index("ix_subscriptions_person", "person", "created_at"),
    Index("ix_subscriptions_check_at", "check_at"),
    sqlite_strict=True,
)

postings = Table(
    "postings",
    metadata,
    Column("term", SortedText, nullable=False),
    Column("subscription", SortedText, ForeignKey(subscriptions.c.id, ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("term", "subscription"),
    Index("ix_postings_subscription", "subscription"),
    sqlite_strict=True,
)
"""The inverted index over rules: each rule under its most selective term, active ones only."""

mutes = Table(
    "mutes",
    metadata,
    Column("person", SortedText, ForeignKey(users.c.name, ondelete="CASCADE"), nullable=False),
    Column("stream", SortedText, nullable=False),
    Column("until", SortedText),  # null: for good
    PrimaryKeyConstraint("person", "stream"),
    sqlite_strict=True,
)

hours = Table(
    "alert_hours",
    metadata,
    Column("person", SortedText, ForeignKey(users.c.name, ondelete="CASCADE"), primary_key=True),
    Column("zone", Text, nullable=False),
    Column("quiet_from", Text, nullable=False),  # HH:MM in the zone; "" for no quiet hours
    Column("quiet_until", Text, nullable=False),
    sqlite_strict=True,
)
"""Each person's zone and quiet hours; no row: the newsroom's zone and none."""

channels = Table(
    "channels",
    metadata,
    Column("id", SortedText, primary_key=True),  # the inbox of somebody is `inbox:NAME`
    Column("person", SortedText, ForeignKey(users.c.name, ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),  # email, webhook, chat, inbox, feed, browser
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("secret", Text, nullable=False),  # sealed; "" for none
    Column("state", Text, nullable=False),  # active, unconfirmed, paused (by the owner), disabled (by us, see because)
    Column("because", Text, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("refusals", Integer, nullable=False, server_default="0"),  # of those, messages refused for good
    Column("rests_until", SortedText),  # left alone until then, after a failure
    Column("last_error", Text, nullable=False),
    Column("last_error_at", SortedText),
    Column("last_sent_at", SortedText),
    Column("created_at", SortedText, nullable=False),
    Index("ix_channels_person", "person"),
    sqlite_strict=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", SortedText, primary_key=True),  # UUID; the message's id on every attempt
    Column("person", SortedText, ForeignKey(users.c.name, ondelete="CASCADE"), nullable=False),
    Column("channel", SortedText, ForeignKey(channels.c.id, ondelete="CASCADE"), nullable=False),
    Column("via", SortedText, nullable=False),
    Column("kind", Text, nullable=False),  # alert, digest, correction, test, notice
    Column("stream", SortedText, nullable=False),  # `story/SLUG` of an alert or a correction; else ""
    Column("urgency", Integer),  # the most urgent of its items
    Column("payload", Text, nullable=False),  # JSON object; see `outbox`
    Column("created_at", SortedText, nullable=False),
    Column("due_at", SortedText, nullable=False),
    Column("state", SortedText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", SortedText, nullable=False),  # due_at, until it has failed
    Column("claimed_until", SortedText),
    Column("epoch", Position, nullable=False),
    Column("sent_at", SortedText),
    Column("read_at", SortedText),  # of an inbox
    CheckConstraint(
        "state IN ('waiting', 'claimed', 'sent', 'unknown', 'failed', 'dead', 'dropped')", name="known_state"
    ),
    Index("ix_outbox_person", "person", "created_at"),
    Index("ix_outbox_channel", "channel", "due_at"),
    sqlite_strict=True,
)
_open = outbox.c.state.in_(["waiting", "claimed", "failed"])
Index("ix_outbox_open", outbox.c.next_attempt_at, sqlite_where=_open, postgresql_where=_open)
_waiting = outbox.c.state == "waiting"
Index("ix_outbox_waiting", outbox.c.channel, sqlite_where=_waiting, postgresql_where=_waiting)
_unread = (outbox.c.via == "inbox") & (outbox.c.state == "sent") & outbox.c.read_at.is_(None)
Index("ix_outbox_unread", outbox.c.person, sqlite_where=_unread, postgresql_where=_unread)

alerted = Table(
    "alerted",
    metadata,
    Column("person", SortedText, ForeignKey(users.c.name, ondelete="CASCADE"), nullable=False),
    Column("channel", SortedText, ForeignKey(channels.c.id, ondelete="CASCADE"), nullable=False),
    Column("stream", SortedText, nullable=False),
    Column("development", SortedText, nullable=False),  # or the key of a question; "" for the story itself
    Column("act", Position, nullable=False),  # 0: that it was logged; else the position of what befell it later
    Column("delivery", SortedText, ForeignKey(outbox.c.id, ondelete="CASCADE"), nullable=False),
    Column("position", Position, nullable=False),  # of the event that led to it
    Column("consequences", Text, nullable=False),  # JSON list of [word, kind, key], the gravest first
    Column("rules", Text, nullable=False),  # JSON list of {"id", "name", "why": [[field, value]…]}
    Column("version", Integer),  # `Development.changed` as it was told; null: not told yet, or not known
    PrimaryKeyConstraint("person", "channel", "stream", "development", "act"),
    Index("ix_alerted_delivery", "delivery"),
    Index("ix_alerted_development", "stream", "development"),
    sqlite_strict=True,
)
"""What each person was told, or is to be told, on each channel: the items of the messages in `outbox`."""

held = Table(
    "held",
    metadata,
    Column("stream", SortedText, nullable=False),
    Column("development", SortedText, nullable=False),
    Column("behind", SortedText, nullable=False),  # the development whose embargo or withholding keeps it back
    Column("position", Position, nullable=False),  # of its logging
    Column("until", SortedText),  # when an embargo ends; null: until somebody releases it
    PrimaryKeyConstraint("stream", "development"),
    Index("ix_held_behind", "stream", "behind"),
    Index("ix_held_until", "until"),
    sqlite_strict=True,
)
"""Developments that some of those who would be alerted may not see yet; matched again when that changes."""

attempts = Table(
    "attempts",
    metadata,
    Column("delivery", SortedText, ForeignKey(outbox.c.id, ondelete="CASCADE"), nullable=False),
    Column("epoch", Position, nullable=False),
    Column("started_at", SortedText, nullable=False),
    Column("finished_at", SortedText),
    Column("outcome", Text, nullable=False),  # trying, sent, unknown, failed, refused, dropped
    Column("status", Integer),  # of SMTP or HTTP
    Column("answer", Text, nullable=False),
    PrimaryKeyConstraint("delivery", "epoch"),
    Index("ix_attempts_started_at", "started_at"),
    sqlite_strict=True,
)
"""The delivery log: every attempt at a message, with the server's answer."""
