"""When a message is tried again, when it is given up, and what that says of its channel."""

import pytest

from tests.alerts.mailing import NOW
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain, Unknown
from tracker.alerts.retrying import DELAYS, Health, Verdict, judge

THREE_DAYS = 72 * 3600


def verdict(
    outcome: Outcome, via: str = "webhook", attempts: int = 1, failures: int = 0, refusals: int = 0, chance: float = 0.5
) -> Verdict:
    health = Health(failures, refusals)
    return judge(outcome, via=via, attempts=attempts, health=health, now=NOW, chance=chance)


def test_what_is_taken_is_sent_and_its_channel_well() -> None:
    assert verdict(Accepted(200, "ok"), failures=4, refusals=2) == Verdict("sent", NOW, Health())


def test_what_failed_is_tried_again_for_three_days_at_growing_distance() -> None:
    assert list(DELAYS) == sorted(DELAYS)
    assert 0.9 * THREE_DAYS < sum(DELAYS) < 1.05 * THREE_DAYS
    assert verdict(TryAgain("no", 500)).next_attempt_at == "2017-03-01T12:00:05.000000Z"
    assert verdict(TryAgain("no", 500), attempts=2).next_attempt_at == "2017-03-01T12:01:00.000000Z"


def test_no_two_wait_exactly_as_long() -> None:
    first, last = (verdict(TryAgain("no"), attempts=2, chance=chance).next_attempt_at for chance in (0, 1))

    assert (first, last) == ("2017-03-01T12:00:48.000000Z", "2017-03-01T12:01:12.000000Z")


def test_an_endpoint_that_says_when_is_heard() -> None:
    said = verdict(TryAgain("later", 429, after_seconds=600))

    assert said.state == "failed"
    assert said.next_attempt_at == said.rests_until == "2017-03-01T12:10:00.000000Z"


def test_after_three_days_in_vain_the_message_is_dead_and_the_channel_out_of_use() -> None:
    last = verdict(TryAgain("no"), attempts=len(DELAYS) + 1, failures=20)

    assert (last.state, last.disabled) == ("dead", "Three days in vain: no")


def test_a_gone_endpoint_is_out_of_use_at_once() -> None:
    assert verdict(Refused("bye", 410, gone=True)).disabled == "The endpoint is gone: bye"


def test_a_refused_mail_is_parked_and_the_third_in_a_row_takes_the_address_out_of_use() -> None:
    first = verdict(Refused("No such user", 550), via="email")
    third = verdict(Refused("No such user", 550), via="email", failures=2, refusals=2)

    assert (first.state, first.disabled) == ("dead", "")
    assert third.disabled == "Refused 3 times: No such user"
    assert verdict(TryAgain("busy", 451), via="email", failures=2, refusals=2).health == Health(3, 0)


@pytest.mark.parametrize(("via", "state"), [("webhook", "failed"), ("email", "unknown"), ("chat", "unknown")])
def test_what_may_have_been_taken_is_repeated_only_where_a_repeat_can_be_dropped(via: str, state: str) -> None:
    assert verdict(Unknown("no answer"), via=via).state == state


def test_a_mail_server_that_is_down_is_no_fault_of_the_address() -> None:
    said = verdict(TryAgain("refused", elsewhere=True), via="email")

    assert (said.state, said.health, said.rests_until) == ("failed", Health(), None)
    assert verdict(TryAgain("refused", elsewhere=True), via="email", attempts=len(DELAYS) + 1).disabled == ""


def test_a_channel_that_keeps_failing_rests_longer_and_longer() -> None:
    rests = [verdict(TryAgain("no"), failures=n).rests_until for n in (0, 1, 2, 9)]

    assert rests == [
        "2017-03-01T12:00:05.000000Z", "2017-03-01T12:00:30.000000Z", "2017-03-01T12:02:00.000000Z",
        "2017-03-01T13:00:00.000000Z",
    ]  # fmt: skip
