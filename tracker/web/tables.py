"""The board and a story as tables for a spreadsheet."""

from collections.abc import Iterable, Iterator

from flask import Response

from tracker.accounts.gate import needs
from tracker.archive.exports import table
from tracker.archive.exports.told import Telling, Told
from tracker.projections.board import StoryLine
from tracker.projections.presentation import document
from tracker.spreadsheets import CSV_TYPE
from tracker.web.blueprint import blueprint
from tracker.web.current import tracker
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
    here, scene = tracker(), scene_of(slug)
    site = here.settings.base_url.rstrip("/")
    told = Told(scene, document(scene), f"{site}/stories/{slug}", {})
    saved = {"Content-Disposition": f'attachment; filename="{slug}.csv"'}
    return Response(table.write(Telling((told,), site, here.clock(), whole=False)), 200, saved, content_type=CSV_TYPE)
