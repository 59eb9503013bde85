"""What the templates of charts and catching up need: shapes, colours, and marks put into words."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.projections.outline import Line
from tracker.stories.consequences import Word
from tracker.web.charts.days import Day
from tracker.web.charts.moments import Kind, Moment
from tracker.web.charts.two_clocks import longest_hidden
from tracker.web.consequence_words import tally
from tracker.web.dates_said import in_language
from tracker.web.languages import language
from tracker.web.position_grid import SIGNS
from tracker.web.spans import how_long
from tracker.web.stances import issue_text, matrices
from tracker.web.standing import made_on

SHAPES: Mapping[Kind, str] = {
    "happened": "M-8 0a8 8 0 1 1 16 0a8 8 0 1 1 -16 0Z",
    "note": "M-6.6 -6.6H6.6V6.6H-6.6Z",
    "said": "M-8.4 -6.4H8.4V3.6H-.5L-4.6 7.6V3.6H-8.4Z",
    "claim": "M0 -9L9 0L0 9L-9 0Z",
    "contradiction": (
        "M-7.6 -4.4L-4.4 -7.6L0 -3.2L4.4 -7.6L7.6 -4.4L3.2 0L7.6 4.4L4.4 7.6L0 3.2L-4.4 7.6L-7.6 4.4L-3.2 0Z"
    ),
    "pressure": "M-9 -5.4H1.4L9 0L1.4 5.4H-9Z",
}  # fmt: skip
"""A shape for each kind, about 18 units wide around 0, with room for a letter."""

COLOURS = ("#0b5fa5", "#b34700", "#00734f", "#9a3b75", "#6f5600", "#1b6f8e")
"""Told apart with every kind of colour blindness that is common, dark enough for a white letter; each has one too."""
OTHERS = "#6b6660"

_KIND_NAMES: Mapping[Kind, Callable[[], str]] = {
    "happened": lambda: _("Happened"), "note": lambda: _("Note"), "said": lambda: _("Said"),
    "claim": lambda: _("Claim or denial"), "contradiction": lambda: _("Contradiction"),
    "pressure": lambda: _("Demand or position"),
}  # fmt: skip

_SETTLED = frozenset({"contradiction_resolved", "contradiction_dropped", "demand_met", "claim_confirmed",
                      "question_answered", "retraction_reversed"})  # fmt: skip
_GRAVE = frozenset({"retracted", "corrected", "contradiction_opened", "claim_contradicted", "claim_withdrawn",
                    "development_contradicted"})  # fmt: skip
_DOUBT = frozenset({"claim_denied", "development_denied", "contradiction_explained", "demand_refused", "demand_made",
                    "demand_joined", "claim_qualified", "question_raised"})  # fmt: skip


def prepare(app: Flask) -> None:
    """Give the templates of an application these words."""
    app.jinja_env.filters.update(
        shape=lambda kind: SHAPES[kind], kind_name=kind_name, actor_colour=actor_colour, slot=slot,
        moment_words=moment_words, longest=longest, how_long=how_long, tally=told, weight=weight,
        unanswered=unanswered, days_between=days_between, stances=matrices, issue_text=issue_text,
        plain_date=in_language, sign=lambda stance: SIGNS.get(stance, ""),
    )  # fmt: skip


def kind_name(kind: Kind) -> str:
    """What a kind of development is called."""
    return _kind_name(kind, language())


@cache
def _kind_name(kind: Kind, _language: str) -> str:
    return str(_KIND_NAMES[kind]())


def actor_colour(number: int) -> str:
    """The colour of an actor by its place in the legend; everybody else's for -1."""
    return COLOURS[number] if 0 <= number < len(COLOURS) else OTHERS


def slot(actor: str, actors: Sequence[str]) -> int:
    """The place of an actor in the legend; -1 for one that is not there."""
    return actors.index(actor) if actor in actors else -1


def moment_words(moment: Moment, public: bool = False) -> str:
    """When it happened, when it became known, or public, and how long it stayed hidden."""
    happened = _("happened %(when)s", when=moment.happened_in_words) if moment.dated else _("when is not known")
    known = moment.known_in_words
    words = [happened, _("public %(when)s", when=known) if public else _("known %(when)s", when=known)]
    if moment.hidden >= 1:
        words.append(_("hidden for at least %(time)s", time=how_long(moment.hidden)))
    return " · ".join(words)


def longest(moments: Sequence[Moment]) -> Moment | None:
    """Of some developments the one that stayed hidden longest; None where none did."""
    return next(iter(longest_hidden(moments, 1)), None)


def unanswered(line: Line, now: Day) -> str:
    """How long a demand has waited for an answer."""
    return str(_("unanswered for %(time)s", time=how_long(now - made_on(line))))


def days_between(span: str) -> str:
    """`2017-03-01..2017-03-31` as people say it."""
    first, _dots, last = span.partition("..")
    if first == last:
        return in_language(first)
    return in_language(f"{first or '..'}/{last or '..'}")


def told(word: Word, number: int) -> str:
    """A consequence with its number, as it is told to somebody who has read before."""
    if word == "corrected":
        return str(ngettext("%(num)d correction to something you read",
                            "%(num)d corrections to what you read", number))  # fmt: skip
    if word == "retracted":
        return str(ngettext("%(num)d retraction of something you read",
                            "%(num)d retractions of what you read", number))  # fmt: skip
    return tally(word, number)


def weight(word: Word) -> str:
    """How grave a consequence is, as the name of a tone."""
    return "grave" if word in _GRAVE else "doubt" if word in _DOUBT else "settled" if word in _SETTLED else "plain"
