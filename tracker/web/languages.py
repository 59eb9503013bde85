"""The language a page is in: the one somebody chose, or the reader's of those there is a whole translation into."""

from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_locale, get_translations

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""What each language calls itself; the first is what the templates are written in."""

COOKIE = "tracker_language"


def prepare(app: Flask) -> None:
    """Give an application its translations; templates and views mark what is said with `_` and `gettext`."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=_asked_for)
    # A page says hundreds of things: its translations are looked up once, not once for each.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # its extension brings it
        gettext=lambda message: _translations().ugettext(message),
        ngettext=lambda one, many, number: _translations().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)


def language() -> str:
    """The language of the page that is being made."""
    if "language" not in g:
        g.language = str(get_locale() or next(iter(LANGUAGES)))
    return str(g.language)


def _translations() -> Any:
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def _asked_for() -> str:
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or next(iter(LANGUAGES))
