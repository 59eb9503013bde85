"""How much is measured: all of it, or a quick look."""

from dataclasses import dataclass

from benchmarks.histories import REVISIONS


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of everything."""

    rounds: int
    burst: int
    """Appends in a row on each side of a round."""
    short: int
    """Events in the story that counts as short."""
    long: int
    """Events in the story that counts as long."""
    revisions: int
    """Revisions of the history to import."""
    log: int
    """Events to project; a multiple of `page`."""
    page: int
    """Events in a page of the projection, and of reading the log."""
    edge: int
    """Events at the start and at the end of the log whose cost is compared; a multiple of `page`."""
    stories: tuple[int, ...]
    """Developments in the stories that are shown; multiples of 8."""
    visits: int
    """Visits of a page in a round, up to one that is as long as 200 developments; longer ones are visited less."""
    readers: int
    """Idle live readers on one web process."""
    searched: int
    """Developments that are searched; a multiple of 200, or fewer."""
    pings: int
    """Pages asked for while they listen, in a round."""
    subscriptions: int
    """Subscriptions among which the rules that an event meets are found."""
    mails: int
    """Mails that are due at once."""
    alerts: int
    """Events, one after the other, whose alerts a Celery worker delivers; 0: no worker is started."""
    proved: int
    """Events in the log that is verified, and of which events are proved."""
    pace: float
    """Seconds between the keys of somebody who logs."""
    checked: int
    """Events in the log whose verification is watched for the memory it takes; a multiple of ten."""
    carried: int
    """Events in the log that is exported and imported again."""


FULL = Sizes(
    rounds=5, burst=25, short=100, long=5_000, revisions=REVISIONS, log=5_000, page=500, edge=1_000,
    stories=(200, 2_000), visits=5, readers=1_000, pings=200, searched=10_000, subscriptions=100_000,
    mails=1_000, alerts=100, proved=100_000, checked=50_000,
    carried=20_000, pace=0.239,
)  # fmt: skip
QUICK = Sizes(
    rounds=3, burst=5, short=100, long=500, revisions=60, log=500, page=50, edge=100, stories=(200,), visits=2,
    readers=100, pings=20, searched=1_000, subscriptions=2_000, mails=40, alerts=10, proved=2_000,
    checked=2_000, carried=1_000, pace=0.239,
)  # fmt: skip
