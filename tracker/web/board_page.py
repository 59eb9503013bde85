"""The front board: the stories, the one that moved last first."""

from typing import Any

from flask import render_template

from tracker.accounts.gate import needs
from tracker.accounts.permissions import may
from tracker.db import reading
from tracker.projections import board as front
from tracker.web.blueprint import blueprint
from tracker.web.current import principal, tracker
from tracker.web.telling import as_json, wants_json


@blueprint.get("/")
@blueprint.get("/stories.json", endpoint="board_json")
@needs("read")
def board() -> Any:
    """The stories, by latest movement."""
    with reading(tracker().engine) as connection:
        lines = front.board(connection, principal(), tracker().clock())
    if wants_json():
        return as_json({"stories": [{name: getattr(line, name) for name in line.__slots__} for line in lines]})
    return render_template("board.html", stories=lines, may_log=may(principal(), "log"))
