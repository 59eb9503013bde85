"""Who and what a form names: whoever the newsroom knows becomes a key, whoever is new is introduced."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker.projections.directory import Directory
from tracker.stories.errors import Invalid, Refused
from tracker.stories.inline import slug_of
from tracker.web.vocabulary import gettext_noop
from tracker.web.words import nobody, plain

_UNNAMED = re.compile(r"(?:an?|eine?) \S", re.IGNORECASE)
"""How somebody is spoken of who is not named: *a White House official*, *eine Sprecherin*."""

_OTHER_TERMS = gettext_noop(
    "“%(name)s” is known here on other terms (%(terms)s). Choose those, or describe this source in other words."
)


def actor(typed: str, known: Directory) -> Any:
    """Whoever is named, as a key or as somebody new; a single word is a name too (FBI), and no key."""
    return known.actor(typed) or {"name": typed}


def voice(typed: str, known: Directory) -> Any:
    """The same of somebody who speaks: they may be nobody's in particular, or described and not named."""
    reserved = {said.casefold(): key for key, said in nobody().items()}
    if key := known.actor(typed) or reserved.get(typed.casefold()) or (typed if typed in nobody() else ""):
        return key
    return {"description": typed} if _UNNAMED.match(typed) else {"name": typed}


def source(typed: MultiDict[str, str], known: Directory, problems: list[Refused]) -> dict[str, Any]:
    """The source of a form: one that is known, by its key; a new one described; or why there is none.

    A known one that is named with another link is another one of that name. On which terms somebody speaks is
    never changed by naming them again: that is a problem of the form.
    """
    said = typed.get("source", "").strip()
    if unsourced := typed.get("unsourced", "").strip():
        return {"unsourced": unsourced}
    if not said:
        return {}
    told = {name: typed.get(f"source_{name}", "").strip() for name in ("outlet", "url", "document", "identity")}
    key, terms = known.source(said), typed.get("source_terms", "on_record")
    there = known.told.get(key)
    more = there is not None and any(value and value != getattr(there, name, "") for name, value in told.items())
    kept_to = there.terms if there else known.hushed.get(said, terms)
    if terms != kept_to and (more or not key or terms != "on_record"):
        problems.append(Invalid("sources", _OTHER_TERMS, name=said, terms=plain(kept_to)))
    if key and not more:
        return {"sources": [key]}
    described = {"description": said, "terms": terms, **told}
    return {"sources": [{name: value for name, value in described.items() if value}]}


def story(record: dict[str, Any], known: Mapping[str, str], problems: list[Refused]) -> dict[str, Any]:
    """A record whose other story is named by its short name or its title; one that is not there is a problem.

    `known`: the titles of the stories that whoever types may see, by their short names.
    """
    typed = str(record.get("other", "")).strip()
    by_title = {title.casefold(): slug for slug, title in known.items()}
    slug = typed if typed in known else by_title.get(typed.casefold(), "")
    if typed and not slug:
        problems.append(Invalid("other", _("There is no story “%(story)s” that you may see.", story=typed[:80])))
    return {**record, "other": slug} if slug else record


def issue(record: dict[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """A record whose issue is named in words: one that is known, by its key; a new one with its words as its text.

    `known`: the texts of the issues of a story, by key.
    """
    typed = str(record.get("issue", "")).strip()
    if not typed:
        return record
    by_text = {text.casefold(): key for key, text in known.items()}
    key = by_text.get(typed.casefold()) or slug_of(typed)
    return {**record, "issue": key} | ({} if key in known or "issue_text" in record else {"issue_text": typed})
