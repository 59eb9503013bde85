"""What a channel needs and nobody may read: secrets under a key of the site's, and links that only we can make."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class NotOurs(Exception):
    """Locked by another site, for another channel, or tampered with."""


class Locks:
    """Locks and unlocks texts (AES-256-GCM), and signs links, under keys derived from the site's secret."""

    def __init__(self, secret: str) -> None:
        self._box = AESGCM(_derived(secret, b"story-tracker channel secrets"))
        self._links = _derived(secret, b"story-tracker links in mail")

    def lock(self, text: str, about: str) -> str:
        """A text as it is kept in the database; it opens for the same `about` (the channel's id) only."""
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + self._box.encrypt(nonce, text.encode(), about.encode())).decode()

    def unlock(self, locked: str, about: str) -> str:
        """The text again. Raises NotOurs."""
        try:
            raw = base64.b64decode(locked, validate=True)
            return self._box.decrypt(raw[:12], raw[12:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise NotOurs(about) from error

    def link(self, purpose: str, subject: str) -> str:
        """A word for an address, that stands for `subject` and can't be made up by anybody else."""
        return f"{_word(subject.encode())}.{_word(self._mark(purpose, subject))}"

    def read_link(self, purpose: str, word: str) -> str:
        """What a word that we made for this purpose stands for. Raises NotOurs."""
        body, _, mark = word.partition(".")
        try:
            subject = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
            given = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
        except ValueError as error:
            raise NotOurs(purpose) from error
        if not hmac.compare_digest(given, self._mark(purpose, subject)):
            raise NotOurs(purpose)
        return subject

    def _mark(self, purpose: str, subject: str) -> bytes:
        return hmac.digest(self._links, f"{purpose}\n{subject}".encode(), hashlib.sha256)[:18]


def _derived(secret: str, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret.encode())


def _word(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
