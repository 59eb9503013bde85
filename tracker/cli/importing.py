"""Bringing in a file of records, or an exported log."""

import json
from typing import Any

import click

from tracker.archive import cloudevents, records
from tracker.cli import options
from tracker.cli.opening import ready, show
from tracker.cli.telling import counted, fail, progress


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--format", "form", type=click.Choice(["records", "cloudevents"]), default="records", show_default=True)
@click.option("--story", default="", help="Where lines go that name no story.")
@click.option("--dry-run", is_flag=True, help="Decide every line and append nothing.")
@click.option("--keep-going", is_flag=True, help="Record the good lines although others are refused.")
@click.option("--by", default="import", show_default=True, help="Name that the log gives as who recorded it.")
@options.JSON
def import_(file: Any, form: str, story: str, dry_run: bool, keep_going: bool, by: str, as_json: bool) -> None:
    """Import a FILE of records, or an exported log."""
    tracker = ready()
    if form == "cloudevents":
        added = cloudevents.import_log(tracker.store, file)
        show(tracker)
        click.echo(json.dumps({"events": added}) if as_json else f"{added:,} events added; every hash checked.")
        return
    lines = file.readlines()
    with progress("Recording", len(lines)) as advance:
        done = records.import_records(
            tracker.handling, lines, by=by, zone=tracker.zone, now=tracker.clock(), story=story,
            keep_going=keep_going, dry_run=dry_run, progress=advance,
        )  # fmt: skip
    show(tracker)
    refused = bool(done.problems) and not keep_going
    _report_import(done, as_json, dry_run or refused)
    if refused:
        fail(f"{counted(len(done.problems))} refused, nothing was recorded; mend the file or use --keep-going.", 2)


def _report_import(done: records.Imported, as_json: bool, dry_run: bool) -> None:
    if as_json:
        problems = [{"line": each.line, "field": each.field, "message": each.message} for each in done.problems]
        click.echo(
            json.dumps({"lines": done.lines, "events": done.events, "repeated": done.repeated,
                        "correlation": done.correlation, "problems": problems})
        )  # fmt: skip
        return
    for problem in done.problems:
        click.echo(str(problem), err=True)
    would = "would be " if dry_run else ""
    click.echo(f"{done.lines:,} lines good, {done.events:,} events {would}added, {done.repeated:,} were known already, "
               f"{counted(len(done.problems))} refused.")
