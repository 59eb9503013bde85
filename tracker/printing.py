"""A story on a terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def print_story(told: dict[str, Any], console: Console) -> None:
    """Print a story document: where it stands, then its developments in order."""
    story = told["story"]
    console.print(f"[bold]{escape(story['title'])}[/bold]  ({story['status']}, version {told['version']})")
    if told["asked"]:
        console.print("asked: " + ", ".join(f"{name} {value}" for name, value in told["asked"].items()))
    _standing(told, console)
    table = Table(show_edge=False, pad_edge=False)
    for column in ("key", "happened", "learned", "what", "status"):
        table.add_column(column, overflow="fold")
    for each in told["developments"]:
        table.add_row(
            escape(each["key"]),
            escape(each["occurred"]["words"] if each["occurred"] else "unknown"),
            escape(each["learned"]["words"] if each["learned"] else each["learned_at"][:16]),
            escape(each["headline"]),
            " ".join(word for word in (each["status"], each["happened"]) if word and word != "standing"),
        )
    console.print(table)


def _standing(told: dict[str, Any], console: Console) -> None:
    for claim in told["claims"]:
        console.print(f"claim {escape(claim['key'])}: {escape(claim['text'])} — {', '.join(claim['standing'])}")
    for demand in told["demands"]:
        console.print(f"demand {escape(demand['key'])}: {demand['action']} — {demand['status']}")
    for question in told["questions"]:
        console.print(f"question: {escape(question['text'])} — {question['status']}")
