"""What a rule would have told in the last weeks, before anybody keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from tracker import instants
from tracker.accounts.people import Principal
from tracker.alerts.gathering import Known, gather
from tracker.alerts.rules import Change, Rule, Silence, Why, ends_silence, is_broken, matches
from tracker.alerts.seeing import may_be_told, touched
from tracker.alerts.silence import lasted, waiting
from tracker.alerts.silence import why as silence_why
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.reading import position, read_all, read_stream, stream_version
from tracker.instants import Instant
from tracker.stories.entries import Development

DAYS = 30
PAGE = 500
MOST_EVENTS = 3_000
"""So many events are looked at, the newest first; where that does not reach back as far, the rate is of what it did."""

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One alert it would have sent."""

    stream: str
    development: str
    headline: str
    recorded_at: Instant
    consequences: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would have told: how many, how many a week, the newest of them; and of a silence, where it stands."""

    number: int
    per_week: float
    days: float
    lines: tuple[Line, ...]
    silent_since: Instant | None = None
    check_at: Instant | None = None


def preview(connection: Connection, person: Principal, rule: Rule, now: Instant, *, imports: bool = False) -> Preview:
    """What a rule would have told somebody in the last 30 days, of what they may see now and did not record.

    Raises ValueError, with a line to show, for a rule that can't be followed.
    """
    if wrong := is_broken(rule):
        raise ValueError(wrong)
    since = instants.text(instants.moment(now) - timedelta(days=DAYS))
    found: list[Line] = []
    looked, reached = 0, now
    for events in _newest_first(connection, rule, since):
        gathered = gather(connection, events, now)
        for change in reversed(gathered.changes):
            why = matches(ends_silence(rule), change)
            if why is None or (rule.silence is None and _is_nothing_new(change, person, imports=imports)):
                continue
            what = touched(change.stream, change.development, change.consequences)
            if may_be_told(gathered.known, person, what, now):
                found.append(_line(change, gathered.known, why))
        looked, reached = looked + len(events), events[0].recorded_at
    silent = waiting(connection, person.name, rule, now)
    if rule.silence:
        found = _silences(rule, rule.silence, found, silent["silent_since"] or now, since, now)
    days = DAYS if looked < MOST_EVENTS else _days(reached, now)
    return Preview(len(found), round(len(found) * 7 / max(days, 1), 1), days, tuple(found[:SHOWN]), **silent)


def _is_nothing_new(change: Change, person: Principal, *, imports: bool) -> bool:
    """Whether it is their own act, or of the past."""
    return change.by == person.name or (change.past and not imports)


def _silences(
    rule: Rule, silence: Silence, heard: list[Line], last: Instant, since: Instant, now: Instant
) -> list[Line]:
    """The silences instead of what ended them, the newest first: as if the rule had been made at the beginning.

    That of a story which had begun before anything was heard is not known, and left out.
    """
    came = sorted(line.recorded_at for line in heard)
    match silence.of:
        case "story" if came:
            begun, *came = came
        case "actor":
            begun = since
        case _:
            begun = last
    stream, about = (f"story/{rule.stories[0]}" if rule.stories else ""), (rule.about[0] if rule.about else "")
    named = about or (rule.stories or rule.actors)[0]
    ended = [at for at in lasted(silence, begun, came, now) if at >= since]
    return [Line(stream, about, named, at, (), silence_why(rule)) for at in reversed(ended)]


def _newest_first(connection: Connection, rule: Rule, since: Instant) -> Iterator[list[RecordedEvent]]:
    """The events of the time, page by page from the end: of the stories the rule names, or of all."""
    left = MOST_EVENTS
    for stream in [f"story/{slug}" for slug in rule.stories] or [""]:
        end = stream_version(connection, stream) if stream else position(connection)
        while end > 0 and left > 0:
            after = max(0, end - min(PAGE, left))
            events = (
                read_stream(connection, stream, after, end) if stream
                else read_all(connection, after, end - after, upto=end)
            )  # fmt: skip
            recent = [event for event in events if event.recorded_at >= since]
            if recent:
                yield recent
            if len(recent) < len(events) or not events:
                break
            left, end = left - len(events), after


def _line(change: Change, known: Known, why: Why) -> Line:
    entry = known.get((change.stream, "development", change.development))
    headline = entry.event.headline if isinstance(entry, Development) else change.story
    return Line(
        change.stream, change.development, headline, change.recorded_at,
        tuple(word for word, _, _ in change.consequences), why,
    )  # fmt: skip


def _days(earlier: Instant, later: Instant) -> float:
    return (instants.moment(later) - instants.moment(earlier)) / timedelta(days=1)
