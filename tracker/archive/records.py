"""The `records` format, and the one path of every import: decided whole before the first line is appended."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from tracker.archive.imports.drafting import Draft, Drafts
from tracker.archive.imports.plain_text import addresses_in, in_plain_words
from tracker.handling import Handling, Outcome
from tracker.instants import Instant
from tracker.intake import Unreadable, canonical, check_storable, fingerprint_of, read, unsealed
from tracker.stories.catalogue import event_types
from tracker.stories.errors import Invalid, Refused
from tracker.stories.requests import Request
from tracker.stories.shaping import types_of

COMMANDS_OF_FILES = uuid.UUID("6f1f2b0a-8d0e-5b39-9a53-0c5e6d7a4b11")
"""Namespace of the command ids of lines that carry none."""
LARGEST_TRANSACTION = 1_000
LONGEST_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a line from being recorded: its number (from 1), the field at fault, and why."""

    line: int
    field: str
    message: str
    unit: str = "line"
    """What the parts of the file are called: line, slide, item, entry."""

    def __str__(self) -> str:
        where = f"{self.unit} {self.line}"
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Line:
    """The requests that one line asks for."""

    number: int
    requests: tuple[Request, ...]
    unit: str = "line"
    names: Mapping[str, str] = field(default_factory=dict)
    """What the file calls the fields, where it calls them something else."""
    from_markup: tuple[str, ...] = ()
    """What is HTML in the file and was read as its words."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    lines: int
    events: int
    repeated: int
    problems: tuple[Problem, ...]
    correlation: str
    left_out: Mapping[str, int] = field(default_factory=dict)
    """What the file says and no record can hold: its name in the file, and how often."""
    from_markup: Mapping[str, int] = field(default_factory=dict)
    """What is HTML in the file and was read as its words: its name in the file, and how often."""


def parse(
    lines: Iterable[bytes | str], *, zone: ZoneInfo, now: Instant, story: str, correlation: str
) -> Iterator[Line | list[Problem]]:
    """Each line as its requests, or as its problems; blank lines and lines of defaults give nothing.

    A line without an id gets one made from the line as it stands and how often it has stood before in this file:
    the same file twice adds nothing, a file with lines added at its end adds those. HTML in a line is read as its
    words, links to the sources of what it is or corrects said once; what it is known by stays the line as it stands.
    """
    defaults: dict[str, Any] = {}
    occurrences: Counter[bytes] = Counter()
    named: dict[str, set[str]] = {}
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            given = _object(raw)
            if given.get("type") == "defaults":
                defaults = {name: value for name, value in given.items() if name != "type"}
                continue
            check_storable(given)
            id = _command_id(given, occurrences)
            asked = _with_defaults(defaults, given)
            plain = in_plain_words(asked, named.get(str(asked.get("target")), ()))
            named[str(asked.get("key"))] = addresses_in(asked)
            requests = read(plain, zone=zone, now=now, story=story, id=id, correlation=correlation)
        except Unreadable as unreadable:
            yield [Problem(number, problem.field, problem.message) for problem in unreadable.problems]
        else:
            as_asked = tuple(replace(request, fingerprint=fingerprint_of(asked, story)) for request in requests)
            yield Line(number, as_asked, from_markup=tuple(name for name in asked if plain[name] != asked[name]))


def parse_drafts(
    drafts: Drafts, *, zone: ZoneInfo, now: Instant, story: str, correlation: str
) -> Iterator[Line | list[Problem]]:
    """Each draft of a file in another format as its requests, or as its problems under their names in that file."""
    occurrences: Counter[bytes] = Counter()
    for draft in drafts.drafts:
        given = dict(draft.record) | ({"story": story} if story else {})
        problems = [Problem(draft.number, name, why, drafts.unit) for name, why in draft.problems]
        try:
            check_storable(given)
            id = _command_id(given, occurrences)
            requests = read(given, zone=zone, now=now, story=story, id=id, correlation=correlation)
        except Unreadable as unreadable:
            yield problems + [_under_its_name(draft, problem, drafts.unit) for problem in unreadable.problems]
        else:
            names = {name: origin for name, origin in draft.origin.items() if origin != name}
            yield problems or Line(draft.number, tuple(requests), drafts.unit, names, draft.from_markup)


def import_records(
    handling: Handling, lines: Iterable[bytes | str], *, by: str, zone: ZoneInfo, now: Instant, story: str = "",
    keep_going: bool = False, dry_run: bool = False, progress: Callable[[int], None] = lambda _: None,
) -> Imported:  # fmt: skip
    """Record a whole file: it is decided in memory first, and refused with every bad line and field.

    With `keep_going` the good lines are recorded all the same. Appended in transactions of at most 1,000 requests; an
    interrupted import is run again and goes on where it stopped. `correlation` names the import.
    """
    correlation = _new_correlation()
    parsed = parse(list(lines), zone=zone, now=now, story=story, correlation=correlation)
    return _import(handling, parsed, correlation, by, keep_going, dry_run, progress)


def import_drafts(
    handling: Handling, drafts: Drafts, *, by: str, zone: ZoneInfo, now: Instant, story: str,
    keep_going: bool = False, dry_run: bool = False, progress: Callable[[int], None] = lambda _: None,
) -> Imported:  # fmt: skip
    """Record what a file in another format says, as `import_records` does."""
    correlation = _new_correlation()
    parsed = parse_drafts(drafts, zone=zone, now=now, story=story, correlation=correlation)
    done = _import(handling, parsed, correlation, by, keep_going, dry_run, progress)
    return replace(done, left_out=Counter(name for draft in drafts.drafts for name in draft.left_out))


def _import(
    handling: Handling, parsed: Iterable[Line | list[Problem]], correlation: str, by: str, keep_going: bool,
    dry_run: bool, progress: Callable[[int], None],
) -> Imported:  # fmt: skip
    problems: list[Problem] = []
    good: list[Line] = []
    for each in parsed:
        if isinstance(each, Line):
            good.append(each)
        else:
            problems += each
    refused, decided = handling.rehearse([line.requests for line in good])
    problems += [_refused(good[index], problem) for index, problem in refused]
    problems.sort(key=lambda problem: problem.line)
    marked = Counter(name for line in good for name in line.from_markup)
    if dry_run or (problems and not keep_going):
        return Imported(len(good) - len(refused), decided, 0, tuple(problems), correlation, from_markup=marked)
    bad = {index for index, _ in refused}
    outcomes = _append(handling, [line for n, line in enumerate(good) if n not in bad], by, progress)
    return Imported(
        lines=len(good) - len(bad),
        events=sum(outcome.events for outcome in outcomes if not outcome.repeated),
        repeated=sum(outcome.repeated for outcome in outcomes),
        problems=tuple(problems),
        correlation=correlation,
        from_markup=marked,
    )


def _append(handling: Handling, lines: list[Line], by: str, progress: Callable[[int], None]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    batch: list[Request] = []
    for n, line in enumerate(lines, start=1):
        batch += line.requests
        following = len(lines[n].requests) if n < len(lines) else LARGEST_TRANSACTION
        if len(batch) + following > LARGEST_TRANSACTION:
            outcomes += handling.handle(batch, by)
            batch = []
            progress(n)
    return outcomes


def _new_correlation() -> str:
    return str(uuid.uuid5(COMMANDS_OF_FILES, uuid.uuid4().hex))


def _command_id(given: Mapping[str, Any], occurrences: Counter[bytes]) -> str:
    """The id of a record that has none: from how it stands and how often it has stood before in this file.

    What is to be sealed stays out of it: an id stays for good, and would confirm whoever guesses a forgotten name.
    """
    as_it_stands = canonical(unsealed(given))
    occurrences[as_it_stands] += 1
    return str(uuid.uuid5(COMMANDS_OF_FILES, f"{occurrences[as_it_stands]} {as_it_stands.decode()}"))


def _under_its_name(draft: Draft, problem: Refused, unit: str) -> Problem:
    first, _, rest = problem.field.partition(".")
    name = draft.origin.get(first, first)
    return Problem(draft.number, f"{name}.{rest}" if rest and name == first else name, problem.message, unit)


def _refused(line: Line, problem: Refused) -> Problem:
    first = problem.field.partition(".")[0]
    return Problem(line.number, line.names.get(first, problem.field), problem.message, line.unit)


def _with_defaults(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The line with the defaults that its type has a field for."""
    row = event_types().get(str(given.get("type")))
    known = {"story", "learned_at"} | (types_of(row.command).keys() if row else set())
    return {name: value for name, value in defaults.items() if name in known} | given


def _object(raw: bytes | str) -> dict[str, Any]:
    if len(raw) > LONGEST_LINE:
        raise Unreadable([Invalid("", f"A line is at most {LONGEST_LINE:,} bytes long.")])
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        given = json.loads(text, parse_float=_no_fraction, parse_constant=_no_fraction)
    except UnicodeDecodeError as error:
        raise Unreadable([Invalid("", "This line is not UTF-8.")]) from error
    except RecursionError as error:
        raise Unreadable([Invalid("", "This is nested too deeply.")]) from error
    except ValueError as error:
        raise Unreadable([Invalid("", f"This line is not JSON: {error}.")]) from error
    if not isinstance(given, dict):
        raise Unreadable([Invalid("", "A line is one JSON object.")])
    return given


def _no_fraction(number: str) -> float:
    raise ValueError(f"{number[:40]} has a fraction or is no number; write it as a text")
