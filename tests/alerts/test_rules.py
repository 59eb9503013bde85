"""The rules of alerts: what meets them, what does not, and why."""

from typing import Any

import pytest

from tracker.alerts import terms
from tracker.alerts.rules import QUIET, Change, Rule, Silence, ends_silence, in_words, is_broken, matches
from tracker.stories.consequences import WORDS
from tracker.stories.search_query import Searchable
from tracker.stories.search_words import words_of


def change(**fields: Any) -> Change:
    """A contradiction of the mayor's claim, in the harbour story."""
    told: dict[str, Any] = {
        "position": 9, "version": 4, "stream": "story/harbour", "development": "x1", "act": 0,
        "type": "contradiction.identified", "by": "ana", "recorded_at": "2017-03-01T12:00:00.000000Z",
        "consequences": (
            ("contradiction_opened", "development", "x1"), ("claim_contradicted", "development", "c1"),
        ),
        "keys": frozenset({"x1", "c1"}), "beats": frozenset({"politics"}), "tags": frozenset({"tender"}),
        "actors": frozenset({("speaker", "auditor"), ("subject", "mayor"), ("addressee", "council")}), "urgency": 3,
        "document": Searchable(words_of(["The mayor's tender and the record"]), "contradiction.identified",
                               frozenset({"mayor"}), frozenset({"politics"}), "harbour"),
    }  # fmt: skip
    return Change(**(told | fields))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Rule(), "everything"),
        (Rule(stories=("docks", "harbour")), "story harbour"),
        (Rule(stories=("harbour",), about=("c1",)), "story harbour; follows “c1”"),
        (Rule(actors=("mayor",)), "about mayor"),
        (Rule(actors=("auditor",), parts=("speaker", "addressee")), "auditor speaks"),
        (Rule(actors=("council",), parts=("addressee",)), "addressed to council"),
        (Rule(types=("claim.denied", "contradiction.identified")), "type contradiction.identified"),
        (Rule(beats=("Politics",), tags=("TENDER",)), "beat Politics; tag TENDER"),
        (Rule(urgency=3), "urgency 3"),
        (Rule(words="tender OR bid -football"), "words tender OR bid -football"),
        (Rule(words="rec* actor:mayor"), "words rec* actor:mayor"),
        (Rule(consequences=("demand_met", "claim_contradicted")), "claim contradicted"),
        (Rule(news="both", stories=("harbour",)), "story harbour"),
    ],
    ids=str,
)
def test_a_change_meets_a_rule_and_it_says_why(rule: Rule, why: str) -> None:
    found = matches(rule, change())

    assert found is not None
    assert in_words(found) == why


@pytest.mark.parametrize(
    "rule",
    [
        Rule(stories=("docks",)), Rule(stories=("docks",), about=("c1",)), Rule(stories=("harbour",), about=("c9",)),
        Rule(actors=("auditor",), parts=("subject",)), Rule(actors=("nobody",)), Rule(types=("claim.denied",)),
        Rule(beats=("sports",)), Rule(tags=("bid",)), Rule(urgency=2), Rule(words="football"),
        Rule(words="tender -record"), Rule(consequences=("demand_met",)), Rule(news="stories"),
        Rule(stories=("harbour",), actors=("mayor",), types=("note.logged",)),
    ],
    ids=str,
)  # fmt: skip
def test_every_field_that_is_given_must_be_met(rule: Rule) -> None:
    assert matches(rule, change()) is None


def test_what_has_no_urgency_is_not_urgent() -> None:
    assert matches(Rule(urgency=9), change(urgency=None)) is None


@pytest.mark.parametrize("word", sorted(QUIET))
def test_housekeeping_and_corrections_are_told_to_those_who_name_them(word: Any) -> None:
    act = change(consequences=((word, "development", "c1"),), act=9, development="c1")

    assert matches(Rule(stories=("harbour",)), act) is None
    assert matches(Rule(stories=("harbour",), consequences=(word,)), act) == (
        ("consequence", word), ("story", "harbour"),
    )  # fmt: skip


def test_every_other_consequence_is_told_to_who_follows_the_story() -> None:
    for word in set(WORDS) - QUIET - {"story_opened"}:
        assert matches(Rule(stories=("harbour",)), change(consequences=((word, "development", "x1"),))), word


def test_a_new_story_is_told_to_who_asked_for_new_stories() -> None:
    opened = change(consequences=(("story_opened", "story", "harbour"),), development="", act=9, type="story.opened")

    assert matches(Rule(news="stories"), opened) == (("new_story", "harbour"),)
    assert matches(Rule(news="both", beats=("politics",)), opened) is not None
    assert matches(Rule(), opened) is None


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (Rule(), ""), (Rule(words="nonsense:x"), "There is no filter"), (Rule(words='"open'), "never closed"),
        (Rule(about=("c1",)), "name it"), (Rule(about=("c1",), stories=("a", "b")), "name it"),
        (Rule(silence=Silence("story", 48)), "the one story"),
        (Rule(silence=Silence("story", 48), stories=("a", "b")), "the one story"),
        (Rule(silence=Silence("story", 48), stories=("a",)), ""),
        (Rule(silence=Silence("demand", 48), stories=("a",)), "the one demand"),
        (Rule(silence=Silence("demand", 48), stories=("a",), about=("d1",)), ""),
        (Rule(silence=Silence("actor", 48)), "the one actor"), (Rule(silence=Silence("actor", 1), actors=("m",)), ""),
        (Rule(silence=Silence("story", 48), stories=("a",), news="stories"), "new stories"),
    ],
    ids=str,
)  # fmt: skip
def test_a_rule_that_can_not_be_followed_says_what_is_wrong(rule: Rule, wrong: str) -> None:
    assert wrong in is_broken(rule)
    assert bool(wrong) == bool(is_broken(rule))


def test_a_silence_ends_with_what_it_waits_for() -> None:
    demand = ends_silence(Rule(silence=Silence("demand", 24), stories=("harbour",), about=("d1",)))
    actor = ends_silence(Rule(silence=Silence("actor", 24), actors=("mayor",)))
    answered = change(consequences=(("demand_answered", "development", "d1"),), keys=frozenset({"d1", "a1"}))

    assert matches(demand, answered) is not None
    assert matches(demand, change(keys=frozenset({"d1"}))) is None
    assert matches(actor, change()) is None
    assert matches(actor, change(actors=frozenset({("speaker", "mayor")}))) is not None


FIELDS: dict[str, Any] = {
    "stories": ("harbour",), "actors": ("mayor",), "types": ("contradiction.identified",), "beats": ("Politics",),
    "tags": ("Tender",), "urgency": 4, "words": "tender OR bid record", "consequences": ("claim_contradicted",),
}  # fmt: skip


@pytest.mark.parametrize("mask", range(1, 2 ** len(FIELDS), 7))
def test_a_rule_that_is_met_is_found_wherever_it_is_posted(mask: int) -> None:
    rule = Rule(**{name: value for n, (name, value) in enumerate(FIELDS.items()) if mask >> n & 1})
    assert matches(rule, change())

    for alternative in terms.alternatives(rule):
        assert alternative & terms.held_by(change()), alternative


def test_a_rule_is_posted_where_the_fewest_stand() -> None:
    rule = Rule(stories=("harbour",), actors=("mayor",))

    assert terms.post_under(rule, {}) == {"story:harbour"}
    assert terms.post_under(rule, {"story:harbour": 10_000, "actor:mayor": 3}) == {"actor:mayor"}


def test_what_many_changes_hold_is_what_a_rule_is_found_by_only_where_the_rest_is_crowded() -> None:
    rule = Rule(stories=("harbour",), types=("note.logged",))

    assert terms.post_under(rule, {"story:harbour": 5, "type:note.logged": 3}) == {"story:harbour"}
    assert terms.post_under(rule, {"story:harbour": 500, "type:note.logged": 3}) == {"type:note.logged"}


def test_words_that_can_not_be_looked_up_do_not_hide_a_rule() -> None:
    assert terms.alternatives(Rule(words="contr*")) == [{terms.EVERY}]
    assert terms.alternatives(Rule(words="tender contr*")) == [{"word:¶tender"}]
    assert terms.alternatives(Rule(words='"special counsel" OR bid')) == [{"word:special", "word:¶bid"}]
    assert terms.alternatives(Rule(words='"special counsel" OR bid')) != [{"word:counsel", "word:¶bid"}]
    assert terms.alternatives(Rule(urgency=2)) == [{"urgency:1", "urgency:2"}]
    assert terms.alternatives(Rule(news="stories", beats=("Ports",))) == [{"beat:ports"}, {"new_story"}]
