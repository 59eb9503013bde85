"""Alerts by e-mail: written as HTML and text, in one thread a story, with a way out that needs no sign-in."""

import hashlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from tracker import instants
from tracker.alerts import wording
from tracker.alerts.messages import Item, Message
from tracker.instants import Instant

_FOR_PROGRAMS = frozenset({"message-id", "references", "in-reply-to", "list-id", "list-unsubscribe"})


class _Unbroken(EmailPolicy):
    """Keeps headers that programs read on one line: a long one would be folded into encoded words, in which no mail
    program looks for an address or an id (RFC 2047, 5)."""

    def fold(self, name: str, value: str) -> str:
        """A header as text."""
        return f"{name}: {value}{self.linesep}" if name.lower() in _FOR_PROGRAMS else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it is sent."""
        return self.fold(name, value).encode() if name.lower() in _FOR_PROGRAMS else super().fold_binary(name, value)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is the same in every mail of a site."""

    sender: str
    base_url: str

    @property
    def host(self) -> str:
        """Host in message ids: the site's own, so that nobody else makes the same."""
        return urlsplit(self.base_url).hostname or "localhost"


def compose(message: Message, to: str, unsubscribe_url: str, letterhead: Letterhead, now: Instant) -> EmailMessage:
    """The mail for a message, of the date it is sent at: a weekly digest began to be written a week ago.

    Its Message-ID follows from the message's id, so a repeat can be told for one.
    """
    mail = EmailMessage(policy=_Unbroken(linesep="\r\n"))
    mail["From"] = f"Story alerts <{letterhead.sender}>"
    mail["To"] = to
    mail["Subject"] = _header(wording.title(message))
    mail["Date"] = format_datetime(instants.moment(now))
    mail["Message-ID"] = f"<{message.id}@{letterhead.host}>"
    if message.stream:
        mail["References"] = mail["In-Reply-To"] = thread(message, letterhead)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if unsubscribe_url:
        mail["List-Id"] = f"Story alerts <alerts.{letterhead.host}>"
        mail["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_text(message, unsubscribe_url), charset="utf-8", cte="quoted-printable")
    mail.add_alternative(_html(message, unsubscribe_url), subtype="html", charset="utf-8", cte="quoted-printable")
    return mail


def thread(message: Message, letterhead: Letterhead) -> str:
    """The id that all of a person's mail on one story refers to; there is no such mail, which readers take well."""
    named = hashlib.sha256(f"{message.person}\n{message.stream}".encode()).hexdigest()[:24]
    return f"<story-{named}@{letterhead.host}>"


def _header(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _text(message: Message, unsubscribe_url: str) -> str:
    foot = ["-- ", f"What you asked for: {message.why_url}"] if message.why_url else ["-- "]
    if unsubscribe_url:
        foot.append(f"No more alerts to this address: {unsubscribe_url}")
    return f"{wording.plain_text(message)}\n\n" + "\n".join(foot) + "\n"


_PAGE = "font:16px/1.5 Georgia,serif;color:#1c1b19;max-width:38em;margin:0 auto;padding:1em"
_SMALL = "font:13px/1.5 sans-serif;color:#5a5650"
_WORDS = "font:700 12px/1.5 sans-serif;color:#8a1c1c;text-transform:uppercase;letter-spacing:.04em"


def _html(message: Message, unsubscribe_url: str) -> str:
    parts = [_part(story, items) for story, items in wording.stories(message)]
    if not message.items:
        parts = [f"<p>{escape(line)}</p>" for line in message.text.splitlines() if line]
        parts += [_link(message.url, message.url)] if message.url else []
    links = [_link(message.why_url, "What you asked for")] if message.why_url else []
    links += [_link(unsubscribe_url, "No more alerts to this address")] if unsubscribe_url else []
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(wording.title(message))}</title></head>'
        f'<body style="{_PAGE}">{"".join(parts)}<hr><p style="{_SMALL}">{" · ".join(links)}</p></body></html>'
    )


def _part(story: str, items: list[Item]) -> str:
    return f'<h2 style="font-size:20px">{escape(story)}</h2>{"".join(_item(item) for item in items)}'


def _item(item: Item) -> str:
    notes = "".join(f"<p>{escape(note)}</p>" for note in item.notes)
    return (
        f'<p style="{_WORDS}">{escape(wording.consequence_line(item))}</p>'
        f"<h3>{_link(item.url, item.headline)}</h3>{notes}"
        f'<p style="{_SMALL}">{escape(wording.clock_line(item))}<br>{escape(wording.why_line(item))}</p>'
    )


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url, quote=True)}">{escape(text)}</a>'
