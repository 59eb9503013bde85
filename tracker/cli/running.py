"""Setting up, serving, the workers, and how the installation fares."""

import json
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

import click

from tracker import bootstrap, db
from tracker.cli import options
from tracker.cli.opening import opened, ready, require_schema
from tracker.config import Settings
from tracker.doctor import findings
from tracker.sample import demonstration


@click.command()
def init() -> None:
    """Create or migrate the database at TRACKER_DATABASE_URL."""
    tracker = opened()
    db.migrate(tracker.settings.database_url)
    _, head = db.schema_version(tracker.engine)
    click.echo(f"The database is ready (schema {head}).")


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("demo-data"), show_default=True,
              help="Folder of the demo's database; an earlier demo in it is replaced.")
@click.option("--no-serve", is_flag=True, help="Load the sample story and exit.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON with the URL and the sign-ins.")
def demo(port: int, host: str, data: Path, no_serve: bool, as_json: bool) -> None:
    """Load the sample story into a fresh SQLite database and serve it."""
    if not no_serve:
        _require_free(host, port)
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
        click.echo(f"\n  A story of real events: {url}/stories/{demonstration.STORY}")
        click.echo(f"  An invented one, that moves for three weeks: {url}/stories/{demonstration.INVENTED}\n")
    tracker.engine.dispose()
    if not no_serve:
        sys.stdout.flush()
        _serve(settings, host, port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the web; with no TRACKER_REDIS_URL the workers as well, in the same process."""
    tracker = opened()
    require_schema(tracker)
    tracker.engine.dispose()
    _require_free(host, port)
    click.echo(f"Serving at http://{host}:{port}; Ctrl-C ends it.")
    sys.stdout.flush()
    _serve(tracker.settings, host, port)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def worker(arguments: tuple[str, ...]) -> None:
    """Run a Celery worker (needs TRACKER_REDIS_URL); further arguments go to Celery."""
    _require_redis()
    ready().engine.dispose()
    _celery("worker", "--loglevel=INFO", *arguments)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def beat(arguments: tuple[str, ...]) -> None:
    """Run the Celery timetable (needs TRACKER_REDIS_URL); further arguments go to Celery."""
    _require_redis()
    # The timetable is swept every few seconds: there is no schedule worth keeping on disk.
    _celery("beat", "--loglevel=INFO", "--scheduler=celery.beat:Scheduler", *arguments)


@click.command()
@options.JSON
def doctor(as_json: bool) -> None:
    """Check database, migrations, Redis, the workers' lag and keys, and say what to do."""
    found = findings(opened())
    if as_json:
        click.echo(json.dumps([{"what": each.what, "well": each.well, "said": each.said} for each in found]))
    else:
        for each in found:
            click.echo(f"{'ok ' if each.well else '!! '} {each.what:<12} {each.said}")
    if not all(each.well for each in found):
        sys.exit(1)


def _serve(settings: Settings, host: str, port: int) -> None:
    from tracker.serving import (
        run,  # gunicorn needs a Unix; every other command runs without
    )

    run(settings, host, port)


def _celery(*arguments: str) -> NoReturn:
    """Become Celery, so that a signal to this process is a signal to it."""
    os.execv(sys.executable, [sys.executable, "-m", "celery", "-A", "workers.app", *arguments])  # noqa: S606


def _require_free(host: str, port: int) -> None:
    """Refuse an address that somebody else serves at, before anything is done. Raises ClickException."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"Can't serve at {host}:{port} ({reason}); choose another --port.") from error


def _require_redis() -> None:
    if not Settings.from_environment(os.environ).redis_url:
        raise click.ClickException("Set TRACKER_REDIS_URL first; without it `tracker serve` runs the workers itself.")
