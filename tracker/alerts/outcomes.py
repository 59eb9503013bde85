"""What came of an attempt to send: four ways it can end, and nothing in between."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken it."""

    status: int
    said: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The server has not taken it, and may later."""

    said: str
    status: int | None = None
    after_seconds: int | None = None
    """How long the server asked us to wait."""
    elsewhere: bool = False
    """The fault lies with what all share (our mail server), not with this channel."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will not take it, however often it is asked; `gone`: nor anything else."""

    said: str
    status: int | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was handed over, and no answer came: it may have been taken or not."""

    said: str


Outcome = Accepted | TryAgain | Refused | Unknown

LONGEST_ANSWER = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def one_line(said: str | bytes) -> str:
    """What a server said, as one line that is safe to keep and to show to the channel's owner."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _CONTROL.sub(" ", text).strip()[:LONGEST_ANSWER]
