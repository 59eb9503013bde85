"""What a newsroom sets before it starts: where the log is, who may be written to, which clock its dates mean."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from tracker.numbers import whole

SHORTEST_SECRET = 32
"""Characters a secret key has at least."""

_MAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_NUMBERS = re.compile(r"[0-9.]+")


class ConfigurationError(Exception):
    """A setting is missing or can't be right; one line that names it and says what would be."""


@dataclass(frozen=True)
class Settings:
    """The settings, each from the environment variable `TRACKER_` and its name in capitals."""

    database_url: str = field(repr=False)
    """`sqlite:///FILE` (default `sqlite:///tracker.db`) or `postgresql://USER:PASSWORD@HOST/NAME`."""
    redis_url: str = field(repr=False)
    """`redis://HOST:PORT/N` where the workers are woken; empty (the default): no workers, everything in one process."""
    secret_key: str = field(repr=False)
    """Signs sessions and wraps sealing keys; at least 32 characters. Required with PostgreSQL; left out with SQLite,
    one is made and kept in the file `secret-key` beside the database."""
    base_url: str
    """Where readers reach the site, without a slash at the end; links in alerts and feeds begin with it. Default
    `http://127.0.0.1:8000`."""
    smtp_url: str = field(repr=False)
    """`smtp://USER:PASSWORD@HOST:PORT` or `smtps://…` for mail; empty (the default): no mail is sent."""
    mail_from: str
    """Address that mail comes from. Default `tracker@` and the host of the base URL."""
    allowed_hosts: str
    """Host names, addresses and networks inside that webhooks may reach, such as `chat.example.org 10.1.0.0/16`; there
    http and any port will do. Empty (the default): the open internet only, by https."""
    apprise: bool
    """`yes` lets admins add channels through apprise, which opens its own connections past the guard. Default `no`."""
    timezone: str
    """The zone a bare date means, as in `America/New_York`. Default `UTC`."""
    documents: str
    """The folder that documents are kept in. Default `documents` beside a SQLite database, else where it is started."""
    origin: str
    """Name of this log in exports and signed checkpoints: one word, no plus signs. Default `story-tracker`."""

    witnesses: tuple[str, ...] = field(default=(), repr=False)
    """Where checkpoints of the log are sent, parted by spaces: `file:/FOLDER`, `mailto:ADDRESS`, `https://ADDRESS` (a
    POST), `rfc3161:https://AUTHORITY` (a time stamp). Empty (the default): nowhere."""
    witness_minutes: int = 60
    """Minutes between two checkpoints to the same witness. Default 60."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from variables such as `os.environ`; an empty one counts as left out.

        With SQLite and no secret key it reads or creates the file `secret-key`. Raises ConfigurationError.
        """

        def given(name: str, default: str = "") -> str:
            return environ.get(name, "").strip() or default

        database = _database(given("TRACKER_DATABASE_URL", "sqlite:///tracker.db"))
        base_url = _base_url(given("TRACKER_BASE_URL", "http://127.0.0.1:8000"))
        return cls(
            database_url=database.render_as_string(hide_password=False),
            redis_url=_url("TRACKER_REDIS_URL", given("TRACKER_REDIS_URL"), {"redis", "rediss", "unix"}),
            secret_key=_secret(given("TRACKER_SECRET_KEY"), database),
            base_url=base_url,
            smtp_url=_url("TRACKER_SMTP_URL", given("TRACKER_SMTP_URL"), {"smtp", "smtps"}),
            mail_from=_mail_from(given("TRACKER_MAIL_FROM"), base_url),
            allowed_hosts=given("TRACKER_ALLOWED_HOSTS"),
            apprise=_switch("TRACKER_APPRISE", given("TRACKER_APPRISE", "no")),
            timezone=_timezone(given("TRACKER_TIMEZONE", "UTC")),
            documents=given("TRACKER_DOCUMENTS") or _documents(database),
            origin=_origin(given("TRACKER_ORIGIN", "story-tracker")),
            witnesses=_witnesses(given("TRACKER_WITNESSES")),
            witness_minutes=_minutes("TRACKER_WITNESS_MINUTES", given("TRACKER_WITNESS_MINUTES", "60")),
        )


def _database(written: str) -> URL:
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        # No cause and no value: the URL may hold a password.
        raise ConfigurationError("TRACKER_DATABASE_URL is not a database URL, such as sqlite:///tracker.db") from None
    match url.drivername:
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite" | "sqlite+pysqlite" if url.host:
            raise ConfigurationError("TRACKER_DATABASE_URL names a host; a file takes three slashes: sqlite:///FILE")
        case "sqlite" | "sqlite+pysqlite" if url.query and not (url.database or "").startswith("file:"):
            raise ConfigurationError("TRACKER_DATABASE_URL can't have a question mark, but in a sqlite:///file: URI")
        case "sqlite" | "sqlite+pysqlite":
            return url.set(drivername="sqlite")
        case other:
            raise ConfigurationError(f"TRACKER_DATABASE_URL begins with {other}://; use sqlite:// or postgresql://")


def _url(name: str, written: str, schemes: set[str]) -> str:
    """A URL of one of these schemes as it was written, or nothing."""
    if written and _scheme(written) not in schemes:
        raise ConfigurationError(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in sorted(schemes))}")
    return written


def _scheme(written: str) -> str:
    try:
        return urlsplit(written).scheme if "://" in written else ""
    except ValueError:
        return ""


def _base_url(written: str) -> str:
    _url("TRACKER_BASE_URL", written, {"http", "https"})
    try:
        parts = urlsplit(written)
        complete = bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        complete = False
    if not complete:
        raise ConfigurationError("TRACKER_BASE_URL must be a plain address, such as https://stories.example.org")
    return written.rstrip("/")


def _mail_from(written: str, base_url: str) -> str:
    if not written:
        host = urlsplit(base_url).hostname or "localhost"
        return f"tracker@{f'[{host}]' if _NUMBERS.fullmatch(host) else host}"
    if not _MAIL.fullmatch(written):
        raise ConfigurationError("TRACKER_MAIL_FROM must be one address, such as stories@example.org")
    return written


def _switch(name: str, written: str) -> bool:
    if written not in {"yes", "no"}:
        raise ConfigurationError(f"{name} must be yes or no")
    return written == "yes"


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"TRACKER_TIMEZONE is {name!r}; use a name such as America/New_York") from error
    return name


def _witnesses(written: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(written.split()))
    for witness in named:
        if not witness.startswith(("file:/", "mailto:", "https://", "http://", "rfc3161:https://", "rfc3161:http://")):
            raise ConfigurationError(
                "TRACKER_WITNESSES holds file:/FOLDER, mailto:ADDRESS, https://ADDRESS or rfc3161:https://AUTHORITY,"
                " parted by spaces"
            )
    return named


def _minutes(name: str, written: str) -> int:
    minutes = whole(written, digits=6)
    if not minutes:
        raise ConfigurationError(f"{name} is a whole number of minutes, such as 60")
    return minutes


def _origin(name: str) -> str:
    # A signed note's first line is the origin, and its key names end at a plus sign or a space.
    if any(character.isspace() or character == "+" or not character.isprintable() for character in name):
        raise ConfigurationError("TRACKER_ORIGIN must be one word without spaces or plus signs")
    return name


def _documents(database: URL) -> str:
    file = database.database or ":memory:"
    if database.get_backend_name() != "sqlite" or file == ":memory:" or file.startswith("file:"):
        return "documents"
    return str(Path(file).resolve().parent / "documents")


def _secret(written: str, database: URL) -> str:
    if written:
        return _long_enough("TRACKER_SECRET_KEY", written)
    if database.get_backend_name() != "sqlite":
        raise ConfigurationError("TRACKER_SECRET_KEY is required with PostgreSQL: at least 32 random characters")
    file = database.database or ":memory:"
    if file == ":memory:":
        return secrets.token_urlsafe(48)
    if file.startswith("file:"):
        raise ConfigurationError("TRACKER_SECRET_KEY is required where the database is given as a file: URI")
    return _kept_secret(Path(file).resolve().parent / "secret-key")


def _kept_secret(path: Path) -> str:
    """The secret in this file, which is made on first use, readable by its owner only."""
    try:
        if not path.exists():
            _make_secret(path)
        return _long_enough(str(path), path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: the secret key can't be read or made there ({error})") from error


def _make_secret(path: Path) -> None:
    """Write the whole file beside, then link it: of two processes that start at once, both read the same secret."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{secrets.token_urlsafe(48)}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _long_enough(name: str, secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise ConfigurationError(f"{name} must have at least {SHORTEST_SECRET} characters; it has {len(secret)}")
    return secret
