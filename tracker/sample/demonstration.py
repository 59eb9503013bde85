"""The demo: a fresh database with the sample stories in it, and somebody of every role."""

import json
import secrets
from importlib.resources import files
from pathlib import Path

from tracker import db
from tracker.accounts import people, tokens
from tracker.accounts.people import Role
from tracker.alerts import subscribing
from tracker.alerts.rules import Rule
from tracker.archive import records
from tracker.bootstrap import Tracker
from tracker.config import ConfigurationError, Settings
from tracker.db import writing
from tracker.projections import read_positions

STORY = "attorney-general-contacts"
INVENTED = "weir-bridge"
_READ_UP_TO = {"attorney-general": "july-meeting", "weir-bridge": "holm-resigns"}
"""The sample stories by file, and the development of each that is the first to be new to its readers."""
_MARK = "this-folder-is-a-demo"
_RULES = {
    "What he said under oath": Rule(stories=(STORY,), about=("no-communications", "no-election-contact")),
    "Demands and answers": Rule(consequences=("demand_made", "demand_joined", "demand_answered", "demand_met")),
}
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
    """Make an account for each role and record the sample stories in two goes; the sign-ins, by role.

    The reporter and the editor have read the first, so that there is something new to both, and to be told of.
    """
    roles = _hire(tracker)
    for name, news in _READ_UP_TO.items():
        _record(tracker, _before(news, _lines(name)))
    _follow(tracker)
    for name in _READ_UP_TO:
        _record(tracker, _lines(name))
    return roles


def load(tracker: Tracker) -> None:
    """Record the sample story of real events through the same door as any file of records."""
    _record(tracker, _lines("attorney-general"))


def _hire(tracker: Tracker) -> dict[str, dict[str, str]]:
    roles = {}
    for role, name in _PEOPLE.items():
        password = secrets.token_urlsafe(9)
        with writing(tracker.engine) as connection:
            people.add_person(connection, name, Role(role), password, now=tracker.clock())
            token = tokens.create_token(connection, name, "demo", tracker.clock())
        roles[role] = {"user": name, "password": password, "token": token}
    return roles


def _follow(tracker: Tracker) -> None:
    """Somebody reads as far as the story goes, and subscribes to what may come of it."""
    position, now = tracker.store.position(), tracker.clock()
    an_hour_ago = subscribing.hours_later(now, -1)
    with writing(tracker.engine) as connection:
        for role in ("reporter", "editor"):
            for story in (STORY, INVENTED):
                read_positions.mark(connection, _PEOPLE[role], story, position, an_hour_ago)
        for name, rule in _RULES.items():
            asked = subscribing.Asked(name=name, rule=rule, imports=True)
            subscribing.subscribe(connection, _PEOPLE["reporter"], asked, now)


def _lines(name: str) -> list[bytes]:
    return files("tracker.sample").joinpath(f"{name}.jsonl").read_bytes().splitlines()


def _before(key: str, lines: list[bytes]) -> list[bytes]:
    return lines[: next(n for n, line in enumerate(lines) if json.loads(line).get("key") == key)]


def _record(tracker: Tracker, lines: list[bytes]) -> None:
    imported = records.import_records(tracker.handling, lines, by="ana", zone=tracker.zone, now=tracker.clock())
    if imported.problems:
        raise AssertionError(f"the sample story is refused: {imported.problems[0]}")
    tracker.show(tracker.store.position())
