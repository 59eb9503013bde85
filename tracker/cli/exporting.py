"""Taking the log, or one story of it, elsewhere."""

from typing import Any

import click

from tracker.archive import cloudevents
from tracker.cli.opening import ready
from tracker.cli.telling import progress


@click.command()
@click.argument("story", required=False)
@click.option("--format", type=click.Choice(["cloudevents"]), default="cloudevents", show_default=True,
              expose_value=False)
@click.option("--output", type=click.File("wb"), default="-", help="File to write to.")
def export(story: str | None, output: Any) -> None:
    """Export the whole log, or one STORY's events, as CloudEvents (JSON Lines)."""
    tracker = ready()
    if story and not tracker.store.stream_version(f"story/{story}"):
        raise click.BadParameter(f"there is no story “{story}”", param_hint="STORY")
    total = tracker.store.position()
    with progress("Exporting", total) as advance:
        for n, line in enumerate(cloudevents.export(tracker.engine, f"story/{story}" if story else None), start=1):
            output.write(line)
            advance(n)
