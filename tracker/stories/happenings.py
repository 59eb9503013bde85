"""What happened: meetings revealed, actions announced and taken, planned events, free notes."""

from typing import Literal, assert_never

import msgspec

from tracker.stories.dates import ImpreciseDate
from tracker.stories.entries import Changes, Development, Get
from tracker.stories.errors import Invalid
from tracker.stories.fields import (
    DevelopmentFields,
    Fields,
    Line,
    Participant,
    Place,
    PlannedKey,
    Purpose,
    RequiredLine,
    RequiredText,
    Text,
    Voice,
)
from tracker.stories.recorded import Recorded
from tracker.stories.situation import Situation, fact

Mode = Literal["in_person", "phone", "video", "written", "unknown"]
Action = Literal[
    "resigned", "dismissed", "recused", "appointed", "opened_investigation", "closed_investigation", "subpoenaed",
    "charged", "sued", "voted", "released_documents", "apologised", "other",
]  # fmt: skip


class RevealMeeting(DevelopmentFields, frozen=True, kw_only=True):
    """Log that a meeting took place, as it became known."""

    participants: tuple[Participant, ...]
    mode: Mode = "unknown"
    setting: Line = ""
    purpose: tuple[Purpose, ...] = ()
    revealed_by: Voice = ""
    previously_disclosed: Literal["no", "partly", "yes", "unknown"] = "unknown"


class _ActionFields(DevelopmentFields, frozen=True, kw_only=True):
    actor: Voice
    action: Action
    scope: Text = ""
    effective: ImpreciseDate | None = None


class AnnounceAction(_ActionFields, frozen=True, kw_only=True):
    """Log that somebody announced an action."""


class TakeAction(_ActionFields, frozen=True, kw_only=True):
    """Log that somebody did something."""


class PlanEvent(DevelopmentFields, frozen=True, kw_only=True):
    """Log a hearing, a vote, a deadline to come."""

    title: RequiredLine
    date: ImpreciseDate | None = None


class ChangePlannedEvent(Fields, frozen=True, kw_only=True):
    """Note that a planned event has another title, date or place."""

    target: PlannedKey
    title: Line = ""
    date: ImpreciseDate | None = None
    place: Place | None = None


class NoteEventTookPlace(Fields, frozen=True, kw_only=True):
    """Note that a planned event took place; without a date, when it was planned for."""

    target: PlannedKey
    occurred: ImpreciseDate | None = None


class CancelPlannedEvent(Fields, frozen=True, kw_only=True):
    """Note that a planned event was called off."""

    target: PlannedKey
    reason: Line = ""


class LogNote(DevelopmentFields, frozen=True, kw_only=True):
    """Log a development in free text: the fast way in."""

    text: RequiredText


class MeetingRevealed(RevealMeeting, frozen=True, tag="meeting.revealed.v1"):
    """A meeting became known."""


class ActionAnnounced(AnnounceAction, frozen=True, tag="action.announced.v1"):
    """Somebody announced an action."""


class ActionTaken(TakeAction, frozen=True, tag="action.taken.v1"):
    """Somebody did something."""


class EventPlanned(PlanEvent, frozen=True, tag="event.planned.v1"):
    """Something is to take place."""


class EventChanged(ChangePlannedEvent, frozen=True, tag="event.changed.v1"):
    """A planned event has another title, date or place."""


class EventTookPlace(NoteEventTookPlace, frozen=True, tag="event.took_place.v1"):
    """A planned event took place."""


class EventCancelled(CancelPlannedEvent, frozen=True, tag="event.cancelled.v1"):
    """A planned event was called off."""


class NoteLogged(LogNote, frozen=True, tag="note.logged.v1"):
    """A development was logged in free text."""


HappeningCommand = (
    RevealMeeting | AnnounceAction | TakeAction | PlanEvent | LogNote
    | ChangePlannedEvent | NoteEventTookPlace | CancelPlannedEvent
)  # fmt: skip
HappeningDevelopment = MeetingRevealed | ActionAnnounced | ActionTaken | EventPlanned | NoteLogged
PlannedEventUpdate = EventChanged | EventTookPlace | EventCancelled
HappeningEvent = HappeningDevelopment | PlannedEventUpdate


def decide(command: HappeningCommand, at: Situation) -> list[HappeningEvent]:
    match command:
        case RevealMeeting():
            if not command.participants:
                raise Invalid("participants", "A meeting needs at least one participant.")
            return [fact(MeetingRevealed, command)]
        case AnnounceAction():
            return [fact(ActionAnnounced, command)]
        case TakeAction():
            return [fact(ActionTaken, command)]
        case PlanEvent():
            return [fact(EventPlanned, command)]
        case LogNote():
            return [fact(NoteLogged, command)]
        case ChangePlannedEvent():
            _still_planned(at, command.target)
            if not (command.title or command.date or command.place):
                raise Invalid("", "Say what changed: the title, the date or the place.")
            return [fact(EventChanged, command)]
        case NoteEventTookPlace():
            return [fact(EventTookPlace, command)] if _still_planned(at, command.target, "took_place") else []
        case CancelPlannedEvent():
            return [fact(EventCancelled, command)] if _still_planned(at, command.target, "cancelled") else []
        case _:
            assert_never(command)


def changes(get: Get, recorded: Recorded, event: PlannedEventUpdate) -> Changes:
    ref = ("development", event.target)
    entry = get(ref)
    if not isinstance(entry, Development) or not isinstance(entry.event, EventPlanned):
        return {}
    planned = entry.event
    match event:
        case EventChanged():
            moved = msgspec.structs.replace(
                planned,
                title=event.title or planned.title,
                date=event.date or planned.date,
                place=event.place or planned.place,
            )
            return {ref: entry.but(event=moved, changed=recorded.version)}
        case EventTookPlace():
            happened = msgspec.structs.replace(planned, occurred=event.occurred or planned.date)
            return {ref: entry.but(event=happened, settled="took_place", changed=recorded.version)}
        case EventCancelled():
            return {ref: entry.but(settled="cancelled", changed=recorded.version)}
        case _:
            assert_never(event)


def _still_planned(at: Situation, key: str, wanted: str = "") -> bool:
    """True while the event is ahead; False where it has already ended as wanted; refused where it ended otherwise."""
    settled = at.development_of(EventPlanned, key, "target", "planned event").settled
    if settled and settled != wanted:
        raise Invalid(
            "target",
            "The planned event “%(key)s” has already ended: %(value)s.",
            key=key,
            value=settled.replace("_", " "),
        )
    return not settled
