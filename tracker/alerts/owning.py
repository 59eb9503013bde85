"""What somebody does with their own channels: adds, confirms, tries, pauses, takes back into use, removes."""

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update
from uuid_utils import uuid7

from tracker.accounts.digests import digest
from tracker.alerts.addresses import AddressRefused, read_target
from tracker.alerts.claiming import park, unpark
from tracker.alerts.guarded_http import GuardedHttp
from tracker.alerts.keys import Keys, first_keys, read_keys
from tracker.alerts.locked import Locks
from tracker.alerts.outbox import hand_over
from tracker.alerts.tables import channels
from tracker.instants import Instant

MOST = 20
"""Channels that one person may have."""

LONGEST_NAME = 80
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class ChannelRefused(ValueError):
    """A channel can't be had like this: the field, and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


class NoSuchChannel(LookupError):
    """Nobody has this channel, or somebody else has."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as its owner sees it: without what is locked."""

    id: str
    person: str
    kind: str
    name: str
    address: str
    state: str
    because: str
    failures: int
    last_error: str
    last_error_at: Instant | None
    last_sent_at: Instant | None
    rests_until: Instant | None
    created_at: Instant


SHOWN = tuple(channels.c[name] for name in Channel.__dataclass_fields__)
"""The columns of a channel that its owner is shown."""



def list_channels(connection: Connection, person: str) -> list[Channel]:
    """Somebody's channels, oldest first."""
    rows = connection.execute(
        select(*SHOWN).where(channels.c.person == person).order_by(channels.c.created_at, channels.c.id)
    )
    return [Channel(**row._mapping) for row in rows]


def channel_of(connection: Connection, person: str, id: str) -> Channel:
    """One of somebody's channels. Raises NoSuchChannel."""
    found = connection.execute(select(*SHOWN).where(channels.c.id == id, channels.c.person == person)).one_or_none()
    if found is None:
        raise NoSuchChannel(id)
    return Channel(**found._mapping)


def add_email(connection: Connection, person: str, name: str, address: str, now: Instant) -> str:
    """An address that is written to once it has been confirmed; the channel's id. Raises ChannelRefused."""
    if not is_address(address):
        raise ChannelRefused("address", "Write one e-mail address, such as ben@example.org.")
    return _add(connection, person, "email", name, address, now, state="unconfirmed")


def add_posting(
    connection: Connection, person: str, kind: str, name: str, url: str, now: Instant, http: GuardedHttp, locks: Locks
) -> tuple[str, Keys]:
    """A webhook or a chat room; the channel's id, and its keys to be shown this once. Raises ChannelRefused.

    Of the address only the host is kept in the clear: that of a chat room is a secret itself.
    """
    try:
        http.look(url)
    except AddressRefused as refused:
        raise ChannelRefused("address", str(refused)) from refused
    keys = first_keys(url, signs=kind == "webhook")
    return _add_locked(connection, person, kind, name, read_target(url).host, keys, now, locks)


def add_apprise(connection: Connection, person: str, name: str, url: str, now: Instant, locks: Locks) -> str:
    """A room reached by apprise, past the guard; only an admin may. Raises ChannelRefused."""
    scheme, there, rest = url.partition("://")
    if not (there and rest and url.isprintable() and scheme.isascii()):
        raise ChannelRefused("address", "Write an address as apprise knows it, such as slack://….")
    keys = first_keys(url, signs=False)
    return _add_locked(connection, person, "apprise", name, f"{scheme}://…", keys, now, locks)[0]


def add_feed(connection: Connection, person: str, name: str, now: Instant) -> tuple[str, str]:
    """A private feed; the channel's id, and the word in its address, of which only a digest is kept."""
    secret = secrets.token_urlsafe(32)
    id = _add(connection, person, "feed", name, "", now, secret=digest(secret))
    return id, f"{id}.{secret}"


def add_browser(connection: Connection, person: str, name: str, now: Instant) -> str:
    """Notifications on the page that is open."""
    return _add(connection, person, "browser", name, "", now)


def feed_by_word(connection: Connection, word: str) -> Channel | None:
    """The feed that a word in an address leads to."""
    id, _, secret = word.partition(".")
    found = connection.execute(
        select(*SHOWN, channels.c.secret).where(channels.c.id == id, channels.c.kind == "feed")
    ).one_or_none()
    if found is None or not secrets.compare_digest(found.secret, digest(secret)):
        return None
    return Channel(**{name: value for name, value in found._mapping.items() if name != "secret"})


def confirm(connection: Connection, id: str, address: str) -> bool:
    """The address was found to be read by whoever asked for the channel; False where that no longer matters."""
    same = channels.c.id == id, channels.c.address == address, channels.c.state == "unconfirmed"
    return bool(connection.execute(update(channels).where(*same).values(state="active")).rowcount)


def pause(connection: Connection, id: str, because: str = "") -> None:
    """Send nothing until it is taken back into use; what is due is kept."""
    there = channels.c.id == id, channels.c.state == "active"
    if connection.execute(update(channels).where(*there).values(state="paused", because=because)).rowcount:
        park(connection, id)


def resume(connection: Connection, id: str, now: Instant) -> None:
    """Take a channel back into use, with everything it kept."""
    there = channels.c.id == id, channels.c.state.in_(["paused", "disabled"])
    fresh = {"state": "active", "because": "", "failures": 0, "refusals": 0, "rests_until": None}
    if connection.execute(update(channels).where(*there).values(fresh)).rowcount:
        unpark(connection, id, now)


def remove(connection: Connection, id: str) -> None:
    """Take a channel away, with its log; what it told, and what waits, is its owner's inbox's. An inbox stays."""
    hand_over(connection, id)
    connection.execute(delete(channels).where(channels.c.id == id, channels.c.kind != "inbox"))


def rotate(connection: Connection, id: str, now: Instant, locks: Locks) -> str:
    """A new key for a webhook, to be shown this once; the old one signs beside it for another day."""
    locked = connection.execute(select(channels.c.secret).where(channels.c.id == id).with_for_update()).scalar_one()
    keys = read_keys(locks.unlock(locked, id)).rotated(now)
    connection.execute(update(channels).where(channels.c.id == id).values(secret=locks.lock(keys.written(), id)))
    return keys.keys[0][0]


def is_address(written: str) -> bool:
    """Whether it could be an e-mail address; whether anybody reads it is found out by writing to it."""
    return _ADDRESS.fullmatch(written) is not None and ".." not in written


def _add_locked(
    connection: Connection, person: str, kind: str, name: str, address: str, keys: Keys, now: Instant, locks: Locks
) -> tuple[str, Keys]:
    id = str(uuid7())
    _add(connection, person, kind, name, address, now, id=id, secret=locks.lock(keys.written(), id))
    return id, keys


def _add(
    connection: Connection, person: str, kind: str, name: str, address: str, now: Instant, *, id: str = "",
    secret: str = "", state: str = "active",
) -> str:  # fmt: skip
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ChannelRefused("name", f"A name has at most {LONGEST_NAME} printable characters.")
    number = connection.execute(select(func.count()).where(channels.c.person == person)).scalar_one()
    if number >= MOST:
        raise ChannelRefused("", f"{MOST} channels are enough for anybody; remove one first.")
    id = id or str(uuid7())
    row = {
        "id": id, "person": person, "kind": kind, "name": name.strip(), "address": address, "secret": secret,
        "state": state, "because": "", "failures": 0, "refusals": 0, "last_error": "", "created_at": now,
    }  # fmt: skip
    connection.execute(insert(channels), row)
    return id
