"""The promises of alerts, one test or more for each of the fourteen rules that other people's bugs taught."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from tests.alerts.desk import Desk
from tests.newsroom import note, record, requests
from tracker.accounts import people
from tracker.alerts import following, owning, subscribing
from tracker.alerts.tables import held, subscriptions
from tracker.db import reading, writing
from tracker.projections import following as views

CHECKOUT = Path(__file__).resolve().parents[2]
KILLED = """
import os, sys
from zoneinfo import ZoneInfo
from tracker import db, instants
from tracker.alerts import following, matching

def counted(*_):
    os._exit(9)  # everything is written, nothing is committed

matching._count = counted
following.catch_up(db.connect(sys.argv[1]), instants.now, ZoneInfo("UTC"))
"""


def correct(key: str = "n1", kind: str = "correction") -> dict[str, object]:
    return {
        "type": "development.corrected", "target": key, "class": kind, "public_note": "It was wrong",
        "changes": [{"field": "text", "now": "Right"}],
    }  # fmt: skip


def retract(key: str = "n1") -> dict[str, object]:
    return {"type": "development.retracted", "target": key, "reason": "The source withdrew"}


def test_rule_1_alerts_follow_positions_never_times_or_reads(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"))
    first = desk.told()

    with reading(desk.tracker.engine):
        desk.catch_up()
    with writing(desk.tracker.engine) as connection:
        connection.execute(update(subscriptions).values(created_at="2999-01-01T00:00:00.000000Z"))
    desk.record(note("n2"))

    assert (first, desk.told()) == (["n1"], ["n1", "n2"])


def test_rule_2_one_alert_per_person_development_and_channel_that_lists_every_rule(desk: Desk) -> None:
    mail = desk.channel("ben", "email")
    desk.subscribe(name="The harbour", stories=("harbour",))
    desk.subscribe(name="Any note", types=("note.logged",))
    desk.subscribe(name="By mail", stories=("harbour",), channels=(mail,))

    desk.record(note("n1"))

    assert desk.told() == ["n1"]
    assert desk.told(channel="email") == ["n1"]
    assert sorted(desk.rules()) == [["Any note", "The harbour"], ["By mail"]]


def test_rule_3_the_watermark_passes_nothing_that_was_not_queued(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.subscribe(stories=("harbour",))
    record(desk.tracker, *(note(f"n{n}") for n in range(7)))
    put, calls = following.put, []

    def fails_once(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 4:
            raise RuntimeError("the power went")
        put(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(following, "put", fails_once)
    with pytest.raises(RuntimeError):
        following.catch_up(desk.tracker.engine, desk.now, desk.tracker.zone, page=2)
    desk.catch_up()
    desk.catch_up()

    assert desk.told() == [f"n{n}" for n in range(7)]


def test_rule_3_alerts_go_no_further_than_the_views(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.tracker.handling.handle(requests(desk.tracker, note("n1")), "ana")

    desk.catch_up()
    before = desk.told()
    views.catch_up(desk.tracker.engine)
    desk.catch_up()

    assert (before, desk.told()) == ([], ["n1"])


def test_rule_4_an_unknown_outcome_counts_as_told_and_a_failure_does_not(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",))
    desk.record(note("n1"))
    desk.send("unknown")
    desk.subscribe("cleo", stories=("harbour",))
    desk.record(note("n2"))
    desk.send("failed")

    desk.record(correct("n1"))
    desk.record(correct("n2"))

    assert [(each["person"], each["items"][0]["development"]) for each in desk.messages(kind="correction")] == [
        ("ben", "n1"),
    ]  # fmt: skip


def test_rule_5_a_broken_rule_is_paused_and_its_owner_told_and_the_others_go_on(desk: Desk) -> None:
    broken = desk.subscribe(name="Broken", stories=("harbour",))
    desk.subscribe(name="Whole", stories=("harbour",))
    with writing(desk.tracker.engine) as connection:
        rule = '{"stories":["harbour"],"words":"nonsense:\\"x"}'
        connection.execute(update(subscriptions).where(subscriptions.c.id == broken).values(rule=rule))

    desk.record(note("n1"))
    desk.record(note("n2"))

    assert desk.rules() == [["Whole"], ["Whole"]]
    (notice,) = desk.messages(kind="notice")
    assert (notice["person"], "Broken" in notice["payload"]) == ("ben", True)
    with reading(desk.tracker.engine) as connection:
        kept = subscribing.find(connection, "ben", broken)
    assert kept.state == "broken"
    assert kept.because


def test_rule_6_a_new_rule_does_not_fire_on_the_past(desk: Desk) -> None:
    record(desk.tracker, note("n1"))
    desk.subscribe(stories=("harbour",))
    desk.catch_up()

    desk.record(note("n2"))

    assert desk.told() == ["n2"]


def test_rule_6_nothing_fires_from_an_import_or_the_past_filled_in_unless_asked(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",))
    desk.subscribe("cleo", stories=("harbour",), imports=True)
    desk.tracker.record([replace(each, correlation="batch") for each in requests(desk.tracker, note("n1"))], "ana")
    desk.record(note("n2", learned_at="2017-03-01T00:00:00Z"), note("n3"))

    assert (desk.told("ben"), desk.told("cleo")) == (["n3"], ["n1", "n2", "n3"])


def test_rule_6_nothing_fires_from_a_rebuild(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"))

    views.rebuild(desk.tracker.engine)
    desk.catch_up()

    assert desk.told() == ["n1"]


def test_rule_6_a_rebuild_loses_nothing_that_the_views_had_not_come_to(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"))
    desk.tracker.handling.handle(requests(desk.tracker, note("n2")), "ana")

    views.rebuild(desk.tracker.engine)
    desk.catch_up()

    assert desk.told() == ["n1", "n2"]


def test_rule_7_nobody_is_alerted_to_their_own_acts(desk: Desk) -> None:
    desk.subscribe("ana", stories=("harbour",))
    desk.subscribe("ben", stories=("harbour",))

    desk.record(note("n1"), by="ana")
    desk.record(note("n2"), by="pia")

    assert (desk.told("ana"), desk.told("ben")) == (["n2"], ["n1", "n2"])


def test_rule_8_new_stories_or_new_developments_as_chosen(desk: Desk) -> None:
    desk.subscribe("ben", news="stories")
    desk.subscribe("cleo", beats=("Ports",))
    opened = {"type": "story.opened", "story": "docks", "title": "The docks", "beats": ["Ports"]}

    desk.record(opened, note("n1") | {"story": "docks"})

    assert (desk.told("ben"), desk.told("cleo")) == ([""], ["n1"])


def test_rule_9_each_cadence_is_due_at_its_time_and_urgent_breaks_through(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",), cadence="daily", urgent=2)
    desk.subscribe("cleo", stories=("harbour",), cadence="off")

    desk.record(note("n1"), note("n2", urgency=2), note("n3", urgency=3))

    digest, flash = desk.messages(person="ben", kind="digest"), desk.messages(person="ben", kind="alert")
    assert [[item["development"] for item in each["items"]] for each in digest] == [["n1", "n3"]]
    assert [[item["development"] for item in each["items"]] for each in flash] == [["n2"]]
    assert digest[0]["due_at"][11:16] == "08:00"
    assert flash[0]["due_at"] <= desk.now() < digest[0]["due_at"]
    assert desk.told("cleo") == []


def test_rule_10_what_comes_within_a_few_minutes_is_told_together(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"))
    desk.arrive()

    desk.record(note("n2"))
    desk.record(note("n3"))
    desk.later = 1
    desk.arrive()
    desk.record(note("n4"))

    told = [[item["development"] for item in each["items"]] for each in desk.messages(person="ben")]
    assert told == [["n1"], ["n2", "n3"], ["n4"]]


@pytest.mark.parametrize("act", [correct(), retract()], ids=["correction", "retraction"])
def test_rule_11_corrections_go_to_exactly_those_who_got_the_wrong_version_at_once(
    desk: Desk, act: dict[str, object]
) -> None:
    desk.subscribe("ben", stories=("harbour",))
    desk.subscribe("cleo", stories=("harbour",), cadence="weekly")
    desk.record(note("n1"))
    desk.arrive()
    desk.subscribe("sam", stories=("harbour",))
    with writing(desk.tracker.engine) as connection:
        subscribing.mute(connection, "ben", "story/harbour", None)
        connection.execute(update(subscriptions).values(cadence="off"))

    desk.record(act, by="pia")

    (sent,) = desk.messages(kind="correction")
    assert (sent["person"], sent["due_at"] <= desk.now()) == ("ben", True)
    assert [item["development"] for item in sent["items"]] == ["n1"]


def test_rule_11_whose_channel_is_gone_hears_of_it_in_the_inbox(desk: Desk) -> None:
    mail = desk.channel("ben", "email")
    desk.subscribe("ben", stories=("harbour",), channels=(mail,))
    desk.record(note("n1"))
    desk.send()
    desk.record(note("n2"))
    with writing(desk.tracker.engine) as connection:
        owning.remove(connection, mail)

    desk.record(retract())
    desk.later = 1
    desk.arrive()

    assert [item["development"] for item in desk.messages(kind="correction", channel="inbox:ben")[0]["items"]] == ["n1"]
    assert sorted(desk.told()) == ["n1", "n1", "n2"]
    assert {each["state"] for each in desk.messages()} == {"sent"}


def test_rule_11_a_slip_of_the_pen_put_right_is_told_to_nobody(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"))
    desk.arrive()

    desk.record(correct(kind="refile"))

    assert desk.told() == ["n1"]


def test_rule_11_who_gets_the_right_version_first_gets_no_correction(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"))
    record(desk.tracker, correct())
    desk.arrive()

    desk.catch_up()

    assert desk.messages(kind="correction") == []


def test_rule_11_a_retraction_before_anybody_was_told_leaves_nothing_to_tell(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",))
    desk.subscribe("cleo", stories=("harbour",), cadence="daily")
    record(desk.tracker, note("n1"))
    desk.record(note("n2"), retract())
    record(desk.tracker, retract("n2"))
    desk.later = 48
    desk.arrive()
    desk.catch_up()

    assert desk.told() == []
    assert {each["state"] for each in desk.messages()} == {"dropped"}


def test_rule_12_an_embargo_is_kept_at_match_and_told_when_it_ends_by_time(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",))
    desk.subscribe("pia", stories=("harbour",))
    tomorrow = subscribing.hours_later(desk.now(), 24)

    desk.record(note("n1", embargo=tomorrow))
    before = desk.told("ben"), desk.told("pia")
    desk.later = 25
    desk.catch_up()
    desk.catch_up()

    assert before == ([], ["n1"])
    assert (desk.told("ben"), desk.told("pia")) == (["n1"], ["n1"])


@pytest.mark.parametrize(
    ("closed", "opening"),
    [
        ({"embargo": "2999-01-01T00:00:00.000000Z"}, {"type": "embargo.lifted", "target": "n1"}),
        ({"visibility": "desk"}, {"type": "development.corrected", "target": "n1", "class": "refile",
                                  "changes": [{"field": "visibility", "now": "newsroom"}]}),
    ],
    ids=["embargo", "visibility"],
)  # fmt: skip
def test_rule_12_what_is_opened_by_an_act_is_told_then_with_what_was_said_in_it(
    desk: Desk, closed: dict[str, str], opening: dict[str, object]
) -> None:
    desk.subscribe("ben", stories=("harbour",))
    desk.record(note("n1", **closed), note("n2", via="n1", unsourced=""))
    before = desk.told()

    desk.record(opening)

    assert (before, sorted(desk.told())) == ([], ["n1", "n2"])
    with reading(desk.tracker.engine) as connection:
        assert connection.execute(select(held)).all() == []


def test_rule_12_withheld_before_it_is_sent_it_is_told_when_it_is_released(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",), cadence="hourly")
    desk.record(note("n1"), note("n2"))
    desk.record({"type": "development.withheld", "target": "n1", "reason": "Lawyers"})
    desk.later = 2
    desk.arrive()
    before = desk.told()

    desk.record({"type": "development.released", "target": "n1"})

    assert (before, sorted(desk.told())) == (["n2"], ["n1", "n2"])


def test_rule_12_off_record_is_told_to_the_desk_only(desk: Desk) -> None:
    for person in ("ben", "pia", "sam"):
        desk.subscribe(person, stories=("harbour",))
    source = {"key": "s1", "description": "An aide", "terms": "off_record"}

    desk.record(note("n1", sources=[source], unsourced=""))

    assert [desk.told(person) for person in ("ben", "pia", "sam")] == [[], ["n1"], []]


def test_rule_12_who_lost_the_right_to_see_is_not_told(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",), cadence="hourly")
    desk.record(note("n1"))
    with writing(desk.tracker.engine) as connection:
        people.disable(connection, "ben", desk.now())
    desk.later = 2

    desk.arrive()
    desk.record(note("n2"))

    assert {each["state"] for each in desk.messages()} == {"dropped"}
    assert desk.told() == []


def test_rule_13_a_muted_story_and_a_snoozed_rule_say_nothing_until_then(desk: Desk) -> None:
    desk.subscribe("ben", stories=("harbour",))
    snoozed = desk.subscribe("cleo", stories=("harbour",))
    soon = subscribing.hours_later(desk.now(), 1)
    with writing(desk.tracker.engine) as connection:
        subscribing.mute(connection, "ben", "story/harbour", soon)
        subscribing.snooze(connection, "cleo", snoozed, soon)

    desk.record(note("n1"))
    desk.later = 2
    desk.record(note("n2"))

    assert (desk.told("ben"), desk.told("cleo")) == (["n2"], ["n2"])


def test_rule_14_how_often_each_rule_spoke_is_counted(desk: Desk) -> None:
    noisy = desk.subscribe(stories=("harbour",))
    quiet = desk.subscribe(tags=("tender",))

    desk.record(note("n1"), note("n2"))
    desk.record(note("n3"))

    with reading(desk.tracker.engine) as connection:
        assert subscribing.find(connection, "ben", noisy).fired == 3
        assert subscribing.find(connection, "ben", noisy).fired_at is not None
        assert subscribing.find(connection, "ben", quiet).fired == 0


def test_who_follows_a_claim_is_told_what_befalls_it_and_of_nothing_else(desk: Desk) -> None:
    claim = {"type": "claim.asserted", "key": "c1", "text": "All was well", "claimant": "unattributed",
             "unsourced": "test"}  # fmt: skip
    denial = {"type": "claim.denied", "key": "x1", "claim": "c1", "by": "unattributed", "unsourced": "test"}
    desk.record(claim)
    desk.subscribe("ben", stories=("harbour",), about=("c1",))
    desk.subscribe("cleo", consequences=("claim_denied",))

    desk.record(note("n1"), denial)

    assert (desk.told("ben"), desk.told("cleo")) == (["x1"], ["x1"])
    assert [item["consequences"] for item in desk.messages(person="ben")[0]["items"]] == [
        '[["claim_denied","development","c1"],["logged","development","x1"]]'
    ]


def test_an_act_on_what_one_may_not_see_is_not_told(desk: Desk) -> None:
    claim = {"type": "claim.asserted", "key": "c1", "text": "All was well", "claimant": "unattributed",
             "unsourced": "test", "visibility": "desk"}  # fmt: skip
    denial = {"type": "claim.denied", "key": "x1", "claim": "c1", "by": "unattributed", "unsourced": "test"}
    desk.subscribe("ben", stories=("harbour",))
    desk.subscribe("ben", consequences=("claim_denied",))

    desk.record(claim, denial)

    assert desk.told("ben") == []


def test_a_link_to_what_one_may_not_see_is_not_told(desk: Desk) -> None:
    desk.subscribe("ben", consequences=("linked",))
    desk.subscribe("pia", consequences=("linked",))
    link = {"type": "developments.linked", "from": "n1", "to": "n2", "relation": "background"}

    desk.record(note("n1"), note("n2", visibility="desk"), link)

    assert (desk.told("ben"), desk.told("pia")) == ([], [""])


def test_a_follower_killed_before_its_commit_has_told_nothing_and_the_next_tells_once(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    record(desk.tracker, note("n1"), note("n2"))

    killed = subprocess.run([sys.executable, "-c", KILLED, desk.tracker.settings.database_url], cwd=CHECKOUT)
    before = desk.told()
    desk.catch_up()

    assert killed.returncode == 9
    assert (before, desk.told()) == ([], ["n1", "n2"])


def test_a_follower_that_begins_again_doubles_nothing(desk: Desk) -> None:
    desk.subscribe(stories=("harbour",))
    desk.record(note("n1"), note("n2"))
    with writing(desk.tracker.engine) as connection:
        connection.execute(text("UPDATE checkpoints SET position = 0 WHERE name = 'alerts'"))

    desk.catch_up()

    assert desk.told() == ["n1", "n2"]
    assert len(desk.messages()) == 1
