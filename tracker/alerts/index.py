"""The inverted index in the database: where rules are posted, and which of them a page of changes has to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Row,
    Select,
    TableValuedAlias,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from tracker.accounts.people import Principal, Role
from tracker.accounts.tables import users
from tracker.alerts import terms
from tracker.alerts.rules import Change, Rule, ends_silence
from tracker.alerts.tables import postings, subscriptions
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


def _posted(held: TableValuedAlias) -> Select[*tuple[Any, ...]]:
    kept = subscriptions.c
    return (
        select(
            postings.c.term, kept.id, kept.person, kept.name, kept.rule, kept.cadence, kept.channels, kept.urgent,
            kept.imports, kept.snoozed_until, kept.since, users.c.role, users.c.desks,
        )
        .select_from(held)
        .join(postings, postings.c.term == held.c.value)
        .join(subscriptions, kept.id == postings.c.subscription)
        .join(users, users.c.name == kept.person)
        .where(users.c.disabled_at.is_(None))
    )  # fmt: skip


_LISTED = {
    "postgresql": func.unnest(bindparam("listed", type_=ARRAY(Text))).table_valued("value").render_derived(),
    "sqlite": func.json_each(bindparam("listed", type_=Text)).table_valued("value"),
}
_POSTED = {dialect: _posted(listed) for dialect, listed in _LISTED.items()}
