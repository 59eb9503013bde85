"""Every type of event with the command that asks for it: the one table that intake, forms and schemas read."""

from functools import cache
from typing import NamedTuple, get_args

from tracker.stories import (
    actors,
    claims,
    editorial,
    happenings,
    pressure,
    sources,
    speech,
    story,
)
from tracker.stories.fields import DevelopmentFields, Fields
from tracker.stories.type_names import wire_type

Command = (
    story.StoryCommand | actors.ActorCommand | sources.SourceCommand | happenings.HappeningCommand
    | speech.SpeechCommand | claims.ClaimCommand | pressure.PressureCommand | editorial.EditorialCommand
)  # fmt: skip
Event = (
    story.StoryEvent | actors.ActorEvent | sources.SourceEvent | happenings.HappeningEvent
    | speech.SpeechEvent | claims.ClaimEvent | pressure.PressureEvent | editorial.EditorialEvent
)  # fmt: skip


class EventType(NamedTuple):
    """One row of the table: `claim.denied`, its wire type with version, what asks for it, what states it."""

    name: str
    wire: str
    group: str
    command: type[Fields]
    event: type[Fields]

    @property
    def is_development(self) -> bool:
        return issubclass(self.event, DevelopmentFields)


_GROUPS = (
    ("story", story.StoryCommand, story.StoryEvent),
    ("actors", actors.ActorCommand, actors.ActorEvent),
    ("sources", sources.SourceCommand, sources.SourceEvent),
    ("happenings", happenings.HappeningCommand, happenings.HappeningEvent),
    ("speech", speech.SpeechCommand, speech.SpeechEvent),
    ("claims", claims.ClaimCommand, claims.ClaimEvent),
    ("pressure", pressure.PressureCommand, pressure.PressureEvent),
    ("editorial", editorial.EditorialCommand, editorial.EditorialEvent),
)

# Where deciding adds to what was asked, the event is no subclass of its command, and the pair is named here.
_NAMED_PAIRS: dict[type[Fields], type[Fields]] = {
    editorial.DevelopmentCorrected: editorial.CorrectDevelopment,
    speech.StatementMade: speech.MakeStatement,
    speech.TestimonyGiven: speech.GiveTestimony,
}


@cache
def event_types() -> dict[str, EventType]:
    """Every type of event by its name in a record, in the order of the groups."""
    return {
        row.name: row
        for group, commands, events in _GROUPS
        for event in get_args(events)
        for row in [_row(group, get_args(commands), event)]
    }


@cache
def by_wire() -> dict[str, EventType]:
    """Every type of event by its versioned wire type."""
    return {row.wire: row for row in event_types().values()}


@cache
def command_of(event: type[Fields]) -> type[Fields]:
    """The command that asks for an event."""
    return by_wire()[wire_type(event)].command


def _row(group: str, commands: tuple[type[Fields], ...], event: type[Fields]) -> EventType:
    command = _NAMED_PAIRS.get(event) or next(kind for kind in commands if issubclass(event, kind))
    wire = wire_type(event)
    return EventType(wire.rpartition(".v")[0], wire, group, command, event)
