"""What is decided and not yet appended, laid over the folds of the log, so that the next command meets both."""

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from tracker.eventstore import sealing
from tracker.eventstore.errors import WrongExpectedVersion
from tracker.eventstore.events import NewEvent, StreamAppend
from tracker.folds import Folds, ReadStream
from tracker.instants import Instant
from tracker.stories import codec, sources
from tracker.stories.catalogue import Command
from tracker.stories.deciding import decide, provisional
from tracker.stories.editorial import RedactDetail
from tracker.stories.entries import Changes, Development, Entry, Ref
from tracker.stories.errors import Invalid
from tracker.stories.fields import DevelopmentFields, Sealed
from tracker.stories.folding import changes
from tracker.stories.requests import Request
from tracker.stories.situation import Situation
from tracker.stories.sources import AddSource, ForgetSource


class Overtaken(Exception):
    """Somebody changed the development after the editor read it; `now` is what it says now."""

    def __init__(self, key: str, now: Development, seen: int) -> None:
        super().__init__(f"“{key}” was changed since you read it.")
        self.key, self.now, self.seen = key, now, seen


@dataclass
class Overlay:
    """What one call has decided so far, over the folds it took out; `give_back` them when it is done."""

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

    def _decide_one(self, command: Command, stream: str, request: Request) -> list[StreamAppend]:
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

    def _sealed(self, command: Command) -> Command:
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


def _sealed_details(get: Callable[[Ref], Entry | None], command: Command) -> list[str]:
    """The keys of the sealed details that a redaction names."""
    target = get(("development", command.target)) if isinstance(command, RedactDetail) else None
    if not isinstance(target, Development) or not isinstance(command, RedactDetail):
        return []
    named = (target.event.sealed.get(name) for name in command.fields)
    return [detail.key for detail in named if isinstance(detail, Sealed)]
