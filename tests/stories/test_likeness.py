"""What looks like the same thing logged twice, and what only sounds like it."""

from zoneinfo import ZoneInfo

import pytest

from tracker.stories.claims import ClaimDenied
from tracker.stories.dates import ImpreciseDate
from tracker.stories.fields import DevelopmentFields, Participant
from tracker.stories.happenings import MeetingRevealed, NoteLogged
from tracker.stories.likeness import alike, nearness

UTC = ZoneInfo("UTC")


def meeting(headline: str, *people: str, occurred: str = "") -> MeetingRevealed:
    """A meeting of these people."""
    return MeetingRevealed(
        key=headline[:5], headline=headline, unsourced="test",
        participants=tuple(Participant(actor=person) for person in people),
        occurred=ImpreciseDate(edtf=occurred) if occurred else None,
    )  # fmt: skip


def denial(by: str, claim: str, headline: str = "A denial") -> ClaimDenied:
    """Somebody's denial of a claim."""
    return ClaimDenied(key="d", headline=headline, unsourced="test", by=by, claim=claim)


SEPTEMBER = meeting("Minister met the harbour director in September", "mara", "otto", occurred="2016-09")


@pytest.mark.parametrize(
    ("again", "is_alike"),
    [
        (meeting("The minister met the harbour’s director", "mara", "otto", occurred="2016-09-08"), True),
        (meeting("Minister met harbour director", "mara"), True),
        (meeting("Minister met the harbour director in September", "ida", "jon"), False),
        (meeting("Minister met the harbour director in September", "mara", "otto", occurred="2017-01"), False),
        (meeting("Otto Brandt dines with an old friend", "mara", "otto", occurred="2016-09"), False),
        (NoteLogged(key="n", headline=SEPTEMBER.headline, text="x", unsourced="test"), False),
    ],
    ids=["nearer date", "no date", "others", "another date", "other words", "another type"],
)  # fmt: skip
def test_a_meeting_is_alike_by_people_date_and_words(again: DevelopmentFields, is_alike: bool) -> None:
    assert alike(again, SEPTEMBER, UTC) is is_alike


def test_the_same_denial_by_the_same_person_is_alike_in_whatever_words() -> None:
    assert alike(denial("otto", "c1", "Director: never"), denial("otto", "c1", "Brandt says no"), UTC)
    assert not alike(denial("mara", "c1"), denial("otto", "c1"), UTC)
    assert not alike(denial("otto", "c2"), denial("otto", "c1"), UTC)


def test_nearness_counts_words_and_not_their_order_or_case() -> None:
    assert nearness("The Director denies", "denies the director") == 1.0
    assert nearness("", "") == nearness("harbour", "mill") == 0.0
    assert 0 < nearness("harbour contract signed", "harbour contract leaked") < 1
