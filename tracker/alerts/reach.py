"""How people can be told something: their channels and hours, what they muted, what they were told. One read."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, text

from tracker import instants
from tracker.alerts.cadence import BURST, Hours
from tracker.instants import Instant

Told = tuple[str, str, str, str, int]
"""Person, channel, stream, development and act."""


@dataclass(slots=True)
class Reach:
    """Of some people and stories."""

    channels: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """The channels in use of each, with their kinds."""
    hours: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Zone, start and end of the quiet hours of those who keep any."""
    muted: set[tuple[str, str]] = field(default_factory=set)
    """Person and stream."""
    told: set[Told] = field(default_factory=set)
    """What was told of the developments asked for, or is to be."""
    last_due: dict[tuple[str, str], Instant] = field(default_factory=dict)
    """By channel and stream when the last alert was due, if that was just now; one that still waits is joined."""

    def hours_of(self, person: str, otherwise: ZoneInfo) -> Hours:
        """Somebody's zone and quiet hours; the newsroom's zone, and none, where they keep none."""
        return hours_from(*self.hours.get(person, ("", "", "")), otherwise)


def reach(
    connection: Connection, people: Collection[str], channels: Collection[str],
    developments: Collection[tuple[str, str]], now: Instant,
) -> Reach:  # fmt: skip
    """How these people can be told of these developments (stream and key) on these channels of theirs."""
    found = Reach()
    recently = instants.text(instants.moment(now) - BURST)
    asked: dict[str, Any] = {
        "people": sorted(people), "channels": sorted(channels),
        "streams": sorted({stream for stream, _ in developments}), "keys": sorted({key for _, key in developments}),
    }  # fmt: skip
    if connection.dialect.name == "sqlite":
        asked = {name: orjson.dumps(each).decode() for name, each in asked.items()}
    rows = connection.execute(_REACH[connection.dialect.name], asked | {"now": now, "recently": recently})
    for what, a, b, c, d, n in rows:
        match what:
            case "channel":
                found.channels[a][b] = c
            case "hours":
                found.hours[a] = (b, c, d)
            case "muted":
                found.muted.add((a, b))
            case "told":
                found.told.add((a, b, c, d, n))
            case _:
                found.last_due[(a, b)] = c
    return found


def hours_from(name: str, quiet_from: str, quiet_until: str, otherwise: ZoneInfo) -> Hours:
    """Somebody's hours as they are kept; a zone that this machine does not know is the newsroom's."""
    try:
        zone = ZoneInfo(name) if name else otherwise
    except (OSError, ValueError, KeyError):
        zone = otherwise
    quiet = (time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)) if quiet_from and quiet_until else None
    return Hours(zone, quiet)


# One statement rather than five: a round trip costs more than what each of them looks up. It asks by lists, of which
# PostgreSQL makes one plan for good; what it tells of other developments by the same keys does no harm.
_SELECT = """
SELECT 'channel', person, id, kind, '', 0 FROM channels WHERE person {people} AND state = 'active'
UNION ALL SELECT 'hours', person, zone, quiet_from, quiet_until, 0 FROM alert_hours WHERE person {people}
UNION ALL SELECT 'muted', person, stream, '', '', 0 FROM mutes WHERE person {people} AND (until IS NULL OR until > :now)
UNION ALL SELECT 'told', person, channel, stream, development, act FROM alerted
 WHERE stream {streams} AND development {keys}
UNION ALL SELECT 'last', channel, stream, max(due_at), '', 0 FROM outbox
 WHERE channel {channels} AND due_at > :recently AND due_at <= :now AND kind = 'alert'
 AND state NOT IN ('waiting', 'dropped') GROUP BY channel, stream
"""
_LISTS = ("people", "channels", "streams", "keys")
_REACH = {
    dialect: text(_SELECT.format(**{name: one_of.format(name) for name in _LISTS}))
    for dialect, one_of in (
        ("postgresql", "= ANY (CAST(:{} AS text[]))"),
        ("sqlite", "IN (SELECT value FROM json_each(:{}))"),
    )
}
