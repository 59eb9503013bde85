"""What a command says while it works, and when it can't."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)


@contextmanager
def progress(what: str, total: int) -> Iterator[Any]:
    """A progress bar on stderr where somebody watches; gives a function that takes how far it has got."""
    with stages(total, what) as (advance,):
        yield advance


@contextmanager
def stages(total: int, *whats: str) -> Iterator[list[Any]]:
    """A progress bar for each of several rounds over the same number of things; gives a function for each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = [bars.add_task(what, total=total) for what in whats]
        yield [lambda done, task=task: bars.update(task, completed=done) for task in tasks]


def fail(message: str, code: int) -> NoReturn:
    """Say one line on stderr and leave with this code."""
    click.echo(" ".join(message.split()), err=True)
    sys.exit(code)


def counted(number: int, one: str, several: str = "") -> str:
    """So many of something: “1 problem”, “1,200 problems”; `several` where that is not `one` with an s."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
