"""A chat room that takes what Slack's incoming webhooks take: a line of text, in its own small markup."""

import orjson

from tracker.alerts import wording
from tracker.alerts.messages import Item, Message

LONGEST = 12_000


def body(message: Message) -> bytes:
    """The JSON that is posted."""
    return orjson.dumps({"text": text(message)})


def text(message: Message) -> str:
    """The message with links and bold as `mrkdwn` has them; nothing in it mentions anybody or starts a command."""
    if not message.items:
        lines = [f"*{escaped(message.title)}*", escaped(message.text), message.url]
        return "\n".join(line for line in lines if line)
    lines = [line for story, items in wording.stories(message) for line in _part(story, items)]
    if message.why_url:
        lines.append(f"<{message.why_url}|What you asked for>")
    return "\n".join(lines)[:LONGEST]


def escaped(text: str) -> str:
    """Text with the three characters that mean something escaped, so it can't call `<!channel>`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _part(story: str, items: list[Item]) -> list[str]:
    return [f"*{escaped(story)}*", *(_item(item) for item in items)]


def _item(item: Item) -> str:
    headline = escaped(item.headline).replace("|", "¦")
    lines = [f"• <{item.url}|{headline}> — {wording.consequence_line(item)}", *(escaped(note) for note in item.notes)]
    return "\n   ".join([*lines, f"_{escaped(wording.clock_line(item))}_", escaped(wording.why_line(item))])
