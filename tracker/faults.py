"""Points at which a drill kills or pauses this process; they do nothing unless `FAULT` is set."""

import os
import signal
import threading
import time
from collections import Counter

_passed: Counter[str] = Counter()
_turn = threading.Lock()


def faultpoint(name: str) -> None:
    """Where `FAULT=name:n` says so, the n-th time we get here (the first, without n) the process is killed, as by a
    power cut; with `FAULT=stop@name:n` it is paused, until somebody lets it go on."""
    said, _, which = os.environ.get("FAULT", "").partition(":")
    how, _, wanted = said.rpartition("@")
    if name != wanted:
        return
    with _turn:
        _passed[name] += 1
        if _passed[name] == int(which or 1):
            os.kill(os.getpid(), signal.SIGSTOP if how == "stop" else signal.SIGKILL)
            time.sleep(1)  # a signal may take a moment: nothing further must be begun before it strikes
