"""What somebody wants to be told of, as a rule, and whether a change meets it; pure, and each match says why."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Literal, Self

import msgspec

from tracker.instants import Instant
from tracker.stories.consequence_words import label
from tracker.stories.consequences import WORDS, Word
from tracker.stories.search_query import Query, Searchable, read_query
from tracker.stories.search_query import matches as answers

Part = Literal["speaker", "subject", "addressee"]
News = Literal["developments", "stories", "both"]
Of = Literal["story", "demand", "actor"]

QUIET: frozenset[Word] = frozenset(
    {
        "retracted", "corrected", "retraction_reversed", "clarified", "refiled", "date_refined", "reclassified",
        "embargo_lifted", "released", "embargoed", "withheld", "redacted", "linked", "story_retitled",
        "source_doubted", "source_confirmed", "source_forgotten",
    }
)  # fmt: skip
"""What only a rule that names it is told of: corrections go to those who got the wrong version (`correcting`), and
the rest is the desk's housekeeping."""

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Some = Annotated[tuple[Short, ...], msgspec.Meta(max_length=50)]


class Silence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tell when nothing that meets the rule has come for so many hours.

    Of a story: nothing new in it. Of a demand: it is not answered. Of an actor: they have not spoken.
    """

    of: Of
    hours: Annotated[int, msgspec.Meta(ge=1, le=24 * 366)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a change must meet: of each field that is given, one value; every field that is given.

    `about` are keys of developments and questions, which belong to the one story then named.
    """

    stories: Some = ()
    about: Some = ()
    actors: Some = ()
    parts: tuple[Part, ...] = ()
    """In which part the actors; none given: in any."""
    types: Some = ()
    beats: Some = ()
    tags: Some = ()
    urgency: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    """At least as urgent as this (1 is the most urgent)."""
    words: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """In the syntax of the search."""
    consequences: tuple[Word, ...] = ()
    news: News = "developments"
    """New developments in stories, new stories, or both."""
    silence: Silence | None = None

    def but(self, **changed: object) -> Self:
        """The same rule with some fields changed."""
        return msgspec.structs.replace(self, **changed)


@dataclass(frozen=True, slots=True)
class Change:
    """What one event changed, as a rule sees it."""

    position: int
    version: int
    """Of the event in its stream."""
    stream: str
    development: str
    """What it is told of: the key of a development or a question; "" for the story itself."""
    act: int
    """0: that this development was logged; else the position of what befell it."""
    type: str
    """The event's type: `claim.denied`."""
    consequences: tuple[tuple[Word, str, str], ...]
    """Word, kind and key, the gravest first."""
    by: str
    """Who recorded it."""
    recorded_at: Instant
    past: bool = False
    """Whether it came with an import, or was learned long before it was recorded."""
    reopened: bool = False
    """Whether it was recorded before, and only now more people may see it."""
    keys: frozenset[str] = frozenset()
    """The developments and questions that it is, befalls or aims at."""
    actors: frozenset[tuple[Part, str]] = frozenset()
    beats: frozenset[str] = frozenset()
    """Of the development and of its story, in small letters."""
    tags: frozenset[str] = frozenset()
    """In small letters."""
    urgency: int | None = None
    document: Searchable = field(default_factory=lambda: Searchable(()))

    @property
    def story(self) -> str:
        """The slug of its story."""
        return self.stream.partition("/")[2]

    @property
    def words(self) -> frozenset[Word]:
        """The consequences without what they are said of."""
        return frozenset(word for word, _, _ in self.consequences)


ANSWERS: tuple[Word, ...] = (
    "demand_met", "demand_refused", "demand_answered", "demand_overtaken", "demand_withdrawn", "retracted",
)  # fmt: skip
"""What ends the silence after a demand."""


def ends_silence(rule: Rule) -> Rule:
    """What must come for the silence of a rule to end: for other rules, themselves."""
    match rule.silence:
        case Silence(of="demand"):
            return rule.but(consequences=ANSWERS, silence=None)
        case Silence(of="actor"):
            return rule.but(parts=("speaker",), silence=None)
        case _:
            return rule


Why = tuple[tuple[str, str], ...]
"""Why a rule matched: pairs of what was asked (`story`, `speaker`, `consequence`, …) and what met it."""


def matches(rule: Rule, change: Change) -> Why | None:
    """Why a change meets a rule; None where it does not. Raises BadQuery for words that can't be read."""
    why: list[tuple[str, str]] = []
    for met in (
        _news(rule, change), _consequences(rule, change), _one_of("story", rule.stories, {change.story}),
        _one_of("about", rule.about, change.keys), _actors(rule, change), _one_of("type", rule.types, {change.type}),
        _one_of("beat", rule.beats, change.beats), _one_of("tag", rule.tags, change.tags), _urgency(rule, change),
        _words(rule, change),
    ):  # fmt: skip
        if met is None:
            return None
        why += met
    return tuple(why) or (("everything", ""),)


def in_words(why: Why) -> str:
    """Why a rule matched, as one line of English: “story harbour; speaker mayor”."""
    return "; ".join(_PHRASES[asked].format(_said(asked, met)) for asked, met in why)


def is_broken(rule: Rule) -> str:
    """What is wrong with a rule that could be read as one; "" for nothing. One line for its owner."""
    try:
        query_of(rule.words)
    except ValueError as error:
        return str(error)
    if rule.about and len(rule.stories) != 1:
        return "A claim, a demand or a question is followed in one story: name it."
    if rule.silence is None:
        return ""
    if rule.news != "developments":
        return "Silence is of a story that is there: it can't be of new stories."
    needed = {"story": rule.stories, "demand": rule.about, "actor": rule.actors}[rule.silence.of]
    return "" if len(needed) == 1 and len(rule.stories) <= 1 else f"Name the one {rule.silence.of} that is silent."


@lru_cache(maxsize=4_096)
def query_of(words: str) -> Query:
    """The words of a rule as a query. Raises BadQuery."""
    return read_query(words)


Met = list[tuple[str, str]] | None


def _news(rule: Rule, change: Change) -> Met:
    opened = "story_opened" in change.words
    if opened:
        return None if rule.news == "developments" else [("new_story", change.story)]
    return None if rule.news == "stories" else []


def _consequences(rule: Rule, change: Change) -> Met:
    if rule.consequences:
        met = [word for word in WORDS if word in rule.consequences and word in change.words]
        return [("consequence", met[0])] if met else None
    return None if change.words <= QUIET else []


def _one_of(name: str, asked: tuple[str, ...], there: frozenset[str] | set[str]) -> Met:
    if not asked:
        return []
    folds = name in {"beat", "tag"}
    met = next((each for each in asked if (each.casefold() if folds else each) in there), None)
    return None if met is None else [(name, met)]


def _actors(rule: Rule, change: Change) -> Met:
    if not rule.actors:
        return []
    for part, actor in sorted(change.actors):
        if actor in rule.actors and (not rule.parts or part in rule.parts):
            return [(part, actor)]
    return None


def _urgency(rule: Rule, change: Change) -> Met:
    if rule.urgency is None:
        return []
    return [("urgency", str(change.urgency))] if change.urgency and change.urgency <= rule.urgency else None


def _words(rule: Rule, change: Change) -> Met:
    if not rule.words.strip():
        return []
    return [("words", rule.words.strip())] if answers(query_of(rule.words), change.document) else None


_PHRASES = {
    "story": "story {}", "about": "follows “{}”", "speaker": "{} speaks", "subject": "about {}",
    "addressee": "addressed to {}", "type": "type {}", "beat": "beat {}", "tag": "tag {}", "urgency": "urgency {}",
    "words": "words {}", "consequence": "{}", "new_story": "new story {}", "everything": "everything{}",
    "silence": "silent for {} hours",
}  # fmt: skip


def _said(asked: str, met: str) -> str:
    return label(next(word for word in WORDS if word == met)) if asked == "consequence" else met
