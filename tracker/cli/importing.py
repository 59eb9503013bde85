"""Bringing in a file of records, an exported log, or a file in somebody else's format; and taking it back."""

import json
from pathlib import PurePath
from typing import IO, Any

import click

from tracker.archive import batches, cloudevents, records
from tracker.archive.imports import formats
from tracker.archive.imports.drafting import Draft, Drafts, NotThatFormat
from tracker.bootstrap import Tracker
from tracker.cli import options
from tracker.cli.opening import ready, show
from tracker.cli.telling import counted, fail, progress
from tracker.db import reading
from tracker.handling import RefusedIn
from tracker.intake import read


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--format", "form", type=click.Choice(["records", "cloudevents", *formats.NAMES]), default="records",
              show_default=True)
@click.option("--story", default="", help="Where lines go that name no story; opened if it is not there.")
@click.option("--map", "mapped", multiple=True, metavar="FIELD=COLUMN",
              help="csv: what a column is; without it, columns are matched by their names.")
@click.option("--dry-run", is_flag=True, help="Decide every line and append nothing.")
@click.option("--keep-going", is_flag=True, help="Record the good lines although others are refused.")
@options.BY
@options.JSON
def import_(
    file: IO[bytes], form: str, story: str, mapped: tuple[str, ...], dry_run: bool, keep_going: bool, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Import a FILE of records, an exported log, or another format (docs/formats.md)."""
    tracker = ready()
    if form == "cloudevents":
        added = cloudevents.import_log(tracker.store, file)
        show(tracker)
        said = f"{counted(added, 'event')} added; every hash checked."
        click.echo(json.dumps({"events": added}) if as_json else said)
        return
    if form == "records":
        done = _import_records(tracker, file.readlines(), by, story, keep_going, dry_run)
    else:
        done = _import_drafts(tracker, _drafts(tracker, file, form, mapped, story), by, story, keep_going, dry_run)
    show(tracker)
    refused = bool(done.problems) and not keep_going
    _report_import(done, as_json, dry_run or refused)
    if refused:
        problems = counted(len(done.problems), "problem")
        fail(f"{problems} refused, nothing was recorded; mend the file or use --keep-going.", 2)


@click.command("undo-import")
@click.argument("correlation")
@click.option("--reason", default="The import was taken back.", show_default=True)
@options.BY
def undo_import(correlation: str, reason: str, by: str) -> None:
    """Retract every development of an import; CORRELATION is what the import printed."""
    tracker = ready()
    with reading(tracker.engine) as connection:
        listed = batches.brought(connection, correlation)
    if not listed:
        raise click.BadParameter(f"no import has brought anything under “{correlation}”", param_hint="CORRELATION")
    undone = batches.undoing(listed, correlation, reason)
    requests = [
        request for record in undone for request in read(record, zone=tracker.zone, now=tracker.clock())
    ]
    with progress("Retracting", len(requests)) as advance:
        for start in range(0, len(requests), records.LARGEST_TRANSACTION):
            try:
                tracker.handling.handle(requests[start : start + records.LARGEST_TRANSACTION], by)
            except RefusedIn as refused:
                fail(str(refused), 2)
            advance(start)
    show(tracker)
    click.echo(f"{len(undone):,} of {len(listed):,} taken back; the rest no longer stood.")


def _import_records(
    tracker: Tracker, lines: list[bytes], by: str, story: str, keep_going: bool, dry_run: bool
) -> records.Imported:
    with progress("Recording", len(lines)) as advance:
        return records.import_records(
            tracker.handling, lines, by=by, zone=tracker.zone, now=tracker.clock(), story=story,
            keep_going=keep_going, dry_run=dry_run, progress=advance,
        )  # fmt: skip


def _import_drafts(
    tracker: Tracker, drafts: Drafts, by: str, story: str, keep_going: bool, dry_run: bool
) -> records.Imported:
    with progress("Recording", len(drafts.drafts)) as advance:
        return records.import_drafts(
            tracker.handling, drafts, by=by, zone=tracker.zone, now=tracker.clock(), story=story,
            keep_going=keep_going, dry_run=dry_run, progress=advance,
        )  # fmt: skip


def _drafts(tracker: Tracker, file: IO[bytes], form: str, mapped: tuple[str, ...], story: str) -> Drafts:
    """What the file says; a story that is not there is opened under the title the file gives itself."""
    if not story:
        raise click.UsageError(f"say with --story where a file of {form} goes")
    try:
        drafts = formats.read(form, file.read(), dict(_column_and_field(each) for each in mapped))
    except NotThatFormat as error:
        raise click.BadParameter(f"{getattr(file, 'name', 'FILE')}: {error}", param_hint="FILE") from error
    if tracker.store.stream_version(f"story/{story}"):
        return drafts
    title = drafts.title or PurePath(getattr(file, "name", "") or story).stem
    opening = Draft(0, {"type": "story.opened", "story": story, "title": title[:500]})
    return Drafts(drafts.unit, (opening, *drafts.drafts), drafts.title)


def _column_and_field(mapped: str) -> tuple[str, str]:
    field, given, column = mapped.partition("=")
    if not given:
        raise click.BadParameter(f"“{mapped}” is not FIELD=COLUMN", param_hint="--map")
    return column, field


def _report_import(done: records.Imported, as_json: bool, dry_run: bool) -> None:
    if as_json:
        problems = [{"line": each.line, "field": each.field, "message": each.message} for each in done.problems]
        told: dict[str, Any] = {
            "lines": done.lines, "events": done.events, "repeated": done.repeated,
            "correlation": done.correlation, "problems": problems,
        }  # fmt: skip
        counts = {"left_out": dict(done.left_out), "from_markup": dict(done.from_markup)}
        click.echo(json.dumps(told | {name: counted for name, counted in counts.items() if counted}))
        return
    for problem in done.problems:
        click.echo(str(problem), err=True)
    for name, number in sorted(done.left_out.items()):
        click.echo(f"left out: {name} ({number:,} times); no record can hold it.", err=True)
    for name, number in sorted(done.from_markup.items()):
        click.echo(f"HTML read as plain text: {name} ({number:,} times).", err=True)
    would = "would be " if dry_run else ""
    click.echo(f"{counted(done.lines, 'line')} good, {counted(done.events, 'event')} {would}added, "
               f"{done.repeated:,} known already, {counted(len(done.problems), 'problem')} refused.")
    if done.events and not dry_run:
        click.echo(f"To take it back: tracker undo-import {done.correlation}")
