"""Random histories: the log and a few lines of Python that say what it should hold agree at every step."""

from collections import defaultdict
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from tests.eventstore.examples import some
from tracker.eventstore.chain import check_stream
from tracker.eventstore.errors import CommandReused, WrongExpectedVersion
from tracker.eventstore.events import ANY, Any_, Command, Receipt, StreamAppend
from tracker.eventstore.store import EventStore

STREAMS = ("story/a", "story/b", "actor/c")
expectations = st.sampled_from(["any", "exact", "exact", "stale", "ahead"])
requests = st.lists(st.tuples(st.sampled_from(STREAMS), st.integers(0, 3), expectations), max_size=3)


class Wandering(RuleBasedStateMachine):
    """One log over all examples; each works in streams of its own behind what the earlier ones left."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.store = EventStore(engine)
        self.start = self.store.position()
        self.own = uuid4().hex
        self.log: list[tuple[str, int, str]] = []
        self.versions: defaultdict[str, int] = defaultdict(int)
        self.answered: dict[Command, Receipt] = {}

    @rule(appends=requests)
    def ask(self, appends: list[tuple[str, int, str]]) -> None:
        versions, wrong, resolved = self.versions.copy(), False, []
        for name, count, seen in appends:
            stream = f"{self.own}/{name}"
            off = {"exact": 0, "stale": -1, "ahead": 1}.get(seen)
            expected: int | Any_ = ANY if off is None else versions[stream] + off
            wrong = wrong or bool(off)
            versions[stream] += count
            resolved.append(StreamAppend(stream, expected, some(count)))
        command = Command(str(uuid4()), "f1", tuple(resolved), by="ana")
        if wrong:
            with pytest.raises(WrongExpectedVersion):
                self.store.append(command)
            return
        self.record(command)

    def record(self, command: Command) -> None:
        first = self.start + len(self.log) + 1
        for append in command.appends:
            for fact in append.events:
                self.versions[append.stream] += 1
                self.log.append((append.stream, self.versions[append.stream], fact.data))
        last = self.start + len(self.log)
        self.answered[command] = Receipt(first, last, True) if last >= first else Receipt(None, None, True)
        [receipt] = self.store.append(command)
        assert (receipt.first_position, receipt.last_position) == self.positions(command)
        assert not receipt.repeated

    def positions(self, command: Command) -> tuple[int | None, int | None]:
        return self.answered[command].first_position, self.answered[command].last_position

    @rule(which=st.randoms(use_true_random=False))
    def repeat(self, which: Random) -> None:
        if self.answered:
            command = which.choice(list(self.answered))
            assert self.store.append(command) == [self.answered[command]]

    @rule(which=st.randoms(use_true_random=False))
    def reuse(self, which: Random) -> None:
        if self.answered:
            command = which.choice(list(self.answered))
            with pytest.raises(CommandReused):
                self.store.append(Command(command.id, "f2", (), by="ben"))

    @rule(after=st.integers(0, 20), limit=st.integers(1, 9), upto=st.none() | st.integers(0, 25))
    def read_a_page(self, after: int, limit: int, upto: int | None) -> None:
        end = None if upto is None else self.start + upto
        page = self.store.read_all(after=self.start + after, limit=limit, upto=end)
        assert [(e.stream, e.version, e.data) for e in page] == self.log[after:upto][:limit]
        assert [e.position for e in page] == list(range(self.start + after + 1, self.start + after + len(page) + 1))

    @rule(name=st.sampled_from(STREAMS), after=st.integers(0, 5), upto=st.none() | st.integers(0, 9))
    def read_a_stream(self, name: str, after: int, upto: int | None) -> None:
        stream = f"{self.own}/{name}"
        whole = [(version, data) for of, version, data in self.log if of == stream]
        assert [(e.version, e.data) for e in self.store.read_stream(stream, after, upto)] == whole[after:upto]
        assert check_stream(self.store.read_stream(stream)).version == len(whole)

    @invariant()
    def ends_agree(self) -> None:
        assert self.store.position() == self.start + len(self.log)
        assert self.store.streams(f"{self.own}/") == sorted(stream for stream, n in self.versions.items() if n)


def test_the_log_holds_what_was_asked_of_it(engine: Engine) -> None:
    short = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(lambda: Wandering(engine), settings=short)  # type: ignore[arg-type]  # any factory will do
