"""Delivering what is due: in lanes of threads, each message claimed, checked again, sent and written down.

The lease is the guarantee, not the thread or the task: whoever is killed leaves a claim that runs out.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from tracker.alerts.arriving import note_versions
from tracker.alerts.claiming import LANES, LEASE_SECONDS, Claim, Lane, claim, claim_this, drop, due, park, settle
from tracker.alerts.outbox import notify
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain, Unknown
from tracker.alerts.rechecking import Checked, recheck
from tracker.alerts.rendering import message_of
from tracker.alerts.retrying import BREAKS, DELAYS, Verdict, judge
from tracker.alerts.sending import Sender
from tracker.db import writing
from tracker.faults import faultpoint
from tracker.instants import Clock, Instant

_log = logging.getLogger(__name__)

MOST_CLAIMS = len(DELAYS) + 3
"""A message that is claimed more often than it can have failed stops whoever claims it, and is given up."""

OUTCOMES: dict[type, str] = {Accepted: "sent", TryAgain: "failed", Refused: "refused", Unknown: "unknown"}


@dataclass
class Courier:
    """Delivers for one process. Wake it whenever something may be due; it works in threads of its own."""

    engine: Engine
    sender: Sender
    clock: Clock
    base_url: str
    lanes: Sequence[Lane] = LANES
    lease: float = LEASE_SECONDS
    chance: Callable[[], float] = random.random
    _running: dict[str, int] = field(default_factory=dict)
    _woken: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _one_writes: threading.Lock = field(default_factory=threading.Lock)
    _stopping: bool = False
    _mail_rests: tuple[float, int] = (0.0, 0)
    """Until when (monotonic) the mail server is left alone, after so many failures in a row."""

    def wake(self) -> None:
        """Start as many threads as there is work for; returns at once."""
        if self._stopping:
            return
        work = due(self.engine, [self._open(lane) for lane in self.lanes], self.clock())
        for lane in self.lanes:
            with self._changed:
                self._woken += 1
                running = self._running.get(lane.name, 0)
                starting = max(0, work.get(lane.name, 0) - running)
                self._running[lane.name] = running + starting
            for _ in range(starting):
                threading.Thread(target=self._serve, args=(lane,), name=f"delivering-{lane.name}").start()

    def stop(self, within: float = 35.0) -> bool:
        """Begin nothing new, and wait for what is being sent; whether all of it came to an end."""
        self._stopping = True
        return self._wait(within)

    def deliver(self, within: float = 10.0) -> bool:
        """Deliver what is due and wait until nothing is left, or until the time is up; whether nothing is."""
        self.wake()
        return self._wait(within)

    def deliver_this(self, delivery: str) -> None:
        """Deliver one message now, such as a test, whatever else is due on its channel."""
        with self._turn():
            claimed = claim_this(self.engine, delivery, self.clock(), self.lease)
        if claimed is not None:
            self._handle(claimed)

    def _wait(self, within: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not any(self._running.values()), within)

    def _serve(self, lane: Lane) -> None:
        """One thread: message after message until nothing is due, or the process ends."""
        left = False
        try:
            while not left:
                woken = self._woken
                while (claimed := self._next(lane)) is not None:
                    self._handle(claimed)
                left = self._leave(lane, woken)
        except SQLAlchemyError:
            _log.exception("A delivery could not be written down; its lease runs out, and it is tried again.")
        finally:
            if not left:
                self._leave(lane)

    def _next(self, lane: Lane) -> Claim | None:
        if self._stopping or not threading.main_thread().is_alive():
            return None
        with self._turn():
            return claim(self.engine, self._open(lane), self.clock(), self.lease)

    def _leave(self, lane: Lane, woken: int | None = None) -> bool:
        """Count a thread out; not one for which something may have become due since it began to look (`woken`),
        because whoever woke us counted on it."""
        with self._changed:
            if woken not in {None, self._woken}:
                return False
            self._running[lane.name] -= 1
            self._changed.notify_all()
            return True

    def _handle(self, claimed: Claim) -> None:
        faultpoint("claimed")
        if claimed.attempts > MOST_CLAIMS:
            self._write_down(claimed, None, Refused("Whoever tried to send it stopped, time and again."))
            return
        with self._turn(), writing(self.engine) as connection:
            now = self.clock()
            checked = recheck(connection, [claimed.id], now)[claimed.id]
            message = message_of(connection, claimed, checked, now, self.base_url)
            if why := _nothing_left(claimed, checked):
                drop(connection, claimed, why, now)
                return
        faultpoint("before_sending")
        outcome = self.sender.send(claimed, message, now)
        faultpoint("before_writing_down")
        self._write_down(claimed, checked, outcome)
        faultpoint("written_down")

    def _write_down(self, claimed: Claim, checked: Checked | None, outcome: Outcome) -> None:
        now = self.clock()
        self._note_mail(claimed, outcome)
        verdict = judge(
            outcome, via=claimed.via, attempts=claimed.attempts, health=claimed.health, now=now, chance=self.chance()
        )
        status = None if isinstance(outcome, Unknown) else outcome.status
        with self._turn(), writing(self.engine) as connection:
            ours = settle(connection, claimed, verdict, OUTCOMES[type(outcome)], status, outcome.said, now)
            if ours and checked and verdict.state == "sent":
                note_versions(connection, claimed.person, claimed.channel, checked.items)
            if ours and verdict.disabled:
                self._tell_owner(connection, claimed, verdict, now)

    def _tell_owner(self, connection: Connection, claimed: Claim, verdict: Verdict, now: Instant) -> None:
        park(connection, claimed.channel)
        notify(
            connection, claimed.person, "channel_disabled", now, channel=claimed.channel, name=claimed.address,
            because=verdict.disabled,
        )  # fmt: skip

    def _open(self, lane: Lane) -> Lane:
        """The lane without mail while the mail server rests."""
        if time.monotonic() >= self._mail_rests[0]:
            return lane
        kinds = tuple(kind for kind in lane.kinds if kind != "email")
        return Lane(lane.name, kinds, lane.doubtful, lane.threads)

    def _note_mail(self, claimed: Claim, outcome: Outcome) -> None:
        """A mail server in trouble is everybody's trouble: it rests, rather than each channel."""
        if claimed.via != "email":
            return
        troubled = isinstance(outcome, Unknown) or (isinstance(outcome, TryAgain) and outcome.elsewhere)
        failures = self._mail_rests[1] + 1 if troubled else 0
        rest = BREAKS[min(failures, 3) - 1] if failures else 0
        self._mail_rests = (time.monotonic() + rest, failures)

    def _turn(self) -> threading.Lock:
        """SQLite has one writer: our threads queue here, rather than by trying again and again."""
        return self._one_writes if self.engine.dialect.name == "sqlite" else threading.Lock()


def _nothing_left(claimed: Claim, checked: Checked) -> str:
    """Why a message is not sent at all; "" where it is."""
    if checked.person is None:
        return "The account is shut."
    if not checked.items and claimed.kind not in {"test", "notice"}:
        return "Nothing of it may be told any more."
    return ""
