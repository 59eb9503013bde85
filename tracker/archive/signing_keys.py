"""The keys that checkpoints are signed with: kept wrapped, replaced at will, their public halves never forgotten."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, Connection, Table, Text, insert, select, update

from tracker.archive.notes import SigningKey, Verifier
from tracker.config import Settings
from tracker.db import SortedText, metadata
from tracker.instants import Instant

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("verifier", SortedText, primary_key=True),
    Column("wrapped", Text),
    Column("created_at", SortedText, nullable=False),
    Column("retired_at", SortedText),
    sqlite_strict=True,
)
"""The public half as others are told it, and the private one wrapped by a key derived from the site's secret; a
retired key keeps its public half only."""


class WrongSecret(Exception):
    """The signing key can't be unwrapped: TRACKER_SECRET_KEY is not the one it was made under."""

    def __init__(self) -> None:
        super().__init__(
            "The signing key was made under another TRACKER_SECRET_KEY; set that one again, or make a new key with"
            " `tracker checkpoint --new-key`."
        )


def verifiers(connection: Connection) -> list[Verifier]:
    """Every key this log was ever signed with, the newest first."""
    written = select(signing_keys.c.verifier).order_by(signing_keys.c.created_at.desc(), signing_keys.c.verifier)
    return [Verifier.read(each) for each in connection.execute(written).scalars()]


def signing(connection: Connection, settings: Settings) -> list[SigningKey]:
    """The key to sign with, and its name; none where none was made for this origin yet. Raises WrongSecret."""
    rows = connection.execute(
        select(signing_keys.c.verifier, signing_keys.c.wrapped).where(signing_keys.c.retired_at.is_(None))
    )
    mine = ((Verifier.read(row.verifier), row.wrapped) for row in rows)
    return [
        (verifier.name, _unwrapped(settings.secret_key, verifier, wrapped))
        for verifier, wrapped in mine
        if verifier.name == settings.origin
    ]


def replace(connection: Connection, settings: Settings, now: Instant) -> SigningKey:
    """Make a key, and retire those before it; the log's head is locked."""
    private = Ed25519PrivateKey.generate()
    verifier = Verifier(settings.origin, private.public_key().public_bytes_raw())
    old = signing_keys.c.retired_at.is_(None)
    connection.execute(update(signing_keys).where(old).values(retired_at=now, wrapped=None))
    wrapped = _wrapped(settings.secret_key, verifier, private)
    connection.execute(insert(signing_keys).values(verifier=str(verifier), wrapped=wrapped, created_at=now))
    return settings.origin, private


def _wrapped(secret: str, verifier: Verifier, private: Ed25519PrivateKey) -> str:
    nonce = secrets.token_bytes(12)
    sealed = _wrapping(secret).encrypt(nonce, private.private_bytes_raw(), str(verifier).encode())
    return base64.b64encode(nonce + sealed).decode()


def _unwrapped(secret: str, verifier: Verifier, wrapped: str) -> Ed25519PrivateKey:
    raw = base64.b64decode(wrapped)
    try:
        return Ed25519PrivateKey.from_private_bytes(
            _wrapping(secret).decrypt(raw[:12], raw[12:], str(verifier).encode())
        )
    except InvalidTag as error:
        raise WrongSecret from error


def _wrapping(secret: str) -> AESGCM:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"story-tracker signing keys")
    return AESGCM(derived.derive(secret.encode()))
