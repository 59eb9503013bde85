"""Where a quoted passage stands in a text: the W3C TextQuoteSelector, forgiving of blanks and quotation marks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_QUOTES = {"'": "['‘’‚‛`]", '"': '["“”„‟«»]', "-": "[-‐‑‒–—]"}
_LOOKS_LIKE = {other: key for key, others in _QUOTES.items() for other in others.strip("[]")}
AROUND = 600


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch of a text, as it is shown: words that are marked as quoted, words around them, or a gap."""

    text: str
    marked: bool = False
    gap: bool = False


def find(text: str, exact: str, prefix: str = "", suffix: str = "") -> tuple[int, int] | None:
    """Start and end of the passage: of several places the one whose surroundings fit best, then the first."""
    pattern = _pattern(exact)
    if pattern is None:
        return None
    places = [(found.start(), found.end()) for found in pattern.finditer(text)]
    return max(places, key=lambda place: (_fit(text, place, prefix, suffix), -place[0]), default=None)


def in_context(text: str, quotes: Iterable[Mapping[str, str]], around: int = AROUND) -> list[Shown]:
    """The text with its quoted passages marked; far from any passage it is left out. Without one, how it begins."""
    places = sorted(
        place for quote in quotes
        if (place := find(text, quote.get("exact", ""), quote.get("prefix", ""), quote.get("suffix", "")))
    )  # fmt: skip
    if not places:
        return [Shown(text[: 4 * around]), *([Shown("", gap=True)] if len(text) > 4 * around else [])]
    shown: list[Shown] = []
    done = 0
    for begins, end in places:
        start = max(begins, done)
        if start - around > done:
            shown += [Shown("", gap=True), Shown(text[start - around : start])]
        else:
            shown.append(Shown(text[done:start]))
        shown.append(Shown(text[start:end], marked=True))
        following = min((place[0] for place in places if place[0] >= end), default=len(text))
        done = max(end, done)
        if following - done > 2 * around:
            shown.append(Shown(text[done : done + around]))
            done += around
    if done < len(text):
        tail = text[done:] if len(text) - done <= around else ""
        shown.append(Shown(tail) if tail else Shown("", gap=True))
    return [each for each in shown if each.text or each.gap]


def _pattern(exact: str) -> re.Pattern[str] | None:
    words = exact.split()
    return re.compile(r"\s+".join("".join(_like(character) for character in word) for word in words)) if words else None


def _like(character: str) -> str:
    key = _LOOKS_LIKE.get(character, character)
    return _QUOTES.get(key, re.escape(character))


def _fit(text: str, place: tuple[int, int], prefix: str, suffix: str) -> int:
    """How many of the characters before and after agree with what was said to be there."""
    before = _plain(text[max(0, place[0] - len(prefix) - 20) : place[0]])
    after = _plain(text[place[1] : place[1] + len(suffix) + 20])
    return _common(_plain(prefix)[::-1], before[::-1]) + _common(_plain(suffix), after)


def _plain(text: str) -> str:
    return "".join(_LOOKS_LIKE.get(character, character) for character in "".join(text.split()))


def _common(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
