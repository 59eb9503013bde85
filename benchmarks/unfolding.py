"""A story as it unfolds over sixteen months: every kind of development, some of it long hidden, dates as imprecise as
they come; made, and the same each time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]

_BEGAN = datetime(2024, 1, 3, 9, tzinfo=UTC)
_LASTED = timedelta(days=490)
_WHO = ("Mara Quint", "Otto Brandt", "Ida Holm", "The council", "Harbour board", "Jon Reyes", "Lea Stein", "Port union")
_HIDDEN_DAYS = (0, 0, 1, 0, 3, 20, 0, 60, 210, 0, 640, 1500)
_CYCLE = 20


def story(slug: str, developments: int) -> Iterator[Record]:
    """The records of a story with this many developments."""
    yield {"type": "story.opened", "story": slug, "title": f"The harbour inquiry ({developments})", "desk": "politics",
           "learned_at": _text(_BEGAN)}  # fmt: skip
    for n in range(developments):
        known = _BEGAN + _LASTED * (n / developments)
        yield {
            "story": slug, "key": f"k{n}", "learned_at": _text(known), "visibility": "public",
            "sources": [{"key": f"{slug}-office", "description": "The committee’s press office"}],
            **_dated(n, known), **_said(n),
        }  # fmt: skip


def claim_before(n: int) -> int:
    """The number of the last claim at or before the development with this number."""
    return n - n % _CYCLE


def _dated(n: int, known: datetime) -> Record:
    day = (known - timedelta(days=_HIDDEN_DAYS[n * 7 % len(_HIDDEN_DAYS)])).date().isoformat()
    match n % 11:
        case 0:
            return {"occurred": day[:7]}
        case 5:
            return {"occurred": day[:4]} if n % 3 else {}
        case 9 if n % 99 == 9:
            return {"occurred": "1984-11"}
        case _:
            return {"occurred": day}


def _said(n: int) -> Record:
    who, claim, demand = _WHO[n * 5 % len(_WHO)], f"k{claim_before(n)}", f"k{claim_before(n) + 4}"
    match n % _CYCLE:
        case 0:
            return {"type": "claim.asserted", "claimant": who, "text": f"Bid number {n} was opened before the board."}
        case 2:
            return {"type": "claim.denied", "by": who, "claim": claim, "text": "That is not what happened."}
        case 3 if n % 40 == 3:
            return {"type": "contradiction.identified", "claim": claim, "against": [f"k{n - 2}"],
                    "reasoning": "The two cannot be squared."}  # fmt: skip
        case 4:
            return {"type": "demand.made", "demanders": [who], "action": "testify", "addressee": "The council"}
        case 6 if n % 60 == 6:
            return {"type": "demand.answered", "demand": demand, "by": who, "answer": "refused"}
        case 8:
            return {"type": "position.taken", "actor": who, "issue": "inquiry", "issue_text": "A public inquiry",
                    "stance": ("for", "against", "open")[n % 3]}  # fmt: skip
        case 10 | 15:
            return {"type": "meeting.revealed", "participants": [who, "Ida Holm"]}
        case 11 | 17:
            return {"type": "statement.made", "speaker": who, "quotes": [f"We have nothing to hide about lot {n}."]}
        case _:
            return {"type": "note.logged", "text": f"Documents show that payment {n} went through the second account."}


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
