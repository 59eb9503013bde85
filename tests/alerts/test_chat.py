"""A chat message says the same, and can't shout at the room."""

from dataclasses import replace

from tests.alerts.told import BASE, ITEM, message
from tracker.alerts import chat


def test_it_says_what_happened_with_a_link_and_why() -> None:
    said = chat.text(message())

    assert f"<{BASE}/stories/harbour/developments/c1|The mayor never met the builder>" in said
    assert "claim contradicted, claim denied" in said
    assert "Harbour (story: harbour)" in said


def test_a_headline_can_neither_call_the_channel_nor_change_the_link() -> None:
    said = chat.text(message(replace(ITEM, headline="<!channel> a|b & <https://evil.example|x>", story="<!here>")))

    assert "<!" not in said
    assert "<https://evil" not in said
    assert "&lt;!channel&gt; a¦b &amp;" in said
