"""Two moments of a story compared."""

import json

import click
from rich.console import Console

from tracker.accounts.people import Principal, Role
from tracker.archive import compare as comparing
from tracker.cli import options
from tracker.cli.opening import ready
from tracker.db import reading
from tracker.printing import print_comparison
from tracker.projections.story_page import NoSuchStory


@click.command()
@click.argument("story")
@click.option("--from", "earlier", default="", metavar="T", help="The one moment.")
@click.option("--to", "later", default="", metavar="T", help="The other; now where it is left out.")
@click.option("--by", type=click.Choice(comparing.CLOCKS), default="known_at", show_default=True,
              help="What to go by; with `position`, T is a position of the log.")  # fmt: skip
@options.AS
@options.JSON
def compare(story: str, earlier: str, later: str, by: str, role: str, as_json: bool) -> None:
    """Say what was added, denied, corrected, met, answered in STORY between two moments, the gravest first.

    T is an exact time, or a date that means its end in TRACKER_TIMEZONE. Without moments: what became known last.
    """
    tracker = ready()
    between = comparing.read_between({"from": earlier, "to": later, "by": by}, tracker.zone)
    viewer = Principal("command-line", Role(role), frozenset())
    with reading(tracker.engine) as connection:
        try:
            told = comparing.compare(connection, story, viewer, tracker.clock(), tracker.zone, between)
        except NoSuchStory as error:
            raise click.BadParameter(f"there is no story “{story}”", param_hint="STORY") from error
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        print_comparison(told, Console(soft_wrap=True))
