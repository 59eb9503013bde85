"""Webhooks are what Standard Webhooks says, by its own package; an answer means what HTTP says."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.alerts.endpoints import endpoint
from tracker.alerts.addresses import Allowed
from tracker.alerts.guarded_http import GuardedHttp
from tracker.alerts.outcomes import Accepted, Outcome, Refused, TryAgain
from tracker.alerts.webhooks import headers, new_secret, send, signature

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "wire" / "webhooks" / "standard-webhooks.json"
BODY = '{"headline":"Ü – signed as bytes"}'.encode()
HTTP = GuardedHttp(Allowed.read("127.0.0.1"))


def now() -> datetime:
    """Asked when a test runs: a verifier takes no older a time than five minutes."""
    return datetime.now(UTC)


def sent(url: str) -> Outcome:
    return send(HTTP, url, [new_secret()], "id-1", BODY, now())


def test_their_package_verifies_what_we_sign() -> None:
    secret = new_secret()

    signed = headers([secret], "id-1", int(now().timestamp()), BODY)

    assert Webhook(secret).verify(BODY, signed) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, signed | {"webhook-id": "id-2"})


def test_while_a_key_is_replaced_the_old_and_the_new_both_verify() -> None:
    old, new = new_secret(), new_secret()

    signed = headers([new, old], "id-1", int(now().timestamp()), BODY)

    assert Webhook(old).verify(BODY, signed)
    assert Webhook(new).verify(BODY, signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, signed)


def test_a_stale_timestamp_does_not_verify() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers([secret], "id-1", int(now().timestamp()) - 301, BODY))


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!"])
def test_a_secret_that_is_none_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError):
        signature(secret, "id-1", 0, BODY)


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors of Standard Webhooks are not here")
def test_the_known_vector_comes_out() -> None:
    known = json.loads(VECTORS.read_text())["known_vector"]

    made = signature(known["secret"], known["id"], known["timestamp"], known["payload"].encode())

    assert made == known["signature"]


def test_what_arrives_is_the_body_with_its_signature() -> None:
    secret = new_secret()
    with endpoint() as hook:
        assert send(HTTP, hook.url, [secret], "id-1", BODY, now()) == Accepted(204, "answered 204")

        ((told, body),) = hook.received
        assert Webhook(secret).verify(body, told) == json.loads(BODY)
        assert told["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "given", "expected"),
    [
        (500, {}, TryAgain("answered 500", 500)),
        (404, {}, TryAgain("answered 404", 404)),
        (410, {}, Refused("answered 410", 410, gone=True)),
        (302, {"Location": "http://127.0.0.1/"}, TryAgain("answered with a redirect, which is not followed", 302)),
        (429, {"Retry-After": "7"}, TryAgain("answered 429", 429, after_seconds=7)),
        (503, {"Retry-After": "99999999"}, TryAgain("answered 503", 503, after_seconds=86400)),
        (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, TryAgain("answered 503", 503, after_seconds=0)),
        (503, {"Retry-After": "soon"}, TryAgain("answered 503", 503)),
    ],
)
def test_an_answer_means_what_http_says(status: int, given: dict[str, str], expected: Outcome) -> None:
    with endpoint((status, given)) as hook:
        assert sent(hook.url) == expected


def test_an_address_inside_is_refused_for_good_and_one_nobody_listens_at_is_not() -> None:
    with endpoint() as hook:
        url = hook.url

    assert isinstance(sent(url), TryAgain)
    assert isinstance(send(GuardedHttp(), url, [new_secret()], "id-1", BODY, now()), Refused)
