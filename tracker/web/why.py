"""Why an alert came, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from tracker.stories.consequences import WORDS
from tracker.web.alert_form import duration
from tracker.web.consequence_words import label
from tracker.web.words import type_name


def names_of(item: Mapping[str, Any]) -> dict[str, str]:
    """The names that the reasons of an item of the inbox need: actors, its story, and what of it may be followed."""
    followed = {f"about/{each['key']}": str(each["headline"]) for each in item["consequences"] if each["headline"]}
    return {**item["names"], f"story/{item['story']}": item["story_title"], **followed}


def reasons(why: Iterable[Sequence[str]], names: Mapping[str, str]) -> str:
    """Why a rule matched, as one line: pairs of what was asked and what met it; `names` of actors, `story/SLUG`
    and `about/KEY`."""
    return "; ".join(_reason(asked, met, names) for asked, met in why)


def _reason(asked: str, met: str, names: Mapping[str, str]) -> str:
    match asked:
        case "story" | "new_story":
            return str(_("in the story %(story)s", story=names.get(f"story/{met}", met)))
        case "about":
            return str(_("you follow “%(key)s”", key=names.get(f"about/{met}", met)))
        case "speaker":
            return str(_("%(actor)s speaks", actor=names.get(met, met)))
        case "subject":
            return str(_("about %(actor)s", actor=names.get(met, met)))
        case "addressee":
            return str(_("addressed to %(actor)s", actor=names.get(met, met)))
        case "type":
            return type_name(met)
        case "beat":
            return str(_("beat %(beats)s", beats=met))
        case "tag":
            return str(_("tagged %(tags)s", tags=met))
        case "urgency":
            return str(_("urgency %(level)s", level=met))
        case "words":
            return str(_("words %(words)s", words=met))
        case "consequence":
            return next((label(word) for word in WORDS if word == met), met)
        case "silence":
            return str(_("silent for %(time)s", time=duration(int(met))))
        case _:
            return str(_("everything"))
