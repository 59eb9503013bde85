"""What templates need to put things into words: voices, types, times, values."""

import re
from collections.abc import Mapping
from datetime import UTC, time
from typing import Any

from flask import Flask, g, url_for
from flask_babel import format_datetime, gettext, lazy_gettext, lazy_pgettext
from markupsafe import Markup

from tracker import instants
from tracker.accounts.people import ANONYMOUS
from tracker.web.current import tracker
from tracker.web.dates_said import in_language, in_words
from tracker.web.preferences import zone_of_reader

_TYPES: Mapping[str, Any] = {
    "meeting.revealed": lazy_gettext("Meeting"), "action.announced": lazy_gettext("Announced"),
    "action.taken": lazy_gettext("Action"), "event.planned": lazy_gettext("Planned"),
    "note.logged": lazy_gettext("Note"), "statement.made": lazy_gettext("Statement"),
    "testimony.given": lazy_gettext("Testimony"), "comment.declined": lazy_gettext("No comment"),
    "claim.asserted": lazy_gettext("Claim"), "claim.denied": lazy_gettext("Denial"),
    "claim.confirmed": lazy_gettext("Confirmation"), "claim.qualified": lazy_gettext("Qualification"),
    "claim.withdrawn": lazy_gettext("Withdrawal"), "contradiction.identified": lazy_gettext("Contradiction"),
    "contradiction.explained": lazy_gettext("Explanation"), "demand.made": lazy_gettext("Demand"),
    "demand.joined": lazy_gettext("Demand joined"), "demand.withdrawn": lazy_gettext("Demand withdrawn"),
    "demand.answered": lazy_gettext("Answer"), "position.taken": lazy_pgettext("a stance", "Position"),
    "contradiction.resolved": lazy_gettext("Resolved"), "contradiction.dropped": lazy_gettext("Dropped"),
    "demand.met": lazy_gettext("Demand met"), "demand.overtaken": lazy_gettext("Demand overtaken"),
    "question.answered": lazy_gettext("Question answered"), "question.dropped": lazy_gettext("Question dropped"),
    "actor.alias_added": lazy_gettext("Another name"), "actor.role_taken": lazy_gettext("A role taken"),
    "actor.role_left": lazy_gettext("A role left"), "actor.spokesperson_named": lazy_gettext("Who speaks for whom"),
    "story.rested": lazy_gettext("Resting"), "story.revived": lazy_gettext("Moving again"),
    "story.closed": lazy_gettext("Closed"), "story.retitled": lazy_gettext("New title"),
    "story.synopsis_revised": lazy_gettext("New synopsis"), "story.linked": lazy_gettext("Linked to another story"),
    "developments.linked": lazy_gettext("Linked"),
    "question.raised": lazy_gettext("Question"), "question": lazy_gettext("Question"),
    "story": lazy_gettext("Story"), "actor": lazy_gettext("Actor"),
    "story.opened": lazy_gettext("Story opened"), "actor.added": lazy_gettext("Somebody added"),
    "source.added": lazy_gettext("Source added"), "source.confirmed": lazy_gettext("Source confirmed"),
    "source.doubted": lazy_gettext("Source doubted"), "source.forgotten": lazy_gettext("Source forgotten"),
    "source.unsealed": lazy_gettext("Sealed identity read"), "event.changed": lazy_gettext("Plan changed"),
    "event.took_place": lazy_gettext("Plan took place"), "event.cancelled": lazy_gettext("Plan cancelled"),
    "development.corrected": lazy_gettext("Correction"), "development.retracted": lazy_gettext("Retraction"),
    "development.retraction_reversed": lazy_gettext("Retraction reversed"),
    "development.reclassified": lazy_gettext("Type changed"), "development.withheld": lazy_gettext("Withheld"),
    "development.released": lazy_gettext("Released"), "occurrence.date_refined": lazy_gettext("Date refined"),
    "verification.changed": lazy_gettext("Verification"), "embargo.set": lazy_gettext("Embargo set"),
    "embargo.lifted": lazy_gettext("Embargo lifted"), "detail.redacted": lazy_gettext("Redaction"),
    "detail.unsealed": lazy_gettext("Sealed detail read"),
}  # fmt: skip


_DEMANDED: Mapping[str, Any] = {
    "resign": lazy_gettext("Resignation"), "recuse": lazy_gettext("Recusal"), "testify": lazy_gettext("Testimony"),
    "correct_record": lazy_gettext("Correction of the record"),
    "independent_commission": lazy_gettext("Independent commission"),
    "special_prosecutor": lazy_gettext("Special prosecutor"),
    "release_documents": lazy_gettext("Release of documents"), "apologise": lazy_gettext("Apology"),
    "dismiss": lazy_gettext("Dismissal"), "other": lazy_gettext("Something else"),
}  # fmt: skip


_NO_SECONDS = re.compile(r"(:00)?\.0+Z$")


def prepare(app: Flask) -> None:
    """Give the templates of an application their words."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        type_name=type_name, plain=plain, when=when, date_words=in_words, moment_said=moment_said,
        as_typed=as_typed, demanded=demanded,
        instant_said=instant_said,
    )
    app.jinja_env.globals.update(voice=voice)
    app.context_processor(lambda: {"me": g.get("principal", ANONYMOUS)})


def type_name(type: str) -> str:
    """A type of record as a newsroom says it."""
    return str(_TYPES.get(type) or plain(type.replace(".", " ")))


def demanded(action: str) -> str:
    """What a demand asks for, as its heading."""
    return str(_DEMANDED.get(action) or plain(action).capitalize())


def plain(word: str) -> str:
    """A word of the vocabulary as people say it."""
    return str(gettext(word.replace("_", " "))) if word else ""


def nobody() -> dict[str, str]:
    """What those voices are called that are nobody's in particular."""
    return {"unattributed": str(gettext("Unattributed")), "desk": str(gettext("The desk"))}


def voice_name(given: Any, names: dict[str, str]) -> str:
    """Who a voice is, as text."""
    if isinstance(given, dict):
        return str(given["description"])
    return nobody().get(given) or names.get(given) or str(given)


def voice(given: Any, names: dict[str, str]) -> Markup:
    """Who a voice is, linked to the actor's page where there is one."""
    name = Markup("{}").format(voice_name(given, names))
    if not isinstance(given, str) or given in {*nobody(), ""}:
        return name
    return Markup('<a href="{}">{}</a>').format(url_for("pages.actor", key=given), name)


def moment_said(typed: str, instant: str) -> str | Markup:
    """A moment that an address asks for, in words: a day as it was typed, else the instant."""
    return when(instant) if "T" in typed else in_language(typed)


def instant_said(instant: str) -> str:
    """An instant as text: the end of a day of the newsroom's as that day, any other in the reader's zone."""
    day = instants.moment(instant).astimezone(tracker().zone)
    return in_language(day.date().isoformat()) if day.time() == time.max else _in_zone(instant)


def as_typed(moment: str) -> str:
    """A moment of an address as somebody would type it: `2017-03-02T14:00Z`, without seconds that say nothing."""
    return _NO_SECONDS.sub("Z", moment)


def when(instant: str) -> Markup:
    """An instant for people: in their zone, or in UTC for the page's script to put right where it is not known."""
    local = Markup("") if zone_of_reader() else Markup(" data-local")
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(instant, instant, local, _in_zone(instant))


def _in_zone(instant: str) -> str:
    there = instants.moment(instant).astimezone(zone_of_reader() or UTC)
    # Translators: how a time is written, as Unicode (CLDR) writes patterns.
    return str(format_datetime(there, gettext("d MMM y, HH:mm z"), rebase=False))
