"""Which developments each ledger of a story page shows: those that need looking at first, the rest folded or paged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.projections.outline import Line
from tracker.projections.overview import Overview
from tracker.web.paging import Paged, fold_or_page

FOLDED, PAGE = 6, 40
MOST_BEARING = 8
"""Denials, explanations and the like that are shown of one entry."""
STANCES_IN_WORDS = 24
"""More stances than this are shown as signs in a grid, and in words those on one issue at a time."""

_ORDER: Mapping[str, Sequence[str]] = {
    "claims": ("contradicted", "denied", "qualified", "withdrawn", "asserted", "confirmed", "retracted"),
    "contradictions": ("open", "explained", "resolved", "dropped", "retracted"),
    "demands": ("open", "answered", "refused", "met", "overtaken", "withdrawn", "retracted"),
}
_TYPE = {"claims": "claim.asserted", "contradictions": "contradiction.identified", "demands": "demand.made"}


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What each ledger shows, and every development that is needed to show it."""

    claims: Paged[Line]
    contradictions: Paged[Line]
    demands: Paged[Line]
    positions: tuple[Line, ...]
    """The stances that are told in words, the latest first: all of them where they are few, else those on `issue`."""
    gridded: tuple[Line, ...]
    """The stances that are shown as signs, the latest first."""
    issue: str
    bearing: Mapping[str, tuple[Line, ...]]
    """What bears on each development that is shown, as far as it is shown."""
    unshown: Mapping[str, int]
    """How many more there are than are shown, by development."""
    needed: frozenset[str]


def ledgers(shown: Overview, asked: Mapping[str, str]) -> Ledgers:
    """The ledgers of a story; `asked` may name a page of each, by its name."""
    listed = {name: fold_or_page(_ordered(shown, name), asked.get(name, ""), FOLDED, PAGE) for name in _ORDER}
    stances = [line for line in shown.by_type.get("position.taken", ()) if line.state != "retracted"][::-1]
    few = len(stances) <= STANCES_IN_WORDS
    issue = "" if few else asked.get("issue", "")
    in_words = tuple(line for line in stances if few or line.issue == issue)
    main = {line.key for paged in listed.values() for line in paged.items}
    standing = {key: _standing(shown, key) for key in main}
    unshown = {key: len(found) - MOST_BEARING for key, found in standing.items() if len(found) > MOST_BEARING}
    bearing = {key: found[-MOST_BEARING:] for key, found in standing.items()}
    # A contradiction shows what it holds against what, and beside a claim its explanations.
    held = {key for listed in bearing.values() for line in listed for key in (line.key, *line.aimed)}
    held |= {key for line in listed["contradictions"].items for key in line.aimed}
    bearing |= {key: _standing(shown, key)[-MOST_BEARING:] for key in held - main}
    last = {line.key for key in held - main for line in bearing[key] if line.type == "contradiction.explained"}
    needed = main | held | last | {line.key for line in in_words}
    return Ledgers(
        claims=listed["claims"], contradictions=listed["contradictions"], demands=listed["demands"],
        positions=in_words, gridded=() if few or in_words else tuple(stances), issue=issue if in_words else "",
        bearing=bearing, unshown=unshown, needed=frozenset(needed),
    )  # fmt: skip


def _ordered(shown: Overview, name: str) -> list[Line]:
    """By how much they need looking at, then the latest first."""
    order = _ORDER[name]
    rank = {state: n for n, state in enumerate(order)}
    return sorted(shown.by_type.get(_TYPE[name], ()), key=lambda line: (rank.get(line.state, 0), -line.position))


def _standing(shown: Overview, key: str) -> tuple[Line, ...]:
    """What bears on a development and stands, in the order it was logged."""
    return tuple(line for line in shown.pointing.get(key, ()) if line.state not in {"retracted", "dropped"})
