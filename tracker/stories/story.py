"""The story itself: opened, retitled, linked to others, rested, revived, closed."""

from typing import Literal, assert_never

from tracker.stories.entries import Changes, Get, Story, StoryLink
from tracker.stories.errors import Invalid, KeyTaken, Unknown
from tracker.stories.fields import Fields, Key, Line, RequiredLine, StoryKey, Text
from tracker.stories.recorded import Recorded
from tracker.stories.situation import Situation, fact

Relation = Literal["precedent", "background", "spin_off", "same_matter"]


class OpenStory(Fields, frozen=True, kw_only=True):
    """Open a running story."""

    title: RequiredLine
    synopsis: Text = ""
    beats: tuple[RequiredLine, ...] = ()
    desk: Key = ""


class RetitleStory(Fields, frozen=True, kw_only=True):
    """Give the story another title."""

    title: RequiredLine


class ReviseSynopsis(Fields, frozen=True, kw_only=True):
    """Say anew what the story is about."""

    synopsis: Text


class LinkStory(Fields, frozen=True, kw_only=True):
    """Link the story to another one."""

    other: StoryKey
    relation: Relation


class RestStory(Fields, frozen=True, kw_only=True):
    """Let the story rest: nothing is expected for now."""

    reason: Line = ""


class ReviveStory(Fields, frozen=True, kw_only=True):
    """The story moves again."""

    reason: Line = ""


class CloseStory(Fields, frozen=True, kw_only=True):
    """Close the story to new developments."""

    reason: Line = ""


class StoryOpened(OpenStory, frozen=True, tag="story.opened.v1"):
    """A running story was opened."""


class StoryRetitled(RetitleStory, frozen=True, tag="story.retitled.v1"):
    """The story has another title."""


class SynopsisRevised(ReviseSynopsis, frozen=True, tag="story.synopsis_revised.v1"):
    """The synopsis was written anew."""


class StoryLinked(LinkStory, frozen=True, tag="story.linked.v1"):
    """The story was linked to another one."""


class StoryRested(RestStory, frozen=True, tag="story.rested.v1"):
    """The story rests."""


class StoryRevived(ReviveStory, frozen=True, tag="story.revived.v1"):
    """The story moves again."""


class StoryClosed(CloseStory, frozen=True, tag="story.closed.v1"):
    """The story is closed to new developments."""


StoryCommand = OpenStory | RetitleStory | ReviseSynopsis | LinkStory | RestStory | ReviveStory | CloseStory
StoryEvent = StoryOpened | StoryRetitled | SynopsisRevised | StoryLinked | StoryRested | StoryRevived | StoryClosed


def decide(command: StoryCommand, at: Situation) -> list[StoryEvent]:
    story = at.get(("story", at.slug))
    if isinstance(command, OpenStory):
        if isinstance(story, Story):
            raise KeyTaken(
                "story",
                "A story with the slug “%(slug)s” is already open: “%(title)s”.",
                slug=at.slug,
                title=story.title,
            )
        return [fact(StoryOpened, command)]
    if not isinstance(story, Story):
        raise Unknown("story", "story", at.slug)
    match command:
        case RetitleStory(title=story.title) | ReviseSynopsis(synopsis=story.synopsis):
            return []
        case RetitleStory():
            return [fact(StoryRetitled, command)]
        case ReviseSynopsis():
            return [fact(SynopsisRevised, command)]
        case LinkStory(other=at.slug):
            raise Invalid("other", "A story can't be linked to itself.")
        case LinkStory():
            known = at.get(("story_link", f"{command.other}:{command.relation}"))
            return [] if known else [fact(StoryLinked, command)]
        case RestStory():
            return [] if story.status == "resting" else [fact(StoryRested, command)]
        case ReviveStory():
            return [] if story.status == "active" else [fact(StoryRevived, command)]
        case CloseStory():
            return [] if story.status == "closed" else [fact(StoryClosed, command)]
        case _:
            assert_never(command)


def aims(event: StoryEvent, slug: str) -> set[tuple[str, str]]:
    return set() if isinstance(event, StoryOpened | StoryLinked) else {("story", slug)}


def changes(get: Get, recorded: Recorded, event: StoryEvent) -> Changes:
    slug = recorded.key
    if isinstance(event, StoryOpened):
        opened = Story(
            title=event.title, synopsis=event.synopsis, beats=event.beats, desk=event.desk,
            learned_at=recorded.learned_at,
        )  # fmt: skip
        return {("story", slug): opened}
    if isinstance(event, StoryLinked):
        link = StoryLink(other=event.other, relation=event.relation, position=recorded.position)
        return {("story_link", f"{event.other}:{event.relation}"): link}
    story = get(("story", slug))
    if not isinstance(story, Story):
        return {}
    match event:
        case StoryRetitled(title=title):
            return {("story", slug): story.but(title=title)}
        case SynopsisRevised(synopsis=synopsis):
            return {("story", slug): story.but(synopsis=synopsis)}
        case StoryRested():
            return {("story", slug): story.but(status="resting")}
        case StoryRevived():
            return {("story", slug): story.but(status="active")}
        case StoryClosed():
            return {("story", slug): story.but(status="closed")}
        case _:
            assert_never(event)
