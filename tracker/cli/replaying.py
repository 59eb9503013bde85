"""A story as it stood, on any clock."""

import json
import sys

import click
from rich.console import Console

from tracker.accounts.people import Principal, Role
from tracker.archive import asking
from tracker.cli import options
from tracker.cli.opening import ready
from tracker.db import reading
from tracker.printing import print_story
from tracker.projections.presentation import document
from tracker.projections.story_page import NoSuchStory


@click.command()
@click.argument("story")
@click.option("--known-at", default="", metavar="T", help="With what the newsroom knew at T.")
@click.option("--recorded-at", default="", metavar="T", help="With what was recorded by T.")
@click.option("--position", default="", metavar="N", help="Up to position N of the log.")
@click.option("--occurred-by", default="", metavar="T", help="Say of each development whether it had happened by T.")
@click.option("--public-at", default="", metavar="T", help="Say of each development whether it was public at T.")
@options.AS
@options.JSON
def replay(story: str, role: str, as_json: bool, **clocks: str) -> None:
    """Show STORY as it stood. T is an exact time, or a date that means its end in TRACKER_TIMEZONE."""
    tracker = ready()
    asked = asking.read_asked(clocks, tracker.zone)
    viewer = Principal("command-line", Role(role), frozenset())
    with reading(tracker.engine) as connection:
        try:
            scene = asking.scene(connection, story, viewer, tracker.clock(), tracker.zone, asked)
        except NoSuchStory as error:
            raise click.BadParameter(f"there is no story “{story}”", param_hint="STORY") from error
    told = document(scene)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        print_story(told, Console(file=sys.stdout))
