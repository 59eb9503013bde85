"""The desk's own hand: corrections, retractions, embargoes, verification, links, redaction. Nothing is erased."""

from collections.abc import Callable
from typing import Any, Literal, assert_never

import msgspec

from tracker.stories.date_words import in_words
from tracker.stories.dates import LATEST, ImpreciseDate, within
from tracker.stories.developments import Weighs, become
from tracker.stories.entries import Changes, Correction, Development, Get, Link
from tracker.stories.errors import (
    AlreadyRetracted,
    Invalid,
    NotCorrectable,
    NotRetracted,
    OutsideBounds,
    Refused,
)
from tracker.stories.fields import (
    DevelopmentFields,
    DevelopmentKey,
    FieldName,
    Fields,
    InstantText,
    Line,
    Part,
    RequiredLine,
    Text,
)
from tracker.stories.recorded import Recorded
from tracker.stories.revising import blanked, field_value, reclassified, revised
from tracker.stories.situation import Situation, fact

CorrectionClass = Literal["correction", "clarification", "refile"]
Level = Literal["unverified", "single_source", "corroborated", "confirmed", "disputed", "refuted"]
LinkRelation = Literal["precedent", "response_to", "background", "corroborates", "follows"]

Accept = Callable[[Development, DevelopmentFields], None]
"""Given a development and what it would say: raises Refused where that breaks a rule of its type."""


class Change(Part, frozen=True, kw_only=True):
    """What a field should say, in the shape the field has in a record; lists are given whole."""

    field: FieldName
    now: Any = None


class Changed(Part, frozen=True, kw_only=True):
    """What a field said and what it says now."""

    field: FieldName
    was: Any = None
    now: Any = None


class _CorrectionFields(Fields, frozen=True, kw_only=True):
    target: DevelopmentKey
    class_: CorrectionClass = msgspec.field(default="correction", name="class")
    public_note: Text = ""
    caused_by: Line = ""


class CorrectDevelopment(_CorrectionFields, frozen=True, kw_only=True):
    """Put right what a development says."""

    changes: tuple[Change, ...]


class RetractDevelopment(Fields, frozen=True, kw_only=True):
    """Take a development back: it should never have stood."""

    target: DevelopmentKey
    reason: RequiredLine
    public_note: Text = ""


class ReverseRetraction(Fields, frozen=True, kw_only=True):
    """Let a retracted development stand again."""

    target: DevelopmentKey
    reason: Line = ""


class ReclassifyDevelopment(Fields, frozen=True, kw_only=True):
    """Give a development another type, with the fields that type needs; what both types share is kept."""

    target: DevelopmentKey
    as_: RequiredLine = msgspec.field(name="as")
    fields: dict[FieldName, Any] = {}  # noqa: RUF012  (msgspec copies it)


class RefineDate(Fields, frozen=True, kw_only=True):
    """Sharpen when it happened, inside the earlier bounds."""

    target: DevelopmentKey
    occurred: ImpreciseDate
    reason: Line = ""


class ChangeVerification(Fields, frozen=True, kw_only=True):
    """Say how well a development is verified."""

    target: DevelopmentKey
    level: Level
    reason: Line = ""


class SetEmbargo(Fields, frozen=True, kw_only=True):
    """Hold a development back until an instant, or, with none given, until the embargo is lifted."""

    target: DevelopmentKey
    until: InstantText = ""
    terms: Line = ""


class LiftEmbargo(Fields, frozen=True, kw_only=True):
    """Lift the embargo on a development."""

    target: DevelopmentKey
    reason: Line = ""


class WithholdDevelopment(Fields, frozen=True, kw_only=True):
    """Hold a development back for another reason than time."""

    target: DevelopmentKey
    reason: RequiredLine


class ReleaseDevelopment(Fields, frozen=True, kw_only=True):
    """Release a withheld development."""

    target: DevelopmentKey
    reason: Line = ""


class RedactDetail(Fields, frozen=True, kw_only=True):
    """Hide fields of a development everywhere but in the raw log."""

    target: DevelopmentKey
    fields: tuple[FieldName, ...]
    authority: RequiredLine


class UnsealDetail(Fields, frozen=True, kw_only=True):
    """Read a detail that was sealed: why is on record before anything is shown."""

    target: DevelopmentKey
    detail: FieldName
    reason: RequiredLine


class LinkDevelopments(Fields, frozen=True, kw_only=True):
    """Relate one development to another."""

    from_: DevelopmentKey = msgspec.field(name="from")
    to: DevelopmentKey
    relation: LinkRelation


class DevelopmentCorrected(_CorrectionFields, frozen=True, kw_only=True, tag="development.corrected.v1"):
    """A logged development was wrong; this says what is right. `was` is what the fold said when it was decided."""

    changes: tuple[Changed, ...]


class DevelopmentRetracted(RetractDevelopment, frozen=True, tag="development.retracted.v1"):
    """A development was taken back."""


class RetractionReversed(ReverseRetraction, frozen=True, tag="development.retraction_reversed.v1"):
    """A retracted development stands again."""


class DevelopmentReclassified(ReclassifyDevelopment, frozen=True, tag="development.reclassified.v1"):
    """A development has another type."""


class OccurrenceDateRefined(RefineDate, frozen=True, tag="occurrence.date_refined.v1"):
    """When it happened is known more precisely."""


class VerificationChanged(ChangeVerification, frozen=True, tag="verification.changed.v1"):
    """A development is verified to another level."""


class EmbargoSet(SetEmbargo, frozen=True, tag="embargo.set.v1"):
    """A development is under embargo."""


class EmbargoLifted(LiftEmbargo, frozen=True, tag="embargo.lifted.v1"):
    """An embargo was lifted."""


class DevelopmentWithheld(WithholdDevelopment, frozen=True, tag="development.withheld.v1"):
    """A development is held back."""


class DevelopmentReleased(ReleaseDevelopment, frozen=True, tag="development.released.v1"):
    """A withheld development was released."""


class DetailRedacted(RedactDetail, frozen=True, tag="detail.redacted.v1"):
    """Fields of a development are hidden."""


class DetailUnsealed(UnsealDetail, frozen=True, tag="detail.unsealed.v1"):
    """Somebody read a sealed detail, and said why."""


class DevelopmentsLinked(LinkDevelopments, frozen=True, tag="developments.linked.v1"):
    """Two developments were related."""


EditorialCommand = (
    CorrectDevelopment | RetractDevelopment | ReverseRetraction | ReclassifyDevelopment | RefineDate
    | ChangeVerification | SetEmbargo | LiftEmbargo | WithholdDevelopment | ReleaseDevelopment
    | RedactDetail | UnsealDetail | LinkDevelopments
)  # fmt: skip
EditorialEvent = (
    DevelopmentCorrected | DevelopmentRetracted | RetractionReversed | DevelopmentReclassified
    | OccurrenceDateRefined | VerificationChanged | EmbargoSet | EmbargoLifted | DevelopmentWithheld
    | DevelopmentReleased | DetailRedacted | DetailUnsealed | DevelopmentsLinked
)  # fmt: skip


def decide(command: EditorialCommand, at: Situation, accept: Accept) -> list[EditorialEvent]:
    if isinstance(command, LinkDevelopments):
        return _link(command, at)
    if isinstance(command, RetractDevelopment | ReverseRetraction):
        return _retract_or_reverse(command, at.any_development(command.target))
    if isinstance(command, UnsealDetail):
        return _unseal(command, at.any_development(command.target))
    target = at.development(command.target)
    match command:
        case CorrectDevelopment():
            return _correct(command, target, accept)
        case ReclassifyDevelopment():
            accept(target, reclassified(target.event, command.as_, command.fields))
            return [fact(DevelopmentReclassified, command)]
        case RefineDate():
            return _refine(command, target, at)
        case ChangeVerification():
            return [] if target.verification == command.level else [fact(VerificationChanged, command)]
        case SetEmbargo():
            return [] if target.embargo == (command.until or LATEST) else [fact(EmbargoSet, command)]
        case LiftEmbargo():
            return [fact(EmbargoLifted, command)] if target.embargo > at.now else []
        case WithholdDevelopment():
            return [] if target.withheld else [fact(DevelopmentWithheld, command)]
        case ReleaseDevelopment():
            return [fact(DevelopmentReleased, command)] if target.withheld else []
        case RedactDetail():
            return _redact(command, target)
        case _:
            assert_never(command)


def changes(get: Get, recorded: Recorded, event: EditorialEvent, weighs: Weighs) -> Changes:
    if isinstance(event, DevelopmentsLinked):
        link = Link(
            from_=event.from_, to=event.to, relation=event.relation,
            position=recorded.position, learned_at=recorded.learned_at,
        )  # fmt: skip
        return {("link", f"{event.from_}:{event.relation}:{event.to}"): link}
    target = get(("development", event.target))
    if not isinstance(target, Development) or isinstance(event, DetailUnsealed):
        return {}
    after = _after(event, target, recorded)
    puts = become(get, target, after, weighs)
    if isinstance(event, DevelopmentCorrected):
        puts |= _corrections(event, recorded)
    return puts


def _after(event: EditorialEvent, target: Development, recorded: Recorded) -> Development:
    """The target as it stands after the event."""
    match event:
        case DevelopmentCorrected(changes=corrected):
            right = revised(target.event, {change.field: change.now for change in corrected})
            return target.but(event=right, corrections=target.corrections + 1, changed=recorded.version)
        case DevelopmentReclassified():
            retyped = reclassified(target.event, event.as_, event.fields)
            return target.but(event=retyped, changed=recorded.version)
        case OccurrenceDateRefined(occurred=occurred):
            sharper = msgspec.structs.replace(target.event, occurred=occurred)
            return target.but(event=sharper, changed=recorded.version)
        case DevelopmentRetracted(reason=reason):
            return target.but(retracted=reason, changed=recorded.version)
        case RetractionReversed():
            return target.but(retracted="", changed=recorded.version)
        case VerificationChanged(level=level):
            return target.but(verification=level)
        case EmbargoSet(until=until):
            return target.but(embargo=until or LATEST)
        case EmbargoLifted():
            return target.but(embargo="")
        case DevelopmentWithheld(reason=reason):
            return target.but(withheld=reason)
        case DevelopmentReleased():
            return target.but(withheld="")
        case DetailRedacted(fields=fields):
            hidden = tuple(dict.fromkeys((*target.redacted, *fields)))
            return target.but(event=blanked(target.event, fields), redacted=hidden, changed=recorded.version)
        case DevelopmentsLinked() | DetailUnsealed():
            return target
        case _:
            assert_never(event)


def _corrections(event: DevelopmentCorrected, recorded: Recorded) -> Changes:
    return {
        ("correction", f"{event.target}#{recorded.version}.{n}"): Correction(
            target=event.target, field=change.field, was=change.was, now=change.now, kind=event.class_,
            public_note=event.public_note, caused_by=event.caused_by, position=recorded.position,
            recorded_at=recorded.recorded_at, recorded_by=recorded.recorded_by, learned_at=recorded.learned_at,
        )
        for n, change in enumerate(event.changes)
    }  # fmt: skip


def _correct(command: CorrectDevelopment, target: Development, accept: Accept) -> list[EditorialEvent]:
    if not command.changes:
        raise Invalid("changes", "Say which field is wrong and what is right.")
    corrected = []
    fields = [change.field for change in command.changes]
    for n, change in enumerate(command.changes):
        if change.field in fields[:n]:
            raise Invalid(
                f"changes.{n}.field", "“%(field)s” is corrected twice here; say once what is right.", field=change.field
            )
        if change.field in target.redacted:
            raise NotCorrectable(
                f"changes.{n}.field", "“%(field)s” has been redacted and can't be corrected.", field=change.field
            )
        was = field_value(target.event, change.field, f"changes.{n}.field")
        try:
            now = field_value(revised(target.event, {change.field: change.now}), change.field)
        except Refused as refused:
            raise Invalid(
                f"changes.{n}.now", "%(field)s: %(message)s", field=change.field, message=refused.message
            ) from refused
        if was != now:
            corrected.append(Changed(field=change.field, was=was, now=now))
    if not corrected:
        return []
    accept(target, revised(target.event, {change.field: change.now for change in corrected}))
    return [fact(DevelopmentCorrected, command, changes=tuple(corrected))]


def _retract_or_reverse(command: RetractDevelopment | ReverseRetraction, target: Development) -> list[EditorialEvent]:
    if isinstance(command, RetractDevelopment):
        if target.retracted:
            raise AlreadyRetracted("target", command.target)
        return [fact(DevelopmentRetracted, command)]
    if not target.retracted:
        raise NotRetracted("target", command.target)
    return [fact(RetractionReversed, command)]


def _refine(command: RefineDate, target: Development, at: Situation) -> list[EditorialEvent]:
    earlier = target.event.occurred
    if earlier == command.occurred:
        return []
    if earlier is not None and not within(command.occurred.edtf, earlier.edtf, at.zone):
        raise OutsideBounds("occurred", in_words(earlier))
    return [fact(OccurrenceDateRefined, command)]


def _redact(command: RedactDetail, target: Development) -> list[EditorialEvent]:
    if not command.fields:
        raise Invalid("fields", "Name the fields to hide.")
    blanked(target.event, command.fields)
    if set(command.fields) <= set(target.redacted):
        return []
    return [fact(DetailRedacted, command)]


def _unseal(command: UnsealDetail, target: Development) -> list[EditorialEvent]:
    if command.detail not in target.event.sealed:
        raise Invalid("detail", "There is nothing to read: no such detail was sealed, or it has been redacted.")
    return [fact(DetailUnsealed, command)]


def _link(command: LinkDevelopments, at: Situation) -> list[EditorialEvent]:
    if command.from_ == command.to:
        raise Invalid("to", "A development can't be linked to itself.")
    at.development(command.from_, "from")
    at.development(command.to, "to")
    known = at.get(("link", f"{command.from_}:{command.relation}:{command.to}"))
    return [] if known else [fact(DevelopmentsLinked, command)]
