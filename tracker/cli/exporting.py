"""Taking the log, or one story of it, elsewhere."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import click
from sqlalchemy import Connection

from tracker.accounts.people import Principal, Role
from tracker.archive import cloudevents, evidence
from tracker.archive.exports import deposit
from tracker.archive.exports.formats import FORMATS
from tracker.archive.exports.told import Telling, tell
from tracker.bootstrap import Tracker
from tracker.cli import options
from tracker.cli.opening import ready
from tracker.cli.telling import progress
from tracker.db import reading
from tracker.projections.story_page import NoSuchStory


@click.command()
@click.argument("story", required=False)
@click.option("--format", "form", type=click.Choice(["cloudevents", *FORMATS, "bagit"]), default="cloudevents",
              show_default=True)
@click.option("--output", default="-", metavar="FILE",
              help="Where to write; for bagit an empty folder, or a file that ends in .zip.")
@click.option("--as", "role", type=options.ROLES, default="reader", show_default=True,
              help="What this role may see; the log as cloudevents is always whole.")
def export(story: str | None, form: str, output: str, role: str) -> None:
    """Export all stories, or one STORY. What a format can't express: docs/formats.md."""
    tracker = ready()
    if form == "cloudevents":
        _export_log(tracker, story, output)
        return
    viewer = Principal("command-line", Role(role), frozenset())
    with reading(tracker.engine) as connection:
        try:
            telling = tell(connection, story, viewer, tracker.clock(), tracker.zone, tracker.settings.base_url)
        except NoSuchStory as error:
            raise click.BadParameter(
                f"there is no story “{story}” that a {role} may see", param_hint="STORY"
            ) from error
        if form == "bagit":
            _export_bag(connection, tracker, telling, viewer, output)
            return
    with _opened(output) as held:
        held.write(FORMATS[form].write(telling))


def _export_log(tracker: Tracker, story: str | None, output: str) -> None:
    if story and not tracker.store.stream_version(f"story/{story}"):
        raise click.BadParameter(f"there is no story “{story}”", param_hint="STORY")
    lines = cloudevents.export(tracker.engine, f"story/{story}" if story else None)
    with _opened(output) as held, progress("Exporting", tracker.store.position()) as advance:
        for n, line in enumerate(lines, start=1):
            held.write(line)
            advance(n)


def _export_bag(connection: Connection, tracker: Tracker, telling: Telling, viewer: Principal, output: str) -> None:
    log = deposit.log_of(connection, telling, viewer, telling.now)
    positions = deposit.positions_of(connection, telling)
    proofs = evidence.files(tracker.engine, tracker.settings, tracker.clock(), positions)
    documents = deposit.documents_of(telling, tracker.documents)
    if output == "-" or output.endswith(".zip"):
        with _opened(output) as held:
            held.write(deposit.zipped_bag(telling, log, evidence=proofs, documents=documents))
    else:
        deposit.write_bag(Path(output), telling, log, evidence=proofs, documents=documents)


def _opened(output: str) -> AbstractContextManager[IO[bytes]]:
    return click.open_file(output, "wb")
