"""What a channel keeps locked: the address it posts to, and the keys it signs with, two of them for a while."""

from dataclasses import dataclass
from datetime import timedelta

import orjson

from tracker import instants
from tracker.alerts.webhooks import new_secret
from tracker.instants import Instant

OVERLAP = timedelta(hours=24)
"""How long the old key still signs beside the new one."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The full address, since that of a chat room is a secret itself, and the keys, newest first."""

    url: str
    keys: tuple[tuple[str, Instant | None], ...] = ()
    """Each with when it ends; the newest has no end."""

    def valid(self, now: Instant) -> list[str]:
        """The keys to sign with now."""
        return [key for key, until in self.keys if until is None or until > now]

    def rotated(self, now: Instant) -> "Keys":
        """With a new key first; the one before it is good for another day, older ones are gone."""
        until = instants.text(instants.moment(now) + OVERLAP)
        return Keys(self.url, ((new_secret(), None), *((key, until) for key, _ in self.keys[:1])))

    def written(self) -> str:
        """As text, to be locked."""
        return orjson.dumps({"url": self.url, "keys": self.keys}).decode()


def first_keys(url: str, *, signs: bool) -> Keys:
    """The keys of a new channel."""
    return Keys(url, ((new_secret(), None),) if signs else ())


def read_keys(written: str) -> Keys:
    """What `written` wrote."""
    kept = orjson.loads(written)
    return Keys(kept["url"], tuple((key, until) for key, until in kept["keys"]))
