"""What was refused, in the language of the page."""

import re
from collections.abc import Iterable

from flask import Flask
from flask_babel import gettext

from tracker.stories.errors import Refused
from tracker.stories.fields import INSTANT_PATTERN
from tracker.web.words import instant_said

_INSTANT = re.compile(INSTANT_PATTERN)


def prepare(app: Flask) -> None:
    """Let the templates of an application say what was refused."""
    app.jinja_env.filters.update(refusal=said)


def said(problem: Refused) -> str:
    """Why something was refused; in English where its message has no translation."""
    return str(gettext(problem.template, **{name: _in_words(value) for name, value in problem.values.items()}))


def _in_words(value: object) -> object:
    return instant_said(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else value


def by_field(problems: Iterable[Refused]) -> dict[str, str]:
    """What is wrong, by the name of the box it was typed in."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field.partition(".")[0], said(problem))
    return found
