"""A PostgreSQL that can be killed and started again; what it acknowledged is out of its hands, with the machine."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import _as, _at_the_end, _binaries, _reachable, until

_NOBODY = "nobody"


class Crashing:
    """The server in a folder of its own; `url` is that of its empty database `postgres`."""

    def __init__(self, home: Path) -> None:
        self._user = _NOBODY if os.geteuid() == 0 else None
        self._binaries, self._data = _reachable(_binaries(), home, self._user), home / "data"
        self._data.mkdir(mode=0o700)
        if self._user:
            shutil.chown(self._data, self._user)
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync")
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._data}"

    def start(self) -> None:
        """Start, and start again: a backend that is still at work makes the first try fail."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self._data} -c fsync=off -c shared_buffers=16MB"
        until(lambda: self._try("pg_ctl", "--wait", f"--log={self._data / 'log'}", f"--options={options}", "start"))

    def kill(self, *, children: bool) -> None:
        """Kill the server's first process, and at once all that it started if `children`."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        for process in [first, *(_started_by(first) if children else [])]:
            os.kill(process, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{first}").exists())

    @contextmanager
    def running(self) -> Iterator[None]:
        """Started here, and surely stopped at the end."""
        stop = (self._binaries / "pg_ctl", "--pgdata", self._data, "--mode=immediate", "stop")
        with _at_the_end(*stop, user=self._user):
            self.start()
            yield

    def _run(self, program: str, *arguments: str) -> None:
        assert self._try(program, *arguments), f"{program} failed"

    def _try(self, program: str, *arguments: str) -> bool:
        done = subprocess.run(
            [self._binaries / program, "--pgdata", self._data, *arguments], cwd=self._data,
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, **_as(self._user),
        )  # fmt: skip
        return done.returncode == 0


@contextmanager
def crashing_postgres() -> Iterator[Crashing]:
    """A PostgreSQL to kill, running."""
    home = Path(tempfile.mkdtemp(prefix="tracker-crash-"))
    home.chmod(0o755)
    try:
        server = Crashing(home)
        with server.running():
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _started_by(parent: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == parent:
            found.append(int(each.parent.name))
    return found
