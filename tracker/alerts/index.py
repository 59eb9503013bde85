"""The inverted index in the database: where rules are posted, and which of them a page of changes has to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, func, insert, select, text

from tracker.accounts.people import Principal, Role
from tracker.alerts import terms
from tracker.alerts.rules import Change, Rule, ends_silence
from tracker.alerts.tables import postings
from tracker.instants import Instant


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that a change may meet, and whose it is."""

    id: str
    person: Principal
    name: str
    rule: str
    """As it is kept: JSON."""
    cadence: str
    channels: tuple[str, ...]
    urgent: int | None
    imports: bool
    snoozed_until: Instant | None
    since: int


def post(connection: Connection, id: str, rule: Rule) -> None:
    """Post a rule where the fewest others stand."""
    rule = ends_silence(rule)
    every = frozenset[str]().union(*terms.alternatives(rule))
    counted = (
        select(postings.c.term, func.count().label("rules"))
        .where(postings.c.term.in_(sorted(every)))
        .group_by(postings.c.term)
    )
    crowd: dict[str, int] = {row.term: row.rules for row in connection.execute(counted)}
    rows = [{"term": term, "subscription": id} for term in sorted(terms.post_under(rule, crowd))]
    connection.execute(insert(postings), rows)


def withdraw(connection: Connection, id: str) -> None:
    """Take a rule off the index: it is paused, broken, or asks for something else now."""
    connection.execute(delete(postings).where(postings.c.subscription == id))


def candidates(connection: Connection, changes: Iterable[Change]) -> dict[str, list[Candidate]]:
    """The rules posted under what these changes hold, by term; of people whose accounts are open. One statement."""
    held = sorted(frozenset[str]().union(*(terms.held_by(change) for change in changes)))
    dialect = connection.dialect.name
    listed = held if dialect == "postgresql" else orjson.dumps(held).decode()
    found: dict[str, list[Candidate]] = {}
    kept: dict[str, Candidate] = {}
    for row in connection.execute(_POSTED[dialect], {"listed": listed}):
        if row.id not in kept:
            kept[row.id] = candidate_of(row)
        found.setdefault(row.term, []).append(kept[row.id])
    return found


def candidate_of(row: Row[Any]) -> Candidate:
    """A rule and its owner, from a row of `subscriptions` with the owner's role and desks."""
    return Candidate(
        row.id, Principal(row.person, Role(row.role), frozenset(orjson.loads(row.desks))), row.name, row.rule,
        row.cadence, tuple(orjson.loads(row.channels)), row.urgent, bool(row.imports), row.snoozed_until, row.since,
    )  # fmt: skip


_FIELDS = "p.term, s.id, s.person, s.name, s.rule, s.cadence, s.channels, s.urgent, s.imports, s.snoozed_until, s.since"
# Each look-up by its index, in this order: a plan made of statistics may scan every posting for a handful of terms.
_POSTED = {
    "postgresql": text(
        f"SELECT {_FIELDS}, u.role, u.desks FROM unnest(cast(:listed AS text[])) AS h(value)"  # noqa: S608 - our own words
        " CROSS JOIN LATERAL (SELECT * FROM postings WHERE term = h.value OFFSET 0) AS p"
        " CROSS JOIN LATERAL (SELECT * FROM subscriptions WHERE id = p.subscription OFFSET 0) AS s"
        " CROSS JOIN LATERAL (SELECT * FROM users WHERE name = s.person AND disabled_at IS NULL OFFSET 0) AS u"
    ),
    "sqlite": text(
        f"SELECT {_FIELDS}, u.role, u.desks FROM json_each(:listed) AS h"  # noqa: S608 - our own words
        " CROSS JOIN postings p ON p.term = h.value CROSS JOIN subscriptions s ON s.id = p.subscription"
        " CROSS JOIN users u ON u.name = s.person WHERE u.disabled_at IS NULL"
    ),
}
