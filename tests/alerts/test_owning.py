"""Somebody's own channels: what they may be, what is kept of them, and that nobody reads a secret twice."""

import pytest
from sqlalchemy import Engine, select

from tests.accounts.newsroom import hire
from tests.alerts.mailing import NOW, channel, state, waiting
from tracker.alerts import owning
from tracker.alerts.addresses import Allowed
from tracker.alerts.claiming import LANES, claim
from tracker.alerts.guarded_http import GuardedHttp
from tracker.alerts.keys import read_keys
from tracker.alerts.locked import Locks
from tracker.alerts.owning import Channel, ChannelRefused, NoSuchChannel
from tracker.alerts.tables import channels
from tracker.db import reading, writing

LOCKS = Locks("s" * 32)
HTTP = GuardedHttp(Allowed.read("127.0.0.1"))
NEXT_DAY, DAY_AFTER = "2017-03-02T11:59:00.000000Z", "2017-03-02T12:01:00.000000Z"
URL = "http://127.0.0.1:9/services/T000/B000/very-secret"


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """One database: what is asked of it here is plain."""
    return sqlite_database


@pytest.fixture(autouse=True)
def people(engine: Engine) -> None:
    hire(engine, "ben")
    hire(engine, "dora")


def added(engine: Engine, kind: str = "webhook", url: str = URL) -> tuple[str, str]:
    """A channel of Ben's that is posted to, and the key that he is shown."""
    with writing(engine) as connection:
        id, keys = owning.add_posting(connection, "ben", kind, "Desk", url, NOW, HTTP, LOCKS)
    return id, keys.keys[0][0] if keys.keys else ""


def kept(engine: Engine, id: str) -> Channel:
    with reading(engine) as connection:
        return owning.channel_of(connection, "ben", id)


def test_a_mail_address_is_written_to_once_it_is_confirmed(engine: Engine) -> None:
    with writing(engine) as connection:
        id = owning.add_email(connection, "ben", "", "ben@example.org", NOW)
    waiting(engine, id)
    assert claim(engine, LANES[0], NOW) is None

    with writing(engine) as connection:
        assert not owning.confirm(connection, id, "other@example.org")
        assert owning.confirm(connection, id, "ben@example.org")
        assert not owning.confirm(connection, id, "ben@example.org")
    assert claim(engine, LANES[0], NOW) is not None


@pytest.mark.parametrize(
    "wrong",
    ["", "ben", "a@b@c", "ben@example.org, x@y.z", "b\r\nBcc: x@y.z", "ben@exa mple.org", "<ben@x.org>", "ü@x.org"],
)
def test_what_is_no_mail_address_is_refused(engine: Engine, wrong: str) -> None:
    with writing(engine) as connection, pytest.raises(ChannelRefused) as refused:
        owning.add_email(connection, "ben", "", wrong, NOW)
    assert refused.value.field == "address"


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/", "nonsense"])
def test_an_address_inside_is_refused_when_it_is_typed(engine: Engine, url: str) -> None:
    with pytest.raises(ChannelRefused):
        added(engine, url=url)


@pytest.mark.parametrize("kind", ["webhook", "chat"])
def test_nothing_that_opens_a_channel_is_kept_in_the_clear(engine: Engine, kind: str) -> None:
    id, key = added(engine, kind)

    with reading(engine) as connection:
        row = connection.execute(select(channels).where(channels.c.id == id)).one()
    assert key.startswith("whsec_") == (kind == "webhook")
    assert "very-secret" not in str(row)
    assert not key or key not in str(row)
    assert row.address == "127.0.0.1"
    assert "secret" not in Channel.__dataclass_fields__


def test_a_new_key_signs_beside_the_old_one_for_a_day(engine: Engine) -> None:
    id, old = added(engine)

    with writing(engine) as connection:
        new = owning.rotate(connection, id, NOW, LOCKS)
        locked = connection.execute(select(channels.c.secret).where(channels.c.id == id)).scalar_one()
    keys = read_keys(LOCKS.unlock(locked, id))

    assert keys.url == URL
    assert keys.valid(NEXT_DAY) == [new, old]
    assert keys.valid(DAY_AFTER) == [new]
    assert len({key for key, _ in keys.rotated(NOW).rotated(NOW).keys}) == 2


def test_a_feed_is_found_by_its_word_only(engine: Engine) -> None:
    with writing(engine) as connection:
        id, word = owning.add_feed(connection, "ben", "Reader", NOW)

    with reading(engine) as connection:
        found = owning.feed_by_word(connection, word)
        assert found is not None
        assert (found.id, found.person) == (id, "ben")
        for wrong in ("", id, f"{id}.", f"{id}.x", word + "x", word[:-1], "." + word.partition(".")[2]):
            assert owning.feed_by_word(connection, wrong) is None
        assert word.partition(".")[2] not in str(connection.execute(select(channels)).all())


def test_what_is_due_while_a_channel_is_paused_is_sent_when_it_is_back(engine: Engine) -> None:
    id = waiting(engine, channel(engine, "hook"))
    with writing(engine) as connection:
        owning.pause(connection, "hook")
    assert claim(engine, LANES[1], NEXT_DAY) is None

    with writing(engine) as connection:
        owning.resume(connection, "hook", NEXT_DAY)

    assert (kept(engine, "hook").state, state(engine, id)) == ("active", "waiting")
    assert claim(engine, LANES[1], NEXT_DAY) is not None


def test_an_unconfirmed_address_is_not_taken_into_use_by_resuming_it(engine: Engine) -> None:
    channel(engine, "mail", kind="email", state="unconfirmed")

    with writing(engine) as connection:
        owning.resume(connection, "mail", NOW)

    assert kept(engine, "mail").state == "unconfirmed"


def test_nobody_sees_somebody_elses_channel(engine: Engine) -> None:
    channel(engine, "hook", person="dora")

    with reading(engine) as connection, pytest.raises(NoSuchChannel):
        owning.channel_of(connection, "ben", "hook")
    assert kept_by(engine, "ben") == []


def kept_by(engine: Engine, person: str) -> list[Channel]:
    with reading(engine) as connection:
        return owning.list_channels(connection, person)


def test_a_channel_goes_with_its_messages_and_an_inbox_stays(engine: Engine) -> None:
    waiting(engine, channel(engine, "hook"))
    channel(engine, "inbox:ben", kind="inbox")

    with writing(engine) as connection:
        owning.remove(connection, "hook")
        owning.remove(connection, "inbox:ben")

    assert [each.id for each in kept_by(engine, "ben")] == ["inbox:ben"]


def test_there_is_an_end_to_channels(engine: Engine) -> None:
    for n in range(owning.MOST):
        channel(engine, f"c{n}")
    with writing(engine) as connection, pytest.raises(ChannelRefused):
        owning.add_feed(connection, "ben", "", NOW)
