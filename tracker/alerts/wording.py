"""An alert in words: what it is called, and its lines. When it happened and when it was known are told apart."""

from collections.abc import Sequence

from tracker import instants
from tracker.alerts.messages import Item, Message
from tracker.stories.consequence_words import label, summary
from tracker.stories.consequences import Word

LONGEST_TITLE = 180
_GRAVE: dict[Word, str] = {"retracted": "RETRACTED", "corrected": "CORRECTION", "retraction_reversed": "REINSTATED"}


def title(message: Message) -> str:
    """The line a message is known by."""
    match message.items:
        case []:
            said = message.title
        case [item] if message.kind != "digest":
            said = f"{_mark(item)}{item.story}: {item.headline}"
        case [*items] if message.kind == "digest":
            said = f"{_number(items)}: {_tally(items)}"
        case [first, *_] as items:
            said = f"{_mark(first)}{first.story}: {_tally(items)}" if message.stream else _tally(items)
    return shortened(said, LONGEST_TITLE)


def consequence_line(item: Item) -> str:
    """What happened, in words: “claim contradicted, claim denied”; what did not happen is silence."""
    return ", ".join(label(word) for word in item.words) or "silence"


def clock_line(item: Item) -> str:
    """When it happened and when the newsroom knew, which are two things."""
    happened = f"Happened {item.occurred}. " if item.occurred else ""
    return f"{happened}Known to us since {when(item.learned_at)}."


def why_line(item: Item) -> str:
    """Which rules it matched: “You get this because of: Harbour; Demands (type: demand.met)”."""
    named = [f"{name} ({why})" if why else name for _, name, why in item.rules]
    return f"You get this because of: {'; '.join(named)}" if named else ""


def stories(message: Message) -> list[tuple[str, list[Item]]]:
    """The items under the title of their story, in the order they came."""
    found: dict[str, list[Item]] = {}
    for item in message.items:
        found.setdefault(item.story, []).append(item)
    return list(found.items())


def plain_text(message: Message) -> str:
    """The whole message as plain text."""
    if not message.items:
        return "\n\n".join(part for part in (message.text, message.url) if part)
    blocks = []
    for story, items in stories(message):
        blocks.append(f"{story}\n{'=' * min(len(story), 60)}")
        blocks.extend(_block(item) for item in items)
    return "\n\n".join(blocks)


def when(instant: str) -> str:
    """An instant as a reader in any zone can take it."""
    moment = instants.moment(instant)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def shortened(text: str, longest: int) -> str:
    """One line, at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _block(item: Item) -> str:
    lines = [f"{_mark(item)}{item.headline}", consequence_line(item), *item.notes, clock_line(item), item.url]
    return "\n".join(line for line in [*lines, why_line(item)] if line)


def _mark(item: Item) -> str:
    if not item.words:
        return "Silence: "
    return next((f"{_GRAVE[word]}: " for word in item.words if word in _GRAVE), "")


def _tally(items: Sequence[Item]) -> str:
    told = summary(word for item in items for word in item.words[:1])
    silent = sum(not item.words for item in items)
    silence = "" if not silent else "1 silence" if silent == 1 else f"{silent} silences"
    return ", ".join(part for part in (told, silence) if part)


def _number(items: list[Item]) -> str:
    number = len({item.stream for item in items})
    return "1 story" if number == 1 else f"{number} stories"
