"""The benchmarks run and find something; how fast anything is, no test says."""

from pathlib import Path

from benchmarks import places
from benchmarks.run import figures
from benchmarks.sizes import Sizes

SMALLEST = Sizes(
    rounds=1, burst=2, short=10, long=20, revisions=10, log=20, page=5, edge=5, stories=(8,), visits=1,
    readers=3, pings=2, searched=200, subscriptions=30, mails=8, alerts=0, proved=20, checked=20,
    carried=20, pace=0.01,
)  # fmt: skip


def test_every_figure_is_found_on_both_databases(tmp_path: Path, postgres_url: str) -> None:
    where = [places.sqlite(tmp_path), places.postgresql(postgres_url)]

    found = figures(where, SMALLEST)

    assert {figure.database for figure in found} == {"SQLite", "PostgreSQL"}
    for figure in found:
        for spread in (figure.ours, figure.floor, figure.ratio):
            assert 0 < spread.least <= spread.median <= spread.most, figure
