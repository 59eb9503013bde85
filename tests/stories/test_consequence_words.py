"""Every consequence has words, for one and for several."""

from tracker.stories.consequence_words import PHRASES, label, summary, tally
from tracker.stories.consequences import WORDS


def test_every_consequence_has_words() -> None:
    assert set(PHRASES) == set(WORDS)


def test_one_and_several_are_told_apart() -> None:
    assert tally("demand_answered", 1) == "1 demand answered"
    assert tally("demand_answered", 2) == "2 demands answered"
    assert {tally(word, 1) for word in WORDS}.isdisjoint(tally(word, 2) for word in WORDS)


def test_a_summary_tells_the_gravest_first() -> None:
    assert summary(["demand_answered", "contradiction_opened", "demand_answered"]) == (
        "1 contradiction opened, 2 demands answered"
    )
    assert summary([]) == ""


def test_a_label_leaves_the_number_out() -> None:
    assert label("contradiction_opened") == "contradiction opened"
