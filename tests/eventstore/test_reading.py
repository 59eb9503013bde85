"""Finding things again in the log."""

import orjson
from sqlalchemy import Engine, event

from tests.eventstore.examples import MEETING, asked, note, some
from tracker.db import reading
from tracker.eventstore import reading as log
from tracker.eventstore.chain import check_stream
from tracker.eventstore.events import StreamHead
from tracker.eventstore.store import EventStore


def test_an_empty_log_has_nothing_in_it(engine: Engine) -> None:
    store = EventStore(engine)

    assert (store.position(), store.read_all(), store.streams()) == (0, [], [])
    assert (store.stream_version(MEETING), store.read_stream(MEETING), store.find("e1")) == (0, [], None)


def test_an_event_is_found_by_its_id(engine: Engine) -> None:
    store = EventStore(engine)
    store.append(asked(*some(3)))

    second = store.read_all()[1]

    assert store.find(second.id) == second
    assert second.id > store.read_all()[0].id


def test_streams_are_listed_by_the_beginning_of_their_name(engine: Engine) -> None:
    store = EventStore(engine)
    for stream in ("story/zürich", "story/ant", "actor/ana", "story/Zoo", "storyteller"):
        store.append(asked(*some(2), stream=stream))

    assert store.streams("story/") == ["story/Zoo", "story/ant", "story/zürich"]
    assert store.streams("none/") == []
    assert len(store.streams()) == 5


def test_heads_are_looked_up_in_one_statement(engine: Engine) -> None:
    store = EventStore(engine)
    store.append(asked(*some(3), stream="story/a"), asked(note(), stream="story/b"))
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))

    with reading(engine) as connection:
        statements.clear()
        heads = log.stream_heads(connection, ["story/a", "story/b", "story/c"])

    newest = store.read_stream("story/a")[-1]
    assert heads["story/a"] == StreamHead(3, newest.hash)
    assert heads.keys() == {"story/a", "story/b"}
    assert sum("events" in statement for statement in statements[:1]) == 1


def test_several_streams_are_read_in_one_statement(engine: Engine) -> None:
    store, statements = EventStore(engine), list[str]()
    for stream, number in (("story/a", 3), ("story/B", 1), ("story/a b", 2)):
        store.append(asked(*some(number), stream=stream))
    store.append(asked(note(), stream="story/a"))
    event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))

    with reading(engine) as connection:
        found = log.read_streams(connection, ["story/a", "story/B", "story/a", "story/none"])
        none = log.read_streams(connection, [])

    assert len([statement for statement in statements if "FROM events" in statement]) == 2
    assert found == {"story/B": store.read_stream("story/B"), "story/a": store.read_stream("story/a")}
    assert [each.version for each in found["story/a"]] == [1, 2, 3, 4]
    assert none == {}


def test_a_page_is_one_statement(engine: Engine) -> None:
    store, statements = EventStore(engine), list[str]()
    store.append(asked(*some(5)))
    event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))

    page = store.read_all(after=1, limit=2, upto=4)

    assert len(page) == 2
    assert len([statement for statement in statements if "FROM events" in statement]) == 1


def test_both_databases_keep_odd_text_alike(store: EventStore) -> None:
    odd = "\\u0007 \t \u202eright to left\u202c e\u0301 vs \u00e9 \U0001d518 %s %(x)s :name {} ? \x7f\x1f"

    store.append(asked(note(odd), stream=f"story/{odd}", correlation=odd))

    [recorded] = store.read_all()
    assert (orjson.loads(recorded.data)["text"], recorded.stream, recorded.correlation) == (odd, f"story/{odd}", odd)
    check_stream([recorded])
