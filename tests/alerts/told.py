"""Messages for tests of the forms an alert takes."""

from dataclasses import replace
from typing import Any

from tracker.alerts.messages import Item, Message

BASE = "https://desk.example"
ITEM = Item(
    stream="story/harbour", story="The harbour contract", key="c1", headline="The mayor never met the builder",
    words=("claim_contradicted", "claim_denied"), occurred="8 September 2016",
    learned_at="2017-03-01T19:30:00.000000Z",
    recorded_at="2017-03-01T19:31:00.000000Z", retracted="",
    notes=(), rules=(("s1", "Harbour", "story: harbour"),),
    url=f"{BASE}/stories/harbour/developments/c1", position=7, version=3, event={"type": "claim.denied.v1"},
)  # fmt: skip


def message(*items: Item, **changed: Any) -> Message:
    """An alert about the harbour, on its usual item unless others are given."""
    told = Message(
        id="0193a1f0-0000-7000-8000-000000000001", kind="alert", person="ben", stream="story/harbour",
        created_at="2017-03-01T19:31:00.000000Z", items=items or (ITEM,), why_url=f"{BASE}/alerts",
    )  # fmt: skip
    return replace(told, **changed)
