"""A wire to PostgreSQL that can be cut between the commit and the word of it."""

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

_COMMITTED = b"C\0\0\0\x0bCOMMIT\0"
"""The server's message that a transaction is committed."""


class Wire:
    """Passes bytes between clients of `url` and the server; once `cut` is set, the word of the next commit is lost."""

    def __init__(self, server: str, folder: Path) -> None:
        self.cut = threading.Event()
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._open = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._open += [client, server]
                threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
                threading.Thread(target=self._pass_back, args=(server, client), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := client.recv(65536):
                server.sendall(said)
            server.shutdown(socket.SHUT_RDWR)

    def _pass_back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(65536):
                if self.cut.is_set() and _COMMITTED in said:
                    self.cut.clear()
                    break
                client.sendall(said)
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(url: str) -> Iterator[tuple[str, Wire]]:
    """A wire to the server behind this URL, and the URL that goes through it."""
    server = make_url(url)
    folder = Path(tempfile.mkdtemp(prefix="tracker-wire-"))
    between = Wire(f"{server.query['host']}/.s.PGSQL.5432", folder)
    try:
        yield server.update_query_dict({"host": str(folder)}).render_as_string(hide_password=False), between
    finally:
        between.close()
        shutil.rmtree(folder)
