"""What a change means to a reader: a claim is denied, a demand is met, something read before is corrected.

Read off an entry as it was and as it is, so alerts, catch-up, comparison and board say the same of the same change.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from tracker.stories.claims import ClaimAsserted, ContradictionIdentified
from tracker.stories.entries import (
    Correction,
    Development,
    Entry,
    Link,
    Question,
    Role,
    Source,
    Story,
    StoryLink,
)
from tracker.stories.pressure import DemandMade, PositionTaken

Word = Literal[
    "retracted", "corrected", "retraction_reversed", "contradiction_opened", "claim_contradicted", "claim_withdrawn",
    "claim_denied", "development_contradicted", "development_denied", "contradiction_explained",
    "contradiction_resolved", "contradiction_dropped", "demand_met", "demand_refused", "demand_answered",
    "demand_overtaken", "demand_withdrawn", "demand_made", "demand_joined", "claim_confirmed", "claim_qualified",
    "question_answered", "question_dropped", "question_raised", "position_taken", "claim_asserted",
    "event_took_place", "event_cancelled", "logged", "clarified", "date_refined", "reclassified",
    "verification_changed", "embargo_lifted", "released", "embargoed", "withheld", "redacted", "source_doubted",
    "source_confirmed", "source_forgotten", "role_taken", "role_left", "linked", "story_linked", "story_opened",
    "story_retitled", "story_rested", "story_revived", "story_closed", "refiled",
]  # fmt: skip
WORDS: tuple[Word, ...] = get_args(Word)
"""Every consequence, the gravest first: the order in which a summary tells them."""

_ON_LOGGING: dict[type, Word] = {
    ClaimAsserted: "claim_asserted",
    ContradictionIdentified: "contradiction_opened",
    DemandMade: "demand_made",
    PositionTaken: "position_taken",
}
_ON_WEIGHT: dict[str, Word] = {
    "qualified": "claim_qualified", "confirmed": "claim_confirmed", "withdrawn": "claim_withdrawn",
    "explained": "contradiction_explained", "joined": "demand_joined", "accepted": "demand_answered",
    "in_part": "demand_answered", "deferred": "demand_answered", "refused": "demand_refused", "met": "demand_met",
    "overtaken": "demand_overtaken",
}  # fmt: skip
_ON_SETTLING: dict[str, Word] = {
    "resolved": "contradiction_resolved", "dropped": "contradiction_dropped", "took_place": "event_took_place",
    "cancelled": "event_cancelled",
}  # fmt: skip
_ON_CORRECTION: dict[str, Word] = {"correction": "corrected", "clarification": "clarified", "refile": "refiled"}
_ON_STATUS: dict[str, Word] = {"resting": "story_rested", "active": "story_revived", "closed": "story_closed"}


class Consequence(NamedTuple):
    """A word for what a change means, and the entry of the same stream that it is said of."""

    word: Word
    kind: str
    key: str


def consequences(key: str, before: Entry | None, after: Entry) -> list[Consequence]:
    """What it means that an entry turned from `before` (None: it was not there) into `after`, the gravest first.

    A correction is said of the development it corrects. An act that is taken back (a denial retracted) means nothing
    of its own to what it weighed on: the retraction is told, of the act.
    """
    match after:
        case Development():
            was = before if isinstance(before, Development) else None
            found = [Consequence(word, "development", key) for word in _of_development(was, after)]
        case Correction() if before is None:
            found = [Consequence(_ON_CORRECTION[after.kind], "development", after.target)]
        case _:
            found = [Consequence(word, after.KIND, key) for word in _of_other(before, after)]
    return sorted(found, key=lambda consequence: WORDS.index(consequence.word))


def _of_development(before: Development | None, after: Development) -> Iterator[Word]:
    if before is None:
        yield _ON_LOGGING.get(type(after.event), "logged")
        return
    if after.retracted != before.retracted:
        yield "retracted" if after.retracted else "retraction_reversed"
    for name, number in after.weights.items():
        if number > before.weights.get(name, 0) and (word := _on_weight(name, after)):
            yield word
    if after.settled != before.settled and after.settled in _ON_SETTLING:
        yield _ON_SETTLING[after.settled]
    if after.verification != before.verification:
        yield "verification_changed"
    if after.embargo != before.embargo:
        yield "embargoed" if after.embargo else "embargo_lifted"
    if after.withheld != before.withheld:
        yield "withheld" if after.withheld else "released"
    if after.redacted != before.redacted:
        yield "redacted"
    elif type(after.event) is not type(before.event):
        yield "reclassified"
    elif after.corrections == before.corrections and after.event.occurred != before.event.occurred:
        yield "date_refined"


def _on_weight(name: str, target: Development) -> Word | None:
    is_claim = isinstance(target.event, ClaimAsserted)
    match name:
        case "denied":
            return "claim_denied" if is_claim else "development_denied"
        case "contradicted":
            return "claim_contradicted" if is_claim else "development_contradicted"
        case "withdrawn" if isinstance(target.event, DemandMade):
            return "demand_withdrawn"
        case _:
            return _ON_WEIGHT.get(name)


def _of_other(before: Entry | None, after: Entry) -> Iterator[Word]:
    match before, after:
        case None, Story():
            yield "story_opened"
        case Story(), Story():
            if after.status != before.status:
                yield _ON_STATUS[after.status]
            if after.title != before.title:
                yield "story_retitled"
        case None, Question():
            yield "question_raised"
        case Question(), Question() if after.status != before.status:
            yield "question_answered" if after.status == "answered" else "question_dropped"
        case None, Link():
            yield "linked"
        case None, StoryLink():
            yield "story_linked"
        case None, Role():
            yield "role_taken"
        case Role(), Role() if before.held and not after.held:
            yield "role_left"
        case Source(), Source():
            if after.doubted > before.doubted:
                yield "source_doubted"
            if after.confirmed > before.confirmed:
                yield "source_confirmed"
            if after.forgotten and not before.forgotten:
                yield "source_forgotten"
        case _:
            return
