"""What was said: statements, testimony, comments declined, with the claims and demands made in them."""

from typing import Literal, assert_never

from tracker.stories.claims import AssertClaim, DenyClaim
from tracker.stories.fields import (
    ActorKey,
    DevelopmentFields,
    Exchange,
    Known,
    Line,
    Quote,
    RequiredLine,
    Text,
    Voice,
)
from tracker.stories.pressure import MakeDemand, TakePosition
from tracker.stories.situation import fact

Medium = Literal[
    "written", "spoken", "spokesperson", "interview", "post", "floor", "briefing", "leak", "unknown",
]  # fmt: skip

Nested = AssertClaim | DenyClaim | MakeDemand | TakePosition


class _StatementFields(DevelopmentFields, frozen=True, kw_only=True):
    speaker: Voice
    on_behalf_of: ActorKey = ""
    medium: Medium = "unknown"
    quotes: tuple[Quote, ...] = ()


class _TestimonyFields(DevelopmentFields, frozen=True, kw_only=True):
    speaker: Voice
    forum: RequiredLine
    under_oath: Known = "unknown"
    mode: Literal["oral", "written", "unknown"] = "unknown"
    exchanges: tuple[Exchange, ...] = ()


class MakeStatement(_StatementFields, frozen=True, kw_only=True):
    """Log a statement, with the claims, denials, demands and positions in it."""

    claims: tuple[AssertClaim, ...] = ()
    denials: tuple[DenyClaim, ...] = ()
    demands: tuple[MakeDemand, ...] = ()
    positions: tuple[TakePosition, ...] = ()


class GiveTestimony(_TestimonyFields, frozen=True, kw_only=True):
    """Log testimony before a forum, question by question, with what was claimed in it."""

    claims: tuple[AssertClaim, ...] = ()
    denials: tuple[DenyClaim, ...] = ()
    demands: tuple[MakeDemand, ...] = ()
    positions: tuple[TakePosition, ...] = ()


class DeclineComment(DevelopmentFields, frozen=True, kw_only=True):
    """Log that somebody declined to comment."""

    actor: Voice
    asked_by: Line = ""
    on: Text = ""


class StatementMade(_StatementFields, frozen=True, tag="statement.made.v1"):
    """Somebody made a statement."""


class TestimonyGiven(_TestimonyFields, frozen=True, tag="testimony.given.v1"):
    """Somebody testified."""


class CommentDeclined(DeclineComment, frozen=True, tag="comment.declined.v1"):
    """Somebody declined to comment."""


SpeechCommand = MakeStatement | GiveTestimony | DeclineComment
SpeechEvent = StatementMade | TestimonyGiven | CommentDeclined


def decide(command: SpeechCommand) -> list[SpeechEvent]:
    match command:
        case MakeStatement():
            return [fact(StatementMade, command)]
        case GiveTestimony():
            return [fact(TestimonyGiven, command)]
        case DeclineComment():
            return [fact(CommentDeclined, command)]
        case _:
            assert_never(command)


def nested(command: MakeStatement | GiveTestimony) -> list[tuple[str, Nested]]:
    """What was said in it, in order, each with the path of its field: `claims.0`."""
    groups: tuple[tuple[str, tuple[Nested, ...]], ...] = (
        ("claims", command.claims), ("denials", command.denials),
        ("demands", command.demands), ("positions", command.positions),
    )  # fmt: skip
    return [(f"{name}.{n}", said) for name, group in groups for n, said in enumerate(group)]
