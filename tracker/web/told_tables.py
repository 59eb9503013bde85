"""What somebody is told, as tables: the news of their stories, their alerts, their inbox, and what was sent to them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.alerts.delivery_log import Logged
from tracker.alerts.subscribing import Subscription
from tracker.projections.catch_up import StoryNews

NEWS = ("story", "title", "since", "position", "word", "of", "key", "heading", "development")
ALERTS = (
    "id", "name", "rule", "cadence", "urgent", "channels", "state", "because", "snoozed_until", "fired", "fired_at",
    "created_at",
)  # fmt: skip
INBOX = (
    "id", "kind", "sent_at", "read_at", "story", "development", "headline", "position", "consequences", "corrections",
    "retracted", "rules", "notice",
)  # fmt: skip
DELIVERIES = (
    "id", "created_at", "channel", "via", "address", "kind", "story", "state", "attempts", "last_attempt_at", "status",
    "answer",
)  # fmt: skip

Row = list[object]


def of_news(news: Iterable[StoryNews]) -> Iterator[Row]:
    """What came of stories, one consequence a row of a table with `NEWS`, the gravest of each story first."""
    for story in news:
        for word, listed in story.by_word():
            for each in listed:
                yield [story.slug, story.title, story.since.position, each.position, word, each.kind, each.key,
                       each.heading, each.link]  # fmt: skip


def of_subscriptions(kept: Iterable[Subscription], said: Mapping[str, str]) -> Iterator[Row]:
    """Subscriptions as rows of a table with `ALERTS`; `said` has the rule of each in plain words, by id."""
    for each in kept:
        asked = each.asked
        yield [each.id, asked.name, said[each.id], asked.cadence, asked.urgent, "; ".join(asked.channels), each.state,
               each.because, each.snoozed_until, each.fired, each.fired_at, each.created_at]  # fmt: skip


def of_messages(messages: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Messages of an inbox, one thing told a row of a table with `INBOX`; a message that tells none is one row."""
    for message in messages:
        head = [message[name] for name in INBOX[:4]]
        for item in message["items"]:
            words = (_words(item["consequences"], "word"), _words(item["corrections"], "field"))
            yield [*head, *(item[name] for name in INBOX[4:8]), *words, item["retracted"],
                   _words(item["rules"], "name"), ""]  # fmt: skip
        if not message["items"]:
            yield [*head, *[None] * 8, (message["notice"] or {}).get("because", "")]


def of_deliveries(logged: Iterable[Logged]) -> Iterator[Row]:
    """Messages that were to leave the house, with what came of the last attempt, as rows with `DELIVERIES`."""
    for each in logged:
        last = each.attempts[-1] if each.attempts else None
        yield [each.id, each.created_at, each.channel_name, each.via, each.address, each.kind,
               each.stream.removeprefix("story/"), each.state, len(each.attempts), last and last.started_at,
               last and last.status, last and last.answer]  # fmt: skip


def _words(listed: Iterable[Mapping[str, Any]], name: str) -> str:
    return "; ".join(dict.fromkeys(str(each[name]) for each in listed))
