"""The types of development, what each weighs on, and what else it brings: the dispatch over their groups."""

from functools import cache
from typing import assert_never, get_args

from tracker.stories import claims, happenings, pressure, speech
from tracker.stories.developments import Weight
from tracker.stories.entries import Changes, Get
from tracker.stories.fields import DevelopmentFields
from tracker.stories.recorded import Recorded
from tracker.stories.references import aiming_fields
from tracker.stories.type_names import wire_type

AnyDevelopment = (
    happenings.HappeningDevelopment | speech.SpeechEvent | claims.ClaimDevelopment | pressure.PressureDevelopment
)


@cache
def by_name() -> dict[str, type[DevelopmentFields]]:
    """The event class of each type of development, by its name in a record (`claim.denied`)."""
    return {wire_type(kind).rpartition(".v")[0]: kind for kind in get_args(AnyDevelopment)}


@cache
def all_aiming_fields() -> frozenset[str]:
    """The fields of any type of development, by their names in a record, whose values are keys that it aims at."""
    return frozenset[str]().union(*(aiming_fields(kind) for kind in by_name().values()))


def weighs(event: AnyDevelopment) -> tuple[Weight, ...]:
    """What a development bears on, and how."""
    match event:
        case (
            happenings.MeetingRevealed() | happenings.ActionAnnounced() | happenings.ActionTaken()
            | happenings.EventPlanned() | happenings.NoteLogged()
        ):  # fmt: skip
            return ()
        case speech.StatementMade() | speech.TestimonyGiven() | speech.CommentDeclined():
            return ()
        case (
            claims.ClaimAsserted() | claims.ClaimDenied() | claims.ClaimConfirmed() | claims.ClaimQualified()
            | claims.ClaimWithdrawn() | claims.ContradictionIdentified() | claims.ContradictionExplained()
        ):  # fmt: skip
            return claims.weighs(event)
        case (
            pressure.DemandMade() | pressure.DemandJoined() | pressure.DemandWithdrawn()
            | pressure.DemandAnswered() | pressure.PositionTaken()
        ):  # fmt: skip
            return pressure.weighs(event)
        case _:
            assert_never(event)


def brings(get: Get, recorded: Recorded, event: AnyDevelopment) -> Changes:
    """Entries that a development puts besides its own: an issue that a position names for the first time."""
    return pressure.brings(get, recorded, event) if isinstance(event, pressure.PositionTaken) else {}
