"""The log leaves as CloudEvents and comes back the same to the last hash."""

import json
from collections.abc import Iterator

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.newsroom import HARBOUR, note, record
from tracker.archive.checking import differences
from tracker.archive.cloudevents import NotTheLog, export, import_log
from tracker.bootstrap import Tracker
from tracker.db import connect, migrate
from tracker.eventstore.errors import BrokenChain
from tracker.eventstore.store import EventStore
from tracker.sample import demonstration


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStore]:
    url = f"sqlite:///{tmp_path_factory.mktemp('elsewhere') / 'log.db'}"
    migrate(url)
    engine = connect(url)
    yield EventStore(engine)
    engine.dispose()


def test_an_exported_log_gives_the_same_ids_and_hashes_in_an_empty_one(tracker: Tracker, elsewhere: EventStore) -> None:
    demonstration.load(tracker)
    exported = list(export(tracker.engine))

    added = import_log(elsewhere, exported)

    assert added == tracker.store.position()
    assert elsewhere.read_all() == tracker.store.read_all()
    assert import_log(elsewhere, exported) == 0


def test_an_imported_log_projects_to_the_same_views(tracker: Tracker) -> None:
    demonstration.load(tracker)

    assert differences(tracker.engine)[2] == []


def test_every_line_is_a_cloudevent_to_somebody_elses_reader(tracker: Tracker) -> None:
    record(tracker, HARBOUR, note("n1"))

    for line, stored in zip(export(tracker.engine), tracker.store.read_all(), strict=True):
        read = JSONFormat().read(CloudEvent, line)
        assert (read.get_id(), read.get_type(), read.get_subject()) == (stored.id, stored.type, stored.stream)
        assert read.get_source() == "/"
        assert read.get_extension("eventhash") == stored.hash
        assert read.get_extension("sequence") == f"{stored.position:020d}"
        assert "time" not in json.loads(line)  # the reader puts its own clock where there is none


@pytest.mark.parametrize("name", ["headline", "hash"])
def test_an_exported_log_that_was_touched_is_refused_at_its_first_wrong_event(
    tracker: Tracker, elsewhere: EventStore, name: str
) -> None:
    record(tracker, HARBOUR, note("n1"), note("n2"))
    lines = [json.loads(line) for line in export(tracker.engine)]
    if name == "headline":
        lines[1]["data"]["headline"] = "Another one"
    else:
        lines[1]["eventhash"] = "0" * 64

    with pytest.raises(BrokenChain) as broken:
        import_log(elsewhere, [json.dumps(line).encode() for line in lines])

    assert broken.value.position == 2
    assert elsewhere.position() == 0


def test_one_storys_events_are_no_log_to_import(tracker: Tracker, elsewhere: EventStore) -> None:
    record(tracker, HARBOUR, {"type": "comment.declined", "actor": "Mara Quint", "unsourced": "x"}, note("n1"))
    evidence = list(export(tracker.engine, "story/harbour"))

    with pytest.raises(BrokenChain):
        import_log(elsewhere, evidence)

    assert len(evidence) == 3


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"specversion": "1.0", "id": "x"}'])
def test_a_line_that_is_no_event_is_named(elsewhere: EventStore, line: bytes) -> None:
    with pytest.raises(NotTheLog, match="line 1"):
        import_log(elsewhere, [line])


