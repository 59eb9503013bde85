"""A story in outline, kept and brought up to date, is the one that is read whole, for every kind of viewer."""

from contextlib import suppress
from random import Random
from typing import Any

import pytest

from tests.newsroom import ARCHIVIST, EDITOR, HARBOUR, POLITICS_EDITOR, READER, REPORTER, note, record
from tracker.accounts.visibility import sight
from tracker.bootstrap import Tracker
from tracker.db import reading
from tracker.handling import RefusedIn
from tracker.projections import story_page
from tracker.projections.board import version_of
from tracker.projections.overview import MOST_BEGINNINGS, MOST_CHANGES, Overview, excerpt, overview, refreshed
from tracker.projections.presentation import document
from tracker.projections.scene import Asked

VIEWERS = (READER, REPORTER, EDITOR, POLITICS_EDITOR, ARCHIVIST)
LATER = "2999-01-01T00:00:00Z"


class Kept:
    """The outline of the harbour as each viewer has it, brought up to date as far as that can be done."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.of: dict[str, Overview] = {}
        self.brought = 0

    def look(self) -> None:
        """Look as everybody; what was kept must tell what is read whole."""
        with reading(self.tracker.engine) as connection:
            version, now = version_of(connection, "story/harbour"), self.tracker.clock()
            for viewer in VIEWERS:
                seen = sight(viewer, "politics")
                whole = overview(connection, "harbour", version, seen, now)
                kept = self.of.get(viewer.name)
                brought = refreshed(connection, "harbour", kept, version, seen, now) if kept else None
                assert brought is None or brought == whole, viewer.name
                self.brought += brought is not None
                self.of[viewer.name] = brought or whole


def logged(key: str, chance: Random, others: list[str]) -> dict[str, Any]:
    """One more development: on its own, said via another, or bearing on another."""
    seen = {"unsourced": "x", "visibility": chance.choice(["public", "public", "newsroom"])}
    other = chance.choice(others)
    record = chance.choice([
        note(key),
        {"type": "statement.made", "speaker": "Mara Quint", "summary": "As it was said.", "occurred": "2017-02"},
        {"type": "claim.asserted", "text": f"It was open, says {key}.", "via": other},
        {"type": "claim.asserted", "text": f"It was shut, says {key}.", "claimant": "Ole Brand"},
        {"type": "claim.denied", "claim": other, "by": "Ole Brand"},
        {"type": "contradiction.identified", "claim": other, "against": [chance.choice(others)]},
        {"type": "demand.made", "action": "resign", "demanders": ["Mara Quint"], "addressee": "Ole Brand"},
    ])  # fmt: skip
    return record | seen | {"key": key}


def changed(chance: Random, others: list[str]) -> dict[str, Any]:
    """Something done to a development that is there."""
    target, headline = {"target": chance.choice(others)}, f"Take {chance.random()}"
    return chance.choice([
        {"type": "development.corrected", **target, "changes": [{"field": "headline", "now": headline}]},
        {"type": "development.corrected", **target,
         "changes": [{"field": "visibility", "now": chance.choice(["public", "newsroom", "desk"])}]},
        {"type": "development.corrected", **target, "changes": [{"field": "occurred", "now": "2017-01"}]},
        {"type": "development.retracted", **target, "reason": "wrong"},
        {"type": "development.withheld", **target, "reason": "legal"},
        {"type": "development.released", **target},
        {"type": "embargo.set", **target, "until": LATER},
        {"type": "embargo.lifted", **target},
        {"type": "demand.met", "demand": target["target"], "by": chance.choice(others)},
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_what_was_kept_and_brought_up_to_date_is_what_is_read_whole(tracker: Tracker, seed: int) -> None:
    chance, kept = Random(seed), Kept(tracker)
    record(tracker, HARBOUR, note("n0", visibility="public"))
    kept.look()
    keys, taken = ["n0"], 0

    for n in range(1, 40):
        act = logged(f"k{n}", chance, keys) if chance.random() < 0.5 else changed(chance, keys)
        with suppress(RefusedIn):
            record(tracker, act)
            taken += 1
            keys += [act["key"]] if "key" in act else []
        if chance.random() < 0.7:
            kept.look()

    assert taken > 15, "most of it was refused"
    assert kept.brought


def told_of(told: dict[str, Any], key: str) -> tuple[dict[str, Any], list[Any]]:
    """What the page of a development has: all of it, and what it has come to."""
    (each,) = (each for each in told["developments"] if each["key"] == key)
    come_to = [one.get("standing") or one["status"] for ledger in ("claims", "demands", "contradictions")
               for one in told[ledger] if one["key"] == key]  # fmt: skip
    return each, come_to


@pytest.mark.parametrize("most", [MOST_BEGINNINGS, 0])
def test_corrections_come_with_what_they_correct(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("tracker.projections.overview.MOST_BEGINNINGS", most)
    record(tracker, HARBOUR, *(note(key) for key in ("n1", "n1a", "n2")))
    for key in ("n1", "n1a", "n2"):
        changes = [{"field": "headline", "now": f"Right {key}"}]
        record(tracker, {"type": "development.corrected", "target": key, "changes": changes})

    now, seen = tracker.clock(), sight(EDITOR, "politics")
    with reading(tracker.engine) as connection:
        story = story_page.story_of(connection, "harbour", EDITOR, now)
        outlined = overview(connection, "harbour", 7, seen, now)
        part = excerpt(connection, "harbour", story, seen, now, tracker.zone, Asked(), 7, outlined, ["n1"])

    assert [key.partition("#")[0] for kind, key in part.entries if kind == "correction"] == ["n1"]


@pytest.mark.parametrize("seed", range(3))
def test_a_development_read_alone_is_what_it_is_in_its_story(tracker: Tracker, seed: int) -> None:
    chance, keys = Random(seed), ["n0"]
    record(tracker, HARBOUR, note("n0", visibility="public"))
    for n in range(1, 30):
        act = logged(f"k{n}", chance, keys) if chance.random() < 0.6 else changed(chance, keys)
        with suppress(RefusedIn):
            record(tracker, act)
            keys += [act["key"]] if "key" in act else []
    with suppress(RefusedIn):
        record(tracker, {"type": "developments.linked", "from": keys[0], "to": keys[-1], "relation": "follows"})

    now, zone = tracker.clock(), tracker.zone
    with reading(tracker.engine) as connection:
        version = version_of(connection, "story/harbour")
        for viewer in VIEWERS:
            whole = document(story_page.scene(connection, "harbour", viewer, now, zone))
            story, seen = story_page.story_of(connection, "harbour", viewer, now), sight(viewer, "politics")
            outlined = overview(connection, "harbour", version, seen, now)
            for each in whole["developments"]:
                alone = document(
                    excerpt(connection, "harbour", story, seen, now, zone, Asked(), version, outlined, [each["key"]])
                )
                assert told_of(alone, each["key"]) == told_of(whole, each["key"]), (viewer.name, each["key"])
                said_via = [one["key"] for one in whole["developments"] if one["via"] == each["key"]]
                assert [line.key for line in outlined.said_via(each["key"])] == said_via


@pytest.mark.parametrize(
    "act",
    [
        {"type": "development.corrected", "target": "s1", "changes": [{"field": "occurred", "now": "2017-01"}]},
        {"type": "development.withheld", "target": "s1", "reason": "legal"},
    ],
    ids=["date", "withheld"],
)
def test_what_was_said_via_another_is_brought_up_to_date_with_it(tracker: Tracker, act: dict[str, Any]) -> None:
    kept, public = Kept(tracker), {"visibility": "public", "unsourced": "x"}
    record(
        tracker, HARBOUR,
        {"type": "statement.made", "key": "s1", "speaker": "Mara Quint", "occurred": "2017-02", **public},
        {"type": "claim.asserted", "key": "c1", "text": "It was open.", "via": "s1", **public},
    )  # fmt: skip
    kept.look()

    record(tracker, act)

    kept.look()
    assert kept.brought


def test_what_is_hidden_and_stays_so_goes_on_bearing_on_nothing(tracker: Tracker) -> None:
    public = {"visibility": "public", "unsourced": "x"}
    record(
        tracker, HARBOUR, note("n1", visibility="public"),
        {"type": "claim.asserted", "key": "c1", "text": "It was open.", "claimant": "Ole Brand", **public},
        {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "Ole Brand", **public, "visibility": "newsroom"},
    )  # fmt: skip
    kept = Kept(tracker)
    kept.look()

    record(tracker, {"type": "development.corrected", "target": "c1", "changes": [{"field": "headline", "now": "A"}]})
    kept.look()

    assert kept.brought == len(VIEWERS)
    states = {viewer.name: kept.of[viewer.name].by_key["c1"].state for viewer in (READER, EDITOR)}
    assert states == {READER.name: "asserted", EDITOR.name: "denied"}


def test_a_story_of_which_much_has_changed_is_read_whole(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n0"))
    seen, now = sight(EDITOR, "politics"), tracker.clock()
    with reading(tracker.engine) as connection:
        kept = overview(connection, "harbour", 2, seen, now)

    record(tracker, *(note(f"m{n}") for n in range(MOST_CHANGES + 1)))

    with reading(tracker.engine) as connection:
        assert refreshed(connection, "harbour", kept, MOST_CHANGES + 3, seen, now) is None
