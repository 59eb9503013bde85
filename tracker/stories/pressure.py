"""Who demands what of whom, where everybody stands, and what is still unknown."""

from typing import Literal, assert_never

import msgspec

from tracker.stories.claims import said_by
from tracker.stories.dates import ImpreciseDate
from tracker.stories.developments import Weight, add_weight
from tracker.stories.entries import Changes, Development, Get, Issue, Question
from tracker.stories.errors import KeyTaken, Missing, Unknown
from tracker.stories.fields import (
    ActorKey,
    Demander,
    DemandKey,
    DevelopmentFields,
    DevelopmentKey,
    Fields,
    IssueKey,
    Key,
    Line,
    Quantifier,
    QuestionKey,
    Quote,
    RequiredLine,
    Text,
    Visibility,
    Voice,
)
from tracker.stories.recorded import Recorded
from tracker.stories.situation import Situation, fact

DemandAction = Literal[
    "resign", "recuse", "testify", "correct_record", "independent_commission", "special_prosecutor",
    "release_documents", "apologise", "dismiss", "other",
]  # fmt: skip
Answer = Literal["accepted", "in_part", "refused", "deferred"]
Stance = Literal["for", "against", "open", "not_calling_for", "undeclared"]


class MakeDemand(DevelopmentFields, frozen=True, kw_only=True):
    """Log that somebody demands an action; an addressee left out is one that was not stated."""

    demanders: tuple[Demander, ...] = ()
    action: DemandAction
    addressee: Voice = ""
    about: Text = ""
    conditions: Text = ""
    deadline: ImpreciseDate | None = None
    fallback_of: Key = ""
    quotes: tuple[Quote, ...] = ()


class JoinDemand(DevelopmentFields, frozen=True, kw_only=True):
    """Log that others make the same demand."""

    demand: DemandKey
    demanders: tuple[Demander, ...] = ()
    quotes: tuple[Quote, ...] = ()


class WithdrawDemand(DevelopmentFields, frozen=True, kw_only=True):
    """Log that a demand was withdrawn."""

    demand: DemandKey
    by: Voice = ""
    reason: Text = ""


class AnswerDemand(DevelopmentFields, frozen=True, kw_only=True):
    """Log how somebody answered a demand."""

    demand: DemandKey
    by: Voice = ""
    on_behalf_of: ActorKey = ""
    answer: Answer
    text: Text = ""
    quotes: tuple[Quote, ...] = ()


class MeetDemand(Fields, frozen=True, kw_only=True):
    """Note which development met a demand, and how far."""

    demand: DemandKey
    by: DevelopmentKey
    extent: Literal["full", "partial"] = "full"


class OvertakeDemand(Fields, frozen=True, kw_only=True):
    """Note that events overtook a demand."""

    demand: DemandKey
    by: DevelopmentKey = ""
    reason: Line = ""


class TakePosition(DevelopmentFields, frozen=True, kw_only=True):
    """Log where somebody stands on an issue; a bloc with its quantifier and its exceptions."""

    actor: Voice = ""
    issue: IssueKey
    issue_text: Line = ""
    stance: Stance
    quantifier: Quantifier | None = None
    except_: tuple[ActorKey, ...] = msgspec.field(default=(), name="except")
    basis: Text = ""
    evidence: Text = ""
    quotes: tuple[Quote, ...] = ()


class RaiseQuestion(Fields, frozen=True, kw_only=True):
    """Note what the desk does not yet know."""

    key: Key = ""
    text: RequiredLine
    about: Text = ""
    visibility: Visibility = "newsroom"


class AnswerQuestion(Fields, frozen=True, kw_only=True):
    """Note the answer to an open question."""

    question: QuestionKey
    answer: Text
    by: DevelopmentKey = ""


class DropQuestion(Fields, frozen=True, kw_only=True):
    """Note that a question no longer matters."""

    question: QuestionKey
    reason: Line = ""


class DemandMade(MakeDemand, frozen=True, tag="demand.made.v1"):
    """Somebody demands an action."""


class DemandJoined(JoinDemand, frozen=True, tag="demand.joined.v1"):
    """Others make the same demand."""


class DemandWithdrawn(WithdrawDemand, frozen=True, tag="demand.withdrawn.v1"):
    """A demand was withdrawn."""


class DemandAnswered(AnswerDemand, frozen=True, tag="demand.answered.v1"):
    """Somebody answered a demand."""


class DemandMet(MeetDemand, frozen=True, tag="demand.met.v1"):
    """A demand was met."""


class DemandOvertaken(OvertakeDemand, frozen=True, tag="demand.overtaken.v1"):
    """Events overtook a demand."""


class PositionTaken(TakePosition, frozen=True, tag="position.taken.v1"):
    """Somebody took a position on an issue."""


class QuestionRaised(RaiseQuestion, frozen=True, tag="question.raised.v1"):
    """Something is not yet known."""


class QuestionAnswered(AnswerQuestion, frozen=True, tag="question.answered.v1"):
    """An open question has its answer."""


class QuestionDropped(DropQuestion, frozen=True, tag="question.dropped.v1"):
    """A question no longer matters."""


PressureCommand = (
    MakeDemand | JoinDemand | WithdrawDemand | AnswerDemand | MeetDemand | OvertakeDemand
    | TakePosition | RaiseQuestion | AnswerQuestion | DropQuestion
)  # fmt: skip
PressureDevelopment = DemandMade | DemandJoined | DemandWithdrawn | DemandAnswered | PositionTaken
PressureNote = DemandMet | DemandOvertaken | QuestionRaised | QuestionAnswered | QuestionDropped
PressureEvent = PressureDevelopment | PressureNote


def decide(command: PressureCommand, at: Situation) -> list[PressureEvent]:
    match command:
        case MakeDemand():
            return [fact(DemandMade, command, demanders=_demanders(command, at))]
        case JoinDemand():
            _demand(at, command.demand)
            return [fact(DemandJoined, command, demanders=_demanders(command, at))]
        case WithdrawDemand():
            already = _demand(at, command.demand).weights.get("withdrawn")
            return [] if already else [fact(DemandWithdrawn, command, by=said_by(command.by, command, at, "by"))]
        case AnswerDemand():
            _demand(at, command.demand)
            return [fact(DemandAnswered, command, by=said_by(command.by, command, at, "by"))]
        case MeetDemand():
            return [] if _demand(at, command.demand).weights.get("met") else [fact(DemandMet, command)]
        case OvertakeDemand():
            return [] if _demand(at, command.demand).weights.get("overtaken") else [fact(DemandOvertaken, command)]
        case TakePosition():
            if not command.issue_text and not at.get(("issue", command.issue)):
                raise Missing("issue_text", "“%(issue)s” is a new issue: say what it is about.", issue=command.issue)
            return [fact(PositionTaken, command, actor=said_by(command.actor, command, at, "actor"))]
        case RaiseQuestion():
            return _raise(command, at)
        case AnswerQuestion():
            return [fact(QuestionAnswered, command)] if _question(at, command.question).status == "open" else []
        case DropQuestion():
            return [fact(QuestionDropped, command)] if _question(at, command.question).status == "open" else []
        case _:
            assert_never(command)


def weighs(event: PressureDevelopment) -> tuple[Weight, ...]:
    match event:
        case DemandMade() | PositionTaken():
            return ()
        case DemandJoined(demand=demand):
            return ((demand, "joined"),)
        case DemandWithdrawn(demand=demand):
            return ((demand, "withdrawn"),)
        case DemandAnswered(demand=demand, answer=answer):
            return ((demand, answer),)
        case _:
            assert_never(event)


def brings(get: Get, recorded: Recorded, event: PositionTaken) -> Changes:
    """The issue, where this position is the first to name it."""
    if not event.issue_text or get(("issue", event.issue)):
        return {}
    return {("issue", event.issue): Issue(text=event.issue_text, learned_at=recorded.learned_at)}


def changes(get: Get, recorded: Recorded, event: PressureNote) -> Changes:
    match event:
        case DemandMet() | DemandOvertaken():
            word = "met" if isinstance(event, DemandMet) else "overtaken"
            demand = get(("development", event.demand))
            if not isinstance(demand, Development):
                return {}
            met_by = event.by if word == "met" else demand.met_by
            return {("development", event.demand): add_weight(demand, word).but(met_by=met_by)}
        case QuestionRaised():
            return {("question", event.key): _asked(recorded, event)}
        case QuestionAnswered() | QuestionDropped():
            question = get(("question", event.question))
            if not isinstance(question, Question):
                return {}
            if isinstance(event, QuestionDropped):
                return {("question", event.question): question.but(status="dropped", answer=event.reason)}
            answered = question.but(status="answered", answer=event.answer, by=event.by)
            return {("question", event.question): answered}
        case _:
            assert_never(event)


def _demanders(command: MakeDemand | JoinDemand, at: Situation) -> tuple[Demander, ...]:
    return command.demanders or (Demander(actor=said_by("", command, at, "demanders")),)


def _demand(at: Situation, key: str) -> Development:
    return at.development_of(DemandMade, key, "demand", "demand")


def _question(at: Situation, key: str) -> Question:
    found = at.get(("question", key))
    if not isinstance(found, Question):
        raise Unknown("question", "question", key)
    return found


def _raise(command: RaiseQuestion, at: Situation) -> list[PressureEvent]:
    key = command.key or at.derived_key("question")
    known = at.get(("question", key))
    if isinstance(known, Question):
        if known.text == command.text:
            return []
        raise KeyTaken("key", "The key “%(key)s” is already another question: “%(text)s”.", key=key, text=known.text)
    return [fact(QuestionRaised, command, key=key)]


def _asked(recorded: Recorded, event: QuestionRaised) -> Question:
    return Question(
        text=event.text, about=event.about, visibility=event.visibility,
        position=recorded.position, learned_at=recorded.learned_at,
    )  # fmt: skip
