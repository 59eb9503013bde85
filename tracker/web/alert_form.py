"""The form of a subscription: what somebody typed as a rule, and a rule as what is shown in its boxes."""

import csv
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from werkzeug.datastructures import MultiDict

from tracker.alerts.rules import Rule
from tracker.alerts.subscribing import Asked
from tracker.numbers import whole
from tracker.stories.consequences import Word
from tracker.web.consequence_words import label
from tracker.web.words import type_name

GROUPS: tuple[tuple[Any, tuple[Word, ...]], ...] = (
    (lazy_gettext("Claims"), (
        "claim_contradicted", "claim_denied", "claim_withdrawn", "claim_confirmed", "claim_qualified",
        "claim_asserted")),
    (lazy_gettext("Contradictions"), (
        "contradiction_opened", "contradiction_explained", "contradiction_resolved", "contradiction_dropped")),
    (lazy_gettext("Demands"), (
        "demand_made", "demand_joined", "demand_answered", "demand_refused", "demand_met", "demand_withdrawn",
        "demand_overtaken")),
    (lazy_gettext("Questions and positions"), (
        "question_raised", "question_answered", "question_dropped", "position_taken")),
    (lazy_gettext("Planned events"), ("event_took_place", "event_cancelled")),
    (lazy_gettext("Put right"), ("corrected", "retracted", "clarified", "verification_changed")),
    (lazy_gettext("The story itself"), ("story_linked", "story_rested", "story_revived", "story_closed")),
)  # fmt: skip
"""Consequences one can ask for, as the form groups them."""

STARTS: Mapping[str, tuple[Any, Any, Mapping[str, Any]]] = {
    "story": (
        lazy_gettext("Everything in a story"), lazy_gettext("Each new development, as it is logged."),
        {"news": "developments"}),
    "claims": (
        lazy_gettext("When a claim gets into trouble"), lazy_gettext("Denied, contradicted or withdrawn."),
        {"consequences": ["claim_contradicted", "claim_denied", "claim_withdrawn"], "cadence": "at_once"}),
    "demands": (
        lazy_gettext("When a demand is answered"), lazy_gettext("Met, refused, answered or overtaken."),
        {"consequences": ["demand_met", "demand_refused", "demand_answered", "demand_overtaken"]}),
    "actor": (
        lazy_gettext("When somebody speaks"), lazy_gettext("A statement, a denial, an answer by one person."),
        {"parts": ["speaker"]}),
    "words": (
        lazy_gettext("Words, wherever they come"), lazy_gettext("In the syntax of the search, in every story."), {}),
    "silence": (
        lazy_gettext("When nothing happens"), lazy_gettext("A demand without an answer, a story that stands still."),
        {"silence_of": "story", "silence_for": "48", "silence_unit": "hours"}),
    "stories": (
        lazy_gettext("New stories"), lazy_gettext("When one is opened, on the beats you name."), {"news": "stories"}),
    "digest": (
        lazy_gettext("A digest each morning"), lazy_gettext("The whole newsroom at eight, the gravest first."),
        {"cadence": "daily", "urgent": "2"}),
}  # fmt: skip
"""Where to start from, in plain words: what the form is filled in with."""

_LISTS = ("stories", "about", "actors", "beats", "tags")
_TICKED = ("parts", "types", "consequences")


def filled(asked: Asked, names: Mapping[str, str]) -> MultiDict[str, str]:
    """What stands in the boxes for a subscription; actors are shown by their names, stories by their titles."""
    rule = asked.rule
    boxes = MultiDict[str, str]()
    for name in _LISTS:
        values = getattr(rule, name)
        boxes[name] = ", ".join(_named(name, each, names) for each in values)
    for name in _TICKED:
        boxes.setlist(name, list(getattr(rule, name)))
    boxes.update({"name": asked.name, "words": rule.words, "news": rule.news, "cadence": asked.cadence})
    boxes["urgency"], boxes["urgent"] = str(rule.urgency or ""), str(asked.urgent or "")
    boxes.setlist("channels", list(asked.channels))
    if asked.imports:
        boxes["imports"] = "1"
    if rule.silence is not None:
        hours = rule.silence.hours
        boxes["silence_of"] = rule.silence.of
        boxes["silence_unit"] = "days" if hours % 24 == 0 and hours > 48 else "hours"
        boxes["silence_for"] = str(hours // 24 if boxes["silence_unit"] == "days" else hours)
    return boxes


def _named(field: str, key: str, names: Mapping[str, str]) -> str:
    """How a box names something; a name with commas stands in quotation marks."""
    name = names.get(f"story/{key}" if field == "stories" else key, key) if field in {"actors", "stories"} else key
    if "," in name and '"' in name:
        return key
    return f'"{name}"' if "," in name else name


def asked_for(typed: MultiDict[str, str], keys: Mapping[str, str], slugs: Mapping[str, str]) -> dict[str, Any]:
    """What a form asks for, as plain values for `subscribing.read`; names of actors and titles of stories as keys."""
    rule: dict[str, Any] = {name: listed(typed.get(name, "")) for name in _LISTS}
    rule["actors"] = [keys.get(each, each) for each in rule["actors"]]
    rule["stories"] = [slugs.get(each, each) for each in rule["stories"]]
    rule |= {name: typed.getlist(name) for name in _TICKED}
    rule |= {"words": typed.get("words", "").strip(), "news": typed.get("news", "developments")}
    if level := _number(typed.get("urgency", "")):
        rule["urgency"] = level
    if of := typed.get("silence_of", ""):
        each = 24 if typed.get("silence_unit") == "days" else 1
        length = typed.get("silence_for", "").strip()
        number = _number(length)
        rule["silence"] = {"of": of, "hours": number * each if isinstance(number, int) else length}
    found = {
        "name": typed.get("name", "").strip(), "rule": {name: value for name, value in rule.items() if value},
        "cadence": typed.get("cadence", "at_once"), "channels": typed.getlist("channels"),
        "imports": bool(typed.get("imports")),
    }  # fmt: skip
    if urgent := _number(typed.get("urgent", "")):
        found["urgent"] = urgent
    return found


def in_plain(rule: Rule, names: Mapping[str, str]) -> str:
    """A rule as one line for its owner, and its name where none is given. `names`: of actors, of `story/SLUG`
    and of `about/KEY`, what of a story is followed."""
    actors = ", ".join(names.get(each, each) for each in rule.actors)
    about = ", ".join(_quoted(names.get(f"about/{each}", each)) for each in rule.about)
    stories = ", ".join(_quoted(names.get(f"story/{each}", each)) for each in rule.stories)
    said = [
        rule.news == "stories" and _("New stories"),
        rule.consequences and _or(label(each) for each in rule.consequences),
        rule.types and _or(type_name(each) for each in rule.types),
        actors and (
            _("%(actors)s speaks", actors=actors) if rule.parts == ("speaker",)
            else _("about or by %(actors)s", actors=actors)
        ),
        rule.words and _("words %(words)s", words=rule.words),
        rule.tags and _("tagged %(tags)s", tags=", ".join(rule.tags)),
        rule.beats and _("beat %(beats)s", beats=", ".join(rule.beats)),
        rule.urgency and _("urgency %(level)d or more urgent", level=rule.urgency),
        about and _("on %(keys)s", keys=about),
        stories and _("in %(stories)s", stories=stories),
    ]  # fmt: skip
    told = "; ".join(str(each) for each in said if each) or str(_("Everything the newsroom logs"))
    if rule.silence is not None:
        told = str(_("Silence for %(time)s: %(what)s", time=duration(rule.silence.hours), what=told))
    return told[:1].upper() + told[1:]


def duration(hours: int) -> str:
    """So many hours, as days where they are whole days and more than two."""
    if hours % 24 == 0 and hours > 48:
        return str(ngettext("%(num)d day", "%(num)d days", hours // 24))
    return str(ngettext("%(num)d hour", "%(num)d hours", hours))


def listed(typed: str) -> list[str]:
    """What was typed with commas between; what holds a comma itself stands in quotation marks."""
    typed = typed.replace("“", '"').replace("”", '"')
    cells = next(csv.reader([typed], skipinitialspace=True), [])
    return list(dict.fromkeys(each.strip() for each in cells if each.strip()))


def _quoted(title: str) -> str:
    return str(_("“%(title)s”", title=title))


def _or(words: Iterable[str]) -> str:
    *before, last = words
    return str(_("%(several)s or %(last)s", several=", ".join(before), last=last)) if before else last


def _number(typed: str) -> int | str:
    """A whole number, or what was typed instead, for the reader to refuse."""
    typed = typed.strip()
    number = whole(typed, digits=6)
    return typed if number is None else number
