"""An event as the log holds it: what was recorded, where, when, by whom, and when it was learned."""

import msgspec

from tracker.instants import Instant
from tracker.stories.fields import Fields


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One event with its place in the log. `position` 0 marks one that is decided and not yet appended."""

    event: Fields
    stream: str
    version: int
    position: int
    recorded_at: Instant
    recorded_by: str
    learned_at: Instant

    @property
    def key(self) -> str:
        """The second half of the stream's name: a story's slug, an actor's or a source's key."""
        return self.stream.partition("/")[2]
