"""All of a story in outline, for one viewer, and the part of it that is shown in full."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, func, or_, select, true

from tracker.accounts.visibility import Sight
from tracker.instants import Instant
from tracker.projections.entries import entries, fetch
from tracker.projections.outline import Line, changed_since, hidden_from, lines, lines_of, outline, restated
from tracker.projections.scene import Asked, Scene, mentioned
from tracker.projections.story_page import newsroom
from tracker.stories import codec
from tracker.stories.entries import Correction, Development, Entry, Link, Question, Ref, Story
from tracker.stories.unburdened import unburdened

MOST_CHANGES = 200
"""Events after which a story is rather read whole."""

MOST_BEGINNINGS = 100
"""Developments whose corrections are looked up one by one; for more, all of the story are read. SQLite takes no
condition of a thousand parts."""


@dataclass(frozen=True)
class Overview:
    """The developments of a story in outline, in the order they were logged."""

    lines: tuple[Line, ...]
    hidden: tuple[Development, ...] = ()
    """What may not be seen and would bear on what is: it must not be told by a standing either."""
    version: int = 0
    """That of the story as it was read; 0 for one that was replayed."""

    @cached_property
    def by_key(self) -> Mapping[str, Line]:
        """Each development by its key."""
        return {line.key: line for line in self.lines}

    @cached_property
    def headlines(self) -> Mapping[str, str]:
        """The headline of each development."""
        return {line.key: line.headline for line in self.lines}

    @cached_property
    def pointing(self) -> Mapping[str, tuple[Line, ...]]:
        """What points at each development, in the order it was logged."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.aims:
                for key in line.aimed:
                    found.setdefault(key, []).append(line)
        return {key: tuple(listed) for key, listed in found.items()}

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Line, ...]]:
        """The developments of each type."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.type, []).append(line)
        return {type: tuple(listed) for type, listed in found.items()}

    def in_state(self, type: str, state: str) -> list[Line]:
        """The developments of a type that have come to a state."""
        return [line for line in self.by_type.get(type, ()) if line.state == state]

    def said_via(self, key: str) -> list[Line]:
        """The developments that were said in this one."""
        return [line for line in self.lines if line.via == key]

    def around(self, keys: Iterable[str]) -> set[str]:
        """Keys of developments that are there, with what they were said via."""
        found = {key for key in keys if key in self.by_key}
        return found | {via for key in found if (via := self.by_key[key].via) in self.by_key}


def overview(connection: Connection, slug: str, version: int, seen: Sight, now: Instant) -> Overview:
    """A story as it stands at this version of it, in outline."""
    stream = f"story/{slug}"
    found, hidden = lines(connection, stream, seen, now), hidden_from(connection, stream, seen, now)
    if hidden:
        found = restated(connection, stream, found, hidden)
    return Overview(tuple(found), tuple(hidden), version)


def refreshed(
    connection: Connection, slug: str, kept: Overview, version: int, seen: Sight, now: Instant
) -> Overview | None:
    """The same from an earlier one, for which no embargo ended since; only what changed is read.

    None where it has to be read whole: much has changed, or something that is hidden or was, and bears on the rest.
    """
    if not kept.version < version <= kept.version + MOST_CHANGES:
        return None
    stream = f"story/{slug}"
    changed = changed_since(connection, stream, kept.version)
    was_hidden = any(act.event.key in changed for act in kept.hidden)
    if was_hidden or hidden_from(connection, stream, seen, now, changed):
        return None
    anew = lines(connection, stream, seen, now, changed)
    if kept.hidden:
        anew = restated(connection, stream, anew, kept.hidden)
    stayed = (line for line in kept.lines if line.key not in changed)
    found = sorted([*stayed, *anew], key=attrgetter("position"))
    return Overview(tuple(found), kept.hidden, version)


def overview_of(scene: Scene) -> Overview:
    """A story as a replay has it, in outline."""
    return Overview(tuple(lines_of(scene.entries)))


def lapsed(connection: Connection, slug: str, now: Instant) -> Instant:
    """When the last embargo of a story ended; until the next one ends, everybody goes on seeing the same."""
    row = outline.c
    ended = and_(row.embargo > "", row.embargo <= now)
    latest = select(func.max(row.embargo)).where(ended, row.stream == f"story/{slug}")
    return connection.execute(latest).scalar() or ""


def excerpt(
    connection: Connection, slug: str, story: Story, seen: Sight, now: Instant, zone: ZoneInfo, asked: Asked,
    version: int, shown: Overview, keys: Collection[str], actors: Iterable[str] = (),
) -> Scene:  # fmt: skip
    """The part of a story, as it stands, that these developments make up; all of them are known to be visible.

    The newsroom in it has who is mentioned in them, and `actors` besides.
    """
    stream = f"story/{slug}"
    wanted = shown.around(keys)
    issues = {shown.by_key[key].issue for key in wanted} - {""}
    refs: list[Ref] = [("development", key) for key in wanted]
    refs += [("issue", key) for key in issues]
    found: dict[Ref, Entry] = {("story", slug): story}
    found |= {(kind, key): entry for (_, kind, key), entry in _fetch(connection, stream, refs).items()}
    found |= _beside(connection, stream, shown, wanted, seen)
    found = unburdened(found, shown.hidden)
    named = mentioned(found) | {("actor", key) for key in actors}
    return Scene(
        slug=slug, entries=found, newsroom=newsroom(connection, named), seen=seen, now=now, zone=zone,
        version=version, asked=asked,
    )  # fmt: skip


def bodies(connection: Connection, slug: str, wanted: Iterable[Line]) -> dict[Ref, Entry]:
    """The entries of these developments, as they are stored, of what they were said via and of their issues."""
    refs: set[Ref] = set()
    for line in wanted:
        refs |= {("development", line.key), ("development", line.via), ("issue", line.issue)}
    found = _fetch(connection, f"story/{slug}", (ref for ref in refs if ref[1]))
    return {(kind, key): entry for (_, kind, key), entry in found.items()}


def excerpt_of(scene: Scene, shown: Overview, keys: Collection[str]) -> Scene:
    """The same part of a story that was replayed whole."""
    wanted = shown.around(keys)
    kept = {ref: entry for ref, entry in scene.entries.items() if _is_part(ref, entry, wanted)}
    return Scene(
        slug=scene.slug, entries=kept, newsroom=scene.newsroom, seen=scene.seen, now=scene.now, zone=scene.zone,
        version=scene.version, asked=scene.asked,
    )  # fmt: skip


def _is_part(ref: Ref, entry: Entry, wanted: Collection[str]) -> bool:
    match entry:
        case Development():
            return ref[1] in wanted
        case Correction(target=target):
            return target in wanted
        case Link(from_=start, to=end):
            return start in wanted or end in wanted
        case _:
            return True


def _fetch(connection: Connection, stream: str, refs: Iterable[Ref]) -> dict[tuple[str, str, str], Entry]:
    return fetch(connection, [(stream, *ref) for ref in refs])


def _beside(
    connection: Connection, stream: str, shown: Overview, wanted: Collection[str], seen: Sight
) -> dict[Ref, Entry]:
    """The corrections and links of these developments, and the questions of the story."""
    row = entries.c
    corrected = sorted(key for key in wanted if shown.by_key[key].corrections)
    # A correction's key is `target#version.n`, and `$` comes right after `#`.
    beginnings = [and_(row.key > f"{key}#", row.key < f"{key}$") for key in corrected]
    theirs = or_(False, *beginnings) if len(corrected) <= MOST_BEGINNINGS else true()
    rows = connection.execute(
        select(row.kind, row.key, row.body)
        .where(
            row.stream == stream,
            or_(row.kind.in_(["link", "question"]), and_(row.kind == "correction", theirs)),
        )
        .order_by(row.position, row.key)
    )
    found: dict[Ref, Entry] = {}
    for kind, key, body in rows:
        entry = codec.decode_entry(kind, body)
        if isinstance(entry, Question) and entry.visibility not in seen.levels:
            continue
        if isinstance(entry, Correction) and entry.target not in wanted:
            continue
        if isinstance(entry, Link) and not (
            {entry.from_, entry.to} & set(wanted) and entry.from_ in shown.by_key and entry.to in shown.by_key
        ):
            continue
        found[(kind, key)] = entry
    return found
