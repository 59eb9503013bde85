"""What a change means to a reader, read off the entries before and after it."""

from typing import Any

import pytest

from tests.newsroom import HARBOUR, note, record
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.projections.entries import entry_changes
from tracker.stories import codec
from tracker.stories.consequences import WORDS, consequences

BARE = {"unsourced": "test"}
CLAIM = {
    "type": "claim.asserted", "story": "harbour", "key": "c1", "text": "The tender was open",
    "claimant": "Mara Quint", **BARE,
}  # fmt: skip
DENIAL = {"type": "claim.denied", "story": "harbour", "key": "x1", "claim": "c1", "by": "Ole Brand", **BARE}
CONTRADICTION = {
    "type": "contradiction.identified", "story": "harbour", "key": "k1", "claim": "c1", "against": "n1",
    "identified_by": "desk", **BARE,
}  # fmt: skip
DEMAND = {
    "type": "demand.made", "story": "harbour", "key": "d1", "demanders": ["Ines Falk"], "action": "resign", **BARE,
}  # fmt: skip



def meaning(tracker: Tracker, *records: dict[str, Any]) -> list[tuple[str, str]]:
    """What the last of these records means: words with the keys they are said of."""
    record(tracker, *records[:-1])
    [outcome] = record(tracker, records[-1])[-1:]
    with reading(tracker.engine) as connection:
        rows = connection.execute(
            entry_changes.select().where(entry_changes.c.position == outcome.last_position)
        ).mappings()
        found = [
            each
            for row in rows
            for each in consequences(
                row["key"],
                codec.decode_entry(row["kind"], row["before"]) if row["before"] else None,
                codec.decode_entry(row["kind"], row["after"]),
            )
        ]
    return sorted({(each.word, each.key) for each in found})


def says(type: str, **fields: Any) -> dict[str, Any]:
    return {"type": type, "story": "harbour", **fields}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([HARBOUR], [("story_opened", "harbour")]),
        ([HARBOUR, says("story.rested")], [("story_rested", "harbour")]),
        ([HARBOUR, note("n1")], [("logged", "n1")]),
        ([HARBOUR, CLAIM], [("claim_asserted", "c1")]),
        ([HARBOUR, CLAIM, DENIAL], [("claim_denied", "c1"), ("logged", "x1")]),
        ([HARBOUR, note("n1"), CLAIM, CONTRADICTION], [("claim_contradicted", "c1"), ("contradiction_opened", "k1")]),
        (
            [HARBOUR, note("n1"), CLAIM, CONTRADICTION, says("contradiction.resolved", contradiction="k1", outcome="It was closed")],  # noqa: E501
            [("contradiction_resolved", "k1")],
        ),
        ([HARBOUR, CLAIM, DENIAL, says("development.retracted", target="x1", reason="wrong")], [("retracted", "x1")]),
        (
            [HARBOUR, DEMAND, says("demand.answered", key="a1", demand="d1", by="Mara Quint", answer="refused", **BARE)],  # noqa: E501
            [("demand_refused", "d1"), ("logged", "a1")],
        ),
        (
            [HARBOUR, note("n1"), says("development.corrected", target="n1", changes=[{"field": "text", "now": "Other"}, {"field": "summary", "now": "Why"}])],  # noqa: E501
            [("corrected", "n1")],
        ),
        (
            [HARBOUR, note("n1"), says("development.corrected", target="n1", changes=[{"field": "text", "now": "Otter"}], **{"class": "refile"})],  # noqa: E501
            [("refiled", "n1")],
        ),
        ([HARBOUR, note("n1", occurred="2016-09"), says("occurrence.date_refined", target="n1", occurred="2016-09-08")], [("date_refined", "n1")]),  # noqa: E501
        ([HARBOUR, says("question.raised", key="q1", text="Who knew?")], [("question_raised", "q1")]),
        (
            [HARBOUR, says("question.raised", key="q1", text="Who knew?"), says("question.answered", question="q1", answer="All")],  # noqa: E501
            [("question_answered", "q1")],
        ),
        ([HARBOUR, note("n1"), says("embargo.set", target="n1")], [("embargoed", "n1")]),
        ([HARBOUR, note("n1"), says("development.withheld", target="n1", reason="legal")], [("withheld", "n1")]),
        ([HARBOUR, note("n1"), says("verification.changed", target="n1", level="confirmed")], [("verification_changed", "n1")]),  # noqa: E501
    ],
    ids=lambda value: value[0][0] if isinstance(value[0], tuple) else "",
)  # fmt: skip
def test_what_a_change_means(tracker: Tracker, records: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    assert meaning(tracker, *records) == expected


def test_the_gravest_comes_first() -> None:
    assert WORDS.index("retracted") < WORDS.index("claim_denied") < WORDS.index("logged") < WORDS.index("refiled")
