"""A deposit for a library: a BagIt bag (RFC 8493) with the log, its proofs, the documents, and pages to read."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import bagit
import orjson
from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.archive.documents import Documents, hash_of
from tracker.archive.exports import datasette, offline
from tracker.archive.exports.told import Telling
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import read_streams
from tracker.instants import Instant
from tracker.projections.disclosure import may_read, touched, withheld
from tracker.projections.scene import mentioned
from tracker.stories import codec
from tracker.stories.entries import Source

PAGE = 1_000


def log_of(connection: Connection, telling: Telling, viewer: Principal, now: Instant) -> Iterator[bytes]:
    """The events of the stories told and of the people and sources they name, in the order of the log.

    What the viewer may not see, or was said off the record, keeps its place and its hashes; the rest is as stored.
    """
    told = {key for story in telling.stories for key in ((story.slug, each["key"]) for each in story.developments)}
    silent = {
        f"source/{key}"
        for story in telling.stories
        for (kind, key), entry in story.scene.newsroom.items()
        if kind == "source" and isinstance(entry, Source) and entry.terms == "off_record"
    }
    listed = _events(connection, telling)
    for start in range(0, len(listed), PAGE):
        page = listed[start : start + PAGE]
        for event, shown in zip(page, may_read(connection, viewer, now, page), strict=True):
            hidden = event.stream in silent or not _untouched(event, told)
            yield orjson.dumps(withheld(shown) if hidden else shown) + b"\n"


def positions_of(connection: Connection, telling: Telling) -> list[int]:
    """Where the events of a deposit's log stand in the whole log."""
    return [event.position for event in _events(connection, telling)]


def write_bag(
    folder: Path, telling: Telling, log: Iterable[bytes], *, evidence: Mapping[str, bytes], documents: Iterable[Path]
) -> None:
    """A bag in an empty or new folder.

    `evidence` are further files by name (checkpoint, proofs); `documents` are files named by their SHA-256.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(17, "A deposit goes into an empty folder", str(folder))
    with (folder / "log.jsonl").open("wb") as held:
        held.writelines(log)
    for name, content in evidence.items():
        (folder / name).write_bytes(content)
    (folder / "stories").mkdir()
    for story in telling.stories:
        (folder / "stories" / f"{story.slug}.html").write_bytes(offline.page(story, telling.now))
        (folder / "stories" / f"{story.slug}.json").write_bytes(
            orjson.dumps(story.document, default=list, option=orjson.OPT_INDENT_2)
        )
    (folder / "stories.db").write_bytes(datasette.write(telling))
    for document in documents:
        (folder / "documents").mkdir(exist_ok=True)
        (folder / "documents" / document.name).write_bytes(document.read_bytes())
    (folder / "README.md").write_bytes(files("tracker.archive.exports").joinpath("deposit.md").read_bytes())
    bagit.make_bag(str(folder), _about(telling), checksums=["sha256"])


def documents_of(telling: Telling, kept: Documents) -> list[Path]:
    """The documents kept for the sources of what is told, each once, in the order they are first named."""
    named = (
        hash_of(source.get("document", ""))
        for story in telling.stories
        for each in story.developments
        for source in each["sources"]
    )
    found = (kept.path(hash) for hash in dict.fromkeys(named) if hash)
    return [path for path in found if path is not None]


def zipped(folder: Path) -> bytes:
    """A bag as one ZIP file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
    return held.getvalue()


def zipped_bag(
    telling: Telling, log: Iterable[bytes], *, evidence: Mapping[str, bytes], documents: Iterable[Path]
) -> bytes:
    """A deposit as one ZIP file, for a browser to download."""
    with TemporaryDirectory(prefix="tracker-deposit-") as parent:
        folder = Path(parent) / telling.name
        write_bag(folder, telling, log, evidence=evidence, documents=documents)
        return zipped(folder)


def _events(connection: Connection, telling: Telling) -> list[RecordedEvent]:
    streams = {f"story/{story.slug}" for story in telling.stories}
    for story in telling.stories:
        streams |= {f"{kind}/{key}" for kind, key in mentioned(story.scene.entries)}
    found = [event for logged in read_streams(connection, streams).values() for event in logged]
    return sorted(found, key=lambda event: event.position)


def _untouched(event: RecordedEvent, told: set[tuple[str, str]]) -> bool:
    """Whether everything an event of a story touches is told."""
    if not event.stream.startswith("story/"):
        return True
    slug = event.stream.partition("/")[2]
    return all((slug, key) in told for key in touched(codec.decode(event.type, event.data)))


def _about(telling: Telling) -> dict[str, str]:
    return {
        "Source-Organization": telling.base_url,
        "External-Identifier": telling.address,
        "External-Description": f"The record of: {telling.title}",
        "Bagging-Date": telling.now[:10],
        "Bag-Software-Agent": f"newsroom-story-tracker {version('newsroom-story-tracker')}",
    }
