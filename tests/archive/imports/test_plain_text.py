"""HTML becomes the words a reader would see; what is no HTML for certain is left alone."""

from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.archive.imports.plain_text import holds_markup, in_plain_words, plain_text

TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=40)
LINKED = (
    "<p>Signed.</p>\n<a href='https://a.example/?x=1&amp;y=2'>Source: A</a>\n<br>\n<a href='https://b.example/'>B</a>"
)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        (
            "<p>\nBroken where the\nfile was wide.\n</p>\n<blockquote>Said</blockquote>",
            "Broken where the file was wide.\nSaid",
        ),
        ("One <b>line</b>\nand another", "One line\nand another"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("<table><tr><td>Fee</td><td>5</td></tr></table>", "Fee 5"),
        ("<script>alert(1)</script>Safe<style>x</style>", "Safe"),
        ('<a href="javascript:alert(1)">x</a> <a href="https://a.example/">here</a>', "x here (https://a.example/)"),
        ('<a href="https://a.example/"><h2>Broken\noff</h2></a>', "Broken off (https://a.example/)"),
        ("Fish &amp; chips&nbsp;&lt;b&gt;", "Fish & chips <b>"),
        ("a\x00b\x08", "ab"),
    ],
)
def test_markup_becomes_words(markup: str, words: str) -> None:
    assert plain_text(markup) == words


@pytest.mark.parametrize("words", ["Plain < words & more", "if x <b and c> d", "<unknown>", "R&D; and AT&T", "1 <3"])
def test_what_is_not_html_for_certain_stays(words: str) -> None:
    assert (holds_markup(words), plain_text(words)) == (False, words)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (set(), "Signed.\nSource: A (https://a.example/?x=1&y=2)\nB (https://b.example/)"),
        ({"https://b.example/"}, "Signed.\nSource: A (https://a.example/?x=1&y=2)"),
        ({"https://a.example/?x=1&y=2", "https://b.example/"}, "Signed."),
    ],
)
def test_a_link_to_a_named_source_is_not_said_again(named: set[str], words: str) -> None:
    assert plain_text(LINKED, named) == words


def test_a_link_among_other_words_and_a_text_of_nothing_but_links_keep_their_words() -> None:
    address = {"https://a.example/"}

    assert plain_text("<p>See <a href='https://a.example/'>A</a></p>", address) == "See A"
    assert plain_text("<p></p><a href='https://a.example/'>A</a>", address) == "A"


@given(TEXTS)
def test_words_in_a_paragraph_come_out_as_they_went_in(words: str) -> None:
    assert plain_text(f"<p>{escape(words)}</p>").split() == words.split()


@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=5))
def test_each_paragraph_is_a_line(paragraphs: list[str]) -> None:
    markup = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)

    assert plain_text(markup).splitlines() == [" ".join(words.split()) for words in paragraphs]


@given(st.recursive(TEXTS.filter(lambda text: "<" not in text and "&" not in text) | st.integers() | st.none(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)))  # fmt: skip
def test_a_record_without_markup_is_not_touched(record: Any) -> None:
    assert in_plain_words(record) == record
