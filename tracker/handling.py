"""A request becomes events: read the streams it touches, fold, decide, append; again if somebody was faster."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tracker.eventstore import reading as log
from tracker.eventstore.append import RESTORED
from tracker.eventstore.errors import CommandReused, WrongExpectedVersion
from tracker.eventstore.events import Command, Receipt, StreamAppend
from tracker.eventstore.sealing import Sealer
from tracker.eventstore.store import EventStore
from tracker.folds import Folds, ReadStream
from tracker.instants import Clock
from tracker.overlay import Overlay
from tracker.stories import codec
from tracker.stories.errors import Refused
from tracker.stories.fields import DevelopmentFields, Fields
from tracker.stories.pressure import QuestionRaised
from tracker.stories.requests import Request

ATTEMPTS = 25


class RefusedIn(Exception):
    """One of several requests was refused: which (from 0), and why."""

    def __init__(self, index: int, refused: Refused) -> None:
        super().__init__(str(refused))
        self.index, self.refused = index, refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request. `keys` are those of the developments and questions it logged."""

    stream: str
    events: int
    first_position: int | None
    last_position: int | None
    repeated: bool
    keys: tuple[str, ...] = ()


class Handling:
    """Turns requests into events of the log."""

    def __init__(self, store: EventStore, sealer: Sealer, zone: ZoneInfo, clock: Clock) -> None:
        self._store, self._sealer, self._zone, self._clock = store, sealer, zone, clock
        self._folds = Folds()

    def handle(self, requests: Sequence[Request], by: str) -> list[Outcome]:
        """Record requests in one transaction, all of them or none.

        A request that is known already is answered as the first time. Where somebody else was faster it is
        decided anew, unless the request said what version it had seen. Raises RefusedIn, Overtaken,
        CommandReused, WrongExpectedVersion, LogBusy.
        """
        for attempt in range(1, ATTEMPTS + 1):
            # One state of the log to decide against; it is closed before the append takes its lock.
            with self._store.reading() as connection:
                known = log.known_commands(connection, (request.id for request in requests))
                with self._overlay(lambda stream, after: log.read_stream(connection, stream, after)) as overlay:
                    commands = self._decided(overlay, known, requests, by)
            try:
                receipts = self._store.append(*commands, also=overlay.also if overlay.has_keys else None)
            except WrongExpectedVersion:
                if attempt == ATTEMPTS or any(request.expected is not None for request in requests):
                    raise
            else:
                return [self._outcome(*each) for each in zip(requests, commands, receipts, strict=True)]
        raise AssertionError("unreachable")

    def rehearse(self, groups: Sequence[Sequence[Request]]) -> tuple[list[tuple[int, Refused]], int]:
        """Decide requests in memory, each group after the ones before it that were not refused, appending nothing.

        Returns the refusals by index of the group, and how many events the rest would add. Requests that are known
        already count as done.
        """
        known = self._store.known_commands(request.id for group in groups for request in group)
        refusals: list[tuple[int, Refused]] = []
        events = 0
        with self._overlay(self._store.read_stream) as overlay:
            for index, group in enumerate(groups):
                mark = overlay.mark()
                try:
                    appends = [each for request in group if request.id not in known for each in overlay.decide(request)]
                except Refused as refused:
                    overlay.undo_to(mark)
                    refusals.append((index, refused))
                else:
                    events += sum(len(append.events) for append in appends)
        return refusals, events

    def foretell(self, requests: Sequence[Request]) -> list[Fields]:
        """The events that requests would become, decided in memory and appended nowhere; nothing for those that are
        known already. Raises Refused."""
        known = self._store.known_commands(request.id for request in requests)
        with self._overlay(self._store.read_stream) as overlay:
            appends = [each for request in requests if request.id not in known for each in overlay.decide(request)]
        return [codec.decode(event.type, event.data) for append in appends for event in append.events]

    @contextmanager
    def _overlay(self, read: ReadStream) -> Iterator[Overlay]:
        overlay = Overlay(read, self._folds, self._sealer, self._zone, self._clock())
        try:
            yield overlay
        finally:
            overlay.give_back()

    def _decided(
        self, overlay: Overlay, known: Mapping[str, log.Answer], requests: Sequence[Request], by: str
    ) -> list[Command]:
        """Each request with what it becomes; one that is known already becomes nothing again."""
        commands = []
        for index, request in enumerate(requests):
            appends: tuple[StreamAppend, ...] = ()
            if request.id in known:
                if known[request.id][0] not in (request.fingerprint, RESTORED):
                    raise CommandReused(request.id)
            else:
                try:
                    appends = overlay.decide(request)
                except Refused as refused:
                    raise RefusedIn(index, refused) from refused
            commands.append(Command(request.id, request.fingerprint, appends, by, request.correlation))
        return commands

    def _outcome(self, request: Request, command: Command, receipt: Receipt) -> Outcome:
        events = [codec.decode(event.type, event.data) for append in command.appends for event in append.events]
        if receipt.repeated and receipt.first_position is not None:
            count = (receipt.last_position or 0) - receipt.first_position + 1
            first = self._store.read_all(after=receipt.first_position - 1, limit=count)
            events = [codec.decode(event.type, event.data) for event in first]
        return Outcome(
            request.stream, len(events), receipt.first_position, receipt.last_position, receipt.repeated,
            _keys(events),
        )  # fmt: skip


def _keys(events: Sequence[Fields]) -> tuple[str, ...]:
    """The keys of the developments and questions among these events."""
    return tuple(event.key for event in events if isinstance(event, DevelopmentFields | QuestionRaised))
