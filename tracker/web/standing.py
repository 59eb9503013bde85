"""Where a story stands: a few derived sentences, each with the developments that make it true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask_babel import ngettext

from tracker.projections.outline import Line
from tracker.projections.overview import Overview
from tracker.stories.entries import Question
from tracker.web.charts.days import Day, of_date, of_instant
from tracker.web.spans import how_long

T = TypeVar("T")

SHOWN = 4
"""Developments that are named with a sentence; the ledger it leads to has the others."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What makes a sentence true: a development or a question, and for how long, where that tells something."""

    key: str
    text: str
    waiting: str = ""
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, how grave it is, what it rests on, and the part of the page that has all of it."""

    text: str
    tone: str
    ledger: str
    grounds: tuple[Ground, ...]
    number: int

    @property
    def more(self) -> int:
        """How many more there are than are named."""
        return self.number - len(self.grounds)


def where_it_stands(shown: Overview, questions: Mapping[str, Question], now: Day) -> list[Sentence]:
    """The state of a story in sentences, the gravest first; none for a story with nothing to settle.

    `now` is the moment it is told for: what is unanswered has been so until then.
    """
    found = []
    for (type, state), say, tone, ledger in _SENTENCES:
        lines = shown.in_state(type, state)
        waits = (type, state) == ("demand.made", "open")
        grounds = [
            Ground(line.key, line.headline, how_long(now - made_on(line)) if waits else "") for line in _latest(lines)
        ]
        found.append(_sentence(say, tone, ledger, grounds, len(lines)))
    asked = [(key, each) for key, each in questions.items() if each.status == "open"]
    grounds = [
        Ground(key, each.text, how_long(now - of_instant(each.learned_at)), is_question=True)
        for key, each in _latest(asked)
    ]
    found.append(_sentence(_questions_open, "doubt", "questions", grounds, len(asked)))
    return [sentence for sentence in found if sentence]


def made_on(line: Line) -> Day:
    """When something was put to somebody: the latest moment it can have happened, else when the newsroom learned it."""
    last = of_date(line.edtf)[1]
    learned = of_instant(line.learned_at)
    return min(last, learned) if last is not None else learned


def _latest(listed: Sequence[T]) -> Sequence[T]:
    return listed[-SHOWN:][::-1]


def _sentence(say: Callable[[int], str], tone: str, ledger: str, grounds: list[Ground], number: int) -> Sentence | None:
    return Sentence(say(number), tone, ledger, tuple(grounds), number) if number else None


def _open(n: int) -> str:
    return str(ngettext("%(num)d contradiction is open", "%(num)d contradictions are open", n))


def _explained(n: int) -> str:
    return str(
        ngettext("%(num)d contradiction is explained, not resolved",
                 "%(num)d contradictions are explained, not resolved", n)
    )  # fmt: skip


def _contradicted(n: int) -> str:
    return str(ngettext("%(num)d claim is contradicted", "%(num)d claims are contradicted", n))


def _denied(n: int) -> str:
    return str(ngettext("%(num)d claim is denied", "%(num)d claims are denied", n))


def _qualified(n: int) -> str:
    return str(ngettext("%(num)d claim is qualified", "%(num)d claims are qualified", n))


def _confirmed(n: int) -> str:
    return str(ngettext("%(num)d claim is confirmed", "%(num)d claims are confirmed", n))


def _withdrawn(n: int) -> str:
    return str(ngettext("%(num)d claim was withdrawn", "%(num)d claims were withdrawn", n))


def _unanswered(n: int) -> str:
    return str(ngettext("%(num)d demand is unanswered", "%(num)d demands are unanswered", n))


def _answered(n: int) -> str:
    return str(ngettext("%(num)d demand is answered, not met", "%(num)d demands are answered, not met", n))


def _refused(n: int) -> str:
    return str(ngettext("%(num)d demand was refused", "%(num)d demands were refused", n))


def _met(n: int) -> str:
    return str(ngettext("%(num)d demand was met", "%(num)d demands were met", n))


def _questions_open(n: int) -> str:
    return str(ngettext("%(num)d question is open", "%(num)d questions are open", n))


_SENTENCES: tuple[tuple[tuple[str, str], Callable[[int], str], str, str], ...] = (
    (("contradiction.identified", "open"), _open, "grave", "contradictions"),
    (("contradiction.identified", "explained"), _explained, "grave", "contradictions"),
    (("claim.asserted", "contradicted"), _contradicted, "grave", "claims"),
    (("claim.asserted", "denied"), _denied, "doubt", "claims"),
    (("claim.asserted", "qualified"), _qualified, "doubt", "claims"),
    (("demand.made", "open"), _unanswered, "doubt", "demands"),
    (("demand.made", "answered"), _answered, "doubt", "demands"),
    (("demand.made", "refused"), _refused, "doubt", "demands"),
    (("claim.asserted", "withdrawn"), _withdrawn, "settled", "claims"),
    (("claim.asserted", "confirmed"), _confirmed, "settled", "claims"),
    (("demand.made", "met"), _met, "settled", "demands"),
)
