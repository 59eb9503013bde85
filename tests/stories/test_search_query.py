"""What somebody types into the search box, how it is read, and which documents answer it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.stories.search_query import BadQuery, Clause, Query, Searchable, Term, matches, read_query
from tracker.stories.search_words import BREAK, folded, stem_of, words_in, words_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Müller’s CAFÉ", ("muller", "s", "cafe")),
        ("Mu\u0308ller", ("muller",)),
        ("Straße, Łódź & Ærø", ("strasse", "lodz", "aero")),
        ("co-operation 14:00", ("co", "operation", "14", "00")),
        ("東京tower", ("東", "京", "tower")),
        ("ﬁnal ① ½", ("final", "1", "1", "2")),
        ("snake_case ㍿", ("snake", "case", "株", "式", "会", "社")),
        ("¶ — …", ()),
    ],
)
def test_words_are_compared_without_case_accents_and_marks(text: str, found: tuple[str, ...]) -> None:
    assert folded(text) == found


@given(st.text())
def test_every_word_stands_where_it_is_said_to(text: str) -> None:
    places = list(words_in(text))

    assert all(word.text in folded(text[word.start : word.end]) for word in places)
    assert [(word.start, word.end) for word in places] == sorted((word.start, word.end) for word in places)


@given(st.text())
def test_words_with_their_places_are_the_words_without(text: str) -> None:
    assert tuple(word.text for word in words_in(text)) == folded(text)


@given(st.text())
def test_what_is_folded_stays_as_it_is_when_it_is_folded_again(text: str) -> None:
    assert folded(" ".join(folded(text))) == folded(text)


def word(said: str) -> Clause:
    """A clause that a word meets in any of its forms."""
    return Clause((Term((stem_of(said),)),))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", Query()),
        ("Recuse  himself", Query((word("recuse"), word("himself")))),
        ('"special counsel"', Query((Clause((Term(("special", "counsel")),)),))),
        ("„Sonderermittler gefordert“", Query((Clause((Term(("sonderermittler", "gefordert")),)),))),
        ("contr*", Query((Clause((Term(("contr",), prefix=True),)),))),
        ("co-op*", Query((Clause((Term(("co", "op"), prefix=True),)),))),
        ("tender OR bid night",
         Query((Clause(word("tender").terms + word("bid").terms), word("night")))),
        ("harbour -football", Query((word("harbour"), Clause(word("football").terms, excluded=True)))),
        ('"harbour" 2017 東 of', Query(tuple(Clause((Term((each,)),)) for each in ("harbour", "2017", "東", "of")))),
        ('actor:sessions actor:"Mara Quint"', Query(actors=("sessions", "Mara Quint"))),
        ("type:denial TYPE:claim.asserted", Query(types=frozenset({"claim.denied", "claim.asserted"}))),
        ("from:2017-03 to:2017", Query(first="2017-03-01", last="2017-12-31")),
        ("status:took-place beat:justice story:harbour",
         Query(statuses=frozenset({"took_place"}), beats=("justice",), stories=("harbour",))),
        ("https://example.org/a", Query((Clause((Term(("https", "example", "org", "a")),)),))),
        ("… — -", Query()),
    ],
)  # fmt: skip
def test_a_query_is_read(typed: str, read: Query) -> None:
    assert read_query(typed) == read


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ('the "special counsel', "never closed"),
        ("acter:sessions", "Did you mean “actor:”?"),
        ("colour:red", "There are actor:, type:"),
        ("type:denail", "Did you mean “denial”?"),
        ("status:gone", "There are: standing, corrected"),
        ("actor: sessions", "follows it at once"),
        ('actor:""', "nothing in the quotation marks"),
        ("from:yesterday", "like 2017-03-01"),
        ("from:2018 to:2017", "swap them"),
        ("-football", "besides what to leave out"),
        ("-type:note", "can’t be left out"),
        ("OR tender", "between two words"),
        ("tender OR", "nothing follows"),
        ("tender OR -bid", "left out"),
        ("a*", "at least two letters"),
        ("x" * 501, "longer than 500"),
        ("aa " * 31, "more than 30 words"),
    ],
)
def test_a_query_that_cannot_be_read_says_what_would_be_right(typed: str, told: str) -> None:
    with pytest.raises(BadQuery, match=told.replace("?", r"\?")):
        read_query(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    with suppress(BadQuery):
        assert isinstance(read_query(typed), Query)


DOCUMENT = Searchable(
    words_of(["Mara Quint denies the contract", "The tender was open"]), type="claim.denied",
    actors=frozenset({"mara-quint", "Mara Quint"}), beats=frozenset({"Harbour & trade"}), story="harbour",
    statuses=frozenset({"standing", "corrected"}), first="2017-03-01", last="2017-03-31",
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("QUINT tender", True), ("quint bid", False), ("bid OR tender", True), ("contr*", True), ("ontract", False),
        ('"denies the contract"', True), ('"the denies"', False), ('"contract the"', False), ("quint -tender", False),
        ("quint -bid", True), ("actor:mara-quint", True), ('actor:"MARA QUINT"', True), ("actor:quint", False),
        ("actor:other actor:mara-quint", True), ("beat:harbour-trade", True), ("type:denial type:note", True),
        ("type:note", False), ("story:harbour", True), ("story:other", False), ("status:corrected", True),
        ("status:retracted", False), ("from:2017-03-15", True), ("from:2017-04", False), ("to:2017-02", False),
        ("to:2017-03-01", True), ("", True),
    ],
)  # fmt: skip
def test_a_document_answers_a_query_or_does_not(typed: str, found: bool) -> None:
    assert matches(read_query(typed), DOCUMENT) is found


def test_a_break_stands_between_two_fields() -> None:
    assert words_of(["On", "", "…", "to"]) == ("on", BREAK, "to")


@pytest.mark.parametrize(
    ("asked", "said", "found"),
    [
        ("meeting", "Two meetings", True), ("meetings", "a meeting", True), ("resign", "She resigned", True),
        ("contradicts", "contradicted twice", True), ("Policies", "the policy", True), ("Vertrag", "Verträge", True),
        ('"meeting"', "Two meetings", False), ('"two meetings"', "Two meetings", True), ("meeti*", "Meetings", True),
        ("2017", "2018", False), ("-meeting two", "Two meetings", False), ("co-operation", "co-operations", False),
        ("policy", "police", False), ("meet", "¶meet", True),
    ],
)  # fmt: skip
def test_a_word_is_found_in_its_other_forms_and_a_quoted_one_as_it_is(asked: str, said: str, found: bool) -> None:
    assert matches(read_query(asked), Searchable(words_of([said]))) is found


@given(st.text(), st.text())
def test_whoever_types_a_word_of_a_text_finds_it(before: str, after: str) -> None:
    text = f"{before} {after}"
    for said in folded(text):
        assert matches(read_query(said), Searchable(words_of([text])))
