"""Putting a message in its channel's form and sending it there."""

import importlib
import time
from dataclasses import dataclass, replace
from typing import Any

import orjson

from tracker import instants
from tracker.alerts import chat, wording
from tracker.alerts.claiming import Claim
from tracker.alerts.guarded_http import GuardedHttp
from tracker.alerts.keys import Keys, read_keys
from tracker.alerts.locked import Locks, NotOurs
from tracker.alerts.mail import Letterhead, compose
from tracker.alerts.messages import Item, Message
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain, Unknown
from tracker.alerts.smtp import MailServer
from tracker.alerts.webhooks import post, send
from tracker.faults import faultpoint
from tracker.instants import Instant

UNSUBSCRIBE = "unsubscribe"
"""What links that stop mail are signed for."""

_UNREADABLE = Refused("Its secret can't be read: the site's key has changed. Remove the channel and add it anew.")


@dataclass(frozen=True)
class Sender:
    """Everything that sending needs, whatever the channel."""

    http: GuardedHttp
    locks: Locks
    letterhead: Letterhead
    mail_server: MailServer | None
    apprise: bool

    def send(self, claimed: Claim, message: Message, now: Instant) -> Outcome:
        """Send once; what came of it."""
        match claimed.via:
            case "email":
                return self._mail(claimed, message, now)
            case "webhook":
                return self._webhook(claimed, message, now)
            case "chat":
                return self._chat(claimed, message, now)
            case "apprise":
                return self._apprise(claimed, message)
            case other:
                return Refused(f"Nothing is sent to a channel of kind {other}.")

    def way_out(self, channel: str) -> str:
        """The address at which anybody who holds the mail can stop it, without signing in."""
        return f"{self.letterhead.base_url}/unsubscribe/{self.locks.link(UNSUBSCRIBE, channel)}"

    def ask_to_confirm(self, channel: str, address: str, person: str, link: str, now: Instant) -> Outcome:
        """Write to an address to find out whether whoever asked for it reads it; waited for, so not for long."""
        if self.mail_server is None:
            return TryAgain("No mail server is set (TRACKER_SMTP_URL).", elsewhere=True)
        asked = Message(
            id=f"confirm-{channel}-{instants.moment(now):%Y%m%d%H%M%S}", kind="notice", person=person, stream="",
            created_at=now, items=(), title="Is this your address?", url=link,
            text=f"{person} asked for story alerts to this address. Open the link to confirm; if that was not you, do"
            " nothing, and nothing will be sent.",
        )  # fmt: skip
        return replace(self.mail_server, deadline=10.0).send(compose(asked, address, "", self.letterhead, now))

    def _mail(self, claimed: Claim, message: Message, now: Instant) -> Outcome:
        if self.mail_server is None:
            return TryAgain("No mail server is set (TRACKER_SMTP_URL).", elsewhere=True)
        mail = compose(message, claimed.address, self.way_out(claimed.channel), self.letterhead, now)
        return self.mail_server.send(mail, faultpoint)

    def _webhook(self, claimed: Claim, message: Message, now: Instant) -> Outcome:
        keys = self._keys(claimed)
        if keys is None:
            return _UNREADABLE
        body = orjson.dumps(payload(message))
        return send(self.http, keys.url, keys.valid(now), message.id, body, instants.moment(now))

    def _chat(self, claimed: Claim, message: Message, now: Instant) -> Outcome:
        keys = self._keys(claimed)
        if keys is None:
            return _UNREADABLE
        told = {"content-type": "application/json", "user-agent": "newsroom-story-tracker"}
        outcome = post(self.http, keys.url, chat.body(message), told, instants.moment(now))
        # What a chat answers may quote what it was sent, address and all: its owner has no need of it.
        return outcome if not isinstance(outcome, Accepted) else replace(outcome, said="taken")

    def _apprise(self, claimed: Claim, message: Message) -> Outcome:
        keys = self._keys(claimed)
        if keys is None:
            return _UNREADABLE
        if not self.apprise:
            return TryAgain("Channels through apprise are switched off (TRACKER_APPRISE).", elsewhere=True)
        try:
            apprise: Any = importlib.import_module("apprise")
        except ImportError:
            return TryAgain("The package apprise is not installed.", elsewhere=True)
        room = apprise.Apprise()
        if not room.add(keys.url):
            return Refused("apprise does not know this address.")
        began = time.monotonic()
        try:
            taken = room.notify(title=wording.title(message), body=wording.plain_text(message))
        except Exception as error:  # noqa: BLE001 - the code of a hundred services, of which any may raise anything
            return Unknown(f"apprise stopped: {type(error).__name__}")
        if taken:
            return Accepted(200, "taken")
        # It says no more than that it failed: after so long, it may have waited in vain for an answer.
        if time.monotonic() - began >= min(service.socket_read_timeout for service in room):
            return Unknown("apprise got no answer in time.")
        return TryAgain("apprise could not send it; see the worker's log.")

    def _keys(self, claimed: Claim) -> Keys | None:
        try:
            return read_keys(self.locks.unlock(claimed.secret, claimed.channel))
        except NotOurs:
            return None


def payload(message: Message) -> dict[str, Any]:
    """What a webhook is sent: `type`, `timestamp` and `data`, with the CloudEvents and the rules that matched."""
    return {
        "id": message.id,
        "type": message.kind,
        "timestamp": message.created_at,
        "data": {
            "title": wording.title(message),
            "text": message.text,
            "why_url": message.why_url,
            "developments": [_development(item) for item in message.items],
        },
    }


def _development(item: Item) -> dict[str, Any]:
    return {
        "story": {"slug": item.stream.partition("/")[2], "title": item.story},
        "key": item.key,
        "headline": item.headline,
        "consequences": list(item.words),
        "notes": list(item.notes),
        "rules": [{"id": id, "name": name, "why": why} for id, name, why in item.rules],
        "url": item.url,
        "event": item.event,
    }
