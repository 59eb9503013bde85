"""What is claimed, who denies, confirms, qualifies or withdraws it, and what it cannot be squared with."""

from typing import Literal, assert_never

from tracker.stories.dates import ImpreciseDate
from tracker.stories.developments import Weighs, Weight, become
from tracker.stories.entries import Changes, Development, Get
from tracker.stories.errors import Invalid, Missing
from tracker.stories.fields import (
    DESK,
    ActorKey,
    ClaimKey,
    ContradictionKey,
    DevelopmentFields,
    DevelopmentKey,
    Fields,
    Quote,
    RequiredText,
    Text,
    Voice,
)
from tracker.stories.situation import Situation, fact

DenialKind = Literal["flat", "partial", "non_denial", "attacks_source"]
ContradictionKind = Literal["direct", "partial", "apparent", "discrepancy"]


class AssertClaim(DevelopmentFields, frozen=True, kw_only=True):
    """Log a claim as a neutral proposition, with whose it is; said via a statement, it is the speaker's."""

    text: RequiredText
    claimant: Voice = ""
    relayed_by: Voice = ""
    about: ImpreciseDate | None = None
    quotes: tuple[Quote, ...] = ()


class DenyClaim(DevelopmentFields, frozen=True, kw_only=True):
    """Log that somebody denies a claim, a development, or something put in words that nobody logged."""

    claim: DevelopmentKey = ""
    text: Text = ""
    by: Voice = ""
    on_behalf_of: ActorKey = ""
    kind: DenialKind = "flat"
    as_put_by: Voice = ""
    quotes: tuple[Quote, ...] = ()


class _OnClaim(DevelopmentFields, frozen=True, kw_only=True):
    claim: ClaimKey
    by: Voice = ""
    on_behalf_of: ActorKey = ""
    text: Text = ""
    quotes: tuple[Quote, ...] = ()


class ConfirmClaim(_OnClaim, frozen=True, kw_only=True):
    """Log that somebody confirms a claim."""


class QualifyClaim(_OnClaim, frozen=True, kw_only=True):
    """Log that somebody narrows or qualifies a claim."""


class WithdrawClaim(_OnClaim, frozen=True, kw_only=True):
    """Log that a claim was withdrawn."""


class IdentifyContradiction(DevelopmentFields, frozen=True, kw_only=True):
    """Log that a claim can't be squared with other claims or developments: somebody's finding, and whose."""

    claim: DevelopmentKey
    against: tuple[DevelopmentKey, ...]
    kind: ContradictionKind = "direct"
    identified_by: Voice = DESK
    reasoning: Text = ""


class ExplainContradiction(DevelopmentFields, frozen=True, kw_only=True):
    """Log how somebody explains a contradiction."""

    contradiction: ContradictionKey
    by: Voice = ""
    on_behalf_of: ActorKey = ""
    explanation: RequiredText
    quotes: tuple[Quote, ...] = ()


class _Settling(Fields, frozen=True, kw_only=True):
    contradiction: ContradictionKey
    outcome: Text = ""
    basis: Text = ""
    by: Voice = ""


class ResolveContradiction(_Settling, frozen=True, kw_only=True):
    """Note that a contradiction is resolved, and how."""


class DropContradiction(_Settling, frozen=True, kw_only=True):
    """Note that a contradiction was no contradiction."""


class ClaimAsserted(AssertClaim, frozen=True, tag="claim.asserted.v1"):
    """Somebody claims something."""


class ClaimDenied(DenyClaim, frozen=True, tag="claim.denied.v1"):
    """Somebody denies a claim."""


class ClaimConfirmed(ConfirmClaim, frozen=True, tag="claim.confirmed.v1"):
    """Somebody confirms a claim."""


class ClaimQualified(QualifyClaim, frozen=True, tag="claim.qualified.v1"):
    """Somebody qualifies a claim."""


class ClaimWithdrawn(WithdrawClaim, frozen=True, tag="claim.withdrawn.v1"):
    """A claim was withdrawn."""


class ContradictionIdentified(IdentifyContradiction, frozen=True, tag="contradiction.identified.v1"):
    """Somebody found that a claim can't be squared with something else."""


class ContradictionExplained(ExplainContradiction, frozen=True, tag="contradiction.explained.v1"):
    """Somebody explained a contradiction."""


class ContradictionResolved(ResolveContradiction, frozen=True, tag="contradiction.resolved.v1"):
    """A contradiction is resolved."""


class ContradictionDropped(DropContradiction, frozen=True, tag="contradiction.dropped.v1"):
    """A contradiction was dropped as none."""


ClaimCommand = (
    AssertClaim | DenyClaim | ConfirmClaim | QualifyClaim | WithdrawClaim
    | IdentifyContradiction | ExplainContradiction | ResolveContradiction | DropContradiction
)  # fmt: skip
ClaimDevelopment = (
    ClaimAsserted | ClaimDenied | ClaimConfirmed | ClaimQualified | ClaimWithdrawn
    | ContradictionIdentified | ContradictionExplained
)  # fmt: skip
ContradictionSettled = ContradictionResolved | ContradictionDropped
ClaimEvent = ClaimDevelopment | ContradictionSettled


def decide(command: ClaimCommand, at: Situation) -> list[ClaimEvent]:
    match command:
        case AssertClaim():
            return [fact(ClaimAsserted, command, claimant=said_by(command.claimant, command, at, "claimant"))]
        case DenyClaim():
            if not command.claim and not command.text:
                raise Missing("claim", "A denial points at a claim, a development, or words that it denies.")
            return [fact(ClaimDenied, command, by=said_by(command.by, command, at, "by"))]
        case ConfirmClaim():
            return [fact(ClaimConfirmed, command, by=_about_claim(command, at))]
        case QualifyClaim():
            return [fact(ClaimQualified, command, by=_about_claim(command, at))]
        case WithdrawClaim():
            claim = at.development_of(ClaimAsserted, command.claim, "claim", "claim")
            already = bool(claim.weights.get("withdrawn"))
            return [] if already else [fact(ClaimWithdrawn, command, by=_about_claim(command, at))]
        case IdentifyContradiction():
            if not command.against:
                raise Missing("against", "A contradiction needs something that the claim is held against.")
            if command.claim in command.against:
                raise Invalid("against", "A claim can't be held against itself.")
            return [fact(ContradictionIdentified, command)]
        case ExplainContradiction():
            at.development_of(ContradictionIdentified, command.contradiction, "contradiction", "contradiction")
            return [fact(ContradictionExplained, command, by=said_by(command.by, command, at, "by"))]
        case ResolveContradiction():
            return [fact(ContradictionResolved, command)] if _unsettled(at, command, "resolved") else []
        case DropContradiction():
            return [fact(ContradictionDropped, command)] if _unsettled(at, command, "dropped") else []
        case _:
            assert_never(command)


def weighs(event: ClaimDevelopment) -> tuple[Weight, ...]:
    match event:
        case ClaimAsserted():
            return ()
        case ClaimDenied(claim=claim):
            return ((claim, "denied"),) if claim else ()
        case ClaimConfirmed(claim=claim):
            return ((claim, "confirmed"),)
        case ClaimQualified(claim=claim):
            return ((claim, "qualified"),)
        case ClaimWithdrawn(claim=claim):
            return ((claim, "withdrawn"),)
        case ContradictionIdentified(claim=claim):
            return ((claim, "contradicted"),)
        case ContradictionExplained(contradiction=contradiction):
            return ((contradiction, "explained"),)
        case _:
            assert_never(event)


def changes(get: Get, event: ContradictionSettled, weigh: Weighs) -> Changes:
    entry = get(("development", event.contradiction))
    if not isinstance(entry, Development):
        return {}
    outcome = "resolved" if isinstance(event, ContradictionResolved) else "dropped"
    return become(get, entry, entry.but(settled=outcome), weigh)


def said_by(voice: Voice, command: DevelopmentFields, at: Situation, field: str) -> Voice:
    """Whose words these are: as given, else the speaker of what it was said via; Missing where neither is known."""
    if voice:
        return voice
    via = at.any_development(command.via, "via").event if command.via else None
    speaker: Voice = getattr(via, "speaker", "")
    if not speaker:
        raise Missing(field, "Say whose words these are.")
    return speaker


def _about_claim(command: ConfirmClaim | QualifyClaim | WithdrawClaim, at: Situation) -> Voice:
    at.development_of(ClaimAsserted, command.claim, "claim", "claim")
    return said_by(command.by, command, at, "by")


def _unsettled(at: Situation, command: ResolveContradiction | DropContradiction, wanted: str) -> bool:
    entry = at.development_of(ContradictionIdentified, command.contradiction, "contradiction", "contradiction")
    if entry.settled and entry.settled != wanted:
        raise Invalid(
            "contradiction",
            "The contradiction “%(contradiction)s” is already %(settled)s.",
            contradiction=command.contradiction,
            settled=entry.settled,
        )
    return not entry.settled
