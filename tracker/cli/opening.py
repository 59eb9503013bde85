"""The tracker a command works on: that of the environment."""

import os

import click

from tracker import bootstrap, db
from tracker.bootstrap import Tracker
from tracker.config import Settings


def opened() -> Tracker:
    """The tracker of the environment, whatever state its database is in; let go of when the command ends."""
    tracker = bootstrap.start(Settings.from_environment(os.environ))
    click.get_current_context().call_on_close(tracker.engine.dispose)
    return tracker


def ready() -> Tracker:
    """The tracker of the environment, with its database at this version's schema. Raises ClickException."""
    tracker = opened()
    require_schema(tracker)
    return tracker


def require_schema(tracker: Tracker) -> None:
    """Refuse a database that is not at this version's schema. Raises ClickException."""
    current, head = db.schema_version(tracker.engine)
    if current != head:
        raise click.ClickException("The database is not set up for this version; run `tracker init` first.")


def show(tracker: Tracker) -> None:
    """Wake the followers, and bring the views up to date before anybody looks; what is forgotten is gone as well."""
    position = tracker.store.position()
    tracker.announce(position)
    tracker.show(position)
    tracker.forget(tracker.engine)
