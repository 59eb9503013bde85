"""Several writers at once: each version of a stream goes to exactly one of them."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.eventstore.examples import MEETING, asked, note, some
from tracker.eventstore.chain import check_stream
from tracker.eventstore.errors import WrongExpectedVersion
from tracker.eventstore.events import Receipt
from tracker.eventstore.store import EventStore


def test_of_many_writers_with_one_version_exactly_one_is_let_in(store: EventStore) -> None:
    writers, rounds = 6, 8
    ready, found = threading.Barrier(writers), list[int]()

    def write(writer: int) -> list[int]:
        won = []
        for version in range(rounds):
            ready.wait(30)
            try:
                store.append(asked(note(f"Writer {writer}"), expected=version))
                won.append(version)
            except WrongExpectedVersion as refused:
                found.append(refused.actual - version)
        return won

    with ThreadPoolExecutor(writers) as pool:
        wins = [version for won in pool.map(write, range(writers)) for version in won]

    assert sorted(wins) == list(range(rounds))
    assert found == [1] * rounds * (writers - 1)
    assert [(e.position, e.version) for e in store.read_all()] == [(n, n) for n in range(1, rounds + 1)]


def test_writers_who_do_not_mind_the_version_are_all_let_in(store: EventStore) -> None:
    writers, each = 6, 8

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(store.append, asked(*some(2))) for _ in range(writers * each)]:
            done.result()

    assert [e.version for e in store.read_stream(MEETING)] == list(range(1, 2 * writers * each + 1))
    assert store.position() == 2 * writers * each
    check_stream(store.read_stream(MEETING))


def test_one_request_given_by_many_at_once_is_recorded_once(store: EventStore) -> None:
    writers, command = 6, asked(*some(2), expected=0)
    ready = threading.Barrier(writers)

    def write(_: int) -> Receipt:
        ready.wait(30)
        return store.append(command)[0]

    with ThreadPoolExecutor(writers) as pool:
        receipts = list(pool.map(write, range(writers)))

    assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * (writers - 1)
    assert {(receipt.first_position, receipt.last_position) for receipt in receipts} == {(1, 2)}
    assert store.position() == 2


def test_writers_of_different_streams_share_one_log_without_a_hole(store: EventStore) -> None:
    writers, each = 6, 6

    def write(writer: int) -> None:
        for version in range(0, each * 2, 2):
            store.append(asked(*some(2), stream=f"story/{writer}", expected=version))

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))

    assert [e.position for e in store.read_all()] == list(range(1, writers * each * 2 + 1))
    assert {store.stream_version(f"story/{writer}") for writer in range(writers)} == {each * 2}
