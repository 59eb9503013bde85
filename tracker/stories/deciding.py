"""Whether a command becomes events: the rules all commands share, then those of its group."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import assert_never, cast

import msgspec

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
from tracker.stories.catalogue import Command, Event, command_of, event_types
from tracker.stories.entries import (
    Actor,
    Changes,
    Development,
    Entry,
    Ref,
    Source,
    Story,
)
from tracker.stories.errors import (
    AlreadyRetracted,
    Invalid,
    KeyTaken,
    LearnedInFuture,
    LearnedTooEarly,
    Missing,
    NotSealed,
    OffRecordPublic,
    Refused,
    StoryNotOpen,
    Unknown,
    WrongKind,
)
from tracker.stories.fields import DevelopmentFields, Fields, Sealed
from tracker.stories.folding import aims, changes
from tracker.stories.headlines import headline
from tracker.stories.recorded import Recorded
from tracker.stories.references import Named, named
from tracker.stories.situation import Situation, fact
from tracker.stories.type_names import wire_name

_KINDS: dict[str, type[DevelopmentFields]] = {
    "claim": claims.ClaimAsserted,
    "contradiction": claims.ContradictionIdentified,
    "demand": pressure.DemandMade,
    "planned": happenings.EventPlanned,
}
_NOUNS = {"planned": "planned event"}


def decide(command: Command, at: Situation) -> list[Event]:
    """The events a command becomes: none where it is already so, several where things were said in one statement.

    Raises Refused with the field at fault. What is decided here can always be folded.
    """
    if at.learned_at is not None and at.learned_at > at.now:
        raise LearnedInFuture(at.learned_at, at.now)
    if not isinstance(command, actors.ActorCommand | sources.SourceCommand | story.OpenStory):
        _check_story(command, at)
        _check_names(_own_names(command), at, standing=isinstance(command, DevelopmentFields))
    if isinstance(command, DevelopmentFields):
        return _log(command, at)
    events = _decide_in_group(command, at)
    _check_causality(events, at)
    return events


def provisional(event: Fields, at: Situation, stream: str, version: int = 0) -> Recorded:
    """An event that is decided and not yet appended, so that what follows in the same append can be decided."""
    return Recorded(
        event=event, stream=stream, version=version, position=0, recorded_at=at.now, recorded_by="",
        learned_at=at.learned_at or at.now,
    )  # fmt: skip


def _decide_in_group(command: Command, at: Situation) -> list[Event]:
    match command:
        case (
            story.OpenStory() | story.RetitleStory() | story.ReviseSynopsis() | story.LinkStory()
            | story.RestStory() | story.ReviveStory() | story.CloseStory()
        ):  # fmt: skip
            return [*story.decide(command, at)]
        case (
            actors.AddActor() | actors.AddAlias() | actors.TakeRole() | actors.LeaveRole()
            | actors.NameSpokesperson()
        ):  # fmt: skip
            return [*actors.decide(command, at)]
        case (
            sources.AddSource() | sources.ConfirmSource() | sources.DoubtSource() | sources.ForgetSource()
            | sources.UnsealSource()
        ):  # fmt: skip
            return [*sources.decide(command, at)]
        case (
            happenings.RevealMeeting() | happenings.AnnounceAction() | happenings.TakeAction()
            | happenings.PlanEvent() | happenings.LogNote() | happenings.ChangePlannedEvent()
            | happenings.NoteEventTookPlace() | happenings.CancelPlannedEvent()
        ):  # fmt: skip
            return [*happenings.decide(command, at)]
        case speech.MakeStatement() | speech.GiveTestimony() | speech.DeclineComment():
            return [*speech.decide(command)]
        case (
            claims.AssertClaim() | claims.DenyClaim() | claims.ConfirmClaim() | claims.QualifyClaim()
            | claims.WithdrawClaim() | claims.IdentifyContradiction() | claims.ExplainContradiction()
            | claims.ResolveContradiction() | claims.DropContradiction()
        ):  # fmt: skip
            return [*claims.decide(command, at)]
        case (
            pressure.MakeDemand() | pressure.JoinDemand() | pressure.WithdrawDemand() | pressure.AnswerDemand()
            | pressure.MeetDemand() | pressure.OvertakeDemand() | pressure.TakePosition()
            | pressure.RaiseQuestion() | pressure.AnswerQuestion() | pressure.DropQuestion()
        ):  # fmt: skip
            return [*pressure.decide(command, at)]
        case (
            editorial.CorrectDevelopment() | editorial.RetractDevelopment() | editorial.ReverseRetraction()
            | editorial.ReclassifyDevelopment() | editorial.RefineDate() | editorial.ChangeVerification()
            | editorial.SetEmbargo() | editorial.LiftEmbargo() | editorial.WithholdDevelopment()
            | editorial.ReleaseDevelopment() | editorial.RedactDetail() | editorial.LinkDevelopments()
            | editorial.UnsealDetail()
        ):  # fmt: skip
            return [*editorial.decide(command, at, lambda before, after: _accept(before, after, at))]
        case _:
            assert_never(command)


def _log(command: DevelopmentFields, at: Situation) -> list[Event]:
    """A development: its key and headline are settled, its grounds checked, what was said in it follows."""
    _check_grounds(command, at)
    for name, detail in command.sealed.items():
        if not isinstance(detail, Sealed):
            raise NotSealed(f"sealed.{name}")
    key = command.key or at.derived_key(_noun(command))
    if at.get(("development", key)) is not None:
        raise KeyTaken("key", "The key “%(key)s” is already used in this story; choose another.", key=key)
    keyed = msgspec.structs.replace(command, key=key)
    decided = [
        cast("Event", msgspec.structs.replace(event, headline=headline(event, at.get)))
        for event in _decide_in_group(cast("Command", keyed), at)
        if isinstance(event, DevelopmentFields)
    ]
    _check_causality(decided, at)
    if isinstance(command, speech.MakeStatement | speech.GiveTestimony):
        decided += _said_in(command, key, decided, at)
    return decided


def _said_in(
    command: speech.MakeStatement | speech.GiveTestimony, key: str, decided: list[Event], at: Situation
) -> list[Event]:
    """The claims, denials, demands and positions in a statement, each decided after what stands before it."""
    overlay: Changes = {}
    events: list[Event] = []

    def get(ref: Ref) -> Entry | None:
        return overlay.get(ref) or at.get(ref)

    for event in decided:
        overlay |= changes(get, provisional(event, at, f"story/{at.slug}"))
    for n, (path, said) in enumerate(speech.nested(command), start=1):
        inherited = msgspec.structs.replace(
            said, via=said.via or key, visibility=command.visibility, learned=command.learned
        )
        try:
            became = decide(inherited, replace(at, get=get, suffix=f"-{n}"))
        except Refused as refused:
            refused.field = f"{path}.{refused.field}"
            raise
        for event in became:
            overlay |= changes(get, provisional(event, at, f"story/{at.slug}"))
        events += became
    return events


def _noun(command: DevelopmentFields) -> str:
    return next(row.name for row in event_types().values() if row.command is type(command)).partition(".")[0]


def _check_story(command: Command, at: Situation) -> None:
    found = at.get(("story", at.slug))
    if not isinstance(found, Story):
        raise Unknown("story", "story", at.slug)
    if found.status == "closed" and isinstance(command, DevelopmentFields):
        raise StoryNotOpen


def _own_names(command: Command) -> list[Named]:
    """What a command names itself; what is said in a statement is checked when it is decided, after what stands before
    it, so that a denial may point at a claim of the same statement."""
    inside = ("claims.", "denials.", "demands.", "positions.")
    return [name for name in named(command) if not name.path.startswith(inside)]


def _check_names(names: list[Named], at: Situation, *, standing: bool) -> None:
    """Everything named has been logged, is of the kind wanted and, for a new development, still stands."""
    for path, names_what, key in names:
        if names_what in {"actor", "source"}:
            if not isinstance(at.get((names_what, key)), Actor | Source):
                raise Unknown(path, names_what, key)
        elif names_what == "development" or names_what in _KINDS:
            noun = _NOUNS.get(names_what, names_what)
            entry = at.get(("development", key))
            if not isinstance(entry, Development):
                raise Unknown(path, noun, key)
            if not isinstance(entry.event, _KINDS.get(names_what, DevelopmentFields)):
                raise WrongKind(path, noun, key, wire_name(entry.event))
            if standing and entry.retracted:
                raise AlreadyRetracted(path, key)


def _check_grounds(event: DevelopmentFields, at: Situation) -> None:
    """A development says where it comes from, and an off-record source stands behind nothing public."""
    if not (event.sources or event.unsourced.strip() or event.via):
        raise Missing("sources", "Give at least one source, or say why there is none (unsourced).")
    said_in = _said_via(event, at)
    if len(said_in) > 2:
        raise Invalid(
            "via", "“%(via)s” was itself said via “%(via2)s”; point at that one.", via=event.via, via2=said_in[1].via
        )
    if event.visibility == "public":
        for key in [key for told in said_in for key in told.sources]:
            source = at.get(("source", key))
            if isinstance(source, Source) and source.terms == "off_record":
                raise OffRecordPublic("sources" if key in event.sources else "via", source.description)


def _said_via(event: DevelopmentFields, at: Situation) -> list[DevelopmentFields]:
    """A development and, one inside the other, what it was said in; Invalid where that leads back to itself."""
    told = [event]
    while told[-1].via:
        said_in = at.get(("development", told[-1].via))
        if not isinstance(said_in, Development):
            break
        if said_in.event.key == event.key:
            raise Invalid("via", "“%(key)s” would have been said in itself.", key=event.key)
        told.append(said_in.event)
    return told


def _check_causality(events: list[Event], at: Situation) -> None:
    """Nothing is learned before what it aims at, so that every selection by `learned_at` is whole."""
    if at.learned_at is None:
        return
    for event in events:
        for ref in aims(provisional(event, at, f"story/{at.slug}")):
            learned = getattr(at.get(ref), "learned_at", "")
            if learned > at.learned_at:
                raise LearnedTooEarly(ref[1], learned)


def _accept(before: Development, after: DevelopmentFields, at: Situation) -> None:
    """A development as it would become keeps the rules of its type; what it names anew is there."""
    known = {(name.names, name.key) for name in named(before.event)}
    added = [name for name in named(after) if (name.names, name.key) not in known]
    _check_names(added, at, standing=True)
    if after.via and not before.event.via:
        raise Invalid("via", "What was logged in its own right can't become something said in another; log it anew.")
    with _redacted_is_not_missing(before):
        _check_grounds(after, at)
    try:
        with _redacted_is_not_missing(before):
            _decide_in_group(cast("Command", fact(command_of(type(after)), after)), at)
    except AlreadyRetracted:
        if added:
            raise


@contextmanager
def _redacted_is_not_missing(before: Development) -> Iterator[None]:
    try:
        yield
    except Missing as missing:
        grounds = {"sources", "unsourced", "via"} if missing.field == "sources" else {missing.field}
        if not grounds & set(before.redacted):
            raise
