"""The board and a story as tables for a spreadsheet, in the state that the address asks for."""

from flask import Response

from tracker.accounts.gate import needs
from tracker.archive.exports import table
from tracker.archive.exports.told import Telling, Told
from tracker.db import reading
from tracker.projections import board as front
from tracker.projections.presentation import document
from tracker.spreadsheets import CSV_TYPE
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.telling import as_csv, scene_of

STORIES = (
    "slug", "title", "status", "beats", "desk", "moved_at", "developments", "open_contradictions", "open_demands",
    "open_questions", "synopsis", "address",
)  # fmt: skip


@blueprint.get("/stories.csv")
@needs("read")
def board_csv() -> Response:
    """The stories that whoever asks may see, by latest movement."""
    here = tracker()
    with reading(here.engine) as connection:
        lines = front.board(connection, principal(), here.clock())
    site = here.settings.base_url.rstrip("/")
    rows = [
        [
            f"{site}/stories/{line.slug}" if name == "address"
            else "; ".join(line.beats) if name == "beats" else getattr(line, name)
            for name in STORIES
        ]
        for line in lines
    ]  # fmt: skip
    return as_csv(STORIES, rows, "stories.csv")


@blueprint.get("/stories/<slug>.csv")
@needs("read")
def story_csv(slug: str) -> Response:
    """The developments of a story, one a row, on the clocks that the address asks for."""
    here, scene = tracker(), scene_of(slug)
    site = here.settings.base_url.rstrip("/")
    told = Told(scene, document(scene), f"{site}/stories/{slug}", {})
    saved = {"Content-Disposition": f'attachment; filename="{slug}.csv"'}
    return Response(table.write(Telling((told,), site, here.clock(), whole=False)), 200, saved, content_type=CSV_TYPE)
