"""What every format is written from: stories as somebody may see them, without what was said off the record."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tracker.accounts.people import Principal
from tracker.eventstore.tables import events
from tracker.instants import Instant
from tracker.projections import board, story_page
from tracker.projections.presentation import document
from tracker.projections.scene import Document, Scene, inherited
from tracker.stories.entries import Correction, Development, Entry, Link, Ref, Source

_IDS = uuid.UUID("0c3a4f5e-0a7c-5a3e-8f56-6a1b1f5a7d21")
"""Namespace of the ids that developments have in feeds and calendars: the same wherever the site is moved to."""


@dataclass(frozen=True)
class Told:
    """One story for one viewer: its document, its address, and when each development last changed."""

    scene: Scene
    document: Document
    address: str
    changed_at: dict[str, Instant]

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the actors by key."""
        return {each["key"]: each["name"] for each in self.document["actors"]}

    @property
    def slug(self) -> str:
        return self.scene.slug

    @property
    def title(self) -> str:
        return str(self.document["story"]["title"])

    @property
    def developments(self) -> list[Document]:
        """In the order they were logged."""
        found: list[Document] = self.document["developments"]
        return found

    def address_of(self, key: str) -> str:
        """The permanent address of a development's page."""
        return f"{self.address}/developments/{key}"

    def id_of(self, key: str) -> str:
        """An IRI for a development that stays the same when the site moves."""
        return uuid.uuid5(_IDS, f"{self.slug}#{key}").urn


@dataclass(frozen=True, slots=True)
class Telling:
    """What is exported: one story or all, for whom, when, and from which site."""

    stories: tuple[Told, ...]
    base_url: str
    now: Instant
    whole: bool

    @property
    def title(self) -> str:
        return "All stories" if self.whole else self.stories[0].title

    @property
    def address(self) -> str:
        return f"{self.base_url}/" if self.whole else self.stories[0].address

    @property
    def name(self) -> str:
        """A name for a file or folder."""
        return "stories" if self.whole else self.stories[0].slug


def tell(
    connection: Connection, slug: str | None, viewer: Principal, now: Instant, zone: ZoneInfo, base_url: str
) -> Telling:
    """One story, or with None all that the viewer may see, as they stand now. Raises NoSuchStory."""
    slugs = [slug] if slug else [line.slug for line in board.board(connection, viewer, now)]
    scenes = (on_the_record(story_page.scene(connection, each, viewer, now, zone)) for each in slugs)
    return telling(connection, scenes, base_url, now, whole=not slug)


def telling(connection: Connection, scenes: Iterable[Scene], base_url: str, now: Instant, *, whole: bool) -> Telling:
    """Stories, or parts of them, that are on the record; `whole` where they are all that there are."""
    site = base_url.rstrip("/")
    stories = (
        Told(scene, document(scene), f"{site}/stories/{scene.slug}", _changed_at(connection, scene)) for scene in scenes
    )
    return Telling(tuple(stories), site, now, whole)


def on_the_record(scene: Scene) -> Scene:
    """The scene without what rests on a source that spoke off the record, for whomever it is told."""
    gone = {entry.event.key for entry in scene.developments() if _rests_off_record(scene, entry)}
    kept = {ref: entry for ref, entry in scene.entries.items() if not _belongs(ref, entry, gone)}
    return replace(scene, entries=kept) if gone else scene


def voice(given: object, names: dict[str, str]) -> str:
    """Who a voice is, in words: an actor's name, or the description of somebody unnamed; "" for nobody."""
    if isinstance(given, dict):
        return str(given["description"])
    return "" if given in {"", None} else names.get(str(given), str(given))


def words(development: Document) -> str:
    """What a development says, in its own words: the summary, then its text or quotes."""
    details = development["details"]
    said = [development["summary"], *(str(details.get(name) or "") for name in ("text", "explanation", "reasoning"))]
    said += [f"“{quote['exact']}”" for quote in details.get("quotes") or []]
    said += [f"“{each['answer']}”" for each in details.get("exchanges") or []]
    return "\n".join(dict.fromkeys(part for part in said if part and part != development["headline"]))


def correction_words(correction: Document) -> str:
    """One correction as a sentence a reader can follow."""
    kind, field = str(correction["class"]).capitalize(), str(correction["field"]).replace("_", " ")
    note = f" {correction['public_note']}" if correction["public_note"] else ""
    return f"{kind}: {field} was “{_plain(correction['was'])}”, is “{_plain(correction['now'])}”.{note}"


def source_words(development: Document) -> str:
    """The sources of a development in a line, as their terms let them be named."""
    return "; ".join(_source(each) for each in development["sources"]) or str(development["unsourced"])


def _source(source: Document) -> str:
    outlet = f" ({source['outlet']})" if source.get("outlet") else ""
    return f"{source.get('description') or source['key']}{outlet}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        parts = (f"{name}: {_plain(part)}" for name, part in value.items())
        return str(value.get("as_said") or value.get("edtf") or "; ".join(parts))
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return "nothing" if value in {None, ""} else str(value)


def _rests_off_record(scene: Scene, entry: Development) -> bool:
    chain: list[Development] = []
    at: Entry | None = entry
    while isinstance(at, Development) and at not in chain:
        chain.append(at)
        at = scene.entries.get(("development", at.event.via))
    keys = {key for each in chain for key in (*each.event.sources, *inherited(scene.entries, each, "sources"))}
    found = (scene.newsroom.get(("source", key)) for key in keys)
    return any(isinstance(source, Source) and source.terms == "off_record" for source in found)


def _belongs(ref: Ref, entry: Entry, gone: set[str]) -> bool:
    match entry:
        case Development():
            return ref[1] in gone
        case Correction(target=target):
            return target in gone
        case Link(from_=start, to=end):
            return start in gone or end in gone
        case _:
            return False


def _changed_at(connection: Connection, scene: Scene) -> dict[str, Instant]:
    """When each development's content last changed; those that never did since they were logged cost nothing."""
    developments = scene.developments()
    moved = {each.changed: each.event.key for each in developments if each.changed != each.version}
    found = {each.event.key: each.recorded_at for each in developments}
    for versions in _chunks(sorted(moved), 500):
        rows = connection.execute(
            select(events.c.version, events.c.recorded_at).where(
                events.c.stream == f"story/{scene.slug}", events.c.version.in_(versions)
            )
        )
        found |= {moved[version]: recorded_at for version, recorded_at in rows}
    return found


def _chunks(listed: list[int], size: int) -> Iterator[list[int]]:
    return (listed[start : start + size] for start in range(0, len(listed), size))
