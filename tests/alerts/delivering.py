"""A newsroom whose alerts are really delivered: to a mail server and endpoints on the loopback."""

from typing import Any

from sqlalchemy import Engine, insert, select

from tests.alerts.desk import Desk
from tests.alerts.endpoints import Endpoint
from tests.alerts.mailing import outcomes
from tracker.alerts.addresses import Allowed
from tracker.alerts.delivery import Courier
from tracker.alerts.guarded_http import GuardedHttp
from tracker.alerts.keys import first_keys
from tracker.alerts.locked import Locks
from tracker.alerts.mail import Letterhead
from tracker.alerts.sending import Sender
from tracker.alerts.smtp import MailServer
from tracker.alerts.tables import channels, outbox
from tracker.db import reading, writing
from tracker.instants import Clock, Instant

LOCKS = Locks("s" * 32)
BASE = "https://desk.example"


def courier(engine: Engine, clock: Clock, mail: str = "", *, deadline: float = 5.0, **how: Any) -> Courier:
    """A courier that may reach the loopback, and waits no longer than `deadline` for anybody."""
    server = MailServer.read(mail, deadline) if mail else None
    http = GuardedHttp(Allowed.read("127.0.0.0/8"), deadline=deadline)
    sender = Sender(http, LOCKS, Letterhead("stories@desk.example", BASE), server, apprise=False)
    return Courier(engine, sender, clock, BASE, chance=lambda: 0.5, **how)


class Delivering:
    """A desk with a courier."""

    def __init__(self, desk: Desk, mail: str = "", *, deadline: float = 5.0, **how: Any) -> None:
        self.desk, self.engine = desk, desk.tracker.engine
        self.courier = courier(self.engine, desk.now, mail, deadline=deadline, **how)

    def channel(self, id: str, kind: str, person: str = "ben", address: str = "", url: str = "", **columns: Any) -> str:
        """A channel of somebody's, ready for use."""
        secret = LOCKS.lock(first_keys(url, signs=kind == "webhook").written(), id) if url else ""
        row = {
            "id": id, "person": person, "kind": kind, "name": id, "address": address or f"{person}@example.org",
            "secret": secret, "state": "active", "because": "", "failures": 0, "refusals": 0, "last_error": "",
            "created_at": self.desk.now(),
        }  # fmt: skip
        with writing(self.engine) as connection:
            connection.execute(insert(channels).values(row | columns))
        return id

    def follow(self, kind: str, to: Endpoint | None = None, person: str = "ben", **asked: Any) -> str:
        """Somebody follows the harbour on a new channel; the channel's id."""
        id = self.channel(f"{kind}-{person}", kind, person, url=to.url if to else "")
        self.desk.subscribe(person, name="Harbour", stories=("harbour",), channels=(id,), **asked)
        return id

    def deliver(self, hours: float = 0.0) -> None:
        """Let so much time pass, and deliver what is due."""
        self.desk.later += hours
        self.desk.catch_up()
        assert self.courier.deliver(within=20)

    def states(self, channel: str) -> list[str]:
        """What became of the messages on a channel, the oldest first."""
        return [message["state"] for message in self.desk.messages(channel=channel)]

    def outcomes(self, channel: str) -> list[list[str]]:
        """What came of every attempt at each of them."""
        return [outcomes(self.engine, message["id"]) for message in self.desk.messages(channel=channel)]

    def health(self, channel: str) -> dict[str, Any]:
        with reading(self.engine) as connection:
            return dict(connection.execute(select(channels).where(channels.c.id == channel)).mappings().one())


def moment(engine: Engine, id: str) -> Instant:
    """When a message is tried next."""
    with reading(engine) as connection:
        return str(connection.execute(select(outbox.c.next_attempt_at).where(outbox.c.id == id)).scalar_one())
