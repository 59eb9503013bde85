"""Webhooks as Standard Webhooks has them: signed, one id for all attempts, two keys while one replaces the other."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tracker.alerts.addresses import AddressRefused
from tracker.alerts.guarded_http import Answer, GuardedHttp, NoAnswer, NotSent
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain, Unknown, one_line

PREFIX = "whsec_"
LONGEST_WAIT = 24 * 3600
"""Seconds that an endpoint can make us wait with `Retry-After`."""


def new_secret() -> str:
    """A secret of 32 random bytes, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, joined by dots. ValueError for a bad secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not key:
        raise ValueError("the secret is empty")
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(keys: Sequence[str], id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with a signed body: a signature by each key that is valid now, so that either is enough."""
    return {
        "content-type": "application/json",
        "user-agent": "newsroom-story-tracker",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(key, id, timestamp, body) for key in keys),
    }


def send(http: GuardedHttp, url: str, keys: Sequence[str], id: str, body: bytes, now: datetime) -> Outcome:
    """Post a body, signed with these keys; what came of it."""
    return post(http, url, body, headers(keys, id, int(now.timestamp()), body), now)


def post(http: GuardedHttp, url: str, body: bytes, with_headers: dict[str, str], now: datetime) -> Outcome:
    """Post a body to an endpoint; what came of it."""
    try:
        return _read(http.post(url, body, with_headers), now)
    except AddressRefused as refused:
        return Refused(str(refused))
    except NotSent as error:
        return TryAgain(str(error))
    except NoAnswer as error:
        return Unknown(str(error))


def _read(answer: Answer, now: datetime) -> Outcome:
    said = one_line(answer.body) or f"answered {answer.status}"
    if 200 <= answer.status < 300:
        return Accepted(answer.status, said)
    if answer.status == 410:
        return Refused(said, 410, gone=True)
    if 300 <= answer.status < 400:
        return TryAgain("answered with a redirect, which is not followed", answer.status)
    return TryAgain(said, answer.status, _retry_after(answer.headers.get("retry-after", ""), now))


def _retry_after(written: str, now: datetime) -> int | None:
    """Seconds to wait, from a number or a date (RFC 9110, 10.2.3); None where there is neither."""
    if written.isascii() and written.isdigit():
        return min(int(written[:9]), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(written)
    except ValueError:
        return None
    moment = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0, int((moment - now).total_seconds())), LONGEST_WAIT)
