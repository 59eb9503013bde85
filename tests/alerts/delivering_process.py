"""A process that delivers what is due and ends; a drill kills it, or stops it, at a step of a send.

Asked as `python -m tests.alerts.delivering_process DATABASE MAIL_URL LEASE`.
"""

import sys

from tests.alerts.delivering import courier
from tracker import instants
from tracker.db import connect


def main(database: str, mail: str, lease: str) -> None:
    courier(connect(database), instants.now, mail, lease=float(lease)).deliver(within=30)


if __name__ == "__main__":
    main(*sys.argv[1:])
