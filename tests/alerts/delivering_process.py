"""A process that delivers what is due and ends; a drill kills it, or stops it, at a step of a send.

It is forked off a process that has everything imported, so that a drill may afford one for every step.
"""

import multiprocessing
import os
from multiprocessing.process import BaseProcess

from tests.alerts.delivering import courier
from tracker import instants
from tracker.db import connect

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def begin(database: str, mail: str, lease: float, fault: str) -> BaseProcess:
    """Start it on a database and a mail server, with this `FAULT`."""
    process = _FORKS.Process(target=_deliver, args=(database, mail, lease, fault))
    process.start()
    return process


def _deliver(database: str, mail: str, lease: float, fault: str) -> None:
    os.environ["FAULT"] = fault
    courier(connect(database), instants.now, mail, lease=lease).deliver(within=30)
