"""What a page needs to go on from where it was made: the position of the views before anything of it was read."""

from flask import Flask, g, request

from tracker.db import reading
from tracker.projections import following
from tracker.web.current import principal, tracker

PAGES = frozenset({"pages.board", "pages.story"})
_CLOCKS = ("known_at", "recorded_at", "position", "occurred_by", "public_at")


def prepare(app: Flask) -> None:
    """Let pages that show the present know from which position on they may have missed something."""
    app.jinja_env.globals.update(live_from=lambda: g.get("live_from"))

    @app.before_request
    def note() -> None:
        if request.endpoint in PAGES and principal().role and not any(request.args.get(name) for name in _CLOCKS):
            with reading(tracker().engine) as connection:
                g.live_from = following.position(connection)
