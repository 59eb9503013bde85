"""A confidential text is read by whoever holds the site's secret, and by nobody once its key is destroyed."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, select

from tests.eventstore.examples import MEETING, NOON, asked
from tracker.db import connect, reading, writing
from tracker.eventstore.chain import check_stream
from tracker.eventstore.events import NewEvent
from tracker.eventstore.sealing import Ciphertext, KeyDestroyed, Sealer, destroy, keep, sealing_keys
from tracker.eventstore.store import EventStore

SECRET = "0123456789abcdef0123456789abcdef"
LATER = "2017-03-02T12:00:00.000000Z"


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(SECRET)


def sealed_in(engine: Engine, sealer: Sealer, text: str) -> Ciphertext:
    """This text, sealed, its key kept."""
    sealed, wrapped = sealer.seal(text)
    with writing(engine) as connection:
        keep(connection, sealed.key, wrapped, NOON)
    return sealed


def unsealed(engine: Engine, sealer: Sealer, sealed: Ciphertext) -> str:
    with reading(engine) as connection:
        return sealer.unseal(connection, sealed)


def destroyed(engine: Engine, sealed: Ciphertext, at: str = NOON) -> None:
    with writing(engine) as connection:
        destroy(connection, sealed.key, at)


def test_a_source_is_sealed_and_read_again_after_a_restart(engine: Engine, sealer: Sealer) -> None:
    sealed = sealed_in(engine, sealer, "The ambassador's driver, Zoë")

    assert unsealed(engine, Sealer(SECRET), sealed) == "The ambassador's driver, Zoë"
    assert "driver" not in repr(sealed)


@given(text=st.text(st.characters(codec="utf-8")))
def test_any_text_may_be_sealed(text: str) -> None:
    engine = create_engine("sqlite://")
    sealing_keys.create(engine)

    assert unsealed(engine, Sealer(SECRET), sealed_in(engine, Sealer(SECRET), text)) == text
    engine.dispose()


def test_one_text_sealed_twice_looks_different_and_has_two_keys(sealer: Sealer) -> None:
    (one, _), (other, _) = sealer.seal("The driver"), sealer.seal("The driver")

    assert len({one.key, other.key}) == len({one.ciphertext, other.ciphertext}) == 2


def test_a_destroyed_key_takes_its_text_with_it_and_no_other(engine: Engine, sealer: Sealer) -> None:
    forgotten, other = sealed_in(engine, sealer, "The driver"), sealed_in(engine, sealer, "The cook")

    destroyed(engine, forgotten)

    with pytest.raises(KeyDestroyed):
        unsealed(engine, sealer, forgotten)
    assert unsealed(engine, sealer, other) == "The cook"


def test_that_a_key_existed_stays_on_record(engine: Engine, sealer: Sealer) -> None:
    sealed = sealed_in(engine, sealer, "The driver")

    destroyed(engine, sealed)

    with reading(engine) as connection:
        [row] = connection.execute(select(sealing_keys)).all()
    assert (row.id, row.wrapped, row.created_at, row.destroyed_at) == (sealed.key, None, NOON, NOON)


def test_a_destroyed_key_does_not_stay_behind_in_the_file(sqlite_database: str, sealer: Sealer) -> None:
    engine = connect(sqlite_database)
    sealed, wrapped = sealer.seal("The driver")
    with writing(engine) as connection:
        keep(connection, sealed.key, wrapped, NOON)

    destroyed(engine, sealed)

    engine.dispose()  # the last one to leave moves the write-ahead log into the file
    [content] = [path.read_bytes() for path in Path(str(engine.url.database)).parent.iterdir()]
    assert sealed.key.encode() in content
    assert not any(wrapped[at : at + 8].encode() in content for at in range(len(wrapped) - 7))


def test_destroying_a_key_again_keeps_the_day_it_was_destroyed(engine: Engine, sealer: Sealer) -> None:
    sealed = sealed_in(engine, sealer, "The driver")
    destroyed(engine, sealed)

    destroyed(engine, sealed, at=LATER)

    with reading(engine) as connection:
        assert connection.execute(select(sealing_keys.c.destroyed_at)).scalar_one() == NOON


def test_a_text_whose_key_was_never_here_can_not_be_read(engine: Engine, sealer: Sealer) -> None:
    sealed, _ = sealer.seal("The driver")

    with pytest.raises(KeyDestroyed):
        unsealed(engine, sealer, sealed)


def test_another_site_can_not_read_it(engine: Engine, sealer: Sealer) -> None:
    sealed = sealed_in(engine, sealer, "The driver")

    with pytest.raises(KeyDestroyed):
        unsealed(engine, Sealer(SECRET[::-1]), sealed)


def test_an_altered_ciphertext_is_noticed(engine: Engine, sealer: Sealer) -> None:
    one, other = sealed_in(engine, sealer, "The driver"), sealed_in(engine, sealer, "The cook")

    with pytest.raises(InvalidTag):
        unsealed(engine, sealer, replace(one, ciphertext=other.ciphertext))


def test_a_wrapped_key_put_in_the_place_of_another_does_not_open_it(engine: Engine, sealer: Sealer) -> None:
    one, (_, wrapped) = sealed_in(engine, sealer, "The driver"), sealer.seal("The cook")
    with writing(engine) as connection:
        connection.execute(sealing_keys.update().where(sealing_keys.c.id == one.key).values(wrapped=wrapped))

    with pytest.raises(KeyDestroyed):
        unsealed(engine, sealer, one)


def test_the_history_still_verifies_after_a_person_is_forgotten(engine: Engine, sealer: Sealer) -> None:
    store = EventStore(engine)
    sealed, wrapped = sealer.seal("The driver")
    data = orjson.dumps({"identity": {"ciphertext": sealed.ciphertext, "key": sealed.key, "nonce": sealed.nonce}})

    def keep_key(connection: Connection) -> None:
        keep(connection, sealed.key, wrapped, NOON)

    store.append(asked(NewEvent("source.added.v1", data.decode())), also=keep_key)
    before = store.read_stream(MEETING)

    destroyed(engine, sealed)

    assert store.read_stream(MEETING) == before
    assert check_stream(before).version == 1
    assert "driver" not in before[0].data
