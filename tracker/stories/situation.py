"""What a command is decided against: the fold as it stands, the clocks, and who can be named."""

from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tracker.instants import Instant
from tracker.stories.entries import Development, Get
from tracker.stories.errors import AlreadyRetracted, Unknown, WrongKind
from tracker.stories.fields import DevelopmentFields, Fields
from tracker.stories.type_names import wire_name

E = TypeVar("E", bound=Fields)


@dataclass(frozen=True, slots=True)
class Situation:
    """The state one command meets. `learned_at` None stands for now."""

    get: Get
    slug: str
    now: Instant
    zone: ZoneInfo
    command_id: str
    learned_at: Instant | None = None
    suffix: str = ""

    def derived_key(self, kind: str) -> str:
        """A short key for something logged without one: from the command's id, so a repeat derives the same."""
        return f"{kind}-{self.command_id.replace('-', '')[-10:]}{self.suffix}"

    def development(self, key: str, field: str = "target") -> Development:
        """The standing development under a key.

        Raises Unknown where there is none, AlreadyRetracted where it no longer stands.
        """
        found = self.any_development(key, field)
        if found.retracted:
            raise AlreadyRetracted(field, key)
        return found

    def any_development(self, key: str, field: str = "target") -> Development:
        """The development under a key, retracted or not."""
        found = self.get(("development", key))
        if not isinstance(found, Development):
            raise Unknown(field, "development", key)
        return found

    def development_of(self, kind: type[DevelopmentFields], key: str, field: str, noun: str) -> Development:
        """The standing development under a key, if it is of the wanted type; Unknown and WrongKind otherwise."""
        if not isinstance(self.get(("development", key)), Development):
            raise Unknown(field, noun, key)
        found = self.development(key, field)
        if not isinstance(found.event, kind):
            raise WrongKind(field, noun, key, wire_name(found.event))
        return found


def fact(event: type[E], command: Fields, **decided: Any) -> E:
    """The event that states what a command asked, field by field, with what deciding added."""
    asked = {name: getattr(command, name) for name in command.__struct_fields__ if name in event.__struct_fields__}
    return event(**(asked | decided))
