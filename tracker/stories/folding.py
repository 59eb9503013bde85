"""The one rule of what a story is: what each event puts, and the fold of any of them."""

import re
from collections.abc import Iterable
from typing import assert_never, cast

from tracker.stories import (
    actors,
    claims,
    development_types,
    developments,
    editorial,
    happenings,
    pressure,
    sources,
    story,
)
from tracker.stories.catalogue import Event
from tracker.stories.entries import Changes, Development, Entries, Entry, Get, Ref
from tracker.stories.fields import KEY_PATTERN, DevelopmentFields
from tracker.stories.recorded import Recorded
from tracker.stories.references import aimed

_KEY = re.compile(KEY_PATTERN)


def changes(get: Get, recorded: Recorded) -> Changes:
    """The entries that an event puts, given the entries it aims at; puts only, and total.

    An event whose aim is not there (a selection that left it out) changes nothing.
    """
    event = cast("Event", recorded.event)
    match event:
        case (
            story.StoryOpened() | story.StoryRetitled() | story.SynopsisRevised() | story.StoryLinked()
            | story.StoryRested() | story.StoryRevived() | story.StoryClosed()
        ):  # fmt: skip
            return story.changes(get, recorded, event)
        case (
            actors.ActorAdded() | actors.AliasAdded() | actors.RoleTaken() | actors.RoleLeft()
            | actors.SpokespersonNamed()
        ):  # fmt: skip
            return actors.changes(get, recorded, event)
        case (
            sources.SourceAdded() | sources.SourceConfirmed() | sources.SourceDoubted() | sources.SourceForgotten()
            | sources.SourceUnsealed()
        ):  # fmt: skip
            return sources.changes(get, recorded, event)
        case happenings.EventChanged() | happenings.EventTookPlace() | happenings.EventCancelled():
            return happenings.changes(get, recorded, event)
        case claims.ContradictionResolved() | claims.ContradictionDropped():
            return claims.changes(get, event, development_types.weighs)
        case (
            pressure.DemandMet() | pressure.DemandOvertaken() | pressure.QuestionRaised()
            | pressure.QuestionAnswered() | pressure.QuestionDropped()
        ):  # fmt: skip
            return pressure.changes(get, recorded, event)
        case (
            editorial.DevelopmentCorrected() | editorial.DevelopmentRetracted() | editorial.RetractionReversed()
            | editorial.DevelopmentReclassified() | editorial.OccurrenceDateRefined()
            | editorial.VerificationChanged() | editorial.EmbargoSet() | editorial.EmbargoLifted()
            | editorial.DevelopmentWithheld() | editorial.DevelopmentReleased() | editorial.DetailRedacted()
            | editorial.DetailUnsealed() | editorial.DevelopmentsLinked()
        ):  # fmt: skip
            return _revised(get, recorded, event)
        case DevelopmentFields():
            logged = developments.log(get, recorded, event, development_types.weighs)
            return logged | development_types.brings(get, recorded, event)
        case _:
            assert_never(event)


def aims(recorded: Recorded) -> set[Ref]:
    """The entries an event may ask for when it is folded, but for those its targets lead to (`leads_to`)."""
    event = cast("Event", recorded.event)
    if isinstance(event, actors.ActorEvent):
        return actors.aims(event)
    if isinstance(event, sources.SourceEvent):
        return sources.aims(event)
    if isinstance(event, story.StoryEvent):
        return story.aims(event, recorded.key)
    found = set(aimed(event))
    if isinstance(event, editorial.DevelopmentCorrected):
        found |= _keys_in((change.field, value) for change in event.changes for value in (change.was, change.now))
    if isinstance(event, editorial.DevelopmentReclassified):
        found |= _keys_in(event.fields.items())
    return found


def leads_to(entry: Entry | None) -> set[Ref]:
    """What a target itself aims at: retracting a denial takes its weight off the claim it denied."""
    event = getattr(entry, "event", None)
    return set(aimed(event)) if isinstance(event, DevelopmentFields) else set()


def evolve(entries: Entries, recorded: Recorded) -> Entries:
    """The story with one event more; what was given is left as it is."""
    return {**entries, **changes(entries.get, recorded)}


def fold(events: Iterable[Recorded], start: Entries | None = None) -> dict[Ref, Entry]:
    """The story that these events make, in the order given, on top of `start`."""
    entries: dict[Ref, Entry] = dict(start or {})
    for recorded in events:
        entries.update(changes(entries.get, recorded))
    return entries


def _revised(get: Get, recorded: Recorded, event: editorial.EditorialEvent) -> Changes:
    """What the desk's own acts put, and what a development brings that now says something else."""
    puts = editorial.changes(get, recorded, event, development_types.weighs)
    if isinstance(event, editorial.DevelopmentCorrected | editorial.DevelopmentReclassified):
        now = cast("Development | None", puts.get(("development", event.target)))
        if now is not None:
            puts |= development_types.brings(get, recorded, cast("development_types.AnyDevelopment", now.event))
    return puts


def _keys_in(fields: Iterable[tuple[str, object]]) -> set[Ref]:
    """Keys that these fields of a development hold: what it aimed at before, and what it aims at now."""
    values: list[object] = []
    for name, value in fields:
        if name in development_types.all_aiming_fields():
            values.extend(value if isinstance(value, list | tuple) else [value])
    keys = [value for value in values if isinstance(value, str) and _KEY.match(value)]
    return {(kind, key) for key in keys for kind in ("development", "issue")}
