"""Who may be told of what: today's policy, asked when an alert is decided and again when it is sent."""

from collections.abc import Iterable
from typing import NamedTuple

from tracker.accounts.people import Principal
from tracker.accounts.visibility import sight, visible
from tracker.alerts.gathering import Known, chain
from tracker.instants import Instant
from tracker.stories.entries import Development, Question, Source, Story


class Touched(NamedTuple):
    """What one thing to tell shows of a story: the developments and the questions it says something of."""

    stream: str
    developments: frozenset[str]
    questions: frozenset[str]


class Obstacle(NamedTuple):
    """What keeps a development from some of those who would be told: which one, and until when, where that is known."""

    behind: str
    until: Instant | None


def touched(stream: str, development: str, consequences: Iterable[tuple[str, str, str]]) -> Touched:
    """What a change, or an item of a message, says something of."""
    named = [(kind, key) for _, kind, key in consequences]
    questions = frozenset(key for kind, key in named if kind == "question")
    developments = frozenset(key for kind, key in named if kind == "development")
    own = {development} - questions - {""}
    # A link's key is `from:relation:to`, and it says something of both.
    linked = {end for kind, key in named if kind == "link" for end in key.split(":")[::2]}
    return Touched(stream, developments | own | linked, questions)


def may_be_told(known: Known, person: Principal, what: Touched, now: Instant) -> bool:
    """Whether somebody may be told of it: only where they may see all that it says something of.

    What rests on an off-record source is told to those who edit the story's desk, and to nobody else.
    """
    story = known.get((what.stream, "story", what.stream.partition("/")[2]))
    seen = sight(person, story.desk if isinstance(story, Story) else "")
    if "newsroom" not in seen.levels and not what.developments:
        return False
    for key in what.questions:
        question = known.get((what.stream, "question", key))
        if not isinstance(question, Question) or question.visibility not in seen.levels:
            return False
    for key in what.developments:
        said = chain(known, what.stream, key)
        if said is None or not all(visible(each, seen, now) for each in said):
            return False
        if "desk" not in seen.levels and any(_is_off_record(known, each) for each in said):
            return False
    return True


def obstacle(known: Known, what: Touched, now: Instant) -> Obstacle | None:
    """The first thing that keeps it from some of the newsroom and may go away: embargo, hold, the desk's level."""
    for key in sorted(what.developments):
        for each in chain(known, what.stream, key) or ():
            if each.embargo > now:
                return Obstacle(each.event.key, each.embargo)
            if each.withheld or each.event.visibility == "desk":
                return Obstacle(each.event.key, None)
    return None


def _is_off_record(known: Known, development: Development) -> bool:
    sources = (known.get((f"source/{key}", "source", key)) for key in development.event.sources)
    return any(not isinstance(source, Source) or source.terms == "off_record" for source in sources)
