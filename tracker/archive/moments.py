"""The instants at which a story changed for somebody: the stops of the time slider, on each clock."""

from collections.abc import Sequence
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tracker.accounts.people import Principal
from tracker.archive.unfolding import Happening, Unfolded, gravity, unfold
from tracker.instants import Instant
from tracker.projections.scene import inherited
from tracker.stories.consequences import Word
from tracker.stories.dates import EARLIEST, LATEST, ImpreciseDate, span
from tracker.stories.entries import Development, Entry, Link, Question, Ref, Story, StoryLink

Clock = Literal["known_at", "public_at", "occurred_by"]
CLOCKS: tuple[Clock, ...] = ("known_at", "public_at", "occurred_by")
_FIELDS = {"public_at": "made_public", "occurred_by": "occurred"}


class Moment(NamedTuple):
    """An instant, how many things happened on the clock, and the gravest of them or the first."""

    at: Instant
    number: int
    title: str
    word: Word | None = None
    """What it meant, where the clock is that of knowledge."""
    learned: ImpreciseDate | None = None
    """When it became known, where that is known imprecisely."""


def moments(
    connection: Connection, slug: str, principal: Principal, now: Instant, zone: ZoneInfo, clock: Clock = "known_at"
) -> list[Moment]:
    """Every instant at which something became known (or public, or had surely happened), in order.

    Costs by the length of the story; pages ask for it only when somebody travels. Raises NoSuchStory.
    """
    story = unfold(connection, slug, principal, now)
    if clock == "known_at":
        return _known(story)
    dated = [
        (span(date.edtf, zone)[1], entry.event.headline)
        for entry in story.entries.values()
        if isinstance(entry, Development) and not entry.retracted
        and isinstance(date := inherited(story.entries, entry, _FIELDS[clock]), ImpreciseDate)
    ]  # fmt: skip
    by_instant: dict[Instant, list[str]] = {}
    for at, headline in dated:
        if EARLIEST < at < LATEST:
            by_instant.setdefault(at, []).append(headline)
    return [Moment(at, len(titles), titles[0]) for at, titles in sorted(by_instant.items())]


def step(listed: Sequence[Moment], at: Instant | None, by: int) -> Moment | None:
    """The moment so many before (−1) or after (1) an instant, None for now; None where there is none."""
    if by < 0:
        earlier = [moment for moment in listed if at is None or moment.at < at]
        return earlier[-2 if at is None else -1] if len(earlier) > (at is None) else None
    return next((moment for moment in listed if at is not None and moment.at > at), None)


def title_of(entries: dict[Ref, Entry], kind: str, key: str) -> str:
    """What an entry is called in a list."""
    match entries.get((kind, key)):
        case Development(event=event):
            return event.headline
        case Question(text=text):
            return text
        case Story(title=title):
            return title
        case StoryLink(other=other, relation=relation):
            return f"{relation.replace('_', ' ')}: {other}"
        case Link(from_=start, to=end):
            return " → ".join(title_of(entries, "development", each) for each in (start, end))
        case _:
            return key


def _known(story: Unfolded) -> list[Moment]:
    grouped: dict[Instant, list[Happening]] = {}
    for happening in story.happenings:
        grouped.setdefault(happening.recorded.learned_at, []).append(happening)
    return [_moment(story, at, found) for at, found in sorted(grouped.items())]


def _moment(story: Unfolded, at: Instant, found: Sequence[Happening]) -> Moment:
    meant = [happening.meant[0] for happening in found]
    gravest = min(meant, key=gravity)
    learned = next((date for each in found if (date := each.recorded.event.learned)), None)
    return Moment(at, len(meant), title_of(story.entries, gravest.kind, gravest.key), gravest.word, learned)
