"""A story on a terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tracker.archive.compare import cell
from tracker.stories.consequence_words import label, tally


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


def print_comparison(told: dict[str, Any], console: Console) -> None:
    """Print what changed between two moments: what each change means, of what, by what, and what it was before."""
    summary = ", ".join(tally(each["consequence"], each["number"]) for each in told["summary"])
    console.print(f"[bold]{escape(told['story']['title'])}[/bold]: {summary or 'nothing changed'}")
    for change in told["changes"]:
        console.print(f"\n{label(change['consequence'])}: {escape(change['title'])} ({escape(change['key'])})")
        for act in change["acts"]:
            by = f" by {escape(act['title'])}" if act["development"] not in {None, change["key"]} else ""
            console.print(f"  known {act['learned_at'][:16]}, recorded by {escape(act['recorded_by'])}{by}")
            for field in act["fields"]:
                was, now = (escape(cell(field[name]) or "nothing") for name in ("was", "now"))
                console.print(f"    {field['field']}: was {was}; now {now}")
