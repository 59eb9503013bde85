"""Where an actor is named, and as what, is known without reading a story."""

import pytest
from sqlalchemy import event, select, text

from tests.newsroom import HARBOUR, note, record, requests
from tests.stories.given import a_development, given
from tracker.archive.checking import differences
from tracker.bootstrap import Tracker
from tracker.db import reading, writing
from tracker.projections import following
from tracker.projections.mentions import mentions
from tracker.sample import demonstration
from tracker.stories.naming import mentions_of


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (a_development("statement.made", key="x", speaker="hale", on_behalf_of="greens"),
         {("hale", "speaker"), ("greens", "represented")}),
        (a_development("statement.made", key="x", speaker={"description": "an aide", "on_behalf_of": "hale"}),
         {("hale", "represented")}),
        (a_development("claim.asserted", key="x", text="So", claimant="hale", relayed_by="moss"),
         {("hale", "claimant"), ("moss", "relayer")}),
        (a_development("claim.denied", key="x", text="So", by="ward", as_put_by="moss"),
         {("ward", "denier"), ("moss", "relayer")}),
        (a_development("meeting.revealed", key="x", revealed_by="ward",
                       participants=[{"actor": "hale", "capacity": [{"as": "minister", "according_to": "moss"}]}]),
         {("hale", "participant"), ("moss", "relayer"), ("ward", "relayer")}),
        (a_development("demand.made", key="x", action="resign", addressee="hale",
                       demanders=[{"actor": "greens", "except": ["moss"]}, "ward"]),
         {("hale", "addressee"), ("greens", "demander"), ("moss", "excepted"), ("ward", "demander")}),
        (a_development("position.taken", key="x", actor="greens", issue={"key": "i", "text": "Rebuild"},
                       stance="for"), {("greens", "holder")}),
        (a_development("action.taken", key="x", actor="hale", action="resigned"), {("hale", "doer")}),
        (a_development("note.logged", key="x", text="Nobody"), set()),
    ],
)  # fmt: skip
def test_everybody_is_named_as_what_they_are_in_it(record: dict[str, object], named: set[tuple[str, str]]) -> None:
    assert mentions_of(given(record).event("x")) == named


def test_a_correction_moves_the_mention(tracker: Tracker) -> None:
    record(tracker, HARBOUR, {"type": "claim.asserted", "key": "c1", "text": "So", "unsourced": "x",
                              "claimant": {"key": "mara", "name": "Mara Quint"}})  # fmt: skip
    record(tracker, {"type": "actor.added", "key": "ole", "name": "Ole Brand", "kind": "person"})
    assert _rows(tracker) == {("mara", "story/harbour", "c1", "claimant")}

    record(tracker, {"type": "development.corrected", "target": "c1", "changes": [{"field": "claimant", "now": "ole"}]})

    assert _rows(tracker) == {("ole", "story/harbour", "c1", "claimant")}
    assert differences(tracker.engine)[2] == []


def test_the_mentions_equal_a_replay_and_a_rebuild(tracker: Tracker) -> None:
    demonstration.load(tracker)
    before = _rows(tracker)

    following.rebuild(tracker.engine, page=7)

    assert _rows(tracker) == before
    assert len(before) > 20
    assert differences(tracker.engine)[2] == []


def test_an_edited_view_of_mentions_or_wordings_is_found(tracker: Tracker) -> None:
    record(tracker, HARBOUR, {"type": "action.taken", "key": "a1", "actor": {"key": "mara", "name": "Mara Quint"},
                              "action": "resigned", "unsourced": "x"}, note("n1"))  # fmt: skip
    with writing(tracker.engine) as connection:
        connection.execute(text("UPDATE mentions SET role = 'speaker'"))
        connection.execute(text("UPDATE passages SET body = '{}' WHERE key = 'n1'"))
        connection.execute(text("DELETE FROM passages WHERE kind = 'story'"))

    assert [str(each) for each in differences(tracker.engine)[2]] == [
        "story/harbour: mention “a1 of mara as doer” is missing from the view",
        "story/harbour: mention “a1 of mara as speaker” is in the view and not in the replay",
        "story/harbour: passage “n1 of development at 0” differs from the replay",
        "story/harbour: passage “harbour of story at 0” is missing from the view",
    ]


def test_an_event_writes_few_rows_however_long_the_story(tracker: Tracker) -> None:
    record(tracker, HARBOUR, {"type": "claim.asserted", "key": "c1", "text": "So", "unsourced": "x",
                              "claimant": {"key": "mara", "name": "Mara Quint"}})  # fmt: skip
    written = []
    for batch in range(3):
        for n in range(20):
            denial = {"type": "claim.denied", "claim": "c1", "by": "mara", "unsourced": f"{batch}.{n}"}
            tracker.handling.handle(requests(tracker, denial), "ana")
        written.append(_written(tracker))

    assert written[1] == written[2]


def _written(tracker: Tracker) -> int:
    """How many rows of the two tables catching up writes, event by event."""
    rows = []

    def count(_c: object, _cur: object, statement: str, parameters: object, *_: object) -> None:
        if any(f"{verb} {table}" in statement for verb in ("INTO", "FROM") for table in ("mentions", "passages")):
            rows.append(len(parameters) if isinstance(parameters, list) else 1)

    event.listen(tracker.engine, "before_cursor_execute", count)
    following.catch_up(tracker.engine, 1)
    event.remove(tracker.engine, "before_cursor_execute", count)
    return sum(rows)


def _rows(tracker: Tracker) -> set[tuple[str, ...]]:
    with reading(tracker.engine) as connection:
        return {tuple(row) for row in connection.execute(select(*mentions.c))}
