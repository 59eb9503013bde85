"""A newsroom in memory: records go in as they are sent, events come out, a refusal is an exception."""

import uuid
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracker import intake
from tracker.instants import Instant
from tracker.stories import codec
from tracker.stories.catalogue import Command
from tracker.stories.deciding import decide
from tracker.stories.entries import Changes, Development, Entries, Entry, Get, Ref
from tracker.stories.errors import Refused
from tracker.stories.fields import Fields
from tracker.stories.folding import aims, changes, leads_to
from tracker.stories.recorded import Recorded
from tracker.stories.requests import Request
from tracker.stories.situation import Situation

UTC = ZoneInfo("UTC")
NOW = "2017-06-01T12:00:00.000000Z"
STORY = "harbour"


@dataclass(frozen=True, slots=True)
class Row:
    """An event as a row of the log."""

    type: str
    data: str
    stream: str
    version: int
    position: int
    recorded_at: Instant
    learned_at: Instant
    recorded_by: str = "ana"


class Newsroom:
    """Streams folded in memory, and the log they were folded from. All of a record is recorded, or nothing."""

    def __init__(self, now: Instant = NOW, zone: ZoneInfo = UTC) -> None:
        self.now, self.zone = now, zone
        self.log: list[Recorded] = []
        self.streams: dict[str, dict[Ref, Entry]] = {}
        self._ids = iter(range(1, 1_000_000))

    def record(self, record: Any, **more: Any) -> list[Fields]:
        """The events that one record became; raises Unreadable, or the Refused that says why not."""
        record = a(record, **more) if isinstance(record, str) else record
        streams, logged = {name: dict(entries) for name, entries in self.streams.items()}, len(self.log)
        try:
            requests = intake.read(record, zone=self.zone, now=self.now, story=STORY, id=str(uuid.UUID(int=self._id())))
            return [event for request in requests for event in self._handle(request)]
        except Refused:
            self.streams = streams
            del self.log[logged:]
            raise

    def entries(self, stream: str = f"story/{STORY}") -> Entries:
        """What a stream folded to."""
        return self.streams.get(stream, {})

    def entry(self, kind: str, key: str) -> Any:
        """An entry of the story, or of the actor or source that the key names."""
        return self.entries(f"{kind}/{key}" if kind in {"actor", "source"} else f"story/{STORY}").get((kind, key))

    def development(self, key: str) -> Development:
        """A development of the story."""
        found = self.entry("development", key)
        assert isinstance(found, Development), f"no development {key}"
        return found

    def event(self, key: str) -> Any:
        """What a development of the story says now, every correction applied."""
        return self.development(key).event

    def recorded(self, stream: str = f"story/{STORY}") -> list[Recorded]:
        """The events of one stream, in order."""
        return [recorded for recorded in self.log if recorded.stream == stream]

    def _handle(self, request: Request) -> list[Fields]:
        events: list[Fields] = []
        for introduced in request.introduces:
            kind = type(introduced).__name__.removeprefix("Add").lower()
            events += self._decide(introduced, f"{kind}/{introduced.key}", request)
        return events + self._decide(request.command, request.stream, request)

    def _decide(self, command: Command, stream: str, request: Request) -> list[Fields]:
        own = self.streams.get(stream, {})

        def get(ref: Ref) -> Entry | None:
            return own.get(ref) or (self.entry(*ref) if ref[0] in {"actor", "source"} else None)

        at = Situation(
            get=get, slug=stream.partition("/")[2], now=self.now, zone=self.zone, command_id=request.id,
            learned_at=request.learned_at,
        )  # fmt: skip
        events = decide(command, at)
        for event in events:
            self._append(event, stream, request.learned_at or self.now)
        return [*events]

    def _append(self, event: Fields, stream: str, learned_at: Instant) -> Changes:
        wire, body = codec.encode(event)
        version = 1 + sum(recorded.stream == stream for recorded in self.log)
        recorded = codec.recorded(Row(wire, body, stream, version, len(self.log) + 1, self.now, learned_at))
        assert recorded.event == event
        entries = self.streams.setdefault(stream, {})
        puts = changes(within_reach(entries, recorded), recorded)
        entries.update(puts)
        self.log.append(recorded)
        return puts

    def _id(self) -> int:
        return next(self._ids)


def within_reach(entries: Entries, recorded: Recorded) -> Get:
    """Reads what an event aims at, and what that leads to; whoever asks for more finds out."""
    reach = aims(recorded)
    reach |= {further for ref in reach for further in leads_to(entries.get(ref))}

    def get(ref: Ref) -> Entry | None:
        if ref not in reach:
            raise LookupError(f"{recorded.event} does not aim at {ref}")
        return entries.get(ref)

    return get


def a(type: str, /, **fields: Any) -> dict[str, Any]:
    """A record of a type; `as_`, `from_`, `for_` and `class_` stand for the words that Python keeps for itself."""
    return {"type": type} | {name.removesuffix("_"): value for name, value in fields.items()}


def a_development(type: str, /, **fields: Any) -> dict[str, Any]:
    """A record of a development, from the wire where it says nothing else of its source."""
    grounded = fields.keys() & {"sources", "unsourced", "via"}
    return a(type, **fields) if grounded else a(type, sources="wire", **fields)


def note(key: str, **fields: Any) -> dict[str, Any]:
    """A note."""
    return a_development("note.logged", **{"key": key, "text": f"Note {key}"} | fields)


def claim(key: str, **fields: Any) -> dict[str, Any]:
    """A claim of the minister's."""
    return a_development("claim.asserted", **{"key": key, "text": f"Claim {key}", "claimant": "hale"} | fields)


def denial(key: str, of: str, **fields: Any) -> dict[str, Any]:
    """The minister denies something."""
    return a_development("claim.denied", **{"key": key, "claim": of, "by": "hale"} | fields)


def demand(key: str, **fields: Any) -> dict[str, Any]:
    """The opposition demands that the minister resign."""
    made = {"key": key, "demanders": "ward", "action": "resign", "addressee": "hale"}
    return a_development("demand.made", **made | fields)


def contradiction(key: str, of: str, against: Any, **fields: Any) -> dict[str, Any]:
    """The desk finds that a claim can't be squared with something."""
    return a_development("contradiction.identified", **{"key": key, "claim": of, "against": against} | fields)


def correction(target: str, /, class_: str = "correction", **now: Any) -> dict[str, Any]:
    """Fields of a development put right."""
    changed = [{"field": field.removesuffix("_"), "now": value} for field, value in now.items()]
    return a("development.corrected", target=target, changes=changed, class_=class_)


def given(*records: dict[str, Any], now: Instant = NOW, zone: ZoneInfo = UTC) -> Newsroom:
    """A newsroom that has recorded these, after the story, its people and its sources."""
    newsroom = Newsroom(now, zone)
    for record in (*CAST, *records):
        newsroom.record(record)
    return newsroom


def refused(why: type[Refused], at: str) -> Any:
    """Expects a refusal of exactly this kind, at exactly this field."""
    return pytest.raises(why, check=lambda refusal: type(refusal) is why and refusal.field == at)


def unreadable(**fields: str) -> Any:
    """Expects a record that can't be read, with exactly these fields at fault and these words in what is said."""
    return pytest.raises(
        intake.Unreadable,
        check=lambda error: (
            {problem.field for problem in error.problems} == {path.replace("__", ".") for path in fields}
            and all(fields[problem.field.replace(".", "__")] in problem.message for problem in error.problems)
        ),
    )


# Everybody and everything in this cast is invented. It was known long before the stories that tests tell.
EARLY = "2016-01-01T00:00:00Z"
CAST = tuple(
    record | {"learned_at": EARLY}
    for record in (
        a("actor.added", key="hale", name="Minister Hale", kind="person"),
        a("actor.added", key="ward", name="Senator Ward", kind="person"),
        a("actor.added", key="moss", name="Ida Moss", kind="person"),
        a("actor.added", key="greens", name="The Greens", kind="bloc"),
        a("source.added", key="wire", description="a wire report"),
        a("source.added", key="aide", description="an aide", terms="background"),
        a("source.added", key="insider", description="somebody at the ministry", terms="off_record"),
        a("story.opened", story=STORY, title="The harbour contract"),
    )
)
