"""What the form of each type asks first, and in which words; a field that is not named here speaks for itself."""

import re
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.stories.date_phrases import MONTHS, SEASONS
from tracker.stories.date_words import from_words

_NAMED_TIME = re.compile("|".join([*(month[:3] for month in MONTHS), *SEASONS.values()]), re.IGNORECASE)

# Who, and what. Everything else waits under “More”.
FIRST: Mapping[str, tuple[str, ...]] = {
    "meeting.revealed": ("participants", "setting", "occurred"),
    "action.announced": ("actor", "action", "scope", "effective"),
    "action.taken": ("actor", "action", "scope", "occurred"),
    "event.planned": ("title", "date"),
    "event.changed": ("target", "date", "title", "place"),
    "event.took_place": ("target", "occurred"),
    "event.cancelled": ("target", "reason"),
    "note.logged": ("text", "occurred"),
    "statement.made": ("speaker", "quotes", "medium", "claims", "occurred"),
    "testimony.given": ("speaker", "forum", "under_oath", "mode", "exchanges", "claims", "occurred"),
    "comment.declined": ("actor", "on", "occurred"),
    "claim.asserted": ("claimant", "text"),
    "claim.denied": ("by", "claim", "text", "kind", "on_behalf_of"),
    "claim.confirmed": ("by", "claim", "text"),
    "claim.qualified": ("by", "claim", "text"),
    "claim.withdrawn": ("by", "claim", "text"),
    "contradiction.identified": ("identified_by", "claim", "against", "kind", "reasoning"),
    "contradiction.explained": ("by", "contradiction", "explanation", "on_behalf_of"),
    "demand.made": ("demanders", "action", "addressee", "about", "occurred"),
    "demand.joined": ("demanders", "demand"),
    "demand.withdrawn": ("by", "demand", "reason"),
    "demand.answered": ("by", "demand", "answer", "text"),
    "position.taken": ("actor", "quantifier", "stance", "issue", "except"),
    "question.raised": ("text", "about"),
    "contradiction.resolved": ("contradiction", "outcome", "basis", "by"),
    "contradiction.dropped": ("contradiction", "outcome", "by"),
    "demand.met": ("demand", "by", "extent"),
    "demand.overtaken": ("demand", "by", "reason"),
    "question.answered": ("question", "answer", "by"),
    "question.dropped": ("question", "reason"),
    "developments.linked": ("from", "relation", "to"),
    "story.rested": ("reason",),
    "story.revived": ("reason",),
    "story.closed": ("reason",),
    "story.retitled": ("title",),
    "story.synopsis_revised": ("synopsis",),
    "story.linked": ("other", "relation"),
    "actor.alias_added": ("key", "alias"),
    "actor.role_taken": ("key", "role", "organization", "from"),
    "actor.role_left": ("key", "role", "until", "how"),
    "actor.spokesperson_named": ("key", "for"),
}

SOONER = ("occurred", "made_public")
LATER = (
    "headline", "summary", "why_it_matters", "place", "via", "visibility", "embargo", "urgency", "tags", "beats", "key",
)  # fmt: skip
"""What every type has under “More”, before and after what is its own."""

MENU: tuple[tuple[str, tuple[str, ...]], ...] = (
    (lazy_gettext("Fast"), ("note.logged",)),
    (lazy_gettext("What happened"), ("meeting.revealed", "action.taken", "action.announced", "event.planned")),
    (lazy_gettext("What became of a plan"), ("event.changed", "event.took_place", "event.cancelled")),
    (lazy_gettext("What was said"), ("statement.made", "testimony.given", "comment.declined")),
    (
        lazy_gettext("Claims"),
        ("claim.asserted", "claim.denied", "claim.confirmed", "claim.qualified", "claim.withdrawn"),
    ),
    (lazy_gettext("Contradictions"), (
        "contradiction.identified", "contradiction.explained", "contradiction.resolved", "contradiction.dropped")),
    (lazy_gettext("Pressure"), (
        "demand.made", "demand.joined", "demand.answered", "demand.met", "demand.withdrawn", "demand.overtaken")),
    (lazy_gettext("Questions"), ("question.raised", "question.answered", "question.dropped")),
    (lazy_gettext("Stances and links"), ("position.taken", "developments.linked")),
    (lazy_gettext("People"), (
        "actor.alias_added", "actor.role_taken", "actor.role_left", "actor.spokesperson_named")),
    (lazy_gettext("The story itself"), (
        "story.rested", "story.revived", "story.closed", "story.retitled", "story.synopsis_revised", "story.linked")),
)  # fmt: skip

_LABELS = {
    "by": lazy_gettext("Who"), "actor": lazy_gettext("Who"), "speaker": lazy_gettext("Who speaks"),
    "claimant": lazy_gettext("Whose claim"), "participants": lazy_gettext("Who met"),
    "demanders": lazy_gettext("Who demands"), "identified_by": lazy_gettext("Found by"),
    "text": lazy_gettext("In which words"), "occurred": lazy_gettext("When it happened"),
    "made_public": lazy_gettext("When it became public"), "claims": lazy_gettext("Claims made in it"),
    "quotes": lazy_gettext("Verbatim quotation"), "exchanges": lazy_gettext("Question and answer"),
    "on": lazy_gettext("On what"), "addressee": lazy_gettext("Of whom"), "claim": lazy_gettext("Which claim"),
    "against": lazy_gettext("Held against"), "via": lazy_gettext("Said in"),
    "issue": lazy_gettext("On what issue"), "issue_text": lazy_gettext("The issue in full"),
    "except": lazy_gettext("Except"), "embargo": lazy_gettext("Embargoed until"), "key": lazy_gettext("Key"),
    "why_it_matters": lazy_gettext("Why it matters"), "previously_disclosed": lazy_gettext("Disclosed before?"),
    "under_oath": lazy_gettext("Under oath?"), "about": lazy_gettext("About"), "action": lazy_gettext("Action"),
    "answer": lazy_gettext("Answer"), "as_put_by": lazy_gettext("As put by"),
    "asked_by": lazy_gettext("Asked by"), "basis": lazy_gettext("Basis"), "beats": lazy_gettext("Beats"),
    "conditions": lazy_gettext("Conditions"), "contradiction": lazy_gettext("Contradiction"),
    "date": lazy_gettext("Date"), "deadline": lazy_gettext("Deadline"), "demand": lazy_gettext("Demand"),
    "effective": lazy_gettext("From when on"), "evidence": lazy_gettext("Evidence"),
    "explanation": lazy_gettext("Explanation"), "forum": lazy_gettext("Before whom"),
    "headline": lazy_gettext("Headline"), "kind": lazy_gettext("Kind"), "medium": lazy_gettext("Medium"),
    "mode": lazy_gettext("In which way"), "on_behalf_of": lazy_gettext("On behalf of"), "place": lazy_gettext("Place"),
    "purpose": lazy_gettext("Purpose"), "quantifier": lazy_gettext("How many of them"),
    "reason": lazy_gettext("Reason"), "reasoning": lazy_gettext("Reasoning"),
    "relayed_by": lazy_gettext("Relayed by"), "revealed_by": lazy_gettext("Revealed by"),
    "scope": lazy_gettext("From what, or how far"), "setting": lazy_gettext("Setting"),
    "stance": lazy_gettext("Stance"),
    "summary": lazy_gettext("Summary"), "tags": lazy_gettext("Tags"), "title": lazy_gettext("Title"),
    "urgency": lazy_gettext("Urgency"), "visibility": lazy_gettext("Visibility"),
    "alias": lazy_gettext("Also known as"), "role": lazy_gettext("As what"),
    "organization": lazy_gettext("In which organization"),
    "how": lazy_gettext("How they left"), "until": lazy_gettext("Until when"), "from": lazy_gettext("Since when"),
    "for": lazy_gettext("For whom"), "synopsis": lazy_gettext("What it is about"),
    "other": lazy_gettext("Which other story"), "target": lazy_gettext("Which plan"),
    "relation": lazy_gettext("How it stands to the other"), "outcome": lazy_gettext("With what outcome"),
    "extent": lazy_gettext("How far"),
    "sources": lazy_gettext("Source"), "unsourced": lazy_gettext("Why there is no source"),
}  # fmt: skip
_LABELS_OF = {
    ("note.logged", "text"): lazy_gettext("What happened"), ("claim.asserted", "text"): lazy_gettext("The claim"),
    ("question.raised", "text"): lazy_gettext("The question"),
    ("question.raised", "about"): lazy_gettext("About what"),
    ("claim.asserted", "about"): lazy_gettext("About which time"), ("demand.made", "about"): lazy_gettext("About what"),
    ("demand.made", "action"): lazy_gettext("What is demanded"), ("action.taken", "action"): lazy_gettext("Did what"),
    ("action.announced", "action"): lazy_gettext("Will do what"),
    ("claim.denied", "kind"): lazy_gettext("What kind of denial"),
    ("contradiction.identified", "claim"): lazy_gettext("Which claim, or what else"),
    ("contradiction.identified", "kind"): lazy_gettext("How far it contradicts"),
    ("meeting.revealed", "mode"): lazy_gettext("How they met"),
    ("testimony.given", "mode"): lazy_gettext("Spoken or written"),
    ("demand.met", "by"): lazy_gettext("By which development"),
    ("demand.overtaken", "by"): lazy_gettext("By which development"),
    ("question.answered", "by"): lazy_gettext("By which development"),
    ("question.answered", "question"): lazy_gettext("Which question"),
    ("question.dropped", "question"): lazy_gettext("Which question"),
    ("developments.linked", "from"): lazy_gettext("Which development"),
    ("developments.linked", "to"): lazy_gettext("The other development"),
    ("actor.alias_added", "key"): lazy_gettext("Who"), ("actor.role_taken", "key"): lazy_gettext("Who"),
    ("actor.role_left", "key"): lazy_gettext("Who"), ("actor.spokesperson_named", "key"): lazy_gettext("Who speaks"),
    ("statement.made", "medium"): lazy_gettext("Where it was said"),
}  # fmt: skip
"""Where a type means something nearer by a field of that name."""
_HELP = {
    "participants": lazy_gettext("One a line. Whoever is not known here yet is added."),
    "demanders": lazy_gettext("One a line."), "except": lazy_gettext("One a line."),
    "speaker": lazy_gettext("Somebody who is not named is described: “a White House official”."),
    "on_behalf_of": lazy_gettext("Where a spokesperson speaks for somebody else."),
    "via": lazy_gettext(
        "The statement or testimony that this was said in; who spoke, when and the source are taken from there."
    ),
    "urgency": lazy_gettext("1 is the most urgent."),
    "tags": lazy_gettext("Separated by commas."), "beats": lazy_gettext("Separated by commas."),
    "visibility": lazy_gettext("Who may see it: the desk, the whole newsroom, or the public."),
    "claims": lazy_gettext("One neutral sentence a line."),
    "occurred": lazy_gettext("As it was said: “in September 2016”, “8 September 2016”, “between 18 and 21 July 2016”."),
    "made_public": lazy_gettext("As it was said, or leave it out where it is not known."),
    "embargo": lazy_gettext("Nobody outside the desk sees it before."),
    "key": lazy_gettext("Short and unique in this story; made for you if left out."),
    "identified_by": lazy_gettext("Whoever says so; “desk” where it is the newsroom’s own finding."),
    "claimant": lazy_gettext("“unattributed” where nobody is named."),
    "other": lazy_gettext("Choose it, or write its short name as in its address."),
    "quantifier": lazy_gettext("Of a group; whoever of them thinks otherwise is named under “Except”."),
    "issue": lazy_gettext("A few words, the same for everybody’s stance on it: “a special prosecutor”."),
    "issue_text": lazy_gettext("Only for an issue that is new here and needs more words."),
}  # fmt: skip
_HELP_OF = {
    ("claim.denied", "claim"): lazy_gettext(
        "For a denial of something nobody has logged, leave this and write it in words below."
    ),
    ("event.took_place", "occurred"): lazy_gettext("Left out, it took place when it was planned for."),
    ("event.changed", "date"): lazy_gettext("What has changed; the rest may be left out."),
    ("actor.alias_added", "key"): lazy_gettext("Somebody who is known here by name."),
    ("actor.role_taken", "key"): lazy_gettext("Somebody who is known here by name."),
    ("actor.role_left", "key"): lazy_gettext("Somebody who is known here by name."),
    ("actor.spokesperson_named", "key"): lazy_gettext("Somebody who is known here by name."),
    ("claim.asserted", "text"): lazy_gettext("One neutral sentence that could be true or false."),
}


def label_of(name: str, type: str = "") -> str:
    """What a field is called beside its box, in a form of that type."""
    return str(_LABELS_OF.get((type, name)) or _LABELS.get(name) or name.replace("_", " ").capitalize())


def help_of(name: str, type: str) -> str:
    """What is said under a field of a type; "" where nothing needs to be."""
    return str(_HELP_OF.get((type, name)) or _HELP.get(name, ""))


def unread_date(words: str) -> str:
    """What is said of words that are no date, or a date without its year."""
    return without_year(words) or str(
        _("“%(words)s” can't be read as a date; write “September 2016” or “8 September 2016”.", words=words[:80])
    )


def without_year(words: str) -> str:
    """What is said of a date whose year was left out; "" of any other words."""
    if re.search("[0-9]{4}", words) or not _NAMED_TIME.search(words):
        return ""
    if not from_words(f"{words.partition(',')[0]} 2000"):
        return ""
    return str(_("Of which year? Write it as well: “July 2016”."))


def unread_time(typed: str) -> str:
    """What is said of something that is no time."""
    return str(_("“%(typed)s” is not a time; write it like 2017-03-01T19:30.", typed=typed[:60]))
