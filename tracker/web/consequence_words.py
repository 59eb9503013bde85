"""What each consequence is called in the reader's language."""

from collections.abc import Iterable
from itertools import groupby

from flask_babel import ngettext

from tracker.stories.consequence_words import PHRASES
from tracker.stories.consequences import WORDS, Word


def tally(word: Word, number: int) -> str:
    """So many of one consequence: “2 demands answered”."""
    return str(ngettext(*PHRASES[word], number))


def label(word: Word) -> str:
    """One consequence without its number: “demand answered”."""
    return tally(word, 1).replace("1 ", "", 1)


def tallies(words: Iterable[Word]) -> list[tuple[Word, int, str]]:
    """Consequences counted, the gravest first: the word, how many, and how that is said."""
    counted = [(word, len(list(same))) for word, same in groupby(sorted(words, key=WORDS.index))]
    return [(word, number, tally(word, number)) for word, number in counted]
