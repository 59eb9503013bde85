"""One rule: whatever is decided can be folded, from any prefix and any selection, in memory as from rows."""

from typing import Any

import orjson
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stories.given import Newsroom
from tracker.intake import Unreadable
from tracker.stories import codec
from tracker.stories.claims import ClaimDenied
from tracker.stories.editorial import DevelopmentCorrected
from tracker.stories.entries import Development, Entry, Ref
from tracker.stories.errors import Refused
from tracker.stories.folding import aims, changes, evolve, fold, leads_to
from tracker.stories.recorded import Recorded

# What every history begins with, so that the acts after it have something to act on; x and y are free.
KEYS = ["n1", "c1", "c2", "d1", "x1", "r1", "p1", "x", "y"]
WHO = st.sampled_from(["mara", "ole"])
KEY = st.sampled_from(KEYS)
LEARNED = st.sampled_from([None, "2017-01-10", "2017-02-10T08:00:00Z", "2017-03", "2017-04-01"])
GROUNDS = {"sources": ["minutes"]}


def record(type: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    shared = {"type": st.just(type), "learned_at": LEARNED}
    return st.fixed_dictionaries(shared | fields)


def logged(type: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return record(type, key=KEY, sources=st.just(["minutes"]), **fields)


DATES = st.sampled_from(["2016", "2016-09", "2016-09-08", "2016-09~", "[2016-09-01..2016-09-30]"])
CORRECTIONS = st.one_of(
    st.fixed_dictionaries({"field": st.just("headline"), "now": st.sampled_from(["One", "Two"])}),
    st.fixed_dictionaries({"field": st.just("claim"), "now": KEY}),
    st.fixed_dictionaries({"field": st.just("demand"), "now": KEY}),
    st.fixed_dictionaries({"field": st.just("occurred"), "now": DATES}),
    st.fixed_dictionaries({"field": st.just("answer"), "now": st.sampled_from(["accepted", "refused"])}),
)
RECORDS = st.one_of(
    logged("note.logged", text=st.just("x"), occurred=DATES),
    logged("meeting.revealed", participants=st.lists(WHO, min_size=1, max_size=2)),
    logged("action.taken", actor=WHO, action=st.just("resigned")),
    logged("event.planned", title=st.just("Hearing"), date=DATES),
    logged("statement.made", speaker=WHO, claims=st.lists(st.just({"text": "said"}), max_size=2)),
    logged("claim.asserted", text=st.just("x"), claimant=WHO),
    logged("claim.denied", claim=KEY, by=WHO),
    logged("claim.confirmed", claim=KEY, by=WHO),
    logged("claim.withdrawn", claim=KEY, by=WHO),
    logged("contradiction.identified", claim=KEY, against=st.lists(KEY, min_size=1, max_size=2)),
    logged("contradiction.explained", contradiction=KEY, by=WHO, explanation=st.just("x")),
    record("contradiction.resolved", contradiction=KEY),
    record("contradiction.dropped", contradiction=KEY),
    logged("demand.made", demanders=st.lists(WHO, min_size=1, max_size=2), action=st.just("resign")),
    logged("demand.joined", demand=KEY, demanders=st.lists(WHO, min_size=1, max_size=1)),
    logged("demand.answered", demand=KEY, by=WHO, answer=st.sampled_from(["accepted", "refused", "deferred"])),
    record("demand.met", demand=KEY, by=KEY),
    logged("position.taken", actor=WHO, issue=st.just({"key": "i", "text": "Rebuild"}), stance=st.just("for")),
    record("question.raised", key=KEY, text=st.sampled_from(["Who?", "When?"])),
    record("question.answered", question=KEY, answer=st.just("Her")),
    record("event.took_place", target=KEY),
    record("event.cancelled", target=KEY),
    record("development.corrected", target=KEY, changes=st.lists(CORRECTIONS, min_size=1, max_size=2)),
    record("development.retracted", target=KEY, reason=st.just("x")),
    record("development.retraction_reversed", target=KEY),
    record(
        "development.reclassified",
        **{"target": KEY, "as": st.just("note.logged"), "fields": st.just({"text": "y"})},
    ),
    record("occurrence.date_refined", target=KEY, occurred=DATES),
    record("verification.changed", target=KEY, level=st.sampled_from(["confirmed", "disputed"])),
    record("embargo.set", target=KEY, until=st.just("2999-01-01T00:00:00Z")),
    record("embargo.lifted", target=KEY),
    record("development.withheld", target=KEY, reason=st.just("x")),
    record("detail.redacted", target=KEY, fields=st.just(["summary"]), authority=st.just("court")),
    record("developments.linked", **{"from": KEY, "to": KEY, "relation": st.just("follows")}),
    record("story.rested"), record("story.revived"),
    *2 * (
        record("development.corrected", target=KEY, changes=st.lists(CORRECTIONS, min_size=1, max_size=2)),
        record("development.retracted", target=KEY, reason=st.just("x")),
        record("development.retraction_reversed", target=KEY),
    ),
)  # fmt: skip


OPENING: list[dict[str, Any]] = [
    {"type": "actor.added", "key": "mara", "name": "Mara Quint", "kind": "person", "learned_at": "2017-01-01"},
    {"type": "actor.added", "key": "ole", "name": "Ole Brand", "kind": "person", "learned_at": "2017-01-01"},
    {"type": "source.added", "key": "minutes", "description": "Minutes of the council", "learned_at": "2017-01-01"},
    {"type": "story.opened", "title": "The harbour contract", "learned_at": "2017-01-01"},
    *(
        {"learned_at": "2017-01-05", "sources": ["minutes"]} | each
        for each in (
            {"type": "note.logged", "key": "n1", "text": "x"},
            {"type": "claim.asserted", "key": "c1", "text": "x", "claimant": "mara"},
            {"type": "claim.asserted", "key": "c2", "text": "x", "claimant": "ole"},
            {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "ole"},
            {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["n1"]},
            {"type": "demand.made", "key": "r1", "demanders": ["ole"], "action": "resign"},
            {"type": "event.planned", "key": "p1", "title": "Hearing", "date": "2017-09"},
        )
    ),
]


def newsroom_of(records: list[dict[str, Any]]) -> Newsroom:
    """A newsroom that was asked for all of these; those that a rule refuses are left out."""
    newsroom = Newsroom()
    for each in OPENING:
        newsroom.record(each)
    for each in records:
        try:
            newsroom.record({name: value for name, value in each.items() if value is not None})
        except (Refused, Unreadable):
            continue
    return newsroom


def story_of(newsroom: Newsroom) -> list[Recorded]:
    return [recorded for recorded in newsroom.log if recorded.stream == "story/harbour"]


HISTORIES = st.lists(RECORDS, min_size=15, max_size=45).map(newsroom_of)


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_any_prefix_evolves_step_by_step_to_its_fold(newsroom: Newsroom) -> None:
    events = story_of(newsroom)
    entries: dict[Ref, Entry] = {}

    for n, recorded in enumerate(events, start=1):
        entries = dict(evolve(entries, recorded))
        assert entries == fold(events[:n])

    assert entries == newsroom.streams["story/harbour"]


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.sampled_from(["2017-01-15", "2017-02-15", "2017-03-15", "2017-04-15"]))
def test_what_was_known_by_a_day_holds_everything_its_events_aim_at(newsroom: Newsroom, day: str) -> None:
    known = [recorded for recorded in story_of(newsroom) if recorded.learned_at <= day]

    entries: dict[Ref, Entry] = {}
    for recorded in known:
        for kind, key in aims(recorded):
            own = getattr(recorded.event, "key", None)
            if kind in {"development", "question"} and not isinstance(recorded.event, DevelopmentCorrected):
                assert (kind, key) in entries or key == own
        entries.update(changes(entries.get, recorded))


@settings(max_examples=60, deadline=None)
@given(HISTORIES)
def test_the_rule_asks_for_nothing_but_what_events_aim_at_and_that_leads_to(newsroom: Newsroom) -> None:
    entries: dict[Ref, Entry] = {}
    for recorded in story_of(newsroom):
        reach = aims(recorded)
        reach |= {further for ref in reach for further in leads_to(entries.get(ref))}

        def get(ref: Ref, reach: set[Ref] = reach) -> Entry | None:
            assert ref in reach
            return entries.get(ref)

        entries.update(changes(get, recorded))

    assert entries == newsroom.streams["story/harbour"]


@settings(max_examples=40, deadline=None)
@given(HISTORIES)
def test_an_event_puts_few_entries(newsroom: Newsroom) -> None:
    entries: dict[Ref, Entry] = {}
    for recorded in story_of(newsroom):
        puts = changes(entries.get, recorded)
        corrected = len(recorded.event.changes) if isinstance(recorded.event, DevelopmentCorrected) else 0
        assert len(puts) - corrected <= 4
        entries.update(puts)


@settings(max_examples=40, deadline=None)
@given(HISTORIES)
def test_no_weight_is_ever_less_than_the_acts_that_stand(newsroom: Newsroom) -> None:
    entries = newsroom.streams["story/harbour"]
    denials: dict[str, int] = {}
    for entry in entries.values():
        if isinstance(entry, Development) and isinstance(entry.event, ClaimDenied) and not entry.retracted:
            denials[entry.event.claim] = denials.get(entry.event.claim, 0) + 1
    for (_, key), entry in entries.items():
        if isinstance(entry, Development):
            assert entry.weights.get("denied", 0) == denials.get(key, 0)


@settings(max_examples=30, deadline=None)
@given(HISTORIES)
def test_events_and_entries_survive_being_written_down(newsroom: Newsroom) -> None:
    for recorded in newsroom.log:
        wire, body = codec.encode(recorded.event)
        assert codec.decode(wire, body) == recorded.event
        assert body.encode() == rfc8785.dumps(orjson.loads(body))
    for (kind, _), entry in newsroom.streams["story/harbour"].items():
        assert codec.decode_entry(kind, codec.encode_entry(entry)) == entry
