"""The most memory that checking a whole log takes, beside a log of a tenth of its length: each in a process of its own.

By itself, `python -m benchmarks.bounded [EVENTS]` measures a log of that length (1,000,000), its views included, and
one of a tenth on both databases; `--log-only` leaves the views out, as `tracker verify --log-only` does. Linux only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import places
from benchmarks.measuring import Measure, Side, measure
from benchmarks.places import Place
from benchmarks.proving import fill
from benchmarks.sizes import Sizes
from tracker.archive import verifying
from tracker.db import connect, writing
from tracker.projections import following

A_TENTH = "the same of a log of a tenth"

_Bytes = float
_STATUS = Path("/proc/self/status")


@contextmanager
def prepared(place: Place, sizes: Sizes) -> Iterator[list[Measure]]:
    """The measure of a log of `checked` events and its views, where the system tells what a process took."""
    yield [_measure(place, sizes.checked, views=True)] if _STATUS.exists() else []


def _measure(place: Place, size: int, *, views: bool) -> Measure:
    ours, floor = (_side(_log_at(place, events, views=views), views=views) for events in (size, size // 10))
    what = f"memory to verify {size:,} events{' and their views' if views else ''}"
    return Measure(what, place.name, "kB", ours, floor, A_TENTH)


def _log_at(place: Place, size: int, *, views: bool) -> str:
    url = place.fresh()
    engine = connect(url)
    with writing(engine) as connection:
        fill(connection, size)
    if views:
        following.catch_up(engine)
    engine.dispose()
    return url


def _side(url: str, *, views: bool) -> Side:
    def in_a_process_of_its_own() -> _Bytes:
        asked = [sys.executable, "-m", "benchmarks.bounded", "--of", url, *([] if views else ["--log-only"])]
        return float(subprocess.run(asked, check=True, capture_output=True, text=True, env=os.environ).stdout)

    return in_a_process_of_its_own


def _most_memory(url: str, *, views: bool) -> _Bytes:
    """The greatest resident size of this process once it has verified a log."""
    engine = connect(url)
    report = verifying.verify(engine, views=views)
    assert report.well, report.problems
    engine.dispose()
    # `ru_maxrss` begins, on Linux, at what the process had that started this one; the high-water mark does not.
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, or verify one log in this process and print the bytes it took."""
    parser = argparse.ArgumentParser(prog="benchmarks.bounded", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("events", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--log-only", action="store_true")
    parser.add_argument("--of", metavar="URL", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    views = not asked.log_only
    if asked.of:
        print(_most_memory(asked.of, views=views))
        return
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, places.durable_postgresql() as server:
        for place in (places.sqlite(Path(folder)), places.postgresql(server)):
            (figure,) = measure([_measure(place, asked.events, views=views)], 1)
            print(
                f"{figure.what}, {figure.database}: {figure.ours.median / 1000:,.1f} MB, floor"
                f" {figure.floor.median / 1000:,.1f} MB ({figure.floor_is}), ratio {figure.ratio.median:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
