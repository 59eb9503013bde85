"""What templates need to put things into words: voices, types, times, values."""

from typing import Any

from flask import Flask, g, url_for
from markupsafe import Markup

from tracker import instants
from tracker.accounts.people import ANONYMOUS
from tracker.stories.date_words import plain as said_plainly

_TYPES = {
    "meeting.revealed": "Meeting", "action.announced": "Announced", "action.taken": "Action",
    "event.planned": "Planned", "note.logged": "Note", "statement.made": "Statement", "testimony.given": "Testimony",
    "comment.declined": "No comment", "claim.asserted": "Claim", "claim.denied": "Denial",
    "claim.confirmed": "Confirmation", "claim.qualified": "Qualification", "claim.withdrawn": "Withdrawal",
    "contradiction.identified": "Contradiction", "contradiction.explained": "Explanation", "demand.made": "Demand",
    "demand.joined": "Demand joined", "demand.withdrawn": "Demand withdrawn", "demand.answered": "Answer",
    "position.taken": "Position", "question.raised": "Question",
}  # fmt: skip


def prepare(app: Flask) -> None:
    """Give the templates of an application their words."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(type_name=type_name, plain=plain, when=when, date_words=date_words)
    app.jinja_env.globals.update(voice=voice)
    app.context_processor(lambda: {"me": g.get("principal", ANONYMOUS)})


def type_name(type: str) -> str:
    """A type of record as a newsroom says it."""
    return _TYPES.get(type, type.replace(".", " ").replace("_", " "))


def plain(word: str) -> str:
    """A word of the vocabulary without its underscores."""
    return word.replace("_", " ")


def voice_name(given: Any, names: dict[str, str]) -> str:
    """Who a voice is, as text."""
    if isinstance(given, dict):
        return str(given["description"])
    nobody = {"unattributed": "Unattributed", "desk": "The desk", "": ""}
    return nobody.get(given) or names.get(given) or str(given)


def voice(given: Any, names: dict[str, str]) -> Markup:
    """Who a voice is, linked to the actor's page where there is one."""
    name = Markup("{}").format(voice_name(given, names))
    if not isinstance(given, str) or given in {"unattributed", "desk", ""}:
        return name
    return Markup('<a href="{}">{}</a>').format(url_for("pages.actor", key=given), name)


def date_words(date: dict[str, str]) -> str:
    """A date as a record holds it, in words."""
    return date.get("as_said") or said_plainly(date["edtf"])


def when(instant: str) -> Markup:
    """An instant for people: in UTC as it is sent, in the reader's zone once the script has run."""
    moment = instants.moment(instant)
    shown = f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}" title="{}" data-local>{}</time>').format(instant, instant, shown)
