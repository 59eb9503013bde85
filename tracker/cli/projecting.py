"""The views: brought up to date, made anew, compared with a replay."""

import json
import sys
from typing import Any

import click

from tracker.archive import checking
from tracker.cli import options
from tracker.cli.opening import ready
from tracker.cli.telling import counted, progress
from tracker.projections import following


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the views anew; the old ones serve until the new are whole.")
@click.option("--check", is_flag=True, help="Compare every view with a replay; exit code 1 where they differ.")
@options.JSON
def project(rebuild: bool, check: bool, as_json: bool) -> None:
    """Bring the views up to the end of the log."""
    tracker = ready()
    with progress("Projecting", tracker.store.position()) as advance:
        events = following.rebuild(tracker.engine, advance) if rebuild else following.catch_up(tracker.engine)
    told: dict[str, Any] = {"events": events, "rebuilt": rebuild}
    if check:
        with progress("Comparing", tracker.store.position()) as advance:
            streams, entries, found = checking.differences(tracker.engine, advance)
        told |= {"streams": streams, "entries": entries, "differences": [str(each) for each in found]}
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"{counted(events, 'event')} projected.")
        for difference in told.get("differences", []):
            click.echo(difference)
        if check:
            compared = f"{counted(told['entries'], 'entry', 'entries')} of {counted(told['streams'], 'stream')}"
            outcome = f"{len(told['differences']):,} differ." if told["differences"] else "all equal."
            click.echo(f"{compared} compared with a replay: {outcome}")
    if told.get("differences"):
        sys.exit(1)
