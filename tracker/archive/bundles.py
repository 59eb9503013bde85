"""An exported log checked without a database: a file of CloudEvents, or a deposit with its checkpoint and its proofs.

A whole log is checked as a database would be. One story's events, or a deposit in which some are withheld, are
evidence: each is checked by itself, against the one before it in its stream, and by its proof where there is one.
"""

import base64
import binascii
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import orjson

from tracker.archive.checkpoints import Checkpoint, read_checkpoint
from tracker.archive.cloudevents import NotTheLog, event_of
from tracker.archive.notes import NotANote, Verifier
from tracker.archive.proving import Inclusion
from tracker.archive.verifying import MOST_PROBLEMS, Judgement, Report, read_kept
from tracker.archive.walking import Problem, most
from tracker.eventstore.chain import hash_again, is_canonical
from tracker.eventstore.merkle import HASH_BYTES, Frontier, Hash, grown, leaf_hash

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was handed over: the events line by line, and with a deposit its checkpoint and proofs."""

    lines: Iterable[bytes]
    checkpoint: str = ""
    proofs: Iterable[bytes] = ()


@dataclass
class _Chain:
    """The bundle's events so far: where they got to, and the ends that a later event may follow."""

    position: int = 0
    recorded_at: str = ""
    first_hole: int = 0
    subjects: set[str] = field(default_factory=set)
    tips: dict[str, int] = field(default_factory=dict)
    """Version by hash, of events that none has followed yet."""
    frontier: Frontier = field(default_factory=Frontier)
    withheld: int = 0


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """A file of events, or a deposit: a BagIt folder, or one as a ZIP file. Raises NotTheLog, OSError."""
    with ExitStack() as stack:
        files: dict[str, IO[bytes]]
        if path.is_dir():
            found = {each.name: each for each in path.glob("data/*")} or {each.name: each for each in path.iterdir()}
            files = {name: stack.enter_context(found[name].open("rb")) for name in _WANTED if name in found}
        elif zipfile.is_zipfile(path):
            archive = stack.enter_context(zipfile.ZipFile(path))
            named = {name.rpartition("/")[2]: name for name in archive.namelist() if name.count("/") <= 2}
            files = {name: stack.enter_context(archive.open(named[name])) for name in _WANTED if name in named}
        else:
            files = {"log.jsonl": stack.enter_context(path.open("rb"))}
        yield _deposit(files)


_WANTED = ("log.jsonl", "checkpoint.txt", "proofs.jsonl")


def _deposit(files: Mapping[str, IO[bytes]]) -> Bundle:
    if "log.jsonl" not in files:
        raise NotTheLog(0, "there is no log.jsonl in this deposit")
    checkpoint = files["checkpoint.txt"].read().decode(errors="replace") if "checkpoint.txt" in files else ""
    return Bundle(files["log.jsonl"], checkpoint, files.get("proofs.jsonl", ()))


def verify_all(
    bundle: Bundle, notes: Sequence[str], keys: Sequence[Verifier], progress: Progress = lambda _: None
) -> Report:
    """Check a bundle against its own checkpoint and those handed in; without `keys` no signature can be checked."""
    written = [*notes, *([bundle.checkpoint] if bundle.checkpoint else [])]
    kept, problems = read_kept(written, keys) if keys else _unsigned(written)
    report = verify(bundle, kept, progress)
    report.judgements = [replace(each, signed=bool(keys)) for each in report.judgements]
    report.problems = [*report.problems, *problems]
    return report


def _unsigned(notes: Sequence[str]) -> tuple[list[Checkpoint], list[Problem]]:
    kept: dict[Checkpoint, None] = {}
    problems = []
    for note in notes:
        try:
            kept[read_checkpoint(note)[0]] = None
        except NotANote as error:
            problems.append(Problem(None, "checkpoint", f"a checkpoint can’t be read: {error}"))
    return list(kept), problems


def verify(bundle: Bundle, kept: Sequence[Checkpoint] = (), progress: Progress = lambda _: None) -> Report:
    """Check a bundle; its checkpoints are believed (whoever asks has checked their signatures). Raises NotTheLog."""
    report, chain = Report(), _Chain()
    proofs = {proof.index + 1: proof for proof in _proofs(bundle.proofs)}
    roots = dict.fromkeys((each.size for each in kept), b"")
    for number, line in enumerate(bundle.lines, start=1):
        if line.strip():
            report.problems += _check(number, line, chain, proofs, kept)
            report.events += 1
            if chain.position in roots and not chain.first_hole:
                roots[chain.position] = chain.frontier.root()
            progress(report.events)
    report.streams = len(chain.subjects)
    evidence = bool(proofs) or len(chain.subjects) == 1 or chain.withheld > 0
    if chain.first_hole and not evidence:
        report.problems.append(Problem(chain.first_hole, "missing", "is missing"))
    if not chain.first_hole:
        report.size, report.root = chain.frontier.size, chain.frontier.root()
    report.judgements = [_judge(each, chain, roots[each.size], proofs, report.events) for each in kept]
    report.problems += [
        Problem(None, "checkpoint", each.said) for each in report.judgements if not each.holds
    ]
    report.problems = most(report.problems, MOST_PROBLEMS)
    return report


def _check(
    number: int, line: bytes, chain: _Chain, proofs: dict[int, Inclusion], kept: Sequence[Checkpoint]
) -> Iterator[Problem]:
    told = _told(number, line)
    position, digest = _place(number, told)
    if position <= chain.position:
        yield Problem(position, "order", "stands here twice, or out of order")
    elif position != chain.position + 1 and not chain.first_hole:
        chain.first_hole = chain.position + 1
    chain.position = max(position, chain.position)
    yield from _check_chain(position, told, chain)
    if told.get("withheld"):
        chain.withheld += 1
    else:
        chain.subjects.add(str(told.get("subject")))
        yield from _check_content(number, line, position, told)
    leaf = leaf_hash(digest)
    if not chain.first_hole:
        chain.frontier, _ = grown(chain.frontier, [leaf])
    if proofs:
        yield from _check_proof(position, leaf, proofs.get(position), kept)


def _check_chain(position: int, told: dict[str, Any], chain: _Chain) -> Iterator[Problem]:
    version, before = int(told["streamversion"]), told.get("prevhash")
    expected = 0 if before is None else chain.tips.pop(str(before), None)
    if expected is None or version != expected + 1:
        yield Problem(position, "chain", "does not follow from an event of this bundle as version "
                                         f"{version:,} of its stream")  # fmt: skip
    chain.tips[str(told["eventhash"])] = version
    if str(told["recordedtime"]) < chain.recorded_at:
        yield Problem(position, "time", "recorded before the event that precedes it")
    chain.recorded_at = str(told["recordedtime"])


def _check_content(number: int, line: bytes, position: int, told: dict[str, Any]) -> Iterator[Problem]:
    event = event_of(number, line)
    if told.get("redacted"):
        return  # what was hidden since belongs to what was hashed
    if not is_canonical(event.data):
        yield Problem(position, "content", "its data is not of the form a log stores")
    elif hash_again(event) != event.hash:
        yield Problem(position, "content", f"{event.type} in {event.stream}, version {event.version}: its content is "
                                           "not what its hash was taken over")  # fmt: skip
    if event.learned_at > event.recorded_at:
        yield Problem(position, "time", "recorded before it was learned")


def _check_proof(
    position: int, leaf: Hash, proof: Inclusion | None, kept: Sequence[Checkpoint]
) -> Iterator[Problem]:
    if proof is None:
        yield Problem(position, "proof", "has no proof among those of this bundle")
    elif proof.leaf_hash != leaf or not proof.holds():
        yield Problem(position, "proof", "its proof is not a proof of it")
    elif kept and not any((each.size, each.root) == (proof.size, proof.root) for each in kept):
        yield Problem(position, "proof", "its proof leads to another root than the checkpoint's")


def _judge(
    checkpoint: Checkpoint, chain: _Chain, root: Hash, proofs: dict[int, Inclusion], events: int
) -> Judgement:
    named = f"the checkpoint of {checkpoint.size:,} events"
    if any((each.size, each.root) == (checkpoint.size, checkpoint.root) for each in proofs.values()):
        return Judgement(checkpoint, True, f"{events:,} events were proved to be in the log of {named}")
    if chain.first_hole:
        return Judgement(checkpoint, False, f"{named} can’t be compared with a part of the log without proofs")
    if checkpoint.size > chain.position:
        return Judgement(checkpoint, False, f"{named} is of a longer log than this one of {chain.position:,}")
    if root != checkpoint.root and checkpoint.size:
        return Judgement(checkpoint, False, f"{named} has another root")
    return Judgement(checkpoint, True, f"the log begins with {named}")


def _told(number: int, line: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotTheLog(number, f"this is not JSON ({error})") from error
    if not isinstance(told, dict) or told.get("specversion") != "1.0":
        raise NotTheLog(number, "this is no CloudEvent of version 1.0")
    return told


def _place(number: int, told: dict[str, Any]) -> tuple[int, bytes]:
    """Position and hash, which every line has, a withheld one too."""
    try:
        digest = bytes.fromhex(told["eventhash"])
        position, version = int(told["sequence"]), int(told["streamversion"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotTheLog(number, "“sequence”, “streamversion” or “eventhash” is missing") from error
    if len(digest) != sha256().digest_size or position < 1 or version < 1 or "recordedtime" not in told:
        raise NotTheLog(number, "this is no event of an exported log")
    return position, digest


def _proofs(lines: Iterable[bytes]) -> Iterator[Inclusion]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _proof(number, line)


def _proof(number: int, line: bytes) -> Inclusion:
    try:
        told = orjson.loads(line)
        hashes = [base64.b64decode(each, validate=True) for each in (told["leaf_hash"], told["root"], *told["path"])]
        index, size = told["index"], told["size"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise NotTheLog(number, "this is no proof as `tracker prove` prints it") from error
    if not (isinstance(index, int) and isinstance(size, int) and {len(each) for each in hashes} == {HASH_BYTES}):
        raise NotTheLog(number, "this is no proof as `tracker prove` prints it")
    return Inclusion(index, size, hashes[0], hashes[1], tuple(hashes[2:]))


