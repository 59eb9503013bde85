"""The eight ways in: what most developments are, each with a key of its own."""

from dataclasses import dataclass

from flask import Flask
from flask_babel import gettext as _
from flask_babel import pgettext

from tracker.web.questions import MENU


@dataclass(frozen=True, slots=True)
class Way:
    """One button: the type it logs, what it says, and the key after `l` that goes there."""

    type: str
    label: str
    key: str


def prepare(app: Flask) -> None:
    """Give the templates of an application the eight ways in."""
    app.jinja_env.globals.update(eight=eight, related=related)


def eight() -> tuple[tuple[Way, ...], ...]:
    """The eight buttons in their order; claim and denial are the two halves of one."""
    return (
        (Way("meeting.revealed", _("Meeting"), "m"),),
        (Way("statement.made", _("Statement"), "s"),),
        (Way("claim.asserted", _("Claim"), "c"), Way("claim.denied", _("Denial"), "x")),
        (Way("demand.made", _("Demand"), "d"),),
        (Way("position.taken", pgettext("a stance", "Position"), "p"),),
        (Way("question.raised", _("Question"), "q"),),
        (Way("action.taken", _("Action"), "a"),),
        (Way("note.logged", _("Note"), "n"),),
    )


def related(type: str) -> tuple[str, ...]:
    """The other types of its group that have no button."""
    buttons = {way.type for button in eight() for way in button}
    group = next((types for _group, types in MENU if type in types), ())
    return tuple(each for each in group if each not in buttons)
