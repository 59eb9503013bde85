"""The inverted index over rules: under which terms a rule is found, and which terms a change holds; pure."""

from collections.abc import Iterable, Mapping

from tracker.alerts.rules import Change, Rule, query_of
from tracker.stories.search_query import Clause

EVERY = "every"
"""The term of rules that ask for nothing a change could be found by; every change holds it."""

Terms = frozenset[str]

_COMMON = frozenset({"type", "beat", "consequence", "urgency", "new_story"})


def alternatives(rule: Rule) -> list[Terms]:
    """Sets of terms of which a change that meets the rule must hold one; the narrowest by their nature come first."""
    story = rule.stories[0] if rule.stories else ""
    found = [
        _terms("about", (f"{story}#{key}" for key in rule.about)),
        _terms("story", rule.stories),
        _terms("actor", rule.actors),
        *(_of_clause(clause) for clause in query_of(rule.words).clauses),
        _terms("tag", (tag.casefold() for tag in rule.tags)),
        _terms("type", rule.types),
        _terms("beat", (beat.casefold() for beat in rule.beats)),
        _terms("consequence", rule.consequences),
        _terms("urgency", (str(level) for level in range(1, (rule.urgency or 0) + 1))),
        frozenset({"new_story"}) if rule.news == "stories" else Terms(),
    ]
    return [terms for terms in found if terms] or [frozenset({EVERY})]


def post_under(rule: Rule, crowd: Mapping[str, int]) -> Terms:
    """Where a rule is posted: under the alternative by which it is looked at the least, as far as can be told.

    `crowd` says how many rules stand under a term. So a change in a story that thousands follow does not look at
    those of them who want one actor in it, as long as fewer people ask for that actor; and what many changes hold,
    such as a type, is taken only where the others are crowded.
    """
    return min(alternatives(rule), key=lambda terms: sum(_often(term) * (1 + crowd.get(term, 0)) for term in terms))


def held_by(change: Change) -> Terms:
    """Every term under which a rule that this change meets may be posted."""
    return frozenset().union(
        {EVERY, f"story:{change.story}", f"type:{change.type}"},
        {"new_story"} if "story_opened" in change.words else set(),
        _terms("about", (f"{change.story}#{key}" for key in change.keys)),
        _terms("actor", (actor for _, actor in change.actors)),
        _terms("word", change.document.words),
        _terms("tag", change.tags),
        _terms("beat", change.beats),
        _terms("consequence", change.words),
        {f"urgency:{change.urgency}"} if change.urgency else set(),
    )


def _terms(name: str, values: Iterable[str]) -> Terms:
    return frozenset(f"{name}:{value}" for value in values)


def _often(term: str) -> int:
    """How often a change holds a term, compared with one story, actor or word."""
    return 10 if term.partition(":")[0] in _COMMON else 1


def _of_clause(clause: Clause) -> Terms:
    """The words of which one must be there; none for a clause that leaves out, or that begins with half a word."""
    if clause.excluded or any(term.prefix and len(term.words) == 1 for term in clause.terms):
        return Terms()
    return _terms("word", (max(term.words[: -1 if term.prefix else None], key=len) for term in clause.terms))
