"""Checkpoints, proofs and checks of the log, for those who have to believe it."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from tracker.archive import bundles, checkpoints, proving, signing_keys, verifications, verifying
from tracker.archive.notes import NotANote, Verifier
from tracker.archive.verifying import Report
from tracker.cli import options
from tracker.cli.opening import ready
from tracker.cli.telling import counted, progress, stages
from tracker.db import reading, writing

_KEPT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--key", is_flag=True, help="Print the key that others check the signature with.")
@click.option("--new-key", is_flag=True, help="Sign with a new key from now on; this once with the old one as well.")
@options.JSON
def checkpoint(key: bool, new_key: bool, as_json: bool) -> None:
    """Print the log's signed checkpoint (C2SP tlog-checkpoint): how long it is, and its root."""
    tracker = ready()
    note = checkpoints.signed(tracker.engine, tracker.settings, tracker.clock(), new_key=new_key)
    with reading(tracker.engine) as connection:
        keys = [str(verifier) for verifier in signing_keys.verifiers(connection)]
    told = checkpoints.document(note, keys)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"{keys[0]}\n" if key else str(note), nl=False)


@click.command()
@click.argument("event_id")
@click.option("--size", type=click.IntRange(1), help="In the log as it was with so many events.")
@options.JSON
def prove(event_id: str, size: int | None, as_json: bool) -> None:
    """Prove that the event with EVENT_ID is in the log (an RFC 6962 inclusion proof)."""
    tracker = ready()
    with reading(tracker.engine) as connection:
        try:
            proof = proving.inclusion(connection, event_id, size)
        except proving.NoSuchEvent as error:
            raise click.BadParameter(f"no event of this log has the id “{event_id}”", param_hint="EVENT_ID") from error
    told = proof.document()
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"Position {proof.index + 1:,} of the first {counted(proof.size, 'event')}: leaf {told['leaf_hash']}")
    for step in told["path"]:
        click.echo(f"  with {step}")
    click.echo(f"gives the root {told['root']}")


@click.command()
@click.option("--bundle", type=click.Path(exists=True, path_type=Path), metavar="FILE",
              help="Check an exported log, or a deposit (folder or ZIP), instead of the database.")
@click.option("--against", "kept", type=_KEPT, multiple=True, metavar="CHECKPOINT",
              help="A checkpoint kept elsewhere: a file as `tracker checkpoint` prints it.")
@click.option("--key", "given", multiple=True, metavar="KEY", help="A key that checkpoints are signed with; otherwise "
              "those of this log.")  # fmt: skip
@click.option("--log-only", is_flag=True, help="Leave out the comparison of the views with a replay.")
@options.JSON
def verify(bundle: Path | None, kept: tuple[Path, ...], given: tuple[str, ...], log_only: bool, as_json: bool) -> None:
    """Check the whole log: places, chains, hashes, tree, kept checkpoints, views. Exit code 1 where one fails."""
    try:
        keys = [Verifier.read(each) for each in given]
    except NotANote as error:
        raise click.BadParameter(str(error), param_hint="--key") from error
    notes = [path.read_text(encoding="utf-8", errors="replace") for path in kept]
    report = _of_bundle(bundle, notes, keys) if bundle else _of_database(notes, keys, views=not log_only)
    told = document(report)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in in_words(report, bundle=bundle is not None):
            click.echo(line)
    if not report.well:
        sys.exit(1)


def _of_database(notes: list[str], keys: list[Verifier], *, views: bool) -> Report:
    tracker = ready()
    rounds = ("The log", "The views")[: 2 if views else 1]
    with stages(tracker.store.position(), *rounds) as advance:
        told = dict(zip(("progress", "compared"), advance, strict=False))
        report = verifying.verify_all(tracker.engine, notes, keys, views=views, **told)
    with writing(tracker.engine) as connection:
        verifications.keep(connection, report, tracker.clock(), "command-line")
    return report


def _of_bundle(path: Path, notes: list[str], keys: list[Verifier]) -> Report:
    with bundles.open_bundle(path) as bundle, progress("Checking", 0) as advance:
        report = bundles.verify_all(bundle, notes, keys, advance)
    if report.well and not report.events:
        raise click.BadParameter(f"there is no event in {path}, and so nothing to check", param_hint="--bundle")
    return report


def document(report: Report) -> dict[str, Any]:
    """A report as plain values."""
    return {
        "ok": report.well, "events": report.events, "streams": report.streams, "size": report.size,
        "root": proving.encoded(report.root), "first_wrong": report.first_wrong, "entries": report.entries,
        "problems": [{"position": each.position, "kind": each.kind, "what": each.what} for each in report.problems],
        "checkpoints": [
            {"size": each.checkpoint.size, "ok": each.holds, "signed": each.signed, "said": each.said}
            for each in report.judgements
        ],
    }  # fmt: skip


def in_words(report: Report, *, bundle: bool) -> list[str]:
    """A report for a person, what is wrong last, where the eye rests."""
    lines = [f"{counted(report.events, 'event')} of {counted(report.streams, 'stream')} read"]
    if report.size:
        lines.append(f"root of the first {report.size:,}: {proving.encoded(report.root)}")
    elif bundle and report.events:
        lines.append("a part of the log: each event is checked by itself, what is not in here can’t be missed")
    lines += [each.said + ("" if each.signed else " (its signature was not checked: give --key)")
              for each in report.judgements if each.holds]  # fmt: skip
    if report.entries is not None:
        lines.append(f"{counted(report.entries, 'entry', 'entries')} of the views compared with a replay")
    if report.well:
        lines.append("All as it was written: places, chains, hashes" + ("." if bundle else ", tree and head."))
        if not report.judgements:
            lines.append("A log rewritten from end to end, or set back, agrees with itself: give --against a "
                         "checkpoint that was kept elsewhere.")  # fmt: skip
    lines += [str(each) for each in report.problems]
    if report.first_wrong:
        lines.append(f"The first wrong position: {report.first_wrong:,}")
    return lines
