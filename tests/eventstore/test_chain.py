"""The bytes that are hashed, held against somebody else's canonical JSON."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tracker.eventstore.chain import canonical, check_stream, hash_again, hash_of, is_canonical
from tracker.eventstore.errors import BrokenChain
from tracker.eventstore.events import EMPTY, RecordedEvent, StreamHead

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | whole | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@given(
    data=st.dictionaries(names, values, max_size=5),
    fields=st.fixed_dictionaries(
        dict.fromkeys(("id", "stream", "type", "recorded_at", "recorded_by", "learned_at", "causation"), words)
    ),
    version=st.integers(1, 2**31 - 1),
    correlation=st.none() | words,
    prev_hash=st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
)
def test_the_hashed_bytes_are_canonical_json(
    data: dict[str, Any], fields: dict[str, str], version: int, correlation: str | None, prev_hash: str | None
) -> None:
    members = {**fields, "version": version, "correlation": correlation, "prev_hash": prev_hash}
    stored = rfc8785.dumps(data).decode()

    hashed = canonical(**members, data=stored)  # type: ignore[arg-type]

    assert hashed == rfc8785.dumps({**members, "data": data})
    assert hash_of(**members, data=stored) == sha256(hashed).hexdigest()  # type: ignore[arg-type]
    assert is_canonical(stored)


def test_the_hash_of_an_event_is_what_it_always_was() -> None:
    """Worked out once by hand with another tool; it may never change, or no old log verifies."""
    said = (
        '{"causation":"c1","correlation":null,"data":{"text":"Né à Évry"},"id":"e1",'
        '"learned_at":"2017-03-01T00:00:00.000000Z","prev_hash":null,"recorded_at":"2017-03-02T00:00:00.000000Z",'
        '"recorded_by":"ana","stream":"story/meetings","type":"note.logged.v1","version":1}'
    )

    assert event(1, None).hash == sha256(said.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a": 1}',
        '{"a":1,"a":1}',
        '{"a":1}\n',
        '{"a":"\\u0041"}',
        '{"a":1},"id":"x"',
        '{"a":1.5}',
        '{"a":9007199254740993}',
        '{"a":1e3}',
        '{"a":"\\ud800"}',
        '{"a":{"\uff00":1,"\U0001d518":2}}',
        '{"a":' * 3000 + "1" + "}" * 3000,
        "[]",
        "1",
        "",
        "{",
    ],
)
def test_other_spellings_of_data_are_not_canonical(text: str) -> None:
    assert not is_canonical(text)


def test_a_whole_stream_is_checked_in_pieces_as_well_as_at_once() -> None:
    first = event(1, None)
    second = event(2, first.hash)

    at_once = check_stream([first, second])

    assert at_once == check_stream([second], head=check_stream([first])) == StreamHead(2, second.hash)
    assert check_stream([]) == EMPTY


FIELDS: dict[str, Any] = {
    "id": "e9",
    "stream": "story/other",
    "type": "note.logged.v2",
    "recorded_at": "2017-03-02T00:00:00.000001Z",
    "recorded_by": "ben",
    "learned_at": "2016-01-01T00:00:00.000000Z",
    "causation": "c9",
    "correlation": "import-7",
    "data": '{"text":"Other."}',
    "hash": "0" * 64,
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_vouched_for(field: str) -> None:
    first = event(1, None)
    second = event(2, first.hash)

    with pytest.raises(BrokenChain) as broken:
        check_stream([first, replace(second, **{field: FIELDS[field]})])

    assert broken.value.position == 2


def test_an_event_rehashed_on_its_own_does_not_fit_what_follows() -> None:
    first = event(1, None)
    second = event(2, first.hash)
    forged = replace(first, data="{}")
    forged = replace(forged, hash=hash_again(forged))

    with pytest.raises(BrokenChain, match="Position 2"):
        check_stream([forged, second])


def test_a_missing_and_a_doubled_version_are_found() -> None:
    first = event(1, None)
    third = event(3, first.hash)

    for wrong in ([third], [first, third], [first, first]):
        with pytest.raises(BrokenChain):
            check_stream(wrong)


def event(version: int, prev_hash: str | None) -> RecordedEvent:
    fields: dict[str, Any] = {
        "id": f"e{version}",
        "stream": "story/meetings",
        "version": version,
        "type": "note.logged.v1",
        "recorded_at": "2017-03-02T00:00:00.000000Z",
        "recorded_by": "ana",
        "learned_at": "2017-03-01T00:00:00.000000Z",
        "causation": "c1",
        "correlation": None,
        "prev_hash": prev_hash,
        "data": json.dumps({"text": "Né à Évry"}, ensure_ascii=False, separators=(",", ":")),
    }
    return RecordedEvent(position=version, hash=hash_of(**fields), **fields)
