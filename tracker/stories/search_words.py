"""Text as search sees it: words without case, accents and marks, each with its place in the text."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 100
MOST_WORDS = 16_000
"""So much of a text is searched: PostgreSQL keeps no place of a word beyond this."""

BREAK = "¶"
"""Stands between the fields of a document, so that no phrase reaches from one into the next; nobody can ask for it."""

# Letters that no decomposition takes apart.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
# Scripts written without spaces: each sign is a word, and a run of them asked for is a phrase.
_UNSPACED = ((0x2E80, 0x31FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_FIRST_UNSPACED = chr(_UNSPACED[0][0])


class Word(NamedTuple):
    """A word as it is compared, and from where to where it stands in its text."""

    text: str
    start: int
    end: int


def words_in(text: str) -> Iterator[Word]:
    """The words of a text in their order: `Müller’s` is `muller` and `s`."""
    parts: list[str] = []
    start = 0
    for place, sign in enumerate(text):
        said = _folded(sign)
        if said is None:
            continue
        alone = sign >= _FIRST_UNSPACED and bool(said) and _is_unspaced(sign)
        if parts and (alone or not said):
            yield Word("".join(parts)[:LONGEST_WORD], start, place)
            parts = []
        if alone:
            yield Word(said, place, place + 1)
        elif said:
            start = start if parts else place
            parts.append(said)
    if parts:
        yield Word("".join(parts)[:LONGEST_WORD], start, len(text))


def folded(text: str) -> tuple[str, ...]:
    """The words of a text without their places."""
    return tuple(word.text for word in words_in(text))


def words_of(fields: Iterable[str]) -> tuple[str, ...]:
    """The words of a document's fields, one field after the other, with a break between each two."""
    found: list[str] = []
    for text in fields:
        if said := folded(text):
            found += [BREAK, *said] if found else said
        if len(found) >= MOST_WORDS:
            break
    return tuple(found[:MOST_WORDS])


@lru_cache(maxsize=8_192)
def _folded(sign: str) -> str | None:
    """A sign as it is compared; "" for one that ends a word, None for a mark that belongs to the sign before it."""
    if unicodedata.category(sign).startswith("M"):
        return None
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold()).translate(_LETTERS)
    return "".join(each for each in apart if each.isalnum())


def _is_unspaced(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _UNSPACED)
