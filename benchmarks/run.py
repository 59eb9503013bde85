"""The figures of this project, each a ratio to a raw floor in the same run: `make bench`.

Usage: python -m benchmarks.run [--quick] [--only PART …] [--json FILE]

Measured on an SQLite file (WAL, synchronous FULL) and on a PostgreSQL server of this run's own (fsync on):

- `appending`: one note through intake and handling, on a new, a short and a long story, one commit each
- `importing`: a whole history of records; a real one where `shared/data` lies beside the checkout
- `projecting`: the views following a log from its start, and whether its last events cost more than its first
- `showing`: the server's time for the page and the JSON of a story
- `painting`: from asking for a story to its first paint in headless Chromium, nothing shifting
- `logging`: a denial typed in headless Chromium as fast as people type, against the limit of 20 s
- `live`: whether pages still answer while 1,000 readers listen to one web process, and when the last has a hint
- `matching`: the rules that one event meets, and the whole decision whom to tell, among few and many subscriptions
- `delivering`: mails through a real mail server while a quarter of the mailboxes fail at first, none lost and none
  doubled; and from the commit until the mail server has taken the alert, with a Celery worker woken through Redis
- `proving`: what the tree costs an append, what a proof takes, how fast a log is verified
- `bounded`: the most memory that checking a whole log takes, beside a log of a tenth of its length
- `carrying`: a whole log exported, and imported elsewhere with the same ids, hashes and root
- `searching`: a page of results with its counts among many developments, and whether they make it dearer
- `peer`: the bare store beside the `eventsourcing` package (PostgreSQL), where that is installed

The column `ratio` says how many times the floor's time ours took: 1 is the floor, 2 is half its rate. Only ratios
travel between machines; `min–max` is theirs over the rounds. Where the floor is ours at another size, the ratio says
whether the cost grows. Progress goes to stderr. `--quick` takes fewer rounds and smaller stories: it shows that
everything runs, and its figures are rough.
"""

import argparse
import dataclasses
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import (
    appending,
    bounded,
    carrying,
    delivering,
    denying,
    importing,
    live,
    matching,
    painting,
    peer,
    places,
    projecting,
    proving,
    searching,
    showing,
)
from benchmarks.measuring import Figure, Measure, Spread, Unit, measure
from benchmarks.places import Place
from benchmarks.sizes import FULL, QUICK, Sizes
from tracker import instants

_NARROWEST = 150


MEASURED: Mapping[str, Callable[[Place, Sizes], AbstractContextManager[Iterable[Measure]]]] = {
    "appending": appending.prepared, "importing": importing.prepared, "projecting": projecting.prepared,
    "showing": showing.prepared, "painting": painting.prepared, "logging": denying.prepared,
    "searching": searching.prepared, "live": live.prepared,
    "matching": matching.prepared, "delivering": delivering.prepared, "proving": proving.prepared,
    "bounded": bounded.prepared, "carrying": carrying.prepared, "peer": peer.prepared,
}  # fmt: skip


def figures(
    where: Sequence[Place], sizes: Sizes, progress: Callable[[str], None] = lambda _: None,
    only: Collection[str] = MEASURED.keys(),
) -> list[Figure]:  # fmt: skip
    """Every figure on these databases, or those of the parts named, what belongs together side by side."""
    with ExitStack() as stack:
        measures: list[Measure] = []
        for place in where:
            progress(f"preparing {place.name}")
            measures += stack.enter_context(_prepared(place, sizes, only))
        return _together(measure(measures, sizes.rounds, progress))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller stories: rough figures, soon")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--only", action="append", choices=MEASURED, help="a part to measure; several may be named")
    asked = parser.parse_args(arguments)
    began, load = time.monotonic(), os.getloadavg()[0]
    sizes = QUICK if asked.quick else FULL
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder, places.durable_postgresql() as server:
        where = [places.sqlite(Path(folder)), places.postgresql(server)]
        found = figures(
            where, sizes, lambda line: print(f"{time.monotonic() - began:4.0f} s  {line}", file=sys.stderr),
            asked.only or MEASURED,
        )  # fmt: skip
    about = _about(where, sizes, load)
    if asked.json:
        told = about | {"figures": [dataclasses.asdict(figure) for figure in found]}
        asked.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console = Console()
    console = console if console.is_terminal else Console(width=max(console.width, _NARROWEST))
    console.print(_table(found))
    for line in _remarks(about, sizes, time.monotonic() - began):
        console.print(line, highlight=False, markup=False)


@contextmanager
def _prepared(place: Place, sizes: Sizes, only: Collection[str]) -> Iterator[list[Measure]]:
    with ExitStack() as stack:
        yield [
            each
            for name, prepared in MEASURED.items()
            if name in only and (name != "peer" or (place.name == "PostgreSQL" and peer.installed()))
            for each in stack.enter_context(prepared(place, sizes))
        ]


def _together(found: Iterable[Figure]) -> list[Figure]:
    """Ordered by floor, then by what was measured, both as they came."""
    listed = list(found)
    floors = list(dict.fromkeys(figure.floor_is for figure in listed))
    whats = list(dict.fromkeys(figure.what for figure in listed))
    return sorted(listed, key=lambda figure: (floors.index(figure.floor_is), whats.index(figure.what)))


def _table(found: Iterable[Figure]) -> Table:
    table = Table("what", "database")
    for name in ("ours", "floor", "ratio", "min–max"):
        table.add_column(name, justify="right", no_wrap=True)
    floor_is = ""
    for figure in found:
        if figure.floor_is != floor_is:
            floor_is = figure.floor_is
            table.add_section()
            table.add_row(f"[italic]floor: {floor_is}[/italic]")
        ours, floor = (_amount(spread.median, figure.unit) for spread in (figure.ours, figure.floor))
        table.add_row(figure.what, figure.database, ours, floor, f"{figure.ratio.median:,.2f}", _range(figure.ratio))
    return table


def _amount(value: float, unit: Unit) -> str:
    return f"{value:,.2f} {unit}" if unit in {"s", "ms", "kB"} else f"{value:,.0f} {unit}"


def _range(spread: Spread) -> str:
    return f"{spread.least:,.2f}–{spread.most:,.2f}"


def _about(where: Iterable[Place], sizes: Sizes, load: float) -> dict[str, Any]:
    return {
        "when": instants.now(),
        "machine": {
            "cpus": os.cpu_count(), "arch": platform.machine(), "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version, "load_before": round(load, 2), "load_after": round(os.getloadavg()[0], 2),
        },
        "databases": {place.name: dict(place.settings) for place in where},
        "sizes": dataclasses.asdict(sizes),
        "eventsourcing": peer.installed(),
    }  # fmt: skip


def _remarks(about: dict[str, Any], sizes: Sizes, took: float) -> Iterator[str]:
    machine = about["machine"]
    yield (
        f"ratio: how many times the floor’s time ours took; the median of {sizes.rounds} interleaved rounds"
        f" (delivering: {delivering.ROUNDS})."
        f" {took:.0f} s on {machine['cpus']} CPUs, load {machine['load_before']} before, {machine['load_after']} after."
    )
    for name, settings in about["databases"].items():
        yield f"{name}: " + ", ".join(f"{setting} {value}" for setting, value in settings.items())
    if not about["eventsourcing"]:
        yield "eventsourcing is not installed, so it was not measured: pip install 'eventsourcing[postgres]'"


if __name__ == "__main__":
    main()
