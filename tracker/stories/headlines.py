"""A good headline for a development that was logged without one, made from its fields."""

from typing import assert_never

from tracker.stories import claims, happenings, pressure, speech
from tracker.stories.development_types import AnyDevelopment
from tracker.stories.entries import Actor, Development, Get
from tracker.stories.fields import (
    DESK,
    UNATTRIBUTED,
    Demander,
    DevelopmentFields,
    Voice,
)

LONGEST = 160

_ACTION_WORDS = {
    "opened_investigation": "opened an investigation", "closed_investigation": "closed an investigation",
    "released_documents": "released documents", "other": "acted", "recused": "recused themselves",
    "subpoenaed": "issued a subpoena", "charged": "brought charges", "dismissed": "dismissed an official",
    "appointed": "made an appointment",
}  # fmt: skip
_DEMAND_WORDS = {
    "resign": "a resignation", "recuse": "a recusal", "testify": "testimony",
    "correct_record": "a correction of the record", "independent_commission": "an independent commission",
    "special_prosecutor": "a special prosecutor", "release_documents": "the release of documents",
    "apologise": "an apology", "dismiss": "a dismissal", "other": "action",
}  # fmt: skip
_DEMANDED_OF = {
    "resign": "the resignation of", "recuse": "the recusal of", "release_documents": "the release of documents by",
    "dismiss": "a dismissal by",
}  # fmt: skip
"""How a demand goes on where it is said of whom; any other is demanded *from* somebody."""
_DENIAL_WORDS = {
    "flat": "denies", "partial": "denies in part", "non_denial": "does not address",
    "attacks_source": "attacks the source of",
}  # fmt: skip
_STANCE_WORDS = {
    "for": ("is for", "are for"), "against": ("is against", "are against"), "open": ("is open on", "are open on"),
    "not_calling_for": ("is not calling for", "are not calling for"),
    "undeclared": ("has not declared on", "have not declared on"),
}  # fmt: skip
"""Of one, and of several."""
_ANSWER_WORDS = {"accepted": "accepts", "in_part": "accepts in part", "refused": "refuses", "deferred": "defers"}


def headline(event: AnyDevelopment, get: Get) -> str:
    """The headline of a development: its own, or one made from its fields, at most 160 characters."""
    return event.headline if event.headline.strip() else _shortened(_made(event, get)) or event.key


def _made(event: AnyDevelopment, get: Get) -> str:
    match event:
        case happenings.MeetingRevealed(participants=participants, setting=setting):
            who = _listed([_who(person.actor, get) for person in participants])
            return f"Meeting revealed: {who}" + (f", {setting}" if setting else "")
        case happenings.ActionAnnounced(actor=actor, action=action, scope=scope):
            return f"{_who(actor, get)} announced: {_ACTION_WORDS.get(action, action)}" + _about(scope)
        case happenings.ActionTaken(actor=actor, action=action, scope=scope):
            return f"{_who(actor, get)} {_ACTION_WORDS.get(action, action)}" + _about(scope)
        case happenings.EventPlanned(title=title):
            return f"Planned: {title}"
        case happenings.NoteLogged(text=text):
            return text
        case speech.StatementMade(speaker=speaker, quotes=quotes):
            said = f": “{quotes[0].exact}”" if quotes else " makes a statement"
            return f"{_who(speaker, get)}{said}"
        case speech.TestimonyGiven(speaker=speaker, forum=forum):
            return f"{_who(speaker, get)} testifies: {forum}"
        case speech.CommentDeclined(actor=actor):
            return f"{_who(actor, get)} declines to comment"
        case claims.ClaimAsserted(claimant=claimant, text=text):
            return text if claimant == UNATTRIBUTED else f"{_who(claimant, get)}: {text}"
        case claims.ClaimDenied(by=by, kind=kind, claim=claim, text=text):
            return f"{_who(by, get)} {_DENIAL_WORDS[kind]}: {_what(claim, get) or text}"
        case claims.ClaimConfirmed(by=by, claim=claim):
            return f"{_who(by, get)} confirms: {_what(claim, get)}"
        case claims.ClaimQualified(by=by, claim=claim):
            return f"{_who(by, get)} qualifies: {_what(claim, get)}"
        case claims.ClaimWithdrawn(by=by, claim=claim):
            return f"{_who(by, get)} withdraws: {_what(claim, get)}"
        case claims.ContradictionIdentified(claim=claim, against=against):
            return f"Contradiction: {_what(claim, get)} — against {_listed([_what(key, get) for key in against])}"
        case claims.ContradictionExplained(by=by, explanation=explanation):
            return f"{_who(by, get)} explains: {explanation}"
        case pressure.DemandMade(demanders=demanders, action=action, addressee=addressee):
            return f"{_demanders(demanders, get)} {_verb('demand', demanders)} {_demanded(action, addressee, get)}"
        case pressure.DemandJoined(demanders=demanders, demand=demand):
            return f"{_demanders(demanders, get)} {_verb('join', demanders)}: {_what(demand, get)}"
        case pressure.DemandWithdrawn(by=by, demand=demand):
            return f"{_who(by, get)} withdraws: {_what(demand, get)}"
        case pressure.DemandAnswered(by=by, answer=answer, demand=demand):
            return f"{_who(by, get)} {_ANSWER_WORDS[answer]}: {_what(demand, get)}"
        case pressure.PositionTaken(actor=actor, quantifier=of_them, stance=stance, issue=issue, issue_text=text):
            stands = _STANCE_WORDS[stance][_are_several(of_them)]
            return f"{_group(_who(actor, get), of_them)} {stands}: {text or issue}"
        case _:
            assert_never(event)


def _who(voice: Voice, get: Get) -> str:
    if not isinstance(voice, str):
        return voice.description
    if voice in {UNATTRIBUTED, DESK, ""}:
        return "The desk" if voice == DESK else "Somebody"
    actor = get(("actor", voice))
    return actor.name if isinstance(actor, Actor) else voice


def _what(key: str, get: Get) -> str:
    entry = get(("development", key))
    if not isinstance(entry, Development):
        return ""
    said = "" if isinstance(entry.event, happenings.NoteLogged) else str(getattr(entry.event, "text", ""))
    return said or _title(entry.event)


def _title(event: DevelopmentFields) -> str:
    return event.headline or event.key


def _demanders(demanders: tuple[Demander, ...], get: Get) -> str:
    first, *others = ((_who(each.actor, get), each.quantifier) for each in demanders)
    return _listed([_group(*first), *(_some_of(*each) for each in others)])


def _demanded(action: str, addressee: Voice, get: Get) -> str:
    if not addressee:
        return _DEMAND_WORDS[action]
    return f"{_DEMANDED_OF.get(action) or _DEMAND_WORDS[action] + ' from'} {_who(addressee, get)}"


def _verb(does: str, demanders: tuple[Demander, ...]) -> str:
    return does if len(demanders) > 1 or _are_several(demanders[0].quantifier) else f"{does}s"


def _group(name: str, quantifier: str | None) -> str:
    """A group where a headline begins with it."""
    said = _some_of(name, quantifier)
    return said[0].upper() + said[1:] if quantifier else said


def _some_of(group: str, quantifier: str | None) -> str:
    """`most Republicans`, `most of the Greens`, `one of the Greens`; whoever is no group is named as they are."""
    if not quantifier:
        return group
    bare = group.removeprefix("The ").removeprefix("the ")
    return f"{quantifier} of the {bare}" if bare != group or quantifier == "one" else f"{quantifier} {group}"


def _are_several(quantifier: str | None) -> bool:
    return quantifier not in {None, "", "one"}


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _about(scope: str) -> str:
    return f" ({scope})" if scope else ""


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    words = line[:LONGEST].rpartition(" ")[0]
    # Where the last word is very long, an address for instance, it is rather cut than left out.
    return (words if len(words) > LONGEST // 2 else line[: LONGEST - 1]).rstrip(" ,;:–—") + "…"
