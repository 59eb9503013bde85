"""What of the wordings somebody looks through: what they may see, and what the filters of a query leave of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import ColumnElement, Connection, and_, false, func, literal, or_, select, true, tuple_

from tracker.accounts.people import Principal
from tracker.accounts.visibility import Sight, sight
from tracker.instants import Instant
from tracker.projections.entries import StreamRef, entries
from tracker.projections.mentions import mentions
from tracker.projections.otherwise import otherwise
from tracker.projections.outline import may_see, outline
from tracker.projections.passages import passages, type_and_statuses
from tracker.projections.search_index import answers
from tracker.stories.entries import Entry, Story
from tracker.stories.search_query import Clause, Query, Term, same_name
from tracker.stories.search_words import folded

standing, _said_in = passages.alias("standing"), passages.alias("said_in_then")
"""The row of how an entry reads as it stands, which the filters look at."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, when, and the stories there are, by stream."""

    principal: Principal
    now: Instant
    stories: Mapping[str, Story]

    @property
    def in_newsroom(self) -> bool:
        """Whether they see stories and actors that nothing public is known of."""
        return "newsroom" in sight(self.principal, "").levels

    def sights(self) -> dict[Sight, list[str]]:
        """What may be seen, with the streams of the stories it may be seen of."""
        found: dict[Sight, list[str]] = {}
        for stream, story in self.stories.items():
            found.setdefault(sight(self.principal, story.desk), []).append(stream)
        return found


def visible(looking: Looking) -> ColumnElement[bool]:
    """Whether an entry may be seen: developments and questions by the sight of their story, a story and an actor by
    the newsroom, and by the public once something public is in the one or names the other."""
    shown = outline.alias("shown")
    public = may_see(shown, sight(looking.principal, ""), looking.now)
    in_story = select(literal(1)).where(shown.c.stream == entries.c.stream, public)
    naming = select(literal(1)).where(
        mentions.c.actor == entries.c.key, shown.c.stream == mentions.c.stream, shown.c.key == mentions.c.key, public
    )
    there = true() if looking.in_newsroom else in_story.correlate(entries).exists()
    named = true() if looking.in_newsroom else naming.correlate(entries).exists()
    sights = looking.sights()
    return or_(
        and_(entries.c.kind == "story", there),
        and_(entries.c.kind == "actor", named),
        *(
            and_(
                true() if len(sights) == 1 else entries.c.stream.in_(streams),
                or_(
                    and_(entries.c.kind == "development", may_see(outline, seen, looking.now)),
                    and_(entries.c.kind == "question", entries.c.visibility.in_(sorted(seen.levels)), there),
                ),
            )
            for seen, streams in sights.items()
        ),
    )


def narrowed(query: Query, called: list[str], named: list[str]) -> Iterable[ColumnElement[bool]]:
    """What leaves most rows out before anything is joined: the stories asked for, and where the actors are named."""
    if query.stories:
        yield passages.c.stream.in_(called)
    if query.actors:
        naming = select(mentions.c.key).where(mentions.c.actor.in_(named))
        yield or_(passages.c.key.in_(naming), passages.c.stream.in_([f"actor/{key}" for key in named]))


def filters(
    connection: Connection, query: Query, looking: Looking, named: list[str]
) -> Iterable[ColumnElement[bool]]:  # fmt: skip
    """What the filters ask of an entry as it stands; `named` are the keys of the actors asked for."""
    if query.types:
        yield standing.c.type.in_(sorted(query.types))
    if query.beats:
        yield _of_beats(query, looking)
    if query.actors:
        yield _naming(named)
    if query.statuses:
        yield _of_statuses(connection, query.statuses, looking)
    if query.first:
        yield _day("last") >= query.first
    if query.last:
        yield _day("first") <= query.last


def is_called(query: Query, stream: str, story: Story) -> bool:
    """Whether a story is one of those asked for, by slug or title."""
    names = (stream.removeprefix("story/"), story.title)
    return any(same_name(typed, name) for typed in query.stories for name in names)


def _of_statuses(connection: Connection, wanted: frozenset[str], looking: Looking) -> ColumnElement[bool]:
    """Whether an entry has one of these statuses, as far as whoever looks may know."""
    embargoed = entries.c.embargo > looking.now if "embargoed" in wanted else false()
    words = [f" {word} " for word in sorted(wanted - {"embargoed"})]
    as_stored = or_(false(), *(standing.c.statuses.contains(word, autoescape=True) for word in words))
    told = told_otherwise(connection, looking)
    if not told:
        return or_(embargoed, as_stored)
    this = tuple_(entries.c.stream, entries.c.kind, entries.c.key)
    anew = [where for where, entry in told.items() if wanted.intersection(type_and_statuses(entry)[1])]
    return or_(embargoed, and_(as_stored, this.not_in(list(told))), this.in_(anew))


def told_otherwise(connection: Connection, looking: Looking) -> dict[StreamRef, Entry]:
    """The entries that stand otherwise for whoever looks than for those who see all, as they stand for them."""
    return {
        where: after
        for seen, streams in looking.sights().items()
        for where, (_, after) in otherwise(connection, streams, seen, looking.now).items()
    }


def _of_beats(query: Query, looking: Looking) -> ColumnElement[bool]:
    wanted = [" ".join(folded(typed)) for typed in query.beats]
    streams = [
        stream for stream, story in looking.stories.items()
        if any(" ".join(folded(beat)) in wanted for beat in story.beats)
    ]  # fmt: skip
    own = (standing.c.beats.contains(f'"{beat}":', autoescape=True) for beat in wanted)
    return or_(entries.c.stream.in_(streams), *own)


def _naming(keys: list[str]) -> ColumnElement[bool]:
    """Whether an entry is one of these actors, or a development that names one."""
    naming = select(literal(1)).where(
        mentions.c.stream == entries.c.stream, mentions.c.key == entries.c.key, mentions.c.actor.in_(keys)
    )
    return or_(
        and_(entries.c.kind == "actor", entries.c.key.in_(keys)),
        and_(entries.c.kind == "development", naming.correlate(entries).exists()),
    )


def actors_called(connection: Connection, typed: str) -> set[str]:
    """The keys of the actors that go by this name, alias or key."""
    words = folded(typed)
    if not words:
        return set()
    named = select(passages.c.stream, passages.c.body).where(
        passages.c.kind.in_(("actor", "alias")), answers(connection, Clause((Term(words),)))
    )
    return {typed} | {
        stream.removeprefix("actor/")
        for stream, body in connection.execute(named)
        if any(same_name(typed, name) for name in orjson.loads(body).values())
    }


def _day(name: str) -> ColumnElement[str]:
    """The first or last day on which something may have happened: its own, that of what it was said via, or else the
    day on which it was learned."""
    said = select(_said_in.c[name]).where(
        _said_in.c.stream == entries.c.stream, _said_in.c.kind == "development", _said_in.c.key == entries.c.via,
        _said_in.c.wording == 0,
    )  # fmt: skip
    dated = said.correlate(entries).scalar_subquery()
    return func.coalesce(func.nullif(standing.c[name], ""), func.nullif(dated, ""), standing.c.learned)
