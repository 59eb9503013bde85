"""A story as one HTML file that opens without us, without a network and without a script."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, Template

from tracker.archive.exports.told import Told, correction_words, source_words, voice, words


def page(story: Told, made_at: str) -> bytes:
    """The page of one story, with everything it needs inside it."""
    shown = _template().render(story=story, told=story.document, made_at=made_at)
    return shown.encode()


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    helpers: dict[str, Any] = {"words": words, "source_words": source_words, "voice": voice}
    environment.globals.update(helpers, correction_words=correction_words)
    return environment.from_string(files("tracker.archive.exports").joinpath("offline.html").read_text("utf-8"))
