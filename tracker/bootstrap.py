"""The one place where the parts are put together, for the web, the command line and the workers alike."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import redis
from sqlalchemy import Connection, Engine

from tracker import db, instants
from tracker.alerts import following as alerts
from tracker.alerts.addresses import AddressRefused, Allowed
from tracker.alerts.admins import tell_admins
from tracker.alerts.arriving import arrive
from tracker.alerts.delivery import Courier
from tracker.alerts.guarded_http import GuardedHttp, NoAnswer, NotSent
from tracker.alerts.locked import Locks
from tracker.alerts.mail import Letterhead
from tracker.alerts.sending import Sender
from tracker.alerts.smtp import MailServer
from tracker.archive import forgetting, nightly, witness_ways, witnessing
from tracker.archive.documents import Documents
from tracker.archive.verifications import Verification
from tracker.config import ConfigurationError, Settings
from tracker.db import reading
from tracker.eventstore.sealing import Sealer
from tracker.eventstore.store import EventStore
from tracker.handling import Handling, Outcome
from tracker.instants import Clock
from tracker.projections import following
from tracker.stories.requests import Request

WAKE_CHANNEL = "tracker:appended"
SWEEP_SECONDS = 1.0
WAIT_FOR_VIEWS_SECONDS = 5.0

Announce = Callable[[int], None]
"""Tells whoever follows that the log has reached a position; it may get lost, and nothing is lost with it."""


class InProcess:
    """Wakes threads of this process."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._position = 0

    def __call__(self, position: int) -> None:
        with self._condition:
            self._position = max(self._position, position)
            self._condition.notify_all()

    def wait(self, after: int, timeout: float) -> int:
        """Until the log is said to have passed a position, or until the time is up; the last position heard of."""
        with self._condition:
            self._condition.wait_for(lambda: self._position > after, timeout)
            return self._position


class ThroughRedis:
    """Wakes the workers of every machine. A Redis that does not answer costs a wake-up, and nobody's time.

    One thread tells, of many appends in a row the last one only, so that a Redis that hangs holds up no editor.
    """

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25)
        self._teller = ThreadPoolExecutor(1, "announce")
        self._lock = threading.Lock()
        self._latest, self._is_due = 0, False

    def __call__(self, position: int) -> None:
        with self._lock:
            self._latest = max(self._latest, position)
            if self._is_due:
                return
            self._is_due = True
        self._teller.submit(self._tell)

    def _tell(self) -> None:
        with self._lock:
            position, self._is_due = self._latest, False
        try:
            self._redis.publish(WAKE_CHANNEL, position)
        except redis.RedisError:
            return  # the timetable catches up with whatever this wake-up would have started


@dataclass
class Tracker:
    """A running tracker: settings, database, log, handling, and how followers are woken."""

    settings: Settings
    engine: Engine
    store: EventStore
    handling: Handling
    zone: ZoneInfo
    clock: Clock
    sealer: Sealer
    announce: Announce
    courier: Courier
    awaken: InProcess = field(default_factory=InProcess)

    def record(self, requests: Sequence[Request], by: str) -> list[Outcome]:
        """Record requests, wake the followers, and see to it that the views show them before anybody looks."""
        outcomes = self.handling.handle(requests, by)
        last = max((outcome.last_position or 0 for outcome in outcomes), default=0)
        if last:
            self.announce(last)
            self.show(last)
        return outcomes

    def show(self, position: int) -> bool:
        """Bring the views to a position; False where another worker holds them for longer than we wait."""
        until = time.monotonic() + WAIT_FOR_VIEWS_SECONDS
        while True:
            following.catch_up(self.engine)
            with reading(self.engine) as connection:
                if following.position(connection) >= position:
                    return True
            if time.monotonic() > until:
                return False
            time.sleep(0.005)

    @cached_property
    def followers(self) -> tuple[Callable[[Engine], int], ...]:
        """What follows the log, each from its own checkpoint; workers and threads run the same."""
        return (following.catch_up, self.alert, self.forget)

    def alert(self, engine: Engine) -> int:
        """Decide who is to be told of what the views have taken in, and of what time has made due."""
        told = alerts.catch_up(engine, self.clock, self.zone)
        return told + alerts.sweep(engine, self.clock, self.zone) + arrive(engine, self.clock())

    def forget(self, engine: Engine) -> int:
        """Destroy the documents of sources that were forgotten."""
        return forgetting.follow(engine, self.documents)

    @cached_property
    def documents(self) -> Documents:
        """The documents that sources rest on."""
        return Documents(Path(self.settings.documents))

    def witness(self) -> int:
        """Send the log's checkpoint to every witness whose turn it is; how many took it."""
        return witnessing.round(self.engine, self.settings, self.clock, self._ways)

    def verify_nightly(self) -> bool:
        """Check the whole log if that has not been done since last night; whether it was done now."""
        return nightly.round(self.engine, self.zone, self.clock, self._tell_of_the_log) is not None

    def _tell_of_the_log(self, connection: Connection, found: Verification) -> None:
        # Where it begins, and no more: what exactly differs may name a story that an admin is not to see.
        tell_admins(connection, "log_not_as_written", self.clock(), position=str(found.first_wrong or ""))

    @cached_property
    def _ways(self) -> witnessing.Send:
        post = _guarded(GuardedHttp(Allowed.read(self.settings.allowed_hosts)))
        return witnessing.ways(
            (("file:",), witness_ways.into_folder),
            (("mailto:",), witness_ways.by_mail(self.settings.smtp_url, self.settings.mail_from)),
            (("https:", "http:"), witness_ways.to_address(post)),
            (("rfc3161:",), witness_ways.to_authority(post)),
        )

    def close(self) -> None:
        """Let what is being sent come to its end, begin nothing new, and leave the database."""
        self.courier.stop()
        self.engine.dispose()

    def catch_up(self) -> int:
        """One round of every follower, and what became due is on its way; how many events were handled."""
        handled = sum(follow(self.engine) for follow in self.followers)
        self.courier.wake()
        return handled


def _guarded(http: GuardedHttp) -> witness_ways.Post:
    """A way out for checkpoints that can't reach the inside."""

    def post(url: str, body: bytes, headers: witness_ways.Headers) -> tuple[int, bytes]:
        try:
            answer = http.post(url, body, headers)
        except (AddressRefused, NoAnswer, NotSent) as error:
            raise OSError(str(error)) from error
        return answer.status, answer.body

    return post


def start(settings: Settings, clock: Clock = instants.now) -> Tracker:
    """A tracker with its production parts; nothing is connected to before it is used. Raises ConfigurationError."""
    engine = db.connect(settings.database_url)
    store = EventStore(engine, clock)
    zone, sealer = ZoneInfo(settings.timezone), Sealer(settings.secret_key)
    awaken = InProcess()
    announce: Announce = _through_redis(settings.redis_url) if settings.redis_url else awaken
    return Tracker(
        settings=settings, engine=engine, store=store, handling=Handling(store, sealer, zone, clock), zone=zone,
        clock=clock, sealer=sealer, announce=announce, awaken=awaken,
        courier=Courier(engine, _sender(settings), clock, settings.base_url),
    )  # fmt: skip


def _through_redis(url: str) -> ThroughRedis:
    """What wakes the workers. Raises ConfigurationError."""
    try:
        return ThroughRedis(url)
    except ValueError as error:
        raise ConfigurationError(f"TRACKER_REDIS_URL: {error}") from None


def _sender(settings: Settings) -> Sender:
    """What sends alerts. Raises ConfigurationError."""
    try:
        allowed = Allowed.read(settings.allowed_hosts)
        mail_server = MailServer.read(settings.smtp_url) if settings.smtp_url else None
    except ValueError as error:
        raise ConfigurationError(f"TRACKER_ALLOWED_HOSTS or TRACKER_SMTP_URL: {error}") from None
    return Sender(
        http=GuardedHttp(allowed), locks=Locks(settings.secret_key), mail_server=mail_server,
        letterhead=Letterhead(settings.mail_from, settings.base_url), apprise=settings.apprise,
    )  # fmt: skip
