"""The board, a story and a development as tables for a spreadsheet."""

from collections.abc import Iterable, Iterator

from flask import Response

from tracker.accounts.gate import needs
from tracker.archive.exports import table
from tracker.archive.exports.told import Telling, Told
from tracker.projections.board import StoryLine
from tracker.projections.presentation import document
from tracker.projections.scene import Document, Scene
from tracker.spreadsheets import CSV_TYPE
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
from tracker.web.looking import look_at
from tracker.web.telling import scene_of

STORIES = (
    "slug", "title", "status", "beats", "desk", "moved_at", "developments", "open_contradictions", "open_demands",
    "open_questions", "synopsis", "address",
)  # fmt: skip


def of_stories(lines: Iterable[StoryLine]) -> Iterator[list[object]]:
    """Stories of the board as rows of a table with `STORIES`."""
    site = tracker().settings.base_url.rstrip("/")
    for line in lines:
        told = {"beats": "; ".join(line.beats), "address": f"{site}/stories/{line.slug}"}
        yield [told.get(name) or getattr(line, name, None) for name in STORIES]


@blueprint.get("/stories/<slug>.csv")
@needs("read")
def story_csv(slug: str) -> Response:
    """The developments of a story, one a row, on the clocks that the address asks for."""
    scene = scene_of(slug)
    return _developments(scene, document(scene), slug)


@blueprint.get("/stories/<slug>/developments/<key>.csv")
@needs("read")
def development_csv(slug: str, key: str) -> Response:
    """One development as the row that it is in the table of its story."""
    one = look_at(slug, key)
    return _developments(one.scene, one.told | {"developments": [one.each]}, f"{slug}-{key}")


def _developments(scene: Scene, told: Document, name: str) -> Response:
    here = tracker()
    site = here.settings.base_url.rstrip("/")
    story = Told(scene, told, f"{site}/stories/{scene.slug}", {})
    saved = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(table.write(Telling((story,), site, here.clock(), whole=False)), 200, saved, content_type=CSV_TYPE)
