"""What it costs to match one event and to decide whom to tell, with twenty rules that match among few and many."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import msgspec
from sqlalchemy import Connection, Engine, insert, update

from benchmarks.measuring import Measure, Seconds, timed
from benchmarks.places import Place, tracker_at
from benchmarks.sizes import Sizes
from tests.newsroom import note, requests
from tests.web.visiting import QUICK
from tracker import instants
from tracker.accounts.people import Role, add_person
from tracker.alerts import following, matching, terms
from tracker.alerts.gathering import gather
from tracker.alerts.rules import Rule
from tracker.alerts.tables import channels, outbox, postings, subscriptions
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_all
from tracker.projections import following as views

FEW, MATCHING, PEOPLE = 1_000, 20, 100
EVENTS = 10
"""So many events a round; each is decided by itself."""

FLOOR_IS = f"the same among {FEW:,} subscriptions (growth)"

_STORY = {"type": "story.opened", "story": "harbour", "title": "The harbour contract", "beats": ["ports"]}


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measure of matching, over two newsrooms that differ in how many subscribe."""
    with ExitStack() as stack:
        many, few = (
            _Newsroom(stack.enter_context(tracker_at(place.fresh())), number) for number in (sizes.subscriptions, FEW)
        )
        whats = (
            f"match one event, {MATCHING} rules of {sizes.subscriptions:,} match",
            f"decide it whole: matched, {MATCHING} messages into the outbox",
        )
        yield [
            Measure(whats[0], place.name, "ms", many.match, few.match, FLOOR_IS),
            Measure(whats[1], place.name, "ms", many.decide, few.decide, FLOOR_IS),
        ]


class _Newsroom:
    """A newsroom with one story, and so many subscriptions of which twenty are on it."""

    def __init__(self, tracker: Tracker, number: int) -> None:
        self._tracker, self._logged = tracker, 0
        _subscribe(tracker.engine, number, tracker.clock())
        tracker.record(requests(tracker, _STORY), "ana")

    def match(self) -> Seconds:
        """The median time from an event to the rules that it meets, of people who may see it."""
        return self._median(self._matched)

    def decide(self) -> Seconds:
        """The median time from an event to the messages in the outbox, up to their commit."""
        return self._median(self._decided)

    def _median(self, one: Callable[[Connection, Sequence[RecordedEvent]], None]) -> Seconds:
        return statistics.median(self._one(one) for _ in range(EVENTS))

    def _one(self, one: Callable[[Connection, Sequence[RecordedEvent]], None]) -> Seconds:
        here, self._logged = self._tracker, self._logged + 1
        here.record(requests(here, note(f"n{self._logged}", tags=["tender"], urgency=4)), "ana")
        views.catch_up(here.engine)
        with writing(here.engine) as connection:
            events = read_all(connection, after=here.store.position() - 1)
            took = timed(lambda: one(connection, events))
            # Sent, as far as the next event is concerned: it makes messages of its own.
            connection.execute(update(outbox).where(outbox.c.state == "waiting").values(state="sent"))
        return took

    def _matched(self, connection: Connection, events: Sequence[RecordedEvent]) -> None:
        now = self._tracker.clock()
        told = gather(connection, events, now)
        found = matching.match(connection, told.changes, told.known, now).found
        if len(found) != MATCHING:
            raise RuntimeError(f"{len(found)} rules matched")

    def _decided(self, connection: Connection, events: Sequence[RecordedEvent]) -> None:
        following.decide(connection, events, self._tracker.clock(), self._tracker.zone)


def _subscribe(engine: Engine, number: int, now: instants.Instant) -> None:
    """Twenty rules that match a note on the harbour, and others on everything else a newsroom follows."""
    crowd: Counter[str] = Counter()
    kept, posted = [], []
    for n in range(number):
        rule = _matching(n) if n < MATCHING else _other(n)
        crowd.update(under := terms.post_under(rule, crowd))
        kept.append(
            {
                "id": f"s{n:07}", "person": f"p{n % PEOPLE}", "name": "A rule", "state": "active", "because": "",
                "rule": msgspec.json.encode(rule).decode(), "cadence": "at_once", "channels": "[]", "imports": 0,
                "since": 0, "fired": 0, "created_at": now,
            }
        )  # fmt: skip
        posted += [{"term": term, "subscription": f"s{n:07}"} for term in under]
    with writing(engine) as connection:
        for n in range(PEOPLE):
            add_person(connection, f"p{n}", Role.REPORTER, "a long password", now=now, hasher=QUICK)
        connection.execute(insert(channels), [_inbox(f"p{n}", now) for n in range(PEOPLE)])
        connection.execute(insert(subscriptions), kept)
        connection.execute(insert(postings), posted)


def _matching(n: int) -> Rule:
    return Rule(stories=("harbour",)) if n % 2 else Rule(tags=("tender",), urgency=5)


def _other(n: int) -> Rule:
    """Rules that a note on the harbour does not meet; half of them hold something that it holds as well."""
    match n % 8:
        case 0:
            return Rule(stories=(f"story-{n % 5_000}",))
        case 1:
            return Rule(actors=(f"actor-{n % 20_000}",))
        case 2:
            return Rule(words=f"word{n % 10_000} tender")
        case 3:
            return Rule(tags=(f"tag-{n % 5_000}",), types=("note.logged",))
        case 4:
            return Rule(stories=("harbour",), actors=(f"actor-{n % 20_000}",))
        case 5:
            return Rule(beats=("ports",), words=f"word{n % 10_000}")
        case 6:
            return Rule(beats=("ports",), stories=(f"story-{n % 5_000}",))
        case _:
            return Rule(consequences=("demand_met", "claim_contradicted"), stories=(f"story-{n % 5_000}",))


def _inbox(person: str, now: instants.Instant) -> dict[str, object]:
    return {
        "id": f"inbox:{person}", "person": person, "kind": "inbox", "name": "", "address": "", "secret": "",
        "state": "active", "because": "", "failures": 0, "last_error": "", "created_at": now,
    }  # fmt: skip
