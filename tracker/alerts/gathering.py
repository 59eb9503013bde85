"""What a page of events changed, as the rules of alerts see it, with the entries needed to say who may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import Connection, select

from tracker import instants
from tracker.alerts.rules import Change, Part
from tracker.eventstore.append import RESTORED
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import known_commands
from tracker.projections.entries import StreamRef, entry_changes, fetch
from tracker.projections.scene import inherited
from tracker.stories import codec
from tracker.stories.consequences import WORDS, consequences
from tracker.stories.dates import limits
from tracker.stories.entries import Actor, Development, Entry, Question, Story
from tracker.stories.fields import DevelopmentFields, Fields
from tracker.stories.references import aimed, named
from tracker.stories.search_query import FIRST_DAY, LAST_DAY, Searchable
from tracker.stories.search_words import words_of
from tracker.stories.type_names import wire_name
from tracker.stories.wording import wording

LONG_AGO = timedelta(days=7)
"""What was learned so long before it was recorded is the past being filled in, not news."""

STALE = timedelta(hours=1)
"""Events recorded longer ago than this may have been restored from a copy of the log: it is looked up."""

_LEVELS = ("desk", "newsroom", "public")
_SPEAKING = frozenset({"speaker", "by", "claimant", "demanders", "identified_by", "revealed_by", "on_behalf_of"})
_ADDRESSED = frozenset({"addressee", "asked_by"})

Known = dict[StreamRef, Entry]


@dataclass(slots=True)
class Gathered:
    """The changes of some events; what the views say now of all that they touch; who may see more than before."""

    changes: list[Change] = field(default_factory=list)
    known: Known = field(default_factory=dict)
    opened: set[tuple[str, str]] = field(default_factory=set)
    """Stream and key of developments whose embargo or withholding ended, or that more people may see."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One entry as an event changed it."""

    kind: str
    key: str
    before: Entry | None
    after: Entry


def gather(connection: Connection, events: Sequence[RecordedEvent], now: str) -> Gathered:
    """The changes of these events of stories; three reads or so, however many events."""
    events = [event for event in events if event.stream.startswith("story/")]
    if not events:
        return Gathered()
    steps = _steps(connection, [event.position for event in events])
    bodies = {event.position: codec.decode(event.type, event.data) for event in events if event.position in steps}
    found = Gathered(known=_known(connection, events, bodies, steps))
    restored = _restored(connection, events, now)
    for event in events:
        if event.position not in steps:
            continue
        found.opened |= {(event.stream, step.key) for step in steps[event.position] if _opens(step)}
        past = event.correlation is not None or event.causation in restored or _was_long_known(event)
        change = _change(event, bodies[event.position], steps[event.position], found.known, past=past)
        if change is not None:
            found.changes.append(change)
    return found


def chain(known: Known, stream: str, key: str) -> list[Development] | None:
    """A development and all that it was said via; None where one of them is not there."""
    found: list[Development] = []
    passed: set[str] = set()
    while key and key not in passed:
        passed.add(key)
        entry = known.get((stream, "development", key))
        if not isinstance(entry, Development):
            return None
        found.append(entry)
        key = entry.event.via
    return found


def complete(connection: Connection, known: Known) -> Known:
    """The same with what the developments were said via, their sources, and the names of whom they name."""
    asked = set(known)
    while True:
        wanted: set[StreamRef] = set()
        for (stream, _, _), entry in known.items():
            if isinstance(entry, Development):
                wanted |= {(stream, "development", entry.event.via)} if entry.event.via else set()
                wanted |= {
                    (f"{ref.names}/{ref.key}", ref.names, ref.key)
                    for ref in named(entry.event)
                    if ref.names in {"actor", "source"}
                }
        wanted -= asked
        if not wanted:
            return known
        asked |= wanted
        known |= fetch(connection, wanted)


def _steps(connection: Connection, positions: list[int]) -> dict[int, list[_Step]]:
    rows = connection.execute(
        select(entry_changes).where(entry_changes.c.position.in_(positions)).order_by(entry_changes.c.position)
    )
    found: dict[int, list[_Step]] = {}
    for row in rows:
        before = codec.decode_entry(row.kind, row.before) if row.before is not None else None
        step = _Step(row.kind, row.key, before, codec.decode_entry(row.kind, row.after))
        found.setdefault(row.position, []).append(step)
    return found


def _known(
    connection: Connection, events: Sequence[RecordedEvent], bodies: dict[int, Fields], steps: dict[int, list[_Step]]
) -> Known:
    wanted: set[StreamRef] = set()
    for event in events:
        if event.position in steps:
            wanted.add((event.stream, "story", event.stream.partition("/")[2]))
            wanted |= {(event.stream, step.kind, step.key) for step in steps[event.position]}
            wanted |= {(event.stream, *ref) for ref in aimed(bodies[event.position])}
    return complete(connection, fetch(connection, wanted))


def _change(event: RecordedEvent, body: Fields, steps: list[_Step], known: Known, *, past: bool) -> Change | None:
    told = [
        (each.word, each.kind, each.key) for step in steps for each in consequences(step.key, step.before, step.after)
    ]
    if not told:
        return None
    told.sort(key=lambda each: WORDS.index(each[0]))
    development = told[0][2] if told[0][1] in {"development", "question"} else ""
    if is_new := isinstance(body, DevelopmentFields):
        development = body.key
    slug = event.stream.partition("/")[2]
    entry = known.get((event.stream, "development", development))
    said = entry if isinstance(entry, Development) else None
    story = known.get((event.stream, "story", slug))
    beats = {
        beat.casefold()
        for beat in (*(said.event.beats if said else ()), *(story.beats if isinstance(story, Story) else ()))
    }
    actors = _actors(event.stream, said, known)
    return Change(
        position=event.position, version=event.version, stream=event.stream, development=development,
        act=0 if is_new else event.position, type=wire_name(body), consequences=tuple(told),
        by=event.recorded_by, recorded_at=event.recorded_at, past=past,
        keys=frozenset({development, *(key for _, key in aimed(body)), *(key for _, _, key in told)}),
        actors=frozenset(actors), beats=frozenset(beats),
        tags=frozenset(tag.casefold() for tag in said.event.tags) if said else frozenset(),
        urgency=said.event.urgency if said else None,
        document=_document(event.stream, development, known, actors, beats),
    )  # fmt: skip


def _actors(stream: str, said: Development | None, known: Known) -> set[tuple[Part, str]]:
    """Who speaks, whom it is about, to whom it is addressed; whoever said what it aims at is somebody it is about."""
    if said is None:
        return set()
    found = set(_parts(said.event))
    for kind, key in aimed(said.event):
        target = known.get((stream, kind, key))
        if isinstance(target, Development):
            own = {actor for _, actor in found}
            found |= {
                ("addressee" if part == "addressee" else "subject", actor)
                for part, actor in _parts(target.event)
                if actor not in own
            }
    return found


def _parts(event: DevelopmentFields) -> Iterable[tuple[Part, str]]:
    speaks = wire_name(event) in {"comment.declined", "position.taken"}
    for found in named(event):
        if found.names == "actor":
            field_ = found.path.partition(".")[0]
            if field_ in _SPEAKING or (field_ == "actor" and speaks):
                yield "speaker", found.key
            else:
                yield "addressee" if field_ in _ADDRESSED else "subject", found.key


def _document(
    stream: str, key: str, known: Known, actors: Iterable[tuple[Part, str]], beats: Iterable[str]
) -> Searchable:
    """What the words of a rule are held against: the text as it stands now."""
    slug = stream.partition("/")[2]
    names = {name for _, actor in actors for name in (actor, _name(known, actor))}
    found = Searchable((), actors=frozenset(names), beats=frozenset(beats), story=slug)
    development = known.get((stream, "development", key))
    if isinstance(development, Development):
        occurred = inherited(_of_story(known, stream), development, "occurred")
        first, last = limits(occurred.edtf) if occurred else (None, None)
        return replace(
            found, words=words_of(wording(development.event).values()), type=wire_name(development.event),
            first=(first or FIRST_DAY)[:10], last=(last or LAST_DAY)[:10],
        )  # fmt: skip
    question = known.get((stream, "question", key))
    if isinstance(question, Question):
        return replace(found, words=words_of([question.text, question.answer]), type="question")
    story = known.get((stream, "story", slug))
    told = (story.title, story.synopsis) if isinstance(story, Story) else ()
    return replace(found, words=words_of(told), type="story")


def _of_story(known: Known, stream: str) -> dict[tuple[str, str], Entry]:
    return {(kind, key): entry for (each, kind, key), entry in known.items() if each == stream}


def _name(known: Known, actor: str) -> str:
    entry = known.get((f"actor/{actor}", "actor", actor))
    return entry.name if isinstance(entry, Actor) else actor


def _opens(step: _Step) -> bool:
    """Whether more people may see a development than before."""
    before, after = step.before, step.after
    if not isinstance(before, Development) or not isinstance(after, Development):
        return False
    wider = _LEVELS.index(after.event.visibility) > _LEVELS.index(before.event.visibility)
    return wider or after.embargo < before.embargo or bool(before.withheld and not after.withheld)


def _was_long_known(event: RecordedEvent) -> bool:
    return instants.moment(event.recorded_at) - instants.moment(event.learned_at) > LONG_AGO


def _restored(connection: Connection, events: Sequence[RecordedEvent], now: str) -> set[str]:
    """Commands whose events came from a copy of the log; asked only for what was recorded a while ago."""
    stale = instants.text(instants.moment(now) - STALE)
    old = {event.causation for event in events if event.recorded_at < stale}
    answers = known_commands(connection, old) if old else {}
    return {id for id, (fingerprint, _, _) in answers.items() if fingerprint == RESTORED}
