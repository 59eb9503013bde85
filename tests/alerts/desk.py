"""A newsroom with subscribers, and a short way to say what each of them is told."""

from typing import Any

import orjson
from sqlalchemy import select, update

from tests.newsroom import record
from tracker.accounts.people import Principal, Role
from tracker.alerts import arriving, following, subscribing
from tracker.alerts.rules import Rule
from tracker.alerts.tables import alerted, channels, outbox
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.instants import Instant

CLEO = Principal("cleo", Role.REPORTER, frozenset())


class Desk:
    """A newsroom whose alerts are looked at; its clock stands where it is put."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.later = 0.0
        """So many hours after the real time."""

    def now(self) -> Instant:
        return subscribing.hours_later(self.tracker.clock(), self.later)

    def subscribe(self, person: str = "ben", *, name: str = "", **asked: Any) -> str:
        """Keep a subscription whose rule has these fields, but for those of the subscription itself."""
        own = {each: asked.pop(each) for each in ("cadence", "channels", "urgent", "imports") if each in asked}
        kept = subscribing.Asked(name=name or "Rule", rule=Rule(**asked), **own)
        with writing(self.tracker.engine) as connection:
            return subscribing.subscribe(connection, person, kept, self.now())

    def record(self, *records: dict[str, Any], by: str = "ana") -> None:
        """Record, and let the alerts catch up."""
        record(self.tracker, *records, by=by)
        self.catch_up()

    def catch_up(self) -> None:
        following.catch_up(self.tracker.engine, self.now, self.tracker.zone)
        following.sweep(self.tracker.engine, self.now, self.tracker.zone)

    def arrive(self) -> int:
        """Let what is due stand in the inboxes."""
        return arriving.arrive(self.tracker.engine, self.now())

    def messages(self, **only: Any) -> list[dict[str, Any]]:
        """The messages in the outbox with what they tell, the oldest first."""
        with reading(self.tracker.engine) as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.created_at, outbox.c.id)).mappings().all()
            items = connection.execute(select(alerted).order_by(alerted.c.position)).mappings().all()
        found = [dict(row) | {"items": [dict(item) for item in items if item["delivery"] == row["id"]]} for row in rows]
        return [each for each in found if all(each[name] == value for name, value in only.items())]

    def told(self, person: str = "ben", channel: str = "inbox", **only: Any) -> list[str]:
        """The developments somebody is told of on a channel, in the order of the log."""
        return [item["development"] for each in self.messages(person=person, channel=f"{channel}:{person}", **only)
                for item in each["items"]]  # fmt: skip

    def rules(self, person: str = "ben") -> list[list[str]]:
        """The names of the rules listed with each thing somebody is told."""
        return [
            sorted(rule["name"] for rule in orjson.loads(item["rules"]))
            for each in self.messages(person=person)
            for item in each["items"]
        ]

    def channel(self, person: str, kind: str) -> str:
        """Give somebody a channel; its id."""
        row = {
            "id": f"{kind}:{person}", "person": person, "kind": kind, "name": kind, "address": "somewhere",
            "secret": "", "state": "active", "because": "", "failures": 0, "last_error": "", "created_at": self.now(),
        }  # fmt: skip
        with writing(self.tracker.engine) as connection:
            connection.execute(channels.insert().values(row))
        return f"{kind}:{person}"

    def send(self, state: str = "sent") -> None:
        """Let every message that waits be sent, as the delivering half would note it."""
        with writing(self.tracker.engine) as connection:
            connection.execute(update(outbox).where(outbox.c.state == "waiting").values(state=state))
