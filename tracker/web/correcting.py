"""The form that corrects: what an editor saw, what they typed, and what somebody else changed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from tracker.numbers import whole
from tracker.stories.entries import Development
from tracker.stories.errors import Refused
from tracker.web.correction_boxes import correction_value, plain_fields
from tracker.web.forms import Field


@dataclass(frozen=True, slots=True)
class Box:
    """One field: what it said when the form was shown, and what is typed in it."""

    field: Field
    was: str
    typed: str

    @property
    def touched(self) -> bool:
        return self.was != self.typed

    def shown(self, error: str) -> Field:
        """The field with what is typed in it and what is wrong with that."""
        return replace(self.field, value=self.typed, error=error)


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as far as it was typed. `seen` is the version of the development that the editor read."""

    boxes: tuple[Box, ...]
    seen: int
    changes: list[dict[str, Any]]
    names: Mapping[str, str]
    """How boxes name actors, by key."""
    problems: tuple[Refused, ...] = ()

    def conflict(self, now: Development) -> list[dict[str, str]]:
        """What somebody else changed after the editor read it: field, what the editor saw, what it says now."""
        says = {each.name: value for each, value in plain_fields(now.event, self.names)}
        return [
            {"field": box.field.label, "was": box.was, "now": says.get(box.field.name, "")}
            for box in self.boxes
            if says.get(box.field.name, "") != box.was
        ]

    def after(self, now: Development) -> "Correction":
        """The same typing over what it says now: fields the editor did not touch follow the other's change."""
        says = {each.name: value for each, value in plain_fields(now.event, self.names)}
        boxes = tuple(
            Box(box.field, says.get(box.field.name, ""), box.typed if box.touched else says.get(box.field.name, ""))
            for box in self.boxes
        )
        return replace(self, boxes=boxes, seen=now.changed)


def correction_form(
    entry: Development, typed: MultiDict[str, str] | None, names: Mapping[str, str], zone: ZoneInfo, today: date
) -> Correction:
    """The form for a development, empty of changes or with what was typed."""
    boxes, problems = [], list[Refused]()
    for each, says in plain_fields(entry.event, names):
        was = _lines(typed.get(f"was.{each.name}", says)) if typed is not None else says
        now = _lines(typed.get(each.name, was)) if typed is not None else says
        boxes.append(Box(each, was, now))
    changes = [
        {
            "field": box.field.name,
            "now": correction_value(box.field, box.typed, entry.event, names, zone, today, problems),
        }
        for box in boxes
        if box.touched
    ]
    seen = typed.get("seen", "") if typed is not None else ""
    version = whole(seen)
    seen_version = entry.changed if version is None else version
    return Correction(tuple(boxes), seen_version, changes, names, tuple(problems))


def _lines(text: str) -> str:
    # A browser sends every line break as two characters.
    return text.replace("\r\n", "\n")
