"""The story page: a long log in pages, ledgers that fold, what changed since, addresses that keep what was asked."""

import re
from itertools import repeat
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.newsroom import EDITOR, READER, REPORTER, note, record
from tests.web.test_charts import line
from tests.web.visiting import Visitor
from tracker.accounts.visibility import sight
from tracker.bootstrap import Tracker
from tracker.db import writing
from tracker.projections.overview import Overview
from tracker.web import overviews
from tracker.web.paging import asked_with, fold_or_page, page_of


@pytest.fixture
def long_story(harbour: Tracker) -> Tracker:
    """The harbour with 130 notes, dated and known over months, and nine claims."""
    notes = [
        note(f"m{n}", occurred=f"2017-0{1 + n % 5}-1{n % 9}", learned_at=f"2017-0{6 + n % 3}-0{1 + n % 9}T00:00:00Z")
        for n in range(130)
    ]
    claims = [
        {"type": "claim.asserted", "key": f"c{n}", "text": f"Claim number {n}.", "claimant": "Mara Quint",
         "unsourced": "x"}
        for n in range(9)
    ]  # fmt: skip
    record(harbour, *claims)
    for each in notes:
        each["story"] = "long"
    opened = {"type": "story.opened", "story": "long", "title": "A long one", "learned_at": "2017-01-01T00:00:00Z"}
    record(harbour, opened, *notes)
    return harbour


def test_a_long_log_is_paged_and_keeps_what_was_asked(app: Flask, long_story: Tracker) -> None:
    ana = Visitor(app, EDITOR)

    first, third = ana.read("/stories/long"), ana.read("/stories/long?page=3&known_at=2999")

    assert (len(first.headlines), len(third.headlines)) == (50, 30)
    assert "1–50 of 130" in first.words
    assert "/stories/long?page=2&amp;known_at=2999#log-head" in third.markup
    assert len(ana.read("/stories/long?page=all").headlines) == 130
    assert '<p class="paper">Printed: 50 of 130.</p>' in first.markup


def test_what_is_gathered_in_the_chart_leads_to_its_developments(app: Flask, long_story: Tracker) -> None:
    cell = "known=2017-06-01..2017-06-30&happened=2017-01-01..2017-01-31"
    page = Visitor(app, EDITOR).read(f"/stories/long?{cell}")

    expected = [n for n in range(130) if n % 3 == 0 and n % 5 == 0]
    assert len(page.headlines) == len(expected)
    assert f"Showing {len(expected)} of 130" in page.words


def test_a_long_ledger_folds_and_unfolds_without_a_script(app: Flask, long_story: Tracker) -> None:
    ana = Visitor(app, EDITOR)

    folded, whole = ana.read("/stories/harbour"), ana.read("/stories/harbour?claims=1")

    assert "Show all 9" in folded.words
    assert folded.markup.count('class="ledger claim-entry') == 6
    assert whole.markup.count('class="ledger claim-entry') == 9


def test_a_reporter_is_told_what_changed_since_the_last_look(app: Flask, harbour: Tracker) -> None:
    ben = Visitor(app, REPORTER)
    assert "This is your first look at this story" in ben.read("/stories/harbour").words
    mark(ben, harbour.store.position())

    record(harbour, {"type": "development.corrected", "target": "n1", "changes": [{"field": "text", "now": "By day"}]})

    page = ben.read("/stories/harbour")
    assert "1 correction to something you read" in page.words
    assert "1 correction to something you read" in ben.read("/catch-up").words
    told = ben.get("/catch-up.json").get_json()["stories"][0]
    assert (told["story"], told["summary"]) == ("harbour", "1 correction")

    mark(ben, harbour.store.position())

    assert "Nothing has changed" in ben.read("/stories/harbour").words
    assert "You are up to date" in ben.read("/catch-up").words


def test_a_shared_link_tells_what_came_after_a_position_and_moves_nobody(app: Flask, harbour: Tracker) -> None:
    ben = Visitor(app, REPORTER)
    before = harbour.store.position()
    record(harbour, note("n2"))

    page = ben.read(f"/stories/harbour?since={before}")

    assert "1 new development" in page.words
    assert "1 new development" in ben.read(f"/catch-up?since={before}").words
    assert "Not opened yet" in ben.read("/catch-up").words
    assert ben.get("/stories/harbour?since=x").status_code == 400


def test_a_link_leads_to_both_its_ends(app: Flask, harbour: Tracker) -> None:
    ben = Visitor(app, REPORTER)
    record(harbour, note("n2"))
    before = harbour.store.position()
    record(harbour, {"type": "developments.linked", "from": "n2", "to": "n1", "relation": "response_to"})

    for page in (f"/catch-up?since={before}", f"/stories/harbour?since={before}"):
        read = ben.read(page)
        assert "Note n2 → response to: The contract was signed at night" in " ".join(read.words.split())
        assert 'href="/stories/harbour/developments/n2">Note n2</a> → ' in read.markup


def test_how_long_a_demand_waits_is_said_in_one_way(app: Flask, harbour: Tracker) -> None:
    record(harbour, {"type": "demand.made", "key": "r1", "demanders": [{"key": "ole", "name": "Ole"}],
                     "action": "resign", "occurred": "2017-03-02", "unsourced": "x"})  # fmt: skip

    page = " ".join(Visitor(app, EDITOR).read("/stories/harbour?known_at=2100").words.split())

    waited = re.findall(r"unanswered for (\d+ years)", page)
    assert len(waited) == 1
    assert f"for {waited[0]} " in page.partition("unanswered for")[0]
    assert " days" not in page


def test_what_was_public_is_counted_to_when_the_public_could_know(app: Flask, tracker: Tracker) -> None:
    early = {"occurred": "2016-01-10", "learned_at": "2016-02-11T12:00:00Z"}
    record(
        tracker,
        {"type": "story.opened", "story": "harbour", "title": "Harbour", "learned_at": "2016-01-01T00:00:00Z"},
        note("n1", **early, made_public="2016-06-11"), note("n2", **early), note("n3", **early, made_public=None),
        note("n4", **early, made_public="2018-06"),
        {"type": "claim.asserted", "key": "n5", "via": "n1", "text": "So it was", "claimant": "unattributed",
         "learned_at": early["learned_at"]},
    )  # fmt: skip
    ana = Visitor(app, EDITOR)

    def page(query: str) -> str:
        return " ".join(ana.read(f"/stories/harbour{query}").words.split())

    for query in ("", "?known_at=2017", "?occurred_by=2017"):
        assert "hidden from this newsroom" in page(query)
        assert "known 11 February 2016 · hidden for at least 31 days" in ana.read(f"/stories/harbour{query}").markup
    for query in ("?public_at=2017", "?clock=public_at", "?public_at=2017&known_at=2019"):
        told, markup = page(query), ana.read(f"/stories/harbour{query}").markup
        assert "hidden from the public" in told
        assert "2 developments are not drawn" in told
        assert "public 11 June 2016 · hidden for at least 5 months" in markup
        assert "public June 2018 · hidden for at least 2 years" in markup
        assert ("↑ not yet public" in markup) == ("public_at=" in query)
    assert page("?clock=public_at&known=2016-06-01..2016-06-30").count("Showing 2 of 5") == 1


def test_nobody_marks_a_story_that_they_may_not_see(app: Flask, harbour: Tracker) -> None:
    assert mark(Visitor(app, READER), 1).status_code == 404
    assert mark(Visitor(app, REPORTER), 1).status_code == 303


def test_the_api_tells_the_same(app: Flask, harbour: Tracker) -> None:
    ben = Visitor(app, REPORTER)
    before = harbour.store.position()
    record(harbour, note("n2"))

    told = ben.get(f"/api/v1/catch-up?since={before}").get_json()

    assert told == ben.get(f"/catch-up.json?since={before}").get_json()
    assert told["stories"][0]["summary"] == "1 new development"
    assert ben.get("/api/v1/catch-up?since=yesterday").status_code == 400


def test_pages_of_a_list() -> None:
    assert page_of(list(range(130)), "3", 50).items == list(range(100, 130))
    assert page_of(list(range(130)), "99", 50).page == 3
    assert page_of([], "", 50).pages == 0
    assert fold_or_page([1, 2, 3], "", 2, 50).folded
    assert asked_with({"page": "2", "known_at": "2017"}, page=None, claims=1) == {"known_at": "2017", "claims": "1"}


def mark(visitor: Visitor, position: int) -> Any:
    """Mark the harbour read up to a position, as the button on the page does."""
    token = visitor.read("/catch-up").form("/sign-out")["values"]["csrf_token"]
    return visitor.client.post("/stories/harbour/read", data={"position": position, "csrf_token": token})


def test_no_more_outlines_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overviews, "DEVELOPMENTS", 25)
    shelf, lines = overviews.Shelf(), tuple(repeat(line("n1"), 10))
    keys = [(f"story-{n}", sight(EDITOR, "politics"), "en") for n in range(4)]

    for key in keys[:3]:
        shelf.put(key, overviews.Drawn(Overview(lines)))
    assert [key for key in keys if shelf.take(key)] == keys[1:3], "the one seen longest ago goes"

    shelf.put(keys[3], overviews.Drawn(Overview(lines * 9)))
    assert [key for key in keys if shelf.take(key)] == keys[3:], "the last is kept, however long"


def test_a_view_that_was_put_right_is_seen_once_the_kept_one_is_old(
    app: Flask, harbour: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = Visitor(app, EDITOR)
    record(harbour, note("n2", headline="A slip of the pen", occurred="2017-03-02"))
    before = ana.read("/stories/harbour")
    with writing(harbour.engine) as connection:
        connection.execute(text("UPDATE outline SET headline = 'As it should read' WHERE key = 'n2'"))

    kept = ana.read("/stories/harbour")
    monkeypatch.setattr(overviews, "WHOLE_SECONDS", -1.0)
    anew = ana.read("/stories/harbour")

    assert ["As it should read" in page.markup for page in (before, kept, anew)] == [False, False, True]


def test_what_bears_on_a_claim_and_is_too_much_for_its_ledger_is_counted_and_led_to(
    app: Flask, harbour: Tracker
) -> None:
    denials = [
        {"type": "claim.denied", "key": f"d{n}", "claim": "c1", "by": f"Witness {n}", "unsourced": "x"}
        for n in range(11)
    ]
    claim = {"type": "claim.asserted", "key": "c1", "text": "It was open.", "claimant": "Mara Quint", "unsourced": "x"}
    record(harbour, claim, *denials)
    ana = Visitor(app, EDITOR)

    story, claims_page = ana.read("/stories/harbour"), ana.read("/stories/harbour/developments/c1")

    assert "and 3 more that bear on it" in story.words
    assert all(f'/developments/d{n}"' in claims_page.markup for n in range(11))


def test_the_log_says_who_does_what_to_whom(app: Flask, harbour: Tracker) -> None:
    said = {"unsourced": "x", "headline": "Another headline"}
    record(
        harbour,
        said | {"type": "claim.asserted", "key": "c1", "text": "No ship came.", "claimant": "Mara Quint"},
        said | {"type": "claim.denied", "key": "d1", "claim": "c1", "by": "Ann Bay", "on_behalf_of": "The Port",
                "kind": "partial"},
        said | {"type": "demand.made", "key": "p1", "demanders": [{"actor": "Ann Bay"}], "action": "resign",
                "addressee": "Mara Quint"},
        said | {"type": "position.taken", "key": "s1", "actor": "The Port", "issue": "a-new-quay",
                "issue_text": "A new quay", "stance": "against", "quantifier": "most"},
    )  # fmt: skip

    log = Visitor(app, EDITOR).read("/stories/harbour").words.split("Developments")[-1]

    assert "Mara Quint: No ship came." in log
    assert "Ann Bay on behalf of The Port denies it in part: Another headline" in log
    assert "Ann Bay demanded of Mara Quint: resign" in log
    assert "The Port: against (most) – A new quay" in log


def test_where_a_story_stands_says_what_came_of_claims_and_demands(app: Flask, harbour: Tracker) -> None:
    said = {"unsourced": "x"}
    claims = [said | {"type": "claim.asserted", "key": f"c{n}", "text": f"Claim {n}.", "claimant": "Mara Quint"}
              for n in range(3)]  # fmt: skip
    record(
        harbour, *claims,
        said | {"type": "claim.withdrawn", "claim": "c0", "by": "Mara Quint"},
        said | {"type": "claim.confirmed", "claim": "c1", "by": "Ann Bay"},
        said | {"type": "claim.qualified", "claim": "c2", "by": "Ann Bay", "text": "Only at night."},
        said | {"type": "demand.made", "key": "p1", "demanders": ["Ann Bay"], "action": "apologise",
                "addressee": "Mara Quint"},
        said | {"type": "demand.answered", "demand": "p1", "answer": "deferred", "by": "Mara Quint"},
    )  # fmt: skip

    page = Visitor(app, EDITOR).read("/stories/harbour").words
    stands = " ".join(page.split("Where it stands")[1].split())

    assert "1 claim is qualified Mara Quint: Claim 2." in stands
    assert "1 demand is answered, not met" in stands
    assert "1 claim was withdrawn Mara Quint: Claim 0. 1 claim is confirmed Mara Quint: Claim 1." in stands


def test_positions_on_many_issues_stand_in_tables_that_fit(app: Flask, harbour: Tracker) -> None:
    stances = [
        {"type": "position.taken", "key": f"p{n}", "actor": f"Party {n % 3}", "issue": f"issue-{n}",
         "issue_text": f"Whether {n}", "stance": "for", "unsourced": "x"}
        for n in range(12)
    ]  # fmt: skip
    record(harbour, *stances)

    page = Visitor(app, EDITOR).read("/stories/harbour")

    columns = [table.count('scope="col"') - 1 for table in page.markup.split('<table class="matrix">')[1:]]
    assert columns == [5, 5, 2]


FOR_OR_AGAINST = ("for", "against", "open")


def stances(actors: int, issues: int, times: int = 1) -> list[dict[str, Any]]:
    """Every one of these actors on every one of these issues, so many times, each time another stance."""
    return [
        {"type": "position.taken", "story": "harbour", "key": f"p{time}-{actor}-{issue}", "actor": f"Party {actor}",
         "issue": f"issue-{issue}", "issue_text": f"Whether {issue}", "unsourced": "x",
         "stance": FOR_OR_AGAINST[(actor + issue + time) % 3]}
        for time in range(times) for actor in range(actors) for issue in range(issues)
    ]  # fmt: skip


def test_forty_actors_on_thirty_issues_are_a_grid_of_signs_with_nothing_cut_in_silence(
    app: Flask, harbour: Tracker
) -> None:
    record(harbour, *stances(40, 30), {**stances(1, 1)[0], "key": "changed", "stance": "undeclared"})
    ana = Visitor(app, EDITOR)

    beginning, whole = ana.read("/stories/harbour"), ana.read("/stories/harbour?positions=1")
    words = " ".join(beginning.words.split())

    assert "12 of 40 actors and 8 of 30 issues, those that moved last." in words
    assert beginning.markup.count('<b class="sign ') == 12 * 8
    assert whole.markup.count('<b class="sign ') == 40 * 30
    assert whole.markup.count('class="grid"') == 1
    assert "undeclared, before: for" in " ".join(whole.words.split())
    assert 'href="/stories/harbour?issue=issue-29#positions"' in beginning.markup


def test_on_one_issue_every_stance_is_told_in_words(app: Flask, harbour: Tracker) -> None:
    record(harbour, *stances(5, 6, times=2))
    ana = Visitor(app, EDITOR)

    one = ana.read("/stories/harbour?issue=issue-3").markup

    assert one.count('class="stance now"') == one.count('class="stance before"') == 5
    assert 'class="grid"' not in one
    assert "← All issues" in one
    assert 'class="grid"' in ana.read("/stories/harbour?issue=nothing").markup
    assert ana.read("/stories/harbour?known_at=2100").markup.count('<b class="sign ') == 5 * 6


def test_whoever_is_only_described_has_a_row_of_the_grid(app: Flask, harbour: Tracker) -> None:
    record(harbour, *stances(5, 5),
           {**stances(1, 1)[0], "key": "d", "actor": {"description": "Two of the pilots"}})  # fmt: skip

    page = Visitor(app, EDITOR).read("/stories/harbour")

    assert '<th scope="row">Two of the pilots</th>' in page.markup
    assert page.markup.count('<b class="sign ') == 26


def test_a_stance_that_was_retracted_has_no_sign(app: Flask, harbour: Tracker) -> None:
    record(harbour, *stances(5, 5), {**stances(1, 1)[0], "key": "late", "stance": "undeclared"},
           {"type": "development.retracted", "target": "late", "reason": "misheard"})  # fmt: skip

    assert "undeclared" not in Visitor(app, EDITOR).read("/stories/harbour").markup.partition('id="log"')[0]


def test_a_field_is_told_in_words_with_names_and_headlines(app: Flask, harbour: Tracker) -> None:
    mara = {"key": "mara", "name": "Mara Quint"}
    met = {"type": "meeting.revealed", "key": "m1", "participants": [mara], "mode": "in_person", "revealed_by": "mara",
           "headline": "Quint met the bidder", "unsourced": "x"}  # fmt: skip
    claim = {"type": "claim.asserted", "key": "c1", "text": "They never met.", "claimant": "mara", "unsourced": "x"}
    against = {"type": "contradiction.identified", "key": "x1", "claim": "c1", "against": ["m1"], "kind": "direct",
               "identified_by": "desk", "unsourced": "x"}  # fmt: skip
    record(harbour, met, claim, against)
    ana = Visitor(app, EDITOR)

    met_page, found = (ana.read(f"/stories/harbour/developments/{key}").markup for key in ("m1", "x1"))

    assert "<dd>in person</dd>" in met_page
    assert '<dd><a href="/actors/mara">Mara Quint</a></dd>' in met_page
    assert '<dd><a href="/stories/harbour/developments/m1">Quint met the bidder</a></dd>' in found
    assert "<dd>The desk</dd>" in found
