"""The demo: a fresh database with the sample story in it, and somebody of every role."""

import secrets
from importlib.resources import files
from pathlib import Path

from tracker import db
from tracker.accounts import people, tokens
from tracker.accounts.people import Role
from tracker.archive import records
from tracker.bootstrap import Tracker
from tracker.config import ConfigurationError, Settings
from tracker.db import writing

STORY = "attorney-general-contacts"
_MARK = "this-folder-is-a-demo"
_PEOPLE = {"editor": "ana", "reporter": "ben", "archivist": "carla", "reader": "dora", "admin": "emil"}


def fresh(folder: Path, base_url: str) -> Settings:
    """Settings for an empty database in a folder; an earlier demo there is replaced, anything else is left alone.

    Raises ConfigurationError where the folder holds a database that is no demo's.
    """
    database = folder / "tracker.db"
    if database.exists() and not (folder / _MARK).exists():
        raise ConfigurationError(f"{database} is no demo's database; choose another --data folder.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("`tracker demo` replaces the database in this folder each time.\n")
    for name in ("tracker.db", "tracker.db-wal", "tracker.db-shm"):
        (folder / name).unlink(missing_ok=True)
    settings = Settings.from_environment(
        {"TRACKER_DATABASE_URL": f"sqlite:///{database.resolve()}", "TRACKER_BASE_URL": base_url}
    )
    db.migrate(settings.database_url)
    return settings


def fill(tracker: Tracker) -> dict[str, dict[str, str]]:
    """Load the sample story and make an account for each role; the sign-ins, by role."""
    load(tracker)
    roles = {}
    for role, name in _PEOPLE.items():
        password = secrets.token_urlsafe(9)
        with writing(tracker.engine) as connection:
            people.add_person(connection, name, Role(role), password, now=tracker.clock())
            token = tokens.create_token(connection, name, "demo", tracker.clock())
        roles[role] = {"user": name, "password": password, "token": token}
    return roles


def load(tracker: Tracker) -> records.Imported:
    """Import the sample story through the same door as any file of records."""
    lines = files("tracker.sample").joinpath("attorney-general.jsonl").read_bytes().splitlines()
    imported = records.import_records(tracker.handling, lines, by="ana", zone=tracker.zone, now=tracker.clock())
    if imported.problems:
        raise AssertionError(f"the sample story is refused: {imported.problems[0]}")
    tracker.show(tracker.store.position())
    return imported
