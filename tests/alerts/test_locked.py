"""A stolen database opens no channel, and a link in a mail can't be made up."""

import pytest

from tracker.alerts.locked import Locks, NotOurs

OURS, THEIRS = Locks("s" * 32), Locks("t" * 32)


def test_what_was_locked_opens_here_for_the_same_channel_only() -> None:
    locked = OURS.lock("whsec_geheim – ü", "channel-1")

    assert "geheim" not in locked
    assert OURS.unlock(locked, "channel-1") == "whsec_geheim – ü"
    assert OURS.lock("whsec_geheim – ü", "channel-1") != locked
    wrong = [(THEIRS, locked, "channel-1"), (OURS, locked, "channel-2"), (OURS, "x" + locked, "channel-1")]
    for keys, text, about in wrong:
        with pytest.raises(NotOurs):
            keys.unlock(text, about)


@pytest.mark.parametrize("changed", ["", ".", "a.b", "é.é", "=.=", "a" * 4_000])
def test_a_link_that_was_made_up_means_nothing(changed: str) -> None:
    word = OURS.link("unsubscribe", "channel-1")

    assert OURS.read_link("unsubscribe", word) == "channel-1"
    for wrong in (changed, word + changed + "x", word.replace(".", ".A")):
        with pytest.raises(NotOurs):
            OURS.read_link("unsubscribe", wrong)
    with pytest.raises(NotOurs):
        OURS.read_link("confirm", word)
    with pytest.raises(NotOurs):
        THEIRS.read_link("unsubscribe", word)
