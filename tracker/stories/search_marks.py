"""Where the words looked for stand in a text: what a result shows, cut around the first of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from tracker.stories.search_query import Query, Term, stands_at
from tracker.stories.search_words import Word, is_stem, stem_of, words_in

BEFORE, AFTER = 80, 180
"""So many characters of a long text are shown before the first mark and after it."""


class Segment(NamedTuple):
    """A piece of text, and whether it is what was looked for."""

    text: str
    marked: bool


def marked(query: Query, text: str) -> tuple[Segment, ...]:
    """The whole text in pieces, every word and phrase looked for marked."""
    return tuple(_pieces(text, _spans(query, text)))


def excerpt(query: Query, wording: Mapping[str, str], but: str = "") -> tuple[Segment, ...]:
    """The passage of the first field (but one) that says something looked for, cut to a few lines; else nothing."""
    for name, text in sorted(wording.items(), key=lambda item: item[0] == "tags"):
        if name != but and (spans := _spans(query, text)):
            return tuple(_cut(text, spans))
    return ()


def _spans(query: Query, text: str) -> list[tuple[int, int]]:
    """From where to where the terms stand, in order and none inside another."""
    words = list(words_in(text))
    said = [word.text for word in words]
    terms = [term for clause in query.clauses if not clause.excluded for term in clause.terms]
    found = sorted(span for term in terms for span in _places(term, words, said))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _places(term: Term, words: Sequence[Word], said: Sequence[str]) -> Iterator[tuple[int, int]]:
    if is_stem(term.words[0]):
        yield from ((word.start, word.end) for word in words if stem_of(word.text) == term.words[0])
        return
    for place in range(len(words) - len(term.words) + 1):
        if stands_at(term, said, place):
            yield words[place].start, words[place + len(term.words) - 1].end


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Segment]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    for n, (start, end) in enumerate(pairwise(edges)):
        if start < end:
            yield Segment(text[start:end], marked=n % 2 == 1)


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Segment]:
    first = spans[0][0]
    start = 0 if first <= BEFORE else max(text.find(" ", first - BEFORE, first) + 1, first - BEFORE)
    end = len(text) if len(text) <= first + AFTER else max(text.rfind(" ", first, first + AFTER), spans[0][1])
    inside = [(max(s, start) - start, min(e, end) - start) for s, e in spans if s < end]
    if start:
        yield Segment("… ", marked=False)
    yield from _pieces(text[start:end], inside)
    if end < len(text):
        yield Segment(" …", marked=False)
