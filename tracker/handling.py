"""A request becomes events: read the streams it touches, fold, decide, append; again if somebody was faster."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from tracker.eventstore import reading as log
from tracker.eventstore import sealing
from tracker.eventstore.append import RESTORED
from tracker.eventstore.errors import CommandReused, WrongExpectedVersion
from tracker.eventstore.events import Command, NewEvent, Receipt, RecordedEvent, StreamAppend
from tracker.eventstore.store import EventStore
from tracker.instants import Clock, Instant
from tracker.stories import codec, sources
from tracker.stories.catalogue import Command as AnyCommand
from tracker.stories.deciding import decide, provisional
from tracker.stories.editorial import RedactDetail
from tracker.stories.entries import Changes, Development, Entry, Ref
from tracker.stories.errors import Invalid, Refused
from tracker.stories.fields import DevelopmentFields, Fields, Sealed
from tracker.stories.folding import changes
from tracker.stories.pressure import QuestionRaised
from tracker.stories.requests import Request
from tracker.stories.situation import Situation
from tracker.stories.sources import AddSource, ForgetSource

ATTEMPTS = 25
CACHED_STREAMS = 512


class Overtaken(Exception):
    """Somebody changed the development after the editor read it; `now` is what it says now."""

    def __init__(self, key: str, now: Development, seen: int) -> None:
        super().__init__(f"“{key}” was changed since you read it.")
        self.key, self.now, self.seen = key, now, seen


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


ReadStream = Callable[[str, int], list[RecordedEvent]]
"""Reads the events of a stream after a version."""


class Folds:
    """Streams folded so far, so that one more command costs what happened since, not the whole history.

    A fold is taken out while somebody works on it: nobody else sees it change, and a second worker folds anew.
    """

    def __init__(self, size: int = CACHED_STREAMS) -> None:
        self._size = size
        self._kept: OrderedDict[str, tuple[int, dict[Ref, Entry]]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, stream: str, read: ReadStream) -> tuple[int, dict[Ref, Entry]]:
        """The version and the fold of a stream, brought up to date with `read`, for the caller alone."""
        with self._lock:
            version, entries = self._kept.pop(stream, (0, {}))
        for event in read(stream, version):
            entries.update(changes(entries.get, codec.recorded(event)))
            version = event.version
        return version, entries

    def give_back(self, stream: str, version: int, entries: dict[Ref, Entry]) -> None:
        """Keep a fold for the next one; the least used goes first."""
        with self._lock:
            self._kept[stream] = (version, entries)
            self._kept.move_to_end(stream)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


class Handling:
    """Turns requests into events of the log."""

    def __init__(self, store: EventStore, sealer: sealing.Sealer, zone: ZoneInfo, clock: Clock) -> None:
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
                work = self._work(lambda stream, after: log.read_stream(connection, stream, after))
                try:
                    commands = self._decided(work, known, requests, by)
                finally:
                    work.give_back()
            try:
                receipts = self._store.append(*commands, also=work.also if work.has_keys else None)
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
        work = self._work(self._store.read_stream)
        known = self._store.known_commands(request.id for group in groups for request in group)
        refusals: list[tuple[int, Refused]] = []
        events = 0
        try:
            for index, group in enumerate(groups):
                mark = work.mark()
                try:
                    appends = [each for request in group if request.id not in known for each in work.decide(request)]
                except Refused as refused:
                    work.undo_to(mark)
                    refusals.append((index, refused))
                else:
                    events += sum(len(append.events) for append in appends)
        finally:
            work.give_back()
        return refusals, events

    def foretell(self, requests: Sequence[Request]) -> list[Fields]:
        """The events that requests would become, decided in memory and appended nowhere; nothing for those that are
        known already. Raises Refused."""
        work = self._work(self._store.read_stream)
        known = self._store.known_commands(request.id for request in requests)
        try:
            appends = [each for request in requests if request.id not in known for each in work.decide(request)]
        finally:
            work.give_back()
        return [codec.decode(event.type, event.data) for append in appends for event in append.events]

    def _work(self, read: ReadStream) -> "_Work":
        return _Work(read, self._folds, self._sealer, self._zone, self._clock())

    def _decided(
        self, work: "_Work", known: Mapping[str, log.Answer], requests: Sequence[Request], by: str
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
                    appends = work.decide(request)
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


@dataclass
class _Work:
    """The folds that one call works on, with what was decided so far laid over them."""

    read: ReadStream
    folds: Folds
    sealer: sealing.Sealer
    zone: ZoneInfo
    now: Instant
    taken: dict[str, tuple[int, dict[Ref, Entry]]] = field(default_factory=dict)
    over: dict[str, dict[Ref, Entry]] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    done: list[Callable[[], None]] = field(default_factory=list)
    """How to undo each thing decided so far, last first."""
    keys_kept: list[tuple[str, str]] = field(default_factory=list)
    keys_destroyed: list[str] = field(default_factory=list)

    def decide(self, request: Request) -> tuple[StreamAppend, ...]:
        """The appends a request becomes, in the order of its streams; what it introduces comes first."""
        if request.expected is not None and self._version(request.stream) != request.expected:
            raise WrongExpectedVersion(request.stream, request.expected, self._version(request.stream))
        self._check_seen(request)
        appends = []
        for introduced in request.introduces:
            kind = "source" if isinstance(introduced, AddSource) else "actor"
            appends += self._decide_one(introduced, f"{kind}/{introduced.key}", request)
        return (*appends, *self._decide_one(request.command, request.stream, request))

    def mark(self) -> int:
        """A place to go back to with `undo_to`."""
        return len(self.done)

    def undo_to(self, mark: int) -> None:
        """Forget what was decided since a mark."""
        while len(self.done) > mark:
            self.done.pop()()

    def give_back(self) -> None:
        """Put the folds back as they were taken, without what was only decided."""
        for stream, (version, entries) in self.taken.items():
            if version:
                self.folds.give_back(stream, version, entries)
        self.taken = {}

    @property
    def has_keys(self) -> bool:
        return bool(self.keys_kept or self.keys_destroyed)

    def also(self, connection: Connection) -> None:
        """Sealing keys are stored and destroyed in the transaction that records why."""
        for key, wrapped in self.keys_kept:
            sealing.keep(connection, key, wrapped, self.now)
        for key in self.keys_destroyed:
            sealing.destroy(connection, key, self.now)

    def _decide_one(self, command: AnyCommand, stream: str, request: Request) -> list[StreamAppend]:
        slug = stream.partition("/")[2]
        own = self._get_own(stream)

        def get(ref: Ref) -> Entry | None:
            found = own(ref)
            if found is None and ref[0] in {"actor", "source"} and f"{ref[0]}/{ref[1]}" != stream:
                return self._get_own(f"{ref[0]}/{ref[1]}")(ref)
            return found

        at = Situation(
            get=get, slug=slug, now=self.now, zone=self.zone, command_id=request.id, learned_at=request.learned_at
        )
        redacted = _sealed_details(own, command)
        events = decide(self._sealed(command), at)
        if not events:
            return []
        expected = self._version(stream)
        for event in events:
            self._lay_over(stream, changes(own, provisional(event, at, stream, self._version(stream) + 1)))
        if isinstance(command, ForgetSource):
            self._destroy_key(stream)
        self.keys_destroyed += redacted
        new = tuple(NewEvent(*codec.encode(event), request.learned_at) for event in events)
        return [StreamAppend(stream, expected, new)]

    def _lay_over(self, stream: str, puts: Changes) -> None:
        over = self.over.setdefault(stream, {})
        before = {ref: over.get(ref) for ref in puts}
        over.update(puts)
        self.added[stream] = self.added.get(stream, 0) + 1

        def undo() -> None:
            self.added[stream] -= 1
            for ref, entry in before.items():
                if entry is None:
                    del over[ref]
                else:
                    over[ref] = entry

        self.done.append(undo)

    def _version(self, stream: str) -> int:
        return self._taken(stream)[0] + self.added.get(stream, 0)

    def _taken(self, stream: str) -> tuple[int, dict[Ref, Entry]]:
        if stream not in self.taken:
            self.taken[stream] = self.folds.take(stream, self.read)
        return self.taken[stream]

    def _get_own(self, stream: str) -> Callable[[Ref], Entry | None]:
        base, over = self._taken(stream)[1], self.over.setdefault(stream, {})
        return lambda ref: over.get(ref) or base.get(ref)

    def _check_seen(self, request: Request) -> None:
        key = getattr(request.command, "target", "")
        if request.seen is None or not key:
            return
        entry = self._get_own(request.stream)(("development", key))
        if isinstance(entry, Development) and entry.changed != request.seen:
            raise Overtaken(key, entry, request.seen)

    def _sealed(self, command: AnyCommand) -> AnyCommand:
        """The command with what is confidential sealed, the keys to be stored in the same transaction."""
        if isinstance(command, AddSource) and command.identity:
            return msgspec.structs.replace(command, identity=self._seal(command.identity, "identity"))
        if isinstance(command, DevelopmentFields) and command.sealed:
            details = {name: self._seal(text, f"sealed.{name}") for name, text in command.sealed.items()}
            return msgspec.structs.replace(command, sealed=details)
        return command

    def _seal(self, text: str | Sealed, field: str) -> Sealed:
        if isinstance(text, Sealed):
            raise Invalid(field, "Give this as text; it is sealed here, under a key of its own.")
        ciphertext, wrapped = self.sealer.seal(text)
        self.keys_kept.append((ciphertext.key, wrapped))
        return Sealed(key=ciphertext.key, nonce=ciphertext.nonce, ciphertext=ciphertext.ciphertext)

    def _destroy_key(self, stream: str) -> None:
        for event in self.read(stream, 0):
            added = codec.decode(event.type, event.data)
            if isinstance(added, sources.SourceAdded) and isinstance(added.identity, Sealed):
                self.keys_destroyed.append(added.identity.key)


def _sealed_details(get: Callable[[Ref], Entry | None], command: AnyCommand) -> list[str]:
    """The keys of the sealed details that a redaction names."""
    target = get(("development", command.target)) if isinstance(command, RedactDetail) else None
    if not isinstance(target, Development) or not isinstance(command, RedactDetail):
        return []
    named = (target.event.sealed.get(name) for name in command.fields)
    return [detail.key for detail in named if isinstance(detail, Sealed)]


def _keys(events: Sequence[Fields]) -> tuple[str, ...]:
    """The keys of the developments and questions among these events."""
    return tuple(event.key for event in events if isinstance(event, DevelopmentFields | QuestionRaised))
