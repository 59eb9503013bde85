"""Whose words a development holds, or whose act it is."""

from tracker.stories import claims, happenings, pressure, speech
from tracker.stories.fields import RESERVED_VOICES, DevelopmentFields, Voice, speaker_key


def voice_of(event: DevelopmentFields) -> str:
    """The key of the actor who speaks, acts, claims or demands; "" where that is nobody, or nobody named."""
    key = speaker_key(_voice(event))
    return "" if key in RESERVED_VOICES else key


def _voice(event: DevelopmentFields) -> Voice:
    match event:
        case speech.StatementMade() | speech.TestimonyGiven():
            return event.speaker
        case claims.ClaimAsserted():
            return event.claimant
        case claims.ContradictionIdentified():
            return event.identified_by
        case happenings.MeetingRevealed():
            return event.participants[0].actor if event.participants else ""
        case pressure.DemandMade() | pressure.DemandJoined():
            return event.demanders[0].actor if event.demanders else ""
        case _:
            voice: Voice = getattr(event, "by", "") or getattr(event, "actor", "")
            return voice
