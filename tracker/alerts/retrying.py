"""When something is tried again, and when it is given up: pure rules over what came of an attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tracker import instants
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain, Unknown
from tracker.instants import Instant

State = Literal["sent", "unknown", "failed", "dead"]

_MINUTE, _HOUR = 60, 3600
DELAYS = (
    5, _MINUTE, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 20 * _HOUR,
)  # fmt: skip
"""Seconds from one attempt to the next; together three days."""

BREAKS = (5, 30, 2 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR)
"""Seconds for which a channel rests after so many failures in a row."""

JITTER = 0.2
"""By how much of itself a delay is lengthened or shortened at most."""

PATIENCE = 3
"""How many refusals for good, one after the other, until a channel is taken out of use."""

DROPS_REPEATS = frozenset({"webhook"})
"""Kinds of channel whose endpoints are told an id by which they can drop what they have had already."""

NEVER: Instant = "9999-12-31T23:59:59.999999Z"


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel fares: attempts that failed since the last that did not."""

    failures: int = 0
    refusals: int = 0
    """Of those, messages that were refused for good."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an attempt, for the message and for its channel."""

    state: State
    next_attempt_at: Instant
    health: Health
    rests_until: Instant | None = None
    """The channel is left alone until then."""
    disabled: str = ""
    """Why the channel is taken out of use; "" where it is not."""


def judge(
    outcome: Outcome, *, via: str, attempts: int, health: Health, now: Instant, chance: float,
    delays: Sequence[int] = DELAYS,
) -> Verdict:  # fmt: skip
    """What follows from an attempt, the `attempts`-th of its message; `chance` is a number from 0 to 1.

    What may have been taken is tried again only where the endpoint can drop a repeat; else it stays unknown.
    """
    match outcome:
        case Accepted():
            return Verdict("sent", now, Health())
        case Refused(said=said, gone=True):
            return Verdict("dead", now, _worse(health, refused=True), disabled=f"The endpoint is gone: {said}")
        case Refused(said=said):
            worse = _worse(health, refused=True)
            tired = worse.refusals >= PATIENCE
            return Verdict("dead", now, worse, _rest(worse, now), f"Refused {PATIENCE} times: {said}" if tired else "")
        case TryAgain(elsewhere=True):
            return _again(now, attempts, chance, delays, health, None, outcome.said)
        case Unknown() if via not in DROPS_REPEATS:
            return Verdict("unknown", now, health if via == "email" else _worse(health))
        case Unknown(said=said):
            return _again(now, attempts, chance, delays, _worse(health), None, said)
        case TryAgain(said=said, after_seconds=asked):
            return _again(now, attempts, chance, delays, _worse(health), asked, said)


def _again(
    now: Instant, attempts: int, chance: float, delays: Sequence[int], health: Health, asked: int | None, said: str
) -> Verdict:
    if attempts > len(delays):
        why = f"Three days in vain: {said}" if health.failures else ""
        return Verdict("dead", now, health, _rest(health, now), why)
    wait = asked or delays[attempts - 1] * (1 + JITTER * (2 * chance - 1))
    rests = _later(now, asked) if asked else _rest(health, now)
    return Verdict("failed", _later(now, wait), health, rests)


def _worse(health: Health, *, refused: bool = False) -> Health:
    return Health(health.failures + 1, health.refusals + 1 if refused else 0)


def _rest(health: Health, now: Instant) -> Instant | None:
    if not health.failures:
        return None
    return _later(now, BREAKS[min(health.failures, len(BREAKS)) - 1])


def _later(now: Instant, seconds: float) -> Instant:
    return instants.text(instants.moment(now) + timedelta(seconds=seconds))
