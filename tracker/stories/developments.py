"""How a development enters a story, changes there, and weighs on what it aims at."""

from collections.abc import Callable, Iterable
from typing import Any

from tracker.stories.entries import Changes, Development, Get
from tracker.stories.fields import DevelopmentFields
from tracker.stories.recorded import Recorded

Weight = tuple[str, str]
"""The key of a development, and the word for what is done to it: `("c1", "denied")`."""

Weighs = Callable[[Any], Iterable[Weight]]


def log(get: Get, recorded: Recorded, event: DevelopmentFields, weighs: Weighs) -> Changes:
    """A new development, and the weight it adds elsewhere."""
    entry = Development(
        event=event, position=recorded.position, version=recorded.version, changed=recorded.version,
        recorded_at=recorded.recorded_at, recorded_by=recorded.recorded_by, learned_at=recorded.learned_at,
        embargo=event.embargo,
    )  # fmt: skip
    return _bear(get, {("development", event.key): entry}, weighs(event), 1)


def become(get: Get, before: Development, after: Development, weighs: Weighs) -> Changes:
    """A development turns from one state into another; what it weighed is taken off, what it weighs now is added."""
    puts: Changes = {("development", before.event.key): after}
    if before.bears == after.bears and before.event is after.event:
        return puts
    if before.bears:
        _bear(get, puts, weighs(before.event), -1)
    if after.bears:
        _bear(get, puts, weighs(after.event), 1)
    return puts


def add_weight(target: Development, word: str, sign: int = 1) -> Development:
    """The target with one act more (or less) of a kind bearing on it; words that count nothing are dropped."""
    counted = target.weights | {word: target.weights.get(word, 0) + sign}
    return target.but(weights={each: n for each, n in counted.items() if n > 0})


def _bear(get: Get, puts: Changes, weights: Iterable[Weight], sign: int) -> Changes:
    for key, word in weights:
        ref = ("development", key)
        target = puts.get(ref) or get(ref)
        if isinstance(target, Development):
            puts[ref] = add_weight(target, word, sign)
    return puts
