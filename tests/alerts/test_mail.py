"""A mail says what happened, when, and why it came; it holds one thread a story, and a way out."""

import email
import email.policy
from dataclasses import replace

import pytest

from tests.alerts.told import BASE, ITEM, message
from tracker.alerts.mail import Letterhead, compose
from tracker.alerts.messages import Message

LETTERHEAD = Letterhead("stories@desk.example", BASE)
SENT = "2017-03-06T07:00:00.000000Z"
WAY_OUT = f"{BASE}/unsubscribe/word"


def mail(told: Message) -> email.message.EmailMessage:
    """The mail as whoever receives it reads it."""
    written = compose(told, "ben@example.org", WAY_OUT, LETTERHEAD, SENT).as_bytes()
    read = email.message_from_bytes(written, policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    return read


def body(told: Message, kind: str) -> str:
    part = mail(told).get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_it_says_what_happened_on_both_clocks_and_why_it_came(kind: str) -> None:
    said = body(message(), kind)

    for words in (
        "The harbour contract", "The mayor never met the builder", "claim contradicted, claim denied",
        "Happened 8 September 2016", "Known to us since 1 March 2017, 19:30 UTC", "Harbour (story: harbour)",
        f"{BASE}/stories/harbour/developments/c1", f"{BASE}/alerts", WAY_OUT,
    ):  # fmt: skip
        assert words in said


def test_a_repeat_is_known_by_its_id_and_a_story_by_its_thread() -> None:
    first, repeat = mail(message()), mail(message())
    later = mail(message(id="0193a1f0-0000-7000-8000-000000000002"))
    of_another = mail(message(stream="story/other"))

    assert first["Message-ID"] == repeat["Message-ID"] == "<0193a1f0-0000-7000-8000-000000000001@desk.example>"
    assert later["Message-ID"] != first["Message-ID"]
    assert first["References"] == later["References"] == later["In-Reply-To"] != of_another["References"]


def test_its_date_is_when_it_is_sent_however_long_ago_it_was_begun() -> None:
    assert mail(message(kind="digest", stream=""))["Date"] == "Mon, 06 Mar 2017 07:00:00 +0000"


def test_it_carries_a_way_out_as_rfc_8058_has_it() -> None:
    sent = mail(message())

    assert sent["List-Unsubscribe"] == f"<{WAY_OUT}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["Auto-Submitted"] == "auto-generated"


def test_a_headline_cannot_add_a_header_or_markup() -> None:
    nasty = replace(ITEM, headline="Evil\r\nBcc: victim@example.org\x00 <script>alert(1)</script>", story="A\nB")

    sent = mail(message(nasty))

    assert sent["Bcc"] is None
    assert sent["Subject"] == "A B: Evil Bcc: victim@example.org <script>alert(1)</script>"
    assert "<script>" not in body(message(nasty), "html")


def test_a_correction_says_so_first_and_shows_what_it_said_before() -> None:
    corrected = replace(ITEM, words=("corrected",), notes=("place: was Harbour, now Town hall",))

    told = message(corrected, kind="correction")

    assert str(mail(told)["Subject"]).startswith("CORRECTION: The harbour contract")
    assert "was Harbour, now Town hall" in body(told, "plain")


def test_a_digest_counts_by_consequence_the_gravest_first() -> None:
    met = replace(ITEM, key="d1", words=("demand_met",), story="Other story", stream="story/other")

    digest = message(ITEM, replace(ITEM, key="c2"), met, kind="digest", stream="")

    assert mail(digest)["Subject"] == "2 stories: 2 claims contradicted, 1 demand met"
    assert mail(digest)["References"] is None
