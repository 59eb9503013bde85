"""Delivering: a thousand mails through a real mail server with a quarter failing at first, and how long one takes from
the commit until the server has taken it, with a Celery worker woken through Redis."""

import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import redis
from sqlalchemy import insert, update
from uuid_utils import uuid7

from benchmarks.measuring import Measure, Seconds
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tests.alerts.mailboxes import Mailboxes, mailboxes
from tests.newsroom import note, requests
from tests.servers import redis_program, redis_server, until
from tests.web.visiting import QUICK
from tracker import instants
from tracker.accounts.people import Role, add_person
from tracker.alerts import subscribing
from tracker.alerts.delivery import Courier
from tracker.alerts.rules import Rule
from tracker.alerts.smtp import MailServer
from tracker.alerts.tables import channels, outbox
from tracker.bootstrap import WAKE_CHANNEL, Tracker
from tracker.db import writing

FAILING = 4
"""Every so-manieth mailbox is full when it is first tried."""

ROUNDS = 2
"""A round takes a minute and more."""

FLOOR_IS = "smtplib to the same server, 8 threads, nothing kept"
FLOOR_OF_ONE = "one mail handed over by smtplib, median"


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measures of delivering."""
    with ExitStack() as stack:
        server = stack.enter_context(mailboxes())
        many = _Crowd(stack.enter_context(tracker_at(place.fresh())), server, sizes.mails)
        what = f"deliver one of {sizes.mails:,} mails, a quarter fail at first (60 ms: 1,000 a minute)"
        measures = [Measure(what, place.name, "ms", many.deliver, many.floor, FLOOR_IS, ROUNDS)]
        if redis_program() and sizes.alerts:
            one = stack.enter_context(_worked(place, sizes.alerts))
            what = "from the commit to the mail server's acceptance, p99"
            measures.append(Measure(what, place.name, "ms", one.p99, one.floor, FLOOR_OF_ONE, ROUNDS))
        yield measures


class _Crowd:
    """So many people with a mailbox each, all of whom are told at once."""

    def __init__(self, tracker: Tracker, server: Mailboxes, number: int) -> None:
        self._tracker, self._server, self._number = tracker, server, number
        self._later = timedelta()
        sender = replace(tracker.courier.sender, mail_server=MailServer.read(server.url))
        self._courier = Courier(tracker.engine, sender, self._now, tracker.settings.base_url)
        with writing(tracker.engine) as connection:
            add_person(connection, "ben", Role.REPORTER, "a long password", now=tracker.clock(), hasher=QUICK)
            connection.execute(insert(channels), [_mailbox(n, tracker.clock()) for n in range(number)])

    def deliver(self) -> Seconds:
        """All of them, until each is taken; the time of one. RuntimeError if one was lost or doubled."""
        self._fail_at_first()
        wanted = self._put()
        began = time.perf_counter()
        self._until_idle()
        self._later += timedelta(minutes=1)  # when what failed is due again
        self._until_idle()
        took = time.perf_counter() - began
        taken = [id.partition("@")[0].strip("<") for id in self._server.ids]
        if sorted(taken) != sorted(wanted):
            raise RuntimeError(f"{len(wanted)} mails were due, {len(taken)} taken, {len(set(taken))} of them different")
        self._server.mails.clear()
        return took / self._number

    def floor(self) -> Seconds:
        """As many mails handed over and forgotten."""
        self._server.at_recipient = lambda _: "250 Ok"
        began = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(_hand_over, [self._server.port] * self._number))
        took = time.perf_counter() - began
        self._server.mails.clear()
        return took / self._number

    def _until_idle(self) -> None:
        while not self._courier.deliver(within=60):
            pass

    def _now(self) -> instants.Instant:
        return instants.text(instants.moment(self._tracker.clock()) + self._later)

    def _fail_at_first(self) -> None:
        failed: set[str] = set()

        def at_recipient(to: str) -> str:
            number = int(to.partition("@")[0].removeprefix("box"))
            if number % FAILING or to in failed:
                return "250 Ok"
            failed.add(to)
            return "451 Full"

        self._server.at_recipient = at_recipient

    def _put(self) -> list[str]:
        now, ids = self._now(), [str(uuid7()) for _ in range(self._number)]
        rows = [_message(id, n, now) for n, id in enumerate(ids)]
        with writing(self._tracker.engine) as connection:
            connection.execute(update(channels).values(failures=0, rests_until=None))
            connection.execute(insert(outbox), rows)
        return ids


class _Worked:
    """A newsroom whose alerts a Celery worker delivers, woken through Redis."""

    def __init__(self, tracker: Tracker, server: Mailboxes, number: int) -> None:
        self._tracker, self._server, self._number, self._logged = tracker, server, number, 0
        self._taken: dict[str, float] = {}
        server.at_end = self._note

    def p99(self) -> Seconds:
        """Of so many events one after the other, from the commit until the mail server has taken the mail."""
        took = sorted(self.tell_of_one() for _ in range(self._number))
        return took[min(len(took) - 1, int(len(took) * 0.99))]

    def floor(self) -> Seconds:
        took = []
        for _ in range(self._number):
            began = time.perf_counter()
            _hand_over(self._server.port)
            took.append(time.perf_counter() - began)
        return statistics.median(took)

    def tell_of_one(self) -> Seconds:
        """From one commit until the mail server has taken the mail."""
        here, self._logged = self._tracker, self._logged + 1
        # A story of its own: alerts on one story within minutes are told together.
        story = f"story-{self._logged}"
        opened = {"type": "story.opened", "story": story, "title": story}
        headline = f"News number {self._logged}."
        asked = requests(here, opened, note("n1", headline=headline, story=story), story=story)
        here.handling.handle(asked, "ana")
        committed = time.perf_counter()
        here.announce(here.store.position())
        until(lambda: headline in self._taken, within=60)
        return self._taken[headline] - committed

    def _note(self, mail: EmailMessage) -> str:
        self._taken.setdefault(str(mail["Subject"]).partition(": ")[2], time.perf_counter())
        return "250 Taken"


@contextmanager
def _worked(place: Place, number: int) -> Iterator[_Worked]:
    with redis_server() as broker, mailboxes() as server:
        url = place.fresh()
        environment = {
            "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": "s" * 32, "TRACKER_REDIS_URL": broker,
            "TRACKER_SMTP_URL": server.url,
        }  # fmt: skip
        with tracker_at(url, environment) as tracker, _worker(environment, broker):
            with writing(tracker.engine) as connection:
                now = tracker.clock()
                add_person(connection, "ben", Role.REPORTER, "a long password", now=now, hasher=QUICK)
                connection.execute(insert(channels), [_mailbox(0, now)])
                asked = subscribing.Asked(name="All", rule=Rule(types=("note.logged",)), channels=("box0",))
                subscribing.subscribe(connection, "ben", asked, now)
            worked = _Worked(tracker, server, number)
            worked.tell_of_one()
            yield worked


@contextmanager
def _worker(environment: dict[str, str], broker: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "workers.app", "worker", "--pool=solo",
         "--loglevel=ERROR", "--without-gossip", "--without-mingle"],
        env={**os.environ, **environment, "PYTHONPATH": "."},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with redis.Redis.from_url(broker) as listening:
            until(lambda: bool(listening.pubsub_numsub(WAKE_CHANNEL)[0][1]), within=60)
        yield
    finally:
        process.kill()
        process.wait()


def _hand_over(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as session:
        session.sendmail("a@example.org", "box1@example.org", "Subject: News\r\n\r\nA mail.\r\n")


def _mailbox(n: int, now: instants.Instant) -> dict[str, object]:
    return {
        "id": f"box{n}", "person": "ben", "kind": "email", "name": "", "address": f"box{n}@example.org", "secret": "",
        "state": "active", "because": "", "failures": 0, "refusals": 0, "last_error": "", "created_at": now,
    }  # fmt: skip


def _message(id: str, n: int, now: instants.Instant) -> dict[str, object]:
    return {
        "id": id, "person": "ben", "channel": f"box{n}", "via": "email", "kind": "test", "stream": "", "payload": "{}",
        "created_at": now, "due_at": now, "state": "waiting", "attempts": 0, "next_attempt_at": now, "epoch": 0,
    }  # fmt: skip
