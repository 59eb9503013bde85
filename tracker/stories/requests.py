"""A command on its way from a form, the API, the command line or an import."""

from dataclasses import dataclass

from tracker.instants import Instant
from tracker.stories.actors import AddActor
from tracker.stories.catalogue import Command
from tracker.stories.sources import AddSource


@dataclass(frozen=True, slots=True)
class Request:
    """One command: where it goes, whom it introduces, and how a repeat of it is recognised.

    `id` (a UUID) is the key of idempotency, `fingerprint` a SHA-256 over what was asked. `seen` is the version at
    which an editor read the target of a correction, `expected` the version of the whole stream; both None where
    what the editor saw did not matter.
    """

    command: Command
    stream: str
    id: str
    fingerprint: str
    introduces: tuple[AddActor | AddSource, ...] = ()
    learned_at: Instant | None = None
    correlation: str | None = None
    seen: int | None = None
    expected: int | None = None
