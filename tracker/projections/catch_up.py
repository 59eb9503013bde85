"""Since you last looked: what has come of the stories somebody reads, by consequence, the gravest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, or_, select

from tracker.accounts.people import Principal
from tracker.accounts.visibility import Sight, sight
from tracker.instants import Instant
from tracker.projections import board, meanings
from tracker.projections.headings import End, Heading, headings
from tracker.projections.meanings import Meaning
from tracker.projections.meanings import meanings as meanings_table
from tracker.projections.outline import outline
from tracker.projections.read_positions import readings
from tracker.stories.consequence_words import summary
from tracker.stories.consequences import WORDS, Word
from tracker.stories.entries import StoryLink

MOST = 500
"""Consequences that are read for one answer; whoever was away for longer is told that there is more."""

_OF_WHAT_WAS_READ = frozenset(
    {"corrected", "retracted", "clarified", "refiled", "date_refined", "reclassified", "verification_changed",
     "redacted"}
)
"""Said only of what somebody could have read before: what is new to them they read as it now stands."""


class Since(NamedTuple):
    """From where somebody is told: after a position of the log, and from when, for embargoes that ended since."""

    position: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Told:
    """A consequence as it is told: the word, what it is said of, how that is headed, and where in the log it came."""

    word: Word
    kind: str
    key: str
    heading: str
    position: int
    link: str
    """The development to read about it: the one that brought it about, else the one it is said of; "" for neither."""
    relation: str = ""
    ends: tuple[End, ...] = ()
    """Of a link: how what it leads from and to is related."""


@dataclass(frozen=True, slots=True)
class StoryNews:
    """What came of one story since somebody last looked."""

    slug: str
    title: str
    since: Since
    told: tuple[Told, ...]
    more: bool = False

    def by_word(self) -> list[tuple[Word, list[Told]]]:
        """The consequences by word, the gravest first, each thing once."""
        ordered = sorted(self.told, key=lambda told: (WORDS.index(told.word), told.position))
        grouped = ((word, list(same)) for word, same in groupby(ordered, key=attrgetter("word")))
        return [(word, list({told.key: told for told in same}.values())) for word, same in grouped]


def of_story(
    connection: Connection, slug: str, title: str, seen: Sight, now: Instant, since: Since
) -> StoryNews:
    """What came of one story, as far as its viewer may see it."""
    found = _read(connection, {slug: since}, seen, now)
    return _news(connection, {slug: title}, {slug: since}, found, seen, now)[0]


def across(
    connection: Connection, principal: Principal, now: Instant, since: int | None = None
) -> tuple[list[StoryNews], list[board.StoryLine]]:
    """What came of the stories somebody has looked at, those with the gravest news first, and the stories that they
    have not yet opened. With `since`, of every story after that position of the log."""
    lines = {line.slug: line for line in board.board(connection, principal, now)}
    if since is not None:
        return _by_gravity(_news_of(connection, principal, now, lines, dict.fromkeys(lines, Since(since, now)))), []
    news = of_stories(connection, principal, now, lines.values())
    return _by_gravity(news.values()), [line for slug, line in lines.items() if slug not in news]


def of_stories(
    connection: Connection, principal: Principal, now: Instant, lines: Iterable[board.StoryLine]
) -> dict[str, StoryNews]:
    """What came of these stories since somebody last looked at each; those never looked at are left out."""
    by_slug = {line.slug: line for line in lines}
    read = readings(connection, principal.name, by_slug)
    asked = {slug: Since(each.before, each.before_at) for slug, each in read.items()}
    return {each.slug: each for each in _news_of(connection, principal, now, by_slug, asked)}


def as_document(news: StoryNews) -> dict[str, Any]:
    """What came of a story, as plain values."""
    return {
        "story": news.slug, "title": news.title, "since": news.since.position, "more": news.more,
        "summary": summary(each.word for _, listed in news.by_word() for each in listed),
        "told": [
            {"word": each.word, "of": each.kind, "key": each.key, "heading": each.heading, "position": each.position,
             "development": each.link or None}
            for each in news.told
        ],
    }  # fmt: skip


def told(rows: Iterable[tuple[Meaning, int | None, Instant | None]], since: Since) -> list[Meaning]:
    """What is told to whoever read up to `since`, of what events meant. Each event is told once, by the gravest of it.

    With each comes the position at which what it is said of was logged, and the embargo that kept it from the viewer.
    """
    found: dict[int, Meaning] = {}
    for meaning, logged, embargo in rows:
        released = meaning.position <= since.position
        read = logged is not None and logged <= since.position and not (embargo and embargo > since.at)
        if released and not (embargo and embargo > since.at):
            continue
        if meaning.word in _OF_WHAT_WAS_READ and not read:
            continue
        found.setdefault(meaning.position, meaning)
    return list(found.values())


def _news_of(
    connection: Connection, principal: Principal, now: Instant, lines: Mapping[str, board.StoryLine],
    asked: Mapping[str, Since],
) -> list[StoryNews]:  # fmt: skip
    news: list[StoryNews] = []
    for seen in {sight(principal, lines[slug].desk) for slug in asked}:
        theirs = {slug: each for slug, each in asked.items() if sight(principal, lines[slug].desk) == seen}
        found = _read(connection, theirs, seen, now)
        news += _news(connection, {slug: lines[slug].title for slug in theirs}, theirs, found, seen, now)
    return news


def _by_gravity(news: Iterable[StoryNews]) -> list[StoryNews]:
    return sorted(
        news, key=lambda each: (min((WORDS.index(told.word) for told in each.told), default=len(WORDS)), each.slug)
    )


def _read(
    connection: Connection, since: Mapping[str, Since], seen: Sight, now: Instant
) -> dict[str, list[tuple[Meaning, int | None, Instant | None]]]:
    """The newest of what the events of these stories meant, by story."""
    if not since:
        return {}
    statement = meanings.since([f"story/{slug}" for slug in since], seen, now)
    row = meanings_table.c
    after = [and_(row.stream == f"story/{slug}", row.position > each.position) for slug, each in since.items()]
    after += [
        and_(row.stream == stream, row.about == key)
        for stream, key in _released(connection, min(each.at for each in since.values()), now)
        if not seen.embargoed and stream.removeprefix("story/") in since
    ]
    found: dict[str, list[tuple[Meaning, int | None, Instant | None]]] = {}
    newest = statement.where(or_(*after)).order_by(None).order_by(row.position.desc(), row.n).limit(MOST)
    for *meaning, logged, lifted in connection.execute(newest):
        each = Meaning(*meaning)
        found.setdefault(each.stream.removeprefix("story/"), []).append(
            (each, logged, None if seen.embargoed else lifted)
        )
    return found


def _released(connection: Connection, after: Instant, now: Instant) -> list[tuple[str, str]]:
    """The developments whose embargo ended in between: nothing is recorded when one does."""
    row = outline.c
    rows = connection.execute(select(row.stream, row.key).where(row.embargo > max(after, "0"), row.embargo <= now))
    return [(stream, key) for stream, key in rows]


def _news(
    connection: Connection,
    titles: Mapping[str, str],
    since: Mapping[str, Since],
    found: Mapping[str, Sequence[tuple[Meaning, int | None, Instant | None]]],
    seen: Sight,
    now: Instant,
) -> list[StoryNews]:
    chosen = {slug: told(found.get(slug, ()), each) for slug, each in since.items()}
    others = {_other(meaning) for listed in chosen.values() for meaning in listed} - {""}
    hidden = others - board.there(connection, others, seen, now) if others else others
    chosen = {slug: [each for each in listed if _other(each) not in hidden] for slug, listed in chosen.items()}
    named = headings(connection, {(m.stream, m.kind, m.key) for listed in chosen.values() for m in listed})
    full = sum(map(len, found.values())) >= MOST
    return [
        StoryNews(
            slug=slug, title=titles[slug], since=since[slug], more=full,
            told=tuple(_told(meaning, named) for meaning in listed),
        )
        for slug, listed in chosen.items()
    ]  # fmt: skip


def _other(meaning: Meaning) -> str:
    """The story that a link leads to; "" for anything but a link to a story."""
    return meaning.key.partition(":")[0] if meaning.kind == StoryLink.KIND else ""


def _told(meaning: Meaning, named: Mapping[tuple[str, str, str], Heading]) -> Told:
    heading = named.get((meaning.stream, meaning.kind, meaning.key), Heading(""))
    link = meaning.cause or (meaning.key if meaning.kind == "development" else "")
    return Told(meaning.word, meaning.kind, meaning.key, heading.text, meaning.position, link, *heading[1:])
