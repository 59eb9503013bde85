"""The command line: set up, serve, import, export, replay, check. Bad input is one line and exit code 2."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sqlalchemy.exc import DatabaseError

from tracker import bootstrap, db
from tracker.accounts import people, tokens
from tracker.accounts.errors import AccountsError
from tracker.accounts.people import Principal, Role
from tracker.archive import asking, checking, cloudevents, records
from tracker.bootstrap import Tracker
from tracker.config import ConfigurationError, Settings
from tracker.db import reading, writing
from tracker.doctor import findings
from tracker.eventstore.errors import EventStoreError
from tracker.printing import print_story
from tracker.projections import following
from tracker.projections.presentation import document
from tracker.projections.story_page import NoSuchStory
from tracker.sample import demonstration

_ROLES = click.Choice([role.value for role in Role])
_AS = click.option("--as", "role", type=_ROLES, default="archivist", show_default=True,
                   help="See with this role's eyes.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def main() -> NoReturn:
    """Run a command; whatever a person can mend is one line on stderr and exit code 2."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _fail("Stopped.", 130)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except (ConfigurationError, AccountsError, EventStoreError, asking.BadQuestion, cloudevents.NotTheLog) as error:
        _fail(str(error), 2)
    except DatabaseError as error:
        _fail(f"The database answered: {str(error.orig).splitlines()[0]}; `tracker doctor` says what to do.", 2)
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), 2)
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(version("newsroom-story-tracker"), prog_name="tracker")
def cli() -> None:
    """The newsroom's memory: what happened, who said what, and what was known when."""


@cli.command()
def init() -> None:
    """Create or migrate the database at TRACKER_DATABASE_URL."""
    tracker = _tracker()
    db.migrate(tracker.settings.database_url)
    _, head = db.schema_version(tracker.engine)
    click.echo(f"The database is ready (schema {head}).")


@cli.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-data"), show_default=True,
              help="Folder of the demo's database; an earlier demo in it is replaced.")
@click.option("--no-serve", is_flag=True, help="Load the sample story and exit.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON with the URL and the sign-ins.")
def demo(port: int, host: str, data: Path, no_serve: bool, as_json: bool) -> None:
    """Load the sample story into a fresh SQLite database and serve it."""
    url = f"http://{host}:{port}"
    settings = demonstration.fresh(data, url)
    tracker = bootstrap.start(settings)
    roles = demonstration.fill(tracker)
    if as_json:
        click.echo(json.dumps({"url": url, "roles": roles}))
    else:
        click.echo(f"\n  The newsroom's memory is at  {url}\n")
        for role, account in roles.items():
            click.echo(f"    {role:<10} sign in as {account['user']:<10} password {account['password']}")
        click.echo(f"\n  The sample story: {url}/stories/{demonstration.STORY}\n")
    tracker.engine.dispose()
    if not no_serve:
        sys.stdout.flush()
        _serve(settings, host, port)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the web; with no TRACKER_REDIS_URL the workers as well, in the same process."""
    tracker = _tracker()
    _require_schema(tracker)
    tracker.engine.dispose()
    _serve(tracker.settings, host, port)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def worker(arguments: tuple[str, ...]) -> None:
    """Run a Celery worker (needs TRACKER_REDIS_URL); further arguments go to Celery."""
    _celery("worker", "--loglevel=INFO", *arguments)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def beat(arguments: tuple[str, ...]) -> None:
    """Run the Celery timetable (needs TRACKER_REDIS_URL); further arguments go to Celery."""
    with tempfile.TemporaryDirectory(prefix="tracker-beat-") as folder:
        _celery("beat", "--loglevel=INFO", f"--schedule={folder}/schedule", *arguments)


@cli.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--format", "form", type=click.Choice(["records", "cloudevents"]), default="records", show_default=True)
@click.option("--story", default="", help="Where lines go that name no story.")
@click.option("--dry-run", is_flag=True, help="Decide every line and append nothing.")
@click.option("--keep-going", is_flag=True, help="Record the good lines although others are refused.")
@click.option("--by", default="import", show_default=True, help="Name that the log gives as who recorded it.")
@_JSON
def import_(file: Any, form: str, story: str, dry_run: bool, keep_going: bool, by: str, as_json: bool) -> None:
    """Import a FILE of records, or an exported log."""
    tracker = _ready()
    if form == "cloudevents":
        added = cloudevents.import_log(tracker.store, file)
        _show(tracker)
        click.echo(json.dumps({"events": added}) if as_json else f"{added:,} events added; every hash checked.")
        return
    lines = file.readlines()
    with _progress("Recording", len(lines)) as advance:
        done = records.import_records(
            tracker.handling, lines, by=by, zone=tracker.zone, now=tracker.clock(), story=story,
            keep_going=keep_going, dry_run=dry_run, progress=advance,
        )  # fmt: skip
    _show(tracker)
    refused = bool(done.problems) and not keep_going
    _report_import(done, as_json, dry_run or refused)
    if refused:
        _fail(f"{_lines(len(done.problems))} refused, nothing was recorded; mend the file or use --keep-going.", 2)


@cli.command()
@click.argument("story", required=False)
@click.option("--format", type=click.Choice(["cloudevents"]), default="cloudevents", show_default=True,
              expose_value=False)
@click.option("--output", type=click.File("wb"), default="-", help="File to write to.")
def export(story: str | None, output: Any) -> None:
    """Export the whole log, or one STORY's events, as CloudEvents (JSON Lines)."""
    tracker = _ready()
    if story and not tracker.store.stream_version(f"story/{story}"):
        raise click.BadParameter(f"there is no story “{story}”", param_hint="STORY")
    total = tracker.store.position()
    with _progress("Exporting", total) as advance:
        for n, line in enumerate(cloudevents.export(tracker.engine, f"story/{story}" if story else None), start=1):
            output.write(line)
            advance(n)


@cli.command()
@click.argument("story")
@click.option("--known-at", default="", metavar="T", help="With what the newsroom knew at T.")
@click.option("--recorded-at", default="", metavar="T", help="With what was recorded by T.")
@click.option("--position", default="", metavar="N", help="Up to position N of the log.")
@click.option("--occurred-by", default="", metavar="T", help="Say of each development whether it had happened by T.")
@click.option("--public-at", default="", metavar="T", help="Say of each development whether it was public at T.")
@_AS
@_JSON
def replay(story: str, role: str, as_json: bool, **clocks: str) -> None:
    """Show STORY as it stood. T is an exact time, or a date that means its end in TRACKER_TIMEZONE."""
    tracker = _ready()
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


@cli.command()
@click.option("--rebuild", is_flag=True, help="Make the views anew; the old ones serve until the new are whole.")
@click.option("--check", is_flag=True, help="Compare every view with a replay; exit code 1 where they differ.")
@_JSON
def project(rebuild: bool, check: bool, as_json: bool) -> None:
    """Bring the views up to the end of the log."""
    tracker = _ready()
    with _progress("Projecting", tracker.store.position()) as advance:
        events = following.rebuild(tracker.engine, advance) if rebuild else following.catch_up(tracker.engine)
    told: dict[str, Any] = {"events": events, "rebuilt": rebuild}
    if check:
        with _progress("Comparing", len(tracker.store.streams())) as advance:
            streams, entries, found = checking.differences(tracker.engine, advance)
        told |= {"streams": streams, "entries": entries, "differences": [str(each) for each in found]}
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"{events:,} events projected.")
        for difference in told.get("differences", []):
            click.echo(difference)
        if check:
            click.echo(f"{told['entries']:,} entries of {told['streams']:,} streams compared with a replay: "
                       + (f"{len(told['differences']):,} differ." if told["differences"] else "all equal."))
    if told.get("differences"):
        sys.exit(1)


@cli.group()
def users() -> None:
    """Accounts."""


@users.command("add")
@click.argument("name")
@click.option("--role", type=_ROLES, required=True)
@click.option("--desk", "desks", multiple=True, help="A desk the editor works on; none: every desk.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(name: str, role: str, desks: tuple[str, ...], password_stdin: bool) -> None:
    """Add an account; without --password-stdin a password is made and shown once."""
    tracker = _ready()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with writing(tracker.engine) as connection:
        people.add_person(connection, name, Role(role), password, desks, now=tracker.clock())
    shown = "" if password_stdin else f" Password: {password}"
    click.echo(f"{name} is {'an' if role[0] in 'ae' else 'a'} {role}.{shown}")


@users.command("list")
def list_users() -> None:
    """List the accounts."""
    tracker = _ready()
    with reading(tracker.engine) as connection:
        for person in people.list_people(connection):
            state = "disabled" if person.disabled_at else "active"
            click.echo(f"{person.name:<24} {person.role.value:<10} {state:<9} {', '.join(sorted(person.desks))}")


@cli.group("tokens")
def tokens_() -> None:
    """Tokens for the API."""


@tokens_.command("create")
@click.argument("name")
@click.option("--label", default="command line", show_default=True)
def create_token(name: str, label: str) -> None:
    """Create a token for an account; it is shown once."""
    tracker = _ready()
    with writing(tracker.engine) as connection:
        click.echo(tokens.create_token(connection, name, label, tracker.clock()))


@cli.command()
@_JSON
def doctor(as_json: bool) -> None:
    """Check database, migrations, Redis, the workers' lag and keys, and say what to do."""
    found = findings(_tracker())
    if as_json:
        click.echo(json.dumps([{"what": each.what, "well": each.well, "said": each.said} for each in found]))
    else:
        for each in found:
            click.echo(f"{'ok ' if each.well else '!! '} {each.what:<12} {each.said}")
    if not all(each.well for each in found):
        sys.exit(1)


def _tracker() -> Tracker:
    return bootstrap.start(Settings.from_environment(os.environ))


def _ready() -> Tracker:
    tracker = _tracker()
    _require_schema(tracker)
    return tracker


def _require_schema(tracker: Tracker) -> None:
    current, head = db.schema_version(tracker.engine)
    if current != head:
        raise click.ClickException("The database is not set up for this version; run `tracker init` first.")


def _show(tracker: Tracker) -> None:
    """Wake the followers, and bring the views up to date before anybody looks."""
    position = tracker.store.position()
    tracker.announce(position)
    tracker.show(position)


def _serve(settings: Settings, host: str, port: int) -> None:
    from tracker.serving import (
        run,  # gunicorn needs a Unix; every other command runs without
    )

    run(settings, host, port)


def _celery(*arguments: str) -> None:
    if not Settings.from_environment(os.environ).redis_url:
        raise click.ClickException("Set TRACKER_REDIS_URL first; without it `tracker serve` runs the workers itself.")
    command = [sys.executable, "-m", "celery", "-A", "workers.app", *arguments]
    done = subprocess.run(command, check=False)  # noqa: S603
    sys.exit(done.returncode)


def _report_import(done: records.Imported, as_json: bool, dry_run: bool) -> None:
    if as_json:
        problems = [{"line": each.line, "field": each.field, "message": each.message} for each in done.problems]
        click.echo(json.dumps({"lines": done.lines, "events": done.events, "repeated": done.repeated,
                               "correlation": done.correlation, "problems": problems}))
        return
    for problem in done.problems:
        click.echo(str(problem), err=True)
    would = "would be " if dry_run else ""
    click.echo(f"{done.lines:,} lines good, {done.events:,} events {would}added, {done.repeated:,} were known already, "
               f"{_lines(len(done.problems))} refused.")


def _lines(number: int) -> str:
    return f"{number:,} problem{'' if number == 1 else 's'}"


@contextmanager
def _progress(what: str, total: int) -> Iterator[Any]:
    """A progress bar on stderr where somebody watches; gives a function that takes how far it has got."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(" ".join(message.split()), err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
