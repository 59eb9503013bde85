"""Feeds of a story: the developments changed last; what was retracted is a tombstone, not a silence."""

from tracker.archive.exports.told import Telling, Told, correction_words, source_words, words
from tracker.feeds import Feed, FeedEntry, Withdrawn, atom, json_feed, newest_first
from tracker.projections.scene import Document

NEWSROOM = "Newsroom"


def write_atom(telling: Telling) -> bytes:
    """Atom (RFC 4287) with tombstones (RFC 6721), every development in it."""
    return atom(feed(telling, "feed.atom"))


def write_json_feed(telling: Telling) -> bytes:
    """JSON Feed 1.1, every development in it."""
    return json_feed(feed(telling, "feed.json"))


def feed(telling: Telling, name: str, limit: int = 100_000) -> Feed:
    """The feed that has its address under the story's; `limit` keeps what a reader fetches every hour short."""
    entries = [_entry(story, each) for story in telling.stories for each in story.developments if not _gone(each)]
    gone = [_withdrawn(story, each) for story in telling.stories for each in story.developments if _gone(each)]
    return Feed(
        id=telling.address, title=telling.title, url=telling.address,
        address=f"{telling.address.rstrip('/')}/{name}", author=NEWSROOM,
        subtitle=telling.stories[0].document["story"]["synopsis"] if len(telling.stories) == 1 else "",
        entries=newest_first(entries, limit),
        withdrawn=tuple(sorted(gone, key=lambda each: (each.when, each.id), reverse=True)[:limit]),
    )  # fmt: skip


def _gone(each: Document) -> bool:
    return bool(each["retracted_because"])


def _entry(story: Told, each: Document) -> FeedEntry:
    return FeedEntry(
        id=story.id_of(each["key"]), title=each["headline"] or each["type"], url=story.address_of(each["key"]),
        updated=story.changed_at[each["key"]], published=each["recorded_at"], text=_text(each),
        categories=(each["type"], *each["beats"], *each["tags"]),
    )  # fmt: skip


def _withdrawn(story: Told, each: Document) -> Withdrawn:
    return Withdrawn(story.id_of(each["key"]), story.changed_at[each["key"]], each["retracted_because"])


def _text(each: Document) -> str:
    happened = f"Happened: {each['occurred']['words']}." if each["occurred"] else ""
    source = source_words(each)
    corrections = [correction_words(correction) for correction in each["corrections"]]
    lines = [words(each), happened, f"Source: {source}." if source else "", *corrections]
    return "\n".join(line for line in lines if line)
