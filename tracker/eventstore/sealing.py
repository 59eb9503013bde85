"""Confidential text under keys of its own, so that a person can be forgotten while the history stays verifiable."""

import base64
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, Connection, Table, Text, insert, select, update

from tracker.db import SortedText, metadata
from tracker.instants import Instant

sealing_keys = Table(
    "sealing_keys",
    metadata,
    Column("id", SortedText, primary_key=True),
    Column("wrapped", Text),
    Column("created_at", SortedText, nullable=False),
    Column("destroyed_at", SortedText),
    sqlite_strict=True,
)


class KeyDestroyed(Exception):
    """The key is gone, and with it the text."""


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """What is stored in place of the text: the key's id, the nonce and the ciphertext, base64."""

    key: str
    nonce: str
    ciphertext: str


class Sealer:
    """Seals under a new AES-256-GCM key each time; keys are wrapped by one derived from the site's secret."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"story-tracker sealing keys")
        self._master = AESGCM(derived.derive(secret.encode()))

    def seal(self, text: str) -> tuple[Ciphertext, str]:
        """The ciphertext of a text, and its wrapped key for `keep` to store with the events that hold it."""
        key, nonce, key_id = AESGCM.generate_key(256), secrets.token_bytes(12), secrets.token_hex(16)
        sealed = AESGCM(key).encrypt(nonce, text.encode(), key_id.encode())
        wrap_nonce = secrets.token_bytes(12)
        wrapped = wrap_nonce + self._master.encrypt(wrap_nonce, key, key_id.encode())
        return Ciphertext(key_id, _text(nonce), _text(sealed)), _text(wrapped)

    def unseal(self, connection: Connection, sealed: Ciphertext) -> str:
        """The text again. Raises KeyDestroyed where the key is gone, or is not this site's."""
        wrapped = connection.execute(
            select(sealing_keys.c.wrapped).where(sealing_keys.c.id == sealed.key)
        ).scalar_one_or_none()
        if wrapped is None:
            raise KeyDestroyed(sealed.key)
        raw = base64.b64decode(wrapped)
        try:
            key = self._master.decrypt(raw[:12], raw[12:], sealed.key.encode())
        except InvalidTag as error:
            raise KeyDestroyed(sealed.key) from error
        nonce, body = base64.b64decode(sealed.nonce), base64.b64decode(sealed.ciphertext)
        return AESGCM(key).decrypt(nonce, body, sealed.key.encode()).decode()


def keep(connection: Connection, key_id: str, wrapped: str, now: Instant) -> None:
    """Store a wrapped key, in the transaction that appends what it seals."""
    connection.execute(insert(sealing_keys).values(id=key_id, wrapped=wrapped, created_at=now))


def destroy(connection: Connection, key_id: str, now: Instant) -> None:
    """Destroy a key; what it sealed can't be read by anybody from then on. That it existed, and until when, stays."""
    there = (sealing_keys.c.id == key_id) & sealing_keys.c.destroyed_at.is_(None)
    connection.execute(update(sealing_keys).where(there).values(wrapped=None, destroyed_at=now))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
