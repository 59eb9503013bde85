"""A web server that dies at a command of this test's: the record is in the log, and nobody was told."""

import os
import signal
import sys
from typing import Any

from tracker.bootstrap import start
from tracker.config import Settings
from tracker.handling import Handling
from tracker.serving import run


def main(port: str) -> None:
    if os.environ.get("DIE_AFTER_COMMIT"):
        handle = Handling.handle

        def handle_and_die(*arguments: Any, **more: Any) -> Any:
            handle(*arguments, **more)
            os.kill(os.getpid(), signal.SIGKILL)

        Handling.handle = handle_and_die  # type: ignore[method-assign]
    settings = Settings.from_environment(os.environ)
    start(settings).engine.dispose()
    run(settings, "127.0.0.1", int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
