"""Where a story stands: a few derived sentences, each with the developments that make it true."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the keys it rests on."""

    text: str
    keys: tuple[str, ...]
    tone: str = ""


def where_it_stands(told: dict[str, Any]) -> list[Sentence]:
    """The state of a story in sentences, the gravest first; none for a story with nothing to settle."""
    contradictions = [each for each in told["contradictions"] if not each["retracted"]]
    demands = [each for each in told["demands"] if not each["retracted"]]
    claims = [each for each in told["claims"] if not each["retracted"]]
    questions = [each for each in told["questions"] if each["status"] == "open"]
    found = [
        _sentence("contradiction", "open", _with(contradictions, "status", {"open"}), "grave"),
        _sentence("contradiction", "explained, not resolved", _with(contradictions, "status", {"explained"}), "grave"),
        _sentence("claim", "denied", [each for each in claims if "denied" in each["standing"]], "doubt"),
        _sentence("demand", "unanswered", _with(demands, "status", {"open"}), "doubt"),
        _sentence("demand", "met", _with(demands, "status", {"met"}), "settled"),
        _sentence("demand", "refused", _with(demands, "status", {"refused"}), "doubt"),
        _sentence("question", "open", questions, "doubt"),
    ]
    return [sentence for sentence in found if sentence]


def _with(listed: Iterable[dict[str, Any]], name: str, values: set[str]) -> list[dict[str, Any]]:
    return [each for each in listed if each[name] in values]


def _sentence(noun: str, state: str, listed: list[dict[str, Any]], tone: str) -> Sentence | None:
    if not listed:
        return None
    number = len(listed)
    return Sentence(f"{number} {noun}{'' if number == 1 else 's'} {state}", tuple(each["key"] for each in listed), tone)
