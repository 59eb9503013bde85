"""The language a page is in: the reader's, of those there is a whole translation into."""

from flask import Flask, request
from flask_babel import Babel, get_locale

LANGUAGES = ("en",)
"""The first is what the templates are written in."""


def prepare(app: Flask) -> None:
    """Give an application its translations; templates and views mark what is said with `_` and `gettext`."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=_asked_for)
    app.jinja_env.globals["language"] = lambda: str(get_locale() or LANGUAGES[0])


def _asked_for() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
