"""Is the log what was written? Every event, the tree over them, the head, kept checkpoints, and the views.

What is found is named by its first position. A log that its owner rewrote from end to end, tree and all, or set back to
an older copy, agrees with itself: only a checkpoint kept elsewhere tells, which is what witnesses are for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from tracker.archive import checking, signing_keys, witnessing
from tracker.archive.checkpoints import Checkpoint, believed
from tracker.archive.notes import NotANote, Verifier
from tracker.archive.walking import Problem, Row, Walk, most
from tracker.db import reading
from tracker.eventstore.events import RecordedEvent
from tracker.eventstore.merkle import Frontier, Hash, Node, node_at, nodes_in, subtrees
from tracker.eventstore.tables import checkpoints, commands, events, head, nodes
from tracker.eventstore.tree import frontier

PAGE = 2_000
MOST_PROBLEMS = 50
MOST_NODES = 10_000

Progress = Callable[[int], None]
_ROW = tuple(events.c[name] for name in RecordedEvent.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of comparing the log with one kept checkpoint."""

    checkpoint: Checkpoint
    holds: bool
    said: str
    signed: bool = True
    """Whether its signature was checked."""


@dataclass
class Report:
    """What was looked at and what was found; `problems` in the order of their positions."""

    events: int = 0
    streams: int = 0
    size: int = 0
    root: Hash = b""
    problems: list[Problem] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    entries: int | None = None
    """How many entries of the views were compared; None where they were not looked at."""

    @property
    def well(self) -> bool:
        """Nothing was found."""
        return not self.problems

    @property
    def first_wrong(self) -> int | None:
        """The first position that is not as it was written, where it can be told: of the log, else of the views."""
        in_log = [each for each in self.problems if each.kind != "view"]
        return min((each.position for each in in_log or self.problems if each.position), default=None)


def verify_all(
    engine: Engine, notes: Sequence[str], keys: Sequence[Verifier], *, views: bool = True,
    progress: Progress = lambda _: None, compared: Progress = lambda _: None,
) -> Report:  # fmt: skip
    """Check the log, and compare it with checkpoints handed in and with those its witnesses were sent.

    A note is believed that one of `keys` signed; where none is given, one of this log's own. `progress` is told how
    many events were read, `compared` for how many of them the views were compared with a replay.
    """
    with reading(engine) as connection:
        known = list(keys) or signing_keys.verifiers(connection)
        sent = witnessing.sent(connection)
    kept, problems = read_kept([*notes, *sent], known)
    report = verify(engine, kept, views=views, progress=progress, compared=compared)
    report.problems = [*report.problems, *problems]
    return report


def read_kept(notes: Sequence[str], keys: Sequence[Verifier]) -> tuple[list[Checkpoint], list[Problem]]:
    """The checkpoints that are believed, each once, and a problem for every note that is not."""
    kept: dict[Checkpoint, None] = {}
    problems = []
    for note in notes:
        try:
            kept[believed(note, keys)] = None
        except NotANote as error:
            problems.append(Problem(None, "checkpoint", f"a checkpoint is not to be believed: {error}"))
    return list(kept), problems


def verify(
    engine: Engine, kept: Sequence[Checkpoint] = (), *, views: bool = True, progress: Progress = lambda _: None,
    compared: Progress = lambda _: None,
) -> Report:  # fmt: skip
    """Check the whole log in one state of the database, a page in memory at a time; then the views beside it."""
    report = Report()
    with reading(engine) as connection:
        log(connection, report, kept, progress)
    report.problems = most(report.problems, MOST_PROBLEMS)
    if views:
        _, report.entries, found = checking.differences(engine, compared)
        in_views = [Problem(each.position, "view", str(each)) for each in found]
        edited = [each for each in in_views if "differs in" in each.what and "position" not in each.what]
        report.problems = [_pinned(each, edited) for each in report.problems] + most(in_views, MOST_PROBLEMS)
    return report


def log(connection: Connection, report: Report, kept: Sequence[Checkpoint], progress: Progress) -> None:
    """Check events, tree and head, and compare with checkpoints; adds to the report."""
    position, recorded_at = connection.execute(select(head.c.position, head.c.recorded_at)).one()
    walk, tree = Walk(), _Tree(connection)
    roots: dict[int, Hash] = {0: Frontier().root()}
    stops = sorted({each.size for each in kept})
    for page in _pages(connection, stops):
        tree.compare(walk.frontier.size, walk.on(page))
        if walk.unbroken and walk.position in stops:
            roots[walk.position] = walk.frontier.root()
        progress(walk.position)
    report.events, report.streams = walk.events, walk.streams
    report.size, report.root = walk.frontier.size, walk.frontier.root()
    report.problems += walk.problems
    if walk.unbroken:
        report.problems += tree.problems(walk.frontier)
    report.problems += _head(connection, walk.position, position, recorded_at)
    report.problems = [_pinned(each, walk.problems) for each in report.problems]
    report.judgements += [_judge(each, roots, walk) for each in kept]
    report.problems += _rewritten(report, walk.position)


class _Tree:
    """The kept nodes, read alongside those that the events give."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wrong: set[int] = set()
        self._kept = frontier(connection)

    def compare(self, size: int, completed: list[Hash]) -> None:
        """Compare the nodes completed after the tree had `size` leaves with those that are kept."""
        if not completed:
            return
        first = nodes_in(size) + 1
        those = (nodes.c.number >= first, nodes.c.number < first + len(completed))
        kept = _rows(self._connection, select(nodes.c.hash).where(*those).order_by(nodes.c.number))
        if [row[0] for row in kept] != completed and len(self._wrong) < MOST_NODES:
            there = dict(_rows(self._connection, select(nodes.c.number, nodes.c.hash).where(*those)))
            self._wrong |= {number for number, node in enumerate(completed, first) if there.get(number) != node}

    def problems(self, found: Frontier) -> Iterator[Problem]:
        """What the comparison says: which event is not the one the tree was grown with, or which node was changed."""
        if self._kept.size < found.size:
            yield Problem(None, "tree", f"the tree ends at {self._kept.size:,}; the next append will make it whole")
            return
        wrong = [node_at(number) for number in sorted(self._wrong)]
        other = next((node for node in wrong if node.level == 1 and self._reaches_up(node, found)), None)
        if other:
            yield _other_event(self._connection, other)
        elif wrong:
            number, first = wrong[0].number, (wrong[0].place << wrong[0].level) + 1
            yield Problem(None, "tree", f"node {number:,} of the tree, over the events from {first:,} on, was changed")
        elif self._kept.size == found.size and self._kept.roots != found.roots:
            last = found.size if self._kept.roots[:-1] == found.roots[:-1] and found.size & 1 else None
            yield Problem(last, "tree", "the log’s head was left with another tree than the events make")
        if self._kept.size == found.size and (more := self._beyond(found.size)):
            yield Problem(None, "tree", f"the tree has {more:,} nodes too many")

    def _reaches_up(self, node: Node, found: Frontier) -> bool:
        """Whether the frontier differs over this node as well: then an event is another, and not the nodes alone."""
        if self._kept.size != found.size:
            return True
        for number, peak in enumerate(subtrees(0, found.size)):
            if node.place >> (peak.level - node.level) == peak.place and node.level <= peak.level:
                return self._kept.roots[number] != found.roots[number]
        return True

    def _beyond(self, size: int) -> int:
        more = select(func.count()).select_from(nodes).where(nodes.c.number > nodes_in(size))
        return int(self._connection.execute(more).scalar_one())


def _pages(connection: Connection, stops: Sequence[int]) -> Iterator[Sequence[Row]]:
    """The events in the order of the log; a page ends where a checkpoint was made."""
    after = 0
    while True:
        stop = next((size for size in stops if size > after), after + PAGE)
        wanted = select(*_ROW).where(events.c.position > after).order_by(events.c.position)
        page = _rows(connection, wanted.limit(min(PAGE, stop - after)))
        if not page:
            return
        yield page
        after = page[-1][0]


def _rows(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """Plain tuples, as the driver gives them: texts and numbers need no more, and it takes half the time."""
    with connection.execute(wanted) as result:
        assert result.cursor is not None
        return list(result.cursor.fetchall())


def _other_event(connection: Connection, over: Node) -> Problem:
    """The tree alone does not tell two neighbours apart; which of them it is, their commands may know."""
    pair = (2 * over.place + 1, 2 * over.place + 2)
    astray = [position for position in pair if not _as_answered(connection, position)]
    what = "not the event that the tree was grown with: rewritten, swapped, or put in"
    return Problem(astray[0], "tree", what) if len(astray) == 1 else Problem(pair[0], "tree", what, pair[1])


def _pinned(problem: Problem, others: Iterable[Problem]) -> Problem:
    """Which of two neighbours it is, where something else was found about one of them and not about the other."""
    if problem.kind != "tree" or problem.position is None or problem.instead is None:
        return problem
    doubted = {each.position for each in others} | {each.instead for each in others if each.kind == "chain"}
    known = {problem.position, problem.instead} & doubted
    return replace(problem, position=known.pop(), instead=None) if len(known) == 1 else problem


def _as_answered(connection: Connection, position: int) -> bool:
    """Whether the command that an event names was answered with this position."""
    answered = select(commands.c.id).where(
        events.c.position == position, commands.c.id == events.c.causation, commands.c.first_position <= position,
        commands.c.last_position >= position,
    )  # fmt: skip
    return connection.execute(answered).first() is not None


def _head(connection: Connection, found: int, position: int, recorded_at: str) -> Iterator[Problem]:
    """Whether the log ends where its head, its tree, its answers and its followers say."""
    if found > position:
        yield Problem(position + 1, "end", f"stands beyond the end of the log, which its head puts at {position:,}")
        return
    last = connection.execute(select(events.c.recorded_at).where(events.c.position == found)).scalar()
    answered = connection.execute(select(func.max(commands.c.last_position))).scalar() or 0
    followed = connection.execute(select(func.max(checkpoints.c.position))).scalar() or 0
    ends = {
        "its head says": position, "its tree was grown over": frontier(connection).size,
        "a command was answered with": answered, "a follower has seen": followed,
    }  # fmt: skip
    beyond = [f"{who} {end:,}" for who, end in ends.items() if end > found]
    if beyond:
        yield Problem(found + 1, "end", f"the log ends before this position, but {', '.join(beyond)}: its tail was cut")
    elif found and last != recorded_at:
        yield Problem(None, "head", "the head’s time is not that of the last event")


def _judge(checkpoint: Checkpoint, roots: dict[int, Hash], walk: Walk) -> Judgement:
    named = f"the checkpoint of {checkpoint.size:,} events"
    if checkpoint.size > walk.position:
        return Judgement(
            checkpoint, False,
            f"{named} is of a longer log than this one of {walk.position:,}: its tail was cut, or it was set back",
        )  # fmt: skip
    root = roots.get(checkpoint.size)
    if root is None:
        return Judgement(checkpoint, False, f"{named} can’t be compared: an event before its end is missing")
    if root != checkpoint.root:
        return Judgement(checkpoint, False, f"{named} has another root")
    return Judgement(checkpoint, True, f"the log begins with {named}")


def _rewritten(report: Report, end: int) -> Iterator[Problem]:
    """Between the last checkpoint that holds and the first that does not lies what was rewritten.

    Where the log itself says what is wrong with it, that is more exact than anything a checkpoint can say.
    """
    sound = max((each.checkpoint.size for each in report.judgements if each.holds), default=0)
    known = [each.position for each in report.problems if each.position]
    for each in report.judgements:
        size = each.checkpoint.size
        first = end + 1 if size > end else sound + 1 if size > sound else 1
        if each.holds:
            continue
        if any(position <= size for position in known):
            yield Problem(None, "checkpoint", each.said)
        elif size > end:
            yield Problem(first, "checkpoint", each.said)
        else:
            yield Problem(first, "checkpoint", f"{each.said}: something from here to {size:,} is not what it was")
