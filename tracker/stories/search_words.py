"""Text as search sees it: words without case, accents and marks, each with its place in the text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer.english_stemmer import EnglishStemmer

LONGEST_WORD = 100
MOST_WORDS = 16_000
"""So much of a text is searched: PostgreSQL keeps no place of a word beyond this."""

BREAK = "¶"
"""Stands between the fields of a document, so that no phrase reaches from one into the next; nobody can ask for it."""

# Letters that no decomposition takes apart.
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
# Scripts written without spaces: each sign is a word, and a run of them asked for is a phrase.
_UNSPACED = "\u2e80-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+|[{_UNSPACED}]")


class Word(NamedTuple):
    """A word as it is compared, and from where to where it stands in its text."""

    text: str
    start: int
    end: int


def folded(text: str) -> tuple[str, ...]:
    """The words of a text in their order: `Müller’s` is `muller` and `s`."""
    return tuple(word[:LONGEST_WORD] for word in _WORD.findall(_flat(text)) if word.isalnum())


def words_in(text: str) -> Iterator[Word]:
    """The words of a text with their places; slower than `folded`, for what is shown."""
    flat = [_flat(sign) for sign in text]
    places = [place for place, signs in enumerate(flat) for _ in signs]
    for found in _WORD.finditer("".join(flat)):
        if found[0].isalnum():
            yield Word(found[0][:LONGEST_WORD], places[found.start()], places[found.end() - 1] + 1)


def words_of(fields: Iterable[str]) -> tuple[str, ...]:
    """What of a document's fields can be looked for: their words, one field after the other with a break between each
    two, and after all of them each stem that they have."""
    found: list[str] = []
    for text in fields:
        if said := folded(text):
            found += [BREAK, *said] if found else said
        if len(found) >= MOST_WORDS:
            break
    del found[MOST_WORDS:]
    return (*found, *dict.fromkeys(stem_of(word) for word in found if has_forms(word)))


def has_forms(word: str) -> bool:
    """Whether a folded word is one that grammar bends: Latin letters, and more than two of them."""
    return len(word) > 2 and word.isascii() and word.isalpha()


@lru_cache(1 << 16)
def stem_of(word: str) -> str:
    """What a word shares with its other forms, as no word is written: `¶meet` of `meeting`, `meetings` and `meets`.

    By the rules for English of Snowball (Porter, 2001); of words in other languages some forms come together, too.
    """
    return f"{BREAK}{EnglishStemmer().stemWord(word)}"


def is_stem(word: str) -> bool:
    """Whether this is a stem, and no word that stands anywhere."""
    return word.startswith(BREAK)


def _flat(text: str) -> str:
    """A text without case, marks and accents; a sign at a time gives the same as all at once."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return apart.translate(_SIGNS)


class _Signs(dict[int, str | None]):
    """What becomes of each sign, worked out when it is first met: a mark is left out."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        self[code] = None if unicodedata.category(sign).startswith("M") else sign
        return self[code]


_SIGNS = _Signs({ord(letter): plain for letter, plain in _LETTERS.items()})
