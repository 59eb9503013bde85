"""Whatever somebody hands in, a reader answers with drafts or says what is wrong; it never breaks."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.archive.imports import formats
from tracker.archive.imports.drafting import NotThatFormat

SHARED = Path(__file__).parents[4] / "shared/data"
NAMES = """
uri type headlines headline title value bodies versionCreated urgency subjects places name infoSources by eventDetails
dates startDate expectedStartDate endDate associations pubStatus events start_date end_date year month day display_date
text media url caption credit group unique_id version items content_html content_text id date_published tags authors
summary https://jsonfeed.org/version/1.1 2016 13 en"""
WORDS = st.sampled_from(NAMES.split())
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3000) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


def read(form: str, content: bytes) -> None:
    with suppress(NotThatFormat):
        drafts = formats.read(form, content, {})
        assert all(draft.number >= 1 for draft in drafts.drafts)


@given(VALUES)
def test_json_of_any_shape(value: Any) -> None:
    for given_value in (value, {"uri": "urn:x", "associations": [value], "events": value}, {"events": [value]},
                        {"version": "https://jsonfeed.org/version/1.1", "items": [value, value]}):  # fmt: skip
        content = json.dumps(given_value).encode()
        for form in ("ninjs", "timelinejs", "feed"):
            read(form, content)


@given(st.text(alphabet='a,;"\t\n\r=\x00ü', max_size=60) | st.text(max_size=60))
def test_text_of_any_shape(text: str) -> None:
    for form in formats.NAMES:
        read(form, text.encode("utf-8", "surrogatepass"))


def _cases() -> Iterator[bytes]:
    for path in ("wire/feeds/feedparser-cases.jsonl", "wire/feeds/feedvalidator-cases.jsonl",
                 "nasty/html-sanitize-feedparser.jsonl", "nasty/json-test-suite.jsonl"):  # fmt: skip
        for line in (SHARED / path).read_text("utf-8").split("\n"):
            case = json.loads(line) if line.strip() else {}
            text = case.get("text") or case.get("body") or ""
            raw = base64.b64decode(case["base64"]) if case.get("base64") else b""
            yield raw or (text.encode("utf-8", "surrogatepass") if isinstance(text, str) else b"")


@pytest.mark.skipif(not SHARED.exists(), reason="the real input of ../shared/data is not here")
def test_feeds_and_json_that_others_collected_for_being_odd() -> None:
    cases = list(_cases())

    for content in cases:
        for form in ("feed", "ninjs", "timelinejs", "newsml"):
            read(form, content)
    assert len(cases) > 590
