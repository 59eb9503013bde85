"""From changes to messages: which rules each change meets, for whom, and when each person is told on each channel."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, bindparam, update

from tracker.accounts.people import Role
from tracker.alerts import index, terms
from tracker.alerts.cadence import Cadence, Hours, due_at
from tracker.alerts.gathering import Known
from tracker.alerts.index import Candidate
from tracker.alerts.outbox import Item, Kind, Match, Message, put
from tracker.alerts.reach import Reach, reach
from tracker.alerts.rules import Change, Rule, Silence, Why, ends_silence, matches
from tracker.alerts.seeing import may_be_told, touched
from tracker.alerts.tables import subscriptions
from tracker.instants import Instant

# Built once: with few rows to find, building a statement costs more than running it.
_COUNT = (
    update(subscriptions)
    .where(subscriptions.c.id.in_(bindparam("of", expanding=True)))
    .values(fired=subscriptions.c.fired + bindparam("times"), fired_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that something meets."""

    candidate: Candidate
    item: Item
    urgency: int | None


@dataclass(slots=True)
class Matched:
    """What came of some changes: rules met, silences ended, rules that could not be followed."""

    found: list[Found] = field(default_factory=list)
    heard: list[tuple[str, Silence, Instant]] = field(default_factory=list)
    broken: list[tuple[str, str, str, str]] = field(default_factory=list)


def match(connection: Connection, changes: Sequence[Change], known: Known, now: Instant) -> Matched:
    """Hold changes against the rules that may be met by them, for people who may see them."""
    done = Matched()
    if not changes:
        return done
    posted = index.candidates(connection, changes)
    broken: set[str] = set()
    for change in changes:
        what = touched(change.stream, change.development, change.consequences)
        seen: dict[tuple[Role | None, frozenset[str]], bool] = {}
        theirs = {each.id: each for term in terms.held_by(change) for each in posted.get(term, ())}
        for candidate in theirs.values():
            if candidate.id in broken or (candidate.snoozed_until or "") > now:
                continue
            try:
                rule = rule_of(candidate.rule)
                why = matches(ends_silence(rule), change)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one rule must not keep the others waiting
                broken.add(candidate.id)
                done.broken.append((candidate.id, candidate.person.name, candidate.name, str(error)))
                continue
            if why is None:
                continue
            alike = candidate.person.role, candidate.person.desks
            if alike not in seen:
                seen[alike] = may_be_told(known, candidate.person, what, now)
            if seen[alike]:
                _note(done, candidate, rule, change, why)
    return done


def tell(connection: Connection, found: Sequence[Found], now: Instant, zone: ZoneInfo) -> None:
    """Put what was found into the outbox, but for stories that its people have muted; note that their rules fired."""
    if not found:
        return
    people = {each.candidate.person.name for each in found}
    ways = {way for each in found for way in each.candidate.channels or (f"inbox:{each.candidate.person.name}",)}
    known = reach(connection, people, ways, {(each.item.stream, each.item.development) for each in found}, now)
    loud = [each for each in found if (each.candidate.person.name, each.item.stream) not in known.muted]
    put(connection, _messages(loud, known, now, zone), now)
    _count(connection, [each.candidate.id for each in loud], now)


@lru_cache(maxsize=8_192)
def rule_of(kept: str) -> Rule:
    """A rule as it is kept. Raises msgspec.DecodeError."""
    return msgspec.json.decode(kept, type=Rule)


def _note(done: Matched, candidate: Candidate, rule: Rule, change: Change, why: Why) -> None:
    """Take a match up, unless it is of the past or their own act."""
    if change.position <= candidate.since and not change.reopened:
        return
    if rule.silence is not None:
        if not change.reopened:
            done.heard.append((candidate.id, rule.silence, change.recorded_at))
        return
    if change.by == candidate.person.name or (change.past and not candidate.imports):
        return
    item = Item(
        change.stream, change.development, change.act, change.position, change.consequences,
        (Match(candidate.id, candidate.name, why),),
    )  # fmt: skip
    done.found.append(Found(candidate, item, change.urgency))


def _messages(found: Sequence[Found], known: Reach, now: Instant, zone: ZoneInfo) -> list[Message]:
    """What is to be put into the outbox: for each person and channel one item a change, with every rule it met."""
    grouped: dict[tuple[str, str, str, int], list[Found]] = defaultdict(list)
    vias: dict[str, str] = {}
    for each in found:
        for channel, via in _ways(each.candidate, known.channels.get(each.candidate.person.name, {})):
            vias[channel] = via
            grouped[(channel, each.item.stream, each.item.development, each.item.act)].append(each)
    hours = {name: known.hours_of(name, zone) for name in {each.candidate.person.name for each in found}}
    made = []
    for (channel, stream, development, act), group in grouped.items():
        person = group[0].candidate.person.name
        if (person, channel, stream, development, act) in known.told:
            continue
        last = known.last_due.get((channel, stream))
        message = _message(group, channel, vias[channel], hours[person], last, now)
        if message is not None:
            made.append(message)
    return made


def _ways(candidate: Candidate, theirs: dict[str, str]) -> list[tuple[str, str]]:
    """The channels a rule speaks through, each with its kind; the inbox where none of them is in use."""
    inbox = f"inbox:{candidate.person.name}"
    asked = [(id, theirs[id]) for id in candidate.channels or (inbox,) if id in theirs]
    return asked or [(inbox, "inbox")]


def _message(
    group: Sequence[Found], channel: str, via: str, theirs: Hours, last: Instant | None, now: Instant
) -> Message | None:
    """One item for one channel, due as early as the most eager of the rules that it met wants it."""
    timed = [(due, kind, each) for each in group for due, kind in [_due(each, theirs, last, now)] if due is not None]
    if not timed:
        return None
    due, kind, first = min(timed, key=lambda each: (each[0], each[1]))
    met = tuple(match for _, _, each in timed for match in each.item.matches)
    item = replace(first.item, matches=met)
    stream = item.stream if kind == "alert" else ""
    return Message(first.candidate.person.name, channel, via, kind, due, stream, first.urgency, (item,))


def _due(found: Found, theirs: Hours, last: Instant | None, now: Instant) -> tuple[Instant | None, Kind]:
    candidate = found.candidate
    urgent = bool(candidate.urgent and found.urgency and found.urgency <= candidate.urgent)
    cadence = cast("Cadence", candidate.cadence)
    kind: Kind = "alert" if urgent or cadence == "at_once" else "digest"
    return due_at(cadence, theirs, now, urgent=urgent, last=last), kind



def _count(connection: Connection, ids: Sequence[str], now: Instant) -> None:
    """Note that these subscriptions fired."""
    counted = Counter(ids)
    for times in sorted(set(counted.values())):
        fired = sorted(id for id, number in counted.items() if number == times)
        connection.execute(_COUNT, {"of": fired, "times": times, "at": now})
