"""What somebody looks for: words, phrases and filters as typed, read strictly, and whether a document answers them.

`recuse "special counsel" contr* tender OR bid -football actor:sessions type:denial from:2017-03`
"""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from tracker.stories.dates import ImpossibleDate, limits
from tracker.stories.development_types import by_name
from tracker.stories.search_words import folded, has_forms, stem_of

FILTERS = ("actor", "type", "beat", "story", "status", "from", "to")
STATUSES = (
    "standing", "corrected", "retracted", "embargoed", "withheld", "asserted", "denied", "contradicted", "qualified",
    "confirmed", "withdrawn", "open", "explained", "resolved", "dropped", "answered", "met", "refused", "overtaken",
    "took_place", "cancelled", "active", "resting", "closed",
)  # fmt: skip
TYPES = {
    "meeting": "meeting.revealed", "announcement": "action.announced", "action": "action.taken",
    "planned": "event.planned", "note": "note.logged", "statement": "statement.made", "testimony": "testimony.given",
    "no_comment": "comment.declined", "claim": "claim.asserted", "denial": "claim.denied",
    "confirmation": "claim.confirmed", "qualification": "claim.qualified", "withdrawal": "claim.withdrawn",
    "contradiction": "contradiction.identified", "explanation": "contradiction.explained", "demand": "demand.made",
    "joined": "demand.joined", "demand_withdrawn": "demand.withdrawn", "answer": "demand.answered",
    "position": "position.taken", "question": "question", "story": "story", "actor": "actor",
}  # fmt: skip
"""What a newsroom calls the types of record, and the other things that are found."""

FIRST_DAY, LAST_DAY = "0000-00-00", "9999-99-99"
LONGEST_QUERY = 500
MOST_TERMS = 30

_TOKEN = re.compile(
    r"""(?P<minus>-)?(?:(?P<name>[A-Za-z_]+):(?!//))?(?:["“”„](?P<phrase>[^"“”„]*)["“”]|(?P<bare>[^\s"“”„]+))|(?P<wrong>\S)"""
)


class BadQuery(ValueError):
    """A query that can't be read, with a line that says what would be right."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another, or the stem of one; of the last only the beginning, where `prefix` says so."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """Terms of which one must be there; or, where `excluded`, none may be."""

    terms: tuple[Term, ...]
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All of its clauses must hold, and of each kind of filter one.

    Names of actors, beats and stories are as typed; `first` and `last` are days (`2017-03-01`).
    """

    clauses: tuple[Clause, ...] = ()
    actors: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    beats: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    first: str = ""
    last: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return self == Query()


@dataclass(frozen=True, slots=True)
class Searchable:
    """A document as a query sees it. `first` and `last` are the days it may have happened on."""

    words: Sequence[str]
    type: str = ""
    actors: frozenset[str] = frozenset()
    """Keys, and names by which they go."""
    beats: frozenset[str] = frozenset()
    story: str = ""
    statuses: frozenset[str] = frozenset()
    first: str = FIRST_DAY
    last: str = LAST_DAY


@dataclass(slots=True)
class _Reading:
    query: Query = field(default_factory=Query)
    alternative: bool = False
    """Whether an OR waits for its other side."""


def read_query(text: str) -> Query:
    """The query that somebody typed. Raises BadQuery."""
    if len(text) > LONGEST_QUERY:
        raise BadQuery(f"That is longer than {LONGEST_QUERY} characters; look for fewer words.")
    reading = _Reading()
    for token in _TOKEN.finditer(text):
        _read(reading, token)
    if reading.alternative:
        raise BadQuery("OR stands between two words; nothing follows it here.")
    query = reading.query
    if sum(len(clause.terms) for clause in query.clauses) > MOST_TERMS:
        raise BadQuery(f"That is more than {MOST_TERMS} words; look for fewer.")
    if query.clauses and all(clause.excluded for clause in query.clauses) and query == Query(query.clauses):
        raise BadQuery("Say what to look for, besides what to leave out.")
    if query.first and query.last and query.first > query.last:
        raise BadQuery("The day after “from:” is later than that after “to:”; swap them.")
    return query


def matches(query: Query, document: Searchable) -> bool:
    """Whether a document answers a query. The databases' indexes say the same (`tests/projections/test_search.py`)."""
    return (
        all(_holds(clause, document.words) for clause in query.clauses)
        and _one_of(query.actors, document.actors)
        and _one_of(query.beats, document.beats)
        and _one_of(query.stories, {document.story})
        and (not query.types or document.type in query.types)
        and (not query.statuses or bool(query.statuses & document.statuses))
        and (not query.first or document.last >= query.first)
        and (not query.last or document.first <= query.last)
    )


def same_name(typed: str, name: str) -> bool:
    """Whether a name typed after a filter is this one: `mara-quint` is Mara Quint."""
    return folded(typed) == folded(name)


def stands_at(term: Term, words: Sequence[str], place: int) -> bool:
    """Whether the words from this place on are those of a term."""
    *before, last = term.words
    *found, final = words[place : place + len(term.words)]
    return found == before and (final.startswith(last) if term.prefix else final == last)


def _read(reading: _Reading, token: re.Match[str]) -> None:
    minus, name, phrase, bare = token["minus"], token["name"], token["phrase"], token["bare"]
    if token["wrong"]:
        if token["wrong"] in '"“”„':
            raise BadQuery("A quotation mark is opened and never closed.")
        return
    if bare and bare.endswith(":") and bare[:-1].lower() in FILTERS:
        raise BadQuery(f"What “{bare}” is to keep follows it at once, without a space.")
    if name and name.lower() in FILTERS:
        if minus:
            raise BadQuery(f"A filter can’t be left out with “-”; “{name}:” says what to keep.")
        value = (bare if phrase is None else phrase).strip()
        if not value:
            raise BadQuery(f"There is nothing in the quotation marks after “{name}:”.")
        reading.query = _FILTERS[name.lower()](reading.query, value)
        return
    if name:
        near = difflib.get_close_matches(name.lower(), FILTERS, 1)
        hint = f" Did you mean “{near[0]}:”?" if near else ""
        raise BadQuery(
            f"There is no filter “{name}:”.{hint} There are {', '.join(f'{each}:' for each in FILTERS)};"
            " put words with a colon in quotation marks."
        )
    if bare == "OR" and not minus:
        if not reading.query.clauses or reading.query.clauses[-1].excluded or reading.alternative:
            raise BadQuery("OR stands between two words.")
        reading.alternative = True
        return
    term = _term(bare if phrase is None else phrase, is_phrase=phrase is not None)
    if term is not None:
        _add(reading, term, excluded=bool(minus))


def _term(text: str, *, is_phrase: bool) -> Term | None:
    found = folded(text)
    if not found:
        return None
    prefix = text.endswith("*") and not is_phrase
    if prefix and len("".join(found)) < 2:
        raise BadQuery(f"“{text}” would find almost everything; type at least two letters before the “*”.")
    if not is_phrase and not prefix and len(found) == 1 and has_forms(found[0]):
        return Term((stem_of(found[0]),))
    return Term(found, prefix)


def _add(reading: _Reading, term: Term, *, excluded: bool) -> None:
    clauses = reading.query.clauses
    if reading.alternative:
        if excluded:
            raise BadQuery("OR stands between two words that are looked for, not before one that is left out.")
        clauses, term_before = clauses[:-1], clauses[-1].terms
        clause = Clause((*term_before, term))
    else:
        clause = Clause((term,), excluded)
    reading.query, reading.alternative = replace(reading.query, clauses=(*clauses, clause)), False


def _of_type(query: Query, value: str) -> Query:
    word = value.lower().replace("-", "_").replace(" ", "_")
    name = word if word in by_name() else TYPES.get(word)
    if name is None:
        raise BadQuery(_unknown("type", value, TYPES))
    return replace(query, types=query.types | {name})


def _of_status(query: Query, value: str) -> Query:
    word = value.lower().replace(" ", "_").replace("-", "_")
    if word not in STATUSES:
        raise BadQuery(_unknown("status", value, STATUSES))
    return replace(query, statuses=query.statuses | {word})


def _since(query: Query, value: str) -> Query:
    return replace(query, first=(_limits("from", value)[0] or FIRST_DAY)[:10])


def _until(query: Query, value: str) -> Query:
    return replace(query, last=(_limits("to", value)[1] or LAST_DAY)[:10])


def _limits(name: str, value: str) -> tuple[str | None, str | None]:
    try:
        return limits(value)
    except ImpossibleDate as error:
        raise BadQuery(f"“{name}:” takes a day, a month or a year, like 2017-03-01; “{value[:40]}” is none.") from error


_FILTERS: dict[str, Callable[[Query, str], Query]] = {
    "actor": lambda query, value: replace(query, actors=(*query.actors, value)),
    "beat": lambda query, value: replace(query, beats=(*query.beats, value)),
    "story": lambda query, value: replace(query, stories=(*query.stories, value)),
    "type": _of_type, "status": _of_status, "from": _since, "to": _until,
}  # fmt: skip


def _unknown(name: str, value: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(value.lower(), known, 1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return f"There is no {name} “{value[:40]}”.{hint} There are: {', '.join(known)}."


def _one_of(typed: Sequence[str], names: Iterable[str]) -> bool:
    wanted = {folded(each) for each in typed}
    return not wanted or any(folded(name) in wanted for name in names)


def _holds(clause: Clause, words: Sequence[str]) -> bool:
    return any(_stands(term, words) for term in clause.terms) != clause.excluded


def _stands(term: Term, words: Sequence[str]) -> bool:
    return any(stands_at(term, words, place) for place in range(len(words) - len(term.words) + 1))
