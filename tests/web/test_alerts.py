"""Alerts and inbox on the page: made, tried out, changed, paused, followed, read."""

import json
from typing import Any

import pytest
from flask import Flask, render_template_string

from tests.newsroom import EDITOR, POLITICS_EDITOR, READER, REPORTER, note, record
from tests.web.visiting import Visitor
from tracker.accounts.gate import needs
from tracker.alerts import subscribing
from tracker.alerts.rules import Rule, Silence
from tracker.bootstrap import Tracker
from tracker.db import reading


def kept(tracker: Tracker, person: str = "ben") -> list[Any]:
    with reading(tracker.engine) as connection:
        return subscribing.of_person(connection, person)


@pytest.fixture
def ben(app: Flask, harbour: Tracker) -> Visitor:
    return Visitor(app, REPORTER)


def test_an_alert_is_tried_out_before_it_is_kept(ben: Visitor, harbour: Tracker) -> None:
    form = ben.read("/alerts/new")
    typed = {"stories": "The harbour contract", "words": "signed OR bid", "cadence": "hourly", "urgent": "2"}

    status, tried = ben.send_page(form, **typed, do="preview")
    nothing_kept = kept(harbour)
    answer = ben.send(tried, do="save")

    assert status == 200
    assert "it would have told you of 1 thing: about 0.2 a week" in tried.markup
    assert "The contract was signed at night" in tried.markup
    assert nothing_kept == []
    assert answer.status_code == 303
    (one,) = kept(harbour)
    assert one.asked.rule == Rule(stories=("harbour",), words="signed OR bid")
    assert (one.asked.cadence, one.asked.urgent) == ("hourly", 2)
    assert one.asked.name == "Words signed OR bid; in “The harbour contract”"


def test_what_is_wrong_stands_beside_its_box_with_what_was_typed(ben: Visitor, harbour: Tracker) -> None:
    form = ben.read("/alerts/new")

    wrong = [
        ben.send_page(form, stories="The docks"), ben.send_page(form, actors="Nobody Known"),
        ben.send_page(form, words="nonsense:x"),
        ben.send_page(form, stories="harbour", silence_of="story", silence_for="soon"),
    ]  # fmt: skip

    assert [status for status, _ in wrong] == [422] * 4
    assert "There is no story “The docks” that you may see." in wrong[0][1].errors["stories"]
    assert "Nobody is known by the name “Nobody Known”." in wrong[1][1].errors["actors"]
    assert "There is no filter “nonsense:”" in wrong[2][1].markup
    assert 'value="soon"' in wrong[3][1].markup
    assert kept(harbour) == []


def test_every_part_of_a_rule_is_asked_for_on_the_form_and_stands_there_again(ben: Visitor, harbour: Tracker) -> None:
    typed: dict[str, Any] = {
        "stories": "harbour", "beats": "ports, courts", "news": "both", "words": "tender", "tags": "bid, quay",
        "urgency": "3", "types": ["claim.denied", "demand.made"], "parts": ["speaker", "addressee"],
        "consequences": ["claim_contradicted", "demand_met", "question_answered"], "actors": "mayor",
        "cadence": "daily", "urgent": "2", "imports": "1",
    }  # fmt: skip
    record(harbour, {"type": "actor.added", "key": "mayor", "name": "Ada Mayor", "kind": "person"})

    status = ben.send(ben.read("/alerts/new"), **typed, do="save").status_code
    (one,) = kept(harbour)
    again = ben.send(ben.read(f"/alerts/{one.id}"), do="save").status_code

    assert (status, again) == (303, 303)
    assert one.asked.rule == Rule(
        stories=("harbour",), beats=("ports", "courts"), news="both", words="tender", tags=("bid", "quay"), urgency=3,
        types=("claim.denied", "demand.made"), parts=("speaker", "addressee"), actors=("mayor",),
        consequences=("claim_contradicted", "demand_met", "question_answered"),
    )  # fmt: skip
    assert (one.asked.cadence, one.asked.urgent, one.asked.imports) == ("daily", 2, True)
    assert kept(harbour)[0].asked == one.asked
    assert f'id="alert-{one.id}"' in ben.read("/alerts").markup


def test_a_title_with_a_comma_stands_in_quotation_marks(ben: Visitor, harbour: Tracker) -> None:
    record(harbour, {"type": "story.opened", "story": "vote", "title": "The mayor, the port and the vote"})
    record(harbour, {"type": "story.opened", "story": "quay", "title": "The quay"})

    ben.send(ben.read("/alerts/new"), stories="“The mayor, the port and the vote”, The quay", do="save")

    (one,) = kept(harbour)
    assert one.asked.rule == Rule(stories=("vote", "quay"))
    again = ben.read(f"/alerts/{one.id}")
    assert again.form()["values"]["stories"] == '"The mayor, the port and the vote", The quay'
    ben.send(again, do="save")
    assert kept(harbour)[0].asked.rule == one.asked.rule


def test_silence_is_asked_for_in_hours_or_days(ben: Visitor, harbour: Tracker) -> None:
    form = ben.read("/alerts/new?start=silence")

    ben.send(form, stories="harbour", silence_for="7", silence_unit="days", do="save")

    (one,) = kept(harbour)
    assert one.asked.rule == Rule(stories=("harbour",), silence=Silence("story", 168))
    assert "Silence for 7 days" in ben.read("/alerts").markup
    assert 'value="7"' in ben.read(f"/alerts/{one.id}").markup


def test_an_alert_is_changed_paused_snoozed_and_dropped(ben: Visitor, harbour: Tracker) -> None:
    ben.send(ben.read("/alerts/new?start=claims"), name="Claims", do="save")
    (one,) = kept(harbour)

    ben.send(ben.read(f"/alerts/{one.id}"), name="Claims in trouble", cadence="daily", do="save")
    state = f"/alerts/{one.id}/state"
    ben.send(ben.read("/alerts"), form=state, do="pause")
    paused = kept(harbour)[0].state
    ben.send(ben.read("/alerts"), form=state, do="resume")
    for wrong in ("0", "8785", "000000001" + "0" * 5_000, "soon"):
        assert ben.send(ben.read("/alerts"), form=state, do="snooze", hours=wrong).status_code == 400
    ben.send(ben.read("/alerts"), form=state, do="snooze", hours="8")
    after = kept(harbour)[0]
    ben.send(ben.read("/alerts"), form=state, do="drop")

    assert after.asked.rule.consequences == ("claim_contradicted", "claim_denied", "claim_withdrawn")
    assert (after.asked.name, after.asked.cadence, paused, after.state) == (
        "Claims in trouble", "daily", "paused", "active",
    )  # fmt: skip
    assert after.snoozed_until is not None
    assert kept(harbour) == []


def test_somebody_elses_alert_is_absent(app: Flask, ben: Visitor, harbour: Tracker) -> None:
    ben.send(ben.read("/alerts/new"), name="Mine", do="save")
    (one,) = kept(harbour)
    ana = Visitor(app, EDITOR)

    csrf = ana.read("/alerts").form("/sign-out")["values"]["csrf_token"]
    state = ana.client.post(f"/alerts/{one.id}/state", data={"csrf_token": csrf, "do": "drop"})

    assert (ana.get(f"/alerts/{one.id}").status_code, state.status_code) == (404, 404)
    assert kept(harbour) != []


def test_what_one_follows_stands_in_the_inbox_until_it_is_read(app: Flask, ben: Visitor, harbour: Tracker) -> None:
    csrf = ben.read("/alerts").form("/sign-out")["values"]["csrf_token"]
    ben.client.post("/alerts/follow", data={"csrf_token": csrf, "kind": "story", "key": "harbour"})
    record(harbour, note("n2", headline="The mayor resigns", why_it_matters="He said he would not"))
    record(harbour, note("n3", headline="Only for the desk", visibility="desk"))
    harbour.catch_up()

    page = ben.read("/inbox")
    told = json.loads(ben.get("/inbox.json").text)
    ben.send(page, form="/inbox/read")
    after = json.loads(ben.get("/inbox.json").text)

    assert "The mayor resigns" in page.markup
    assert "He said he would not" in page.markup
    assert "in the story The harbour contract" in page.markup
    assert "Only for the desk" not in page.markup
    assert [item["development"] for each in told["messages"] for item in each["items"]] == ["n2"]
    assert (told["unread"], after["unread"]) == (1, 0)
    assert '<span class="unread">1' in page.markup


def test_what_one_may_no_longer_see_is_gone_from_the_inbox(ben: Visitor, harbour: Tracker) -> None:
    csrf = ben.read("/alerts").form("/sign-out")["values"]["csrf_token"]
    ben.client.post("/alerts/follow", data={"csrf_token": csrf, "kind": "story", "key": "harbour"})
    record(harbour, note("n2", headline="The mayor resigns"))
    harbour.catch_up()
    record(harbour, {"type": "development.withheld", "target": "n2", "reason": "Lawyers"})

    assert "The mayor resigns" not in ben.read("/inbox").markup


def test_a_claim_is_followed_and_left_with_one_press(app: Flask, ben: Visitor, harbour: Tracker) -> None:
    record(harbour, {"type": "claim.asserted", "key": "c1", "text": "All was well", "claimant": "unattributed",
                     "unsourced": "test"})  # fmt: skip
    csrf = ben.read("/alerts").form("/sign-out")["values"]["csrf_token"]
    pressed = {"csrf_token": csrf, "kind": "claim", "key": "c1", "story": "harbour", "next": "/alerts"}

    first, again = (ben.client.post("/alerts/follow", data=pressed) for _ in range(2))
    followed = kept(harbour)
    ben.client.post("/alerts/follow", data=pressed | {"do": "unfollow"})

    assert (first.status_code, first.location) == (303, "/alerts")
    assert again.status_code == 303
    assert [each.asked.rule for each in followed] == [Rule(stories=("harbour",), about=("c1",))]
    assert kept(harbour) == []


def test_what_one_may_not_see_can_not_be_followed(ben: Visitor, harbour: Tracker) -> None:
    record(harbour, note("n2", visibility="desk"))
    csrf = ben.read("/alerts").form("/sign-out")["values"]["csrf_token"]

    def press(**fields: str) -> int:
        return ben.client.post("/alerts/follow", data={"csrf_token": csrf} | fields).status_code

    assert press(kind="story", key="docks") == 404
    assert press(kind="actor", key="nobody") == 404
    assert press(kind="development", key="n2", story="harbour") == 404
    assert press(kind="claim", key="n2") == 400
    assert press(kind="spaceship", key="n2") == 400


def test_the_follow_button_says_whether_one_follows(app: Flask, harbour: Tracker) -> None:
    template = "{% from 'follow.html' import follow %}{{ follow('story', 'harbour', 'The harbour contract') }}"
    app.add_url_rule("/button", "button", needs("read")(lambda: render_template_string(template)))
    ben = Visitor(app, REPORTER)
    before = ben.read("/button")
    ben.send(before, do="follow")
    after = ben.read("/button")

    assert ">Follow<" in before.markup
    assert "Following" in after.markup
    assert 'value="unfollow"' in after.markup
    assert "<button" not in Visitor(app, READER).read("/button").markup


def test_hours_are_kept_and_wrong_ones_refused(ben: Visitor, harbour: Tracker) -> None:
    form = ben.read("/alerts")
    hours = "/alerts/hours"

    ben.send(form, form=hours, zone="Europe/Berlin", quiet_from="22:00", quiet_until="07:00")
    for wrong in ({"zone": "Europe/Nowhere"}, {"quiet_from": "22:00", "quiet_until": ""}, {"quiet_from": "25:00"}):
        typed = {"zone": "", "quiet_from": "", "quiet_until": "07:00"} | wrong
        status, refused = ben.send_page(form, form=hours, **typed)
        assert (status, 'id="e-hours"' in refused.markup) == (422, True)
        assert typed.items() <= refused.form(hours)["values"].items()

    assert json.loads(ben.get("/alerts.json").text)["hours"] == {
        "zone": "Europe/Berlin", "quiet_from": "22:00", "quiet_until": "07:00",
    }  # fmt: skip


def test_a_muted_story_is_listed_and_speaks_again(ben: Visitor, harbour: Tracker) -> None:
    csrf = ben.read("/alerts").form("/sign-out")["values"]["csrf_token"]

    ben.client.post("/alerts/mute", data={"csrf_token": csrf, "story": "harbour", "hours": "24"})
    muted = json.loads(ben.get("/alerts.json").text)["muted"]
    ben.send(ben.read("/alerts"), form="/alerts/mute", do="unmute")
    unknown = ben.client.post("/alerts/mute", data={"csrf_token": csrf, "story": "docks"})

    assert list(muted) == ["story/harbour"]
    assert json.loads(ben.get("/alerts.json").text)["muted"] == {}
    assert unknown.status_code == 404


@pytest.mark.parametrize("start", ["story", "claims", "demands", "actor", "words", "silence", "stories", "digest"])
def test_every_start_fills_in_a_form_that_can_be_tried(ben: Visitor, start: str) -> None:
    form = ben.read(f"/alerts/new?start={start}")

    status, _ = ben.send_page(form, stories="harbour", do="preview")

    assert status == 200


def test_an_editor_of_another_desk_is_told_what_they_may_see(app: Flask, harbour: Tracker) -> None:
    pia = Visitor(app, POLITICS_EDITOR)
    csrf = pia.read("/alerts").form("/sign-out")["values"]["csrf_token"]
    pia.client.post("/alerts/follow", data={"csrf_token": csrf, "kind": "story", "key": "harbour"})
    record(harbour, note("n3", headline="Only for the desk", visibility="desk"))
    harbour.catch_up()

    assert "Only for the desk" in pia.read("/inbox").markup


def test_a_story_its_claims_demands_questions_and_developments_have_a_button_to_follow(
    ben: Visitor, harbour: Tracker
) -> None:
    claim = {"type": "claim.asserted", "key": "c1", "text": "All was well", "claimant": "unattributed"}
    demand = {"type": "demand.made", "key": "d1", "action": "resign", "demanders": [{"name": "The Union"}]}
    question = {"type": "question.raised", "key": "q1", "text": "Who signed?"}
    record(harbour, claim | {"unsourced": "test"}, demand | {"unsourced": "test"}, question)
    story = ben.read("/stories/harbour")

    ben.send(story, form="harbour", do="follow")
    ben.send(ben.read("/stories/harbour"), form="c1", do="follow")
    for key in ("d1", "q1"):
        assert story.form(key)["action"] == "/alerts/follow"
    page = ben.read("/stories/harbour/developments/n1")

    assert {each.asked.name for each in kept(harbour)} == {"The harbour contract", "All was well"}
    assert page.form("n1")["action"] == "/alerts/follow"
    assert [each["values"].get("key") for each in ben.read("/stories/harbour?position=3").forms].count("c1") == 0
