"""From a record to the log, and what keeps it from getting there, for a form to show beside its fields."""

import uuid
from dataclasses import replace
from typing import Any

from flask import abort, request
from flask_babel import gettext as _

from tracker.accounts.permissions import may_edit_desk
from tracker.db import reading
from tracker.eventstore.errors import CommandReused, LogBusy, WrongExpectedVersion
from tracker.handling import RefusedIn
from tracker.intake import Unreadable, read
from tracker.projections.story_page import story_of
from tracker.stories.entries import Story
from tracker.stories.errors import Invalid, Refused
from tracker.stories.requests import Request
from tracker.web.current import principal, tracker
from tracker.web.reading_on import own_words_read, place


def check_editable(slug: str) -> Story:
    """The story, for somebody who may log on it; whoever may not is refused. Costs the same however long the story."""
    with reading(tracker().engine) as connection:
        found = story_of(connection, slug, principal(), tracker().clock())
    if not may_edit_desk(principal(), found.desk):
        abort(403, _("This story belongs to a desk that you do not edit for."))
    return found


def requests_of(record: dict[str, Any], slug: str) -> list[Request]:
    """A record as requests. Raises Unreadable."""
    here = tracker()
    return read(record, zone=here.zone, now=here.clock(), story=slug)


def record_it(record: dict[str, Any], slug: str, seen: int | None = None) -> tuple[Refused, ...]:
    """Record one record; what keeps it from being recorded, for the form to show."""
    return recorded(record, slug, seen)[0]


def recorded(record: dict[str, Any], slug: str, seen: int | None = None) -> tuple[tuple[Refused, ...], str]:
    """The same, with the key of what was logged; "" where it has none."""
    try:
        requests = [replace(each, seen=seen) for each in requests_of(record, slug)]
        before = place(slug)
        outcomes = tracker().record(requests, principal().name)
    except Unreadable as unreadable:
        return unreadable.problems, ""
    except RefusedIn as refused:
        return (refused.refused,), ""
    except CommandReused:
        again = _("This form was sent already, with other words; send it again to record these as well.")
        return (Invalid("id", again),), ""
    except (LogBusy, WrongExpectedVersion) as busy:
        return (Invalid("", str(busy)),), ""
    own_words_read(slug, before)
    return (), next((outcome.keys[0] for outcome in outcomes if outcome.keys), "")


def would_refuse(record: dict[str, Any], unread: list[Refused], slug: str) -> tuple[Refused, ...]:
    """What else keeps a record from being recorded, besides the fields that can't be read."""
    bad = {problem.field for problem in unread}
    # Whoever left out the key of somebody left out of whom this is told; that is said once, beside the key.
    bad |= {"actor"} if "key" in bad else set()
    readable = {name: value for name, value in record.items() if name not in bad}
    try:
        requests = requests_of(readable, slug)
    except Unreadable as unreadable:
        return tuple(problem for problem in unreadable.problems if problem.field not in bad)
    refusals, _events = tracker().handling.rehearse([requests])
    return tuple(refused for _, refused in refusals if refused.field not in bad)


def form_id(problems: tuple[Refused, ...]) -> str:
    """The command id that a form carries, so that sent twice it records once; another where that one is used up."""
    used_up = any(problem.field == "id" for problem in problems)
    return (not used_up and request.form.get("id")) or str(uuid.uuid4())
