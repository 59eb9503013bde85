"""What each consequence is called, for one and for several; in English here, translated where pages are made."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from tracker.stories.consequences import WORDS, Word


def ngettext(one: str, several: str) -> tuple[str, str]:
    """Mark a pair for translation: the catalogue is made from calls of this name."""
    return one, several


PHRASES: Mapping[Word, tuple[str, str]] = {
    "retracted": ngettext("%(num)d retraction", "%(num)d retractions"),
    "corrected": ngettext("%(num)d correction", "%(num)d corrections"),
    "retraction_reversed": ngettext("%(num)d retraction reversed", "%(num)d retractions reversed"),
    "contradiction_opened": ngettext("%(num)d contradiction opened", "%(num)d contradictions opened"),
    "claim_contradicted": ngettext("%(num)d claim contradicted", "%(num)d claims contradicted"),
    "claim_withdrawn": ngettext("%(num)d claim withdrawn", "%(num)d claims withdrawn"),
    "claim_denied": ngettext("%(num)d claim denied", "%(num)d claims denied"),
    "development_contradicted": ngettext("%(num)d development contradicted", "%(num)d developments contradicted"),
    "development_denied": ngettext("%(num)d development denied", "%(num)d developments denied"),
    "contradiction_explained": ngettext("%(num)d contradiction explained", "%(num)d contradictions explained"),
    "contradiction_resolved": ngettext("%(num)d contradiction resolved", "%(num)d contradictions resolved"),
    "contradiction_dropped": ngettext("%(num)d contradiction dropped", "%(num)d contradictions dropped"),
    "demand_met": ngettext("%(num)d demand met", "%(num)d demands met"),
    "demand_refused": ngettext("%(num)d demand refused", "%(num)d demands refused"),
    "demand_answered": ngettext("%(num)d demand answered", "%(num)d demands answered"),
    "demand_overtaken": ngettext("%(num)d demand overtaken", "%(num)d demands overtaken"),
    "demand_withdrawn": ngettext("%(num)d demand withdrawn", "%(num)d demands withdrawn"),
    "demand_made": ngettext("%(num)d new demand", "%(num)d new demands"),
    "demand_joined": ngettext("%(num)d demand joined by others", "%(num)d demands joined by others"),
    "claim_confirmed": ngettext("%(num)d claim confirmed", "%(num)d claims confirmed"),
    "claim_qualified": ngettext("%(num)d claim qualified", "%(num)d claims qualified"),
    "question_answered": ngettext("%(num)d question answered", "%(num)d questions answered"),
    "question_dropped": ngettext("%(num)d question dropped", "%(num)d questions dropped"),
    "question_raised": ngettext("%(num)d new question", "%(num)d new questions"),
    "position_taken": ngettext("%(num)d position taken", "%(num)d positions taken"),
    "claim_asserted": ngettext("%(num)d new claim", "%(num)d new claims"),
    "event_took_place": ngettext("%(num)d planned event took place", "%(num)d planned events took place"),
    "event_cancelled": ngettext("%(num)d planned event cancelled", "%(num)d planned events cancelled"),
    "logged": ngettext("%(num)d new development", "%(num)d new developments"),
    "clarified": ngettext("%(num)d clarification", "%(num)d clarifications"),
    "date_refined": ngettext("%(num)d date known more exactly", "%(num)d dates known more exactly"),
    "reclassified": ngettext("%(num)d development reclassified", "%(num)d developments reclassified"),
    "verification_changed": ngettext("%(num)d verification changed", "%(num)d verifications changed"),
    "embargo_lifted": ngettext("%(num)d embargo lifted", "%(num)d embargoes lifted"),
    "released": ngettext("%(num)d development released", "%(num)d developments released"),
    "embargoed": ngettext("%(num)d development embargoed", "%(num)d developments embargoed"),
    "withheld": ngettext("%(num)d development withheld", "%(num)d developments withheld"),
    "redacted": ngettext("%(num)d development redacted", "%(num)d developments redacted"),
    "source_doubted": ngettext("%(num)d source doubted", "%(num)d sources doubted"),
    "source_confirmed": ngettext("%(num)d source confirmed", "%(num)d sources confirmed"),
    "source_forgotten": ngettext("%(num)d source forgotten", "%(num)d sources forgotten"),
    "role_taken": ngettext("%(num)d role taken", "%(num)d roles taken"),
    "role_left": ngettext("%(num)d role left", "%(num)d roles left"),
    "linked": ngettext("%(num)d link between developments", "%(num)d links between developments"),
    "story_linked": ngettext("%(num)d link to another story", "%(num)d links to other stories"),
    "story_opened": ngettext("%(num)d story opened", "%(num)d stories opened"),
    "story_retitled": ngettext("%(num)d story retitled", "%(num)d stories retitled"),
    "story_rested": ngettext("%(num)d story put to rest", "%(num)d stories put to rest"),
    "story_revived": ngettext("%(num)d story revived", "%(num)d stories revived"),
    "story_closed": ngettext("%(num)d story closed", "%(num)d stories closed"),
    "refiled": ngettext("%(num)d slip of the pen put right", "%(num)d slips of the pen put right"),
}
"""For every consequence, how one and how several are said; `%(num)d` is the number."""


def tally(word: Word, number: int) -> str:
    """So many of one consequence, in English: “2 demands answered”."""
    one, several = PHRASES[word]
    return (one if number == 1 else several) % {"num": number}


def label(word: Word) -> str:
    """One consequence without its number, in English: “demand answered”."""
    return PHRASES[word][0].replace("%(num)d ", "")


def summary(words: Iterable[Word]) -> str:
    """Consequences in one line, in English, the gravest first: “1 contradiction opened, 2 demands answered”."""
    ordered = sorted(words, key=WORDS.index)
    return ", ".join(tally(word, len(list(same))) for word, same in groupby(ordered))
