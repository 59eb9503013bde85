"""Signed notes in C2SP's form (c2sp.org/signed-note), Ed25519 only: written, read strictly, and checked."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SigningKey = tuple[str, Ed25519PrivateKey]
"""The name that signs, and its key."""

_ED25519 = b"\x01"
_MOST_SIGNATURES = 100


class NotANote(ValueError):
    """This is no signed note, or none that we would believe; says why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key as somebody else is told it: who signs with it, and the public half (32 bytes)."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names its key: of SHA-256 over name, line feed, 1 and public key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_text(_ED25519 + self.public)}"

    @classmethod
    def read(cls, written: str) -> "Verifier":
        """Read `name+id+key`. Raises NotANote."""
        name, _, rest = written.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _bytes(encoded, "the key")
        verifier = cls(name, raw[1:])
        if not _is_name(name) or raw[:1] != _ED25519 or len(raw) != 33 or verifier.key_id.hex() != key_id:
            raise NotANote("the key is not of the form name+id+key, as `tracker checkpoint --key` prints it")
        return verifier


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: whose, with which key, and the 64 bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text and the signatures under it."""

    text: str
    """Whole lines, with the last line's end."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        lines = (f"— {each.name} {_text(each.key_id + each.signature)}\n" for each in self.signatures)
        return f"{self.text}\n{''.join(lines)}"

    def signed_by(self, verifiers: Iterable[Verifier]) -> list[Verifier]:
        """Those of these keys that signed it; signatures of other keys count for nothing.

        Raises NotANote where a signature names one of these keys and is not its own: the note is forged.
        """
        known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        found = []
        for each in self.signatures:
            verifier = known.get((each.name, each.key_id))
            if verifier is None:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(verifier.public).verify(each.signature, self.text.encode())
            except InvalidSignature as error:
                raise NotANote(f"forged: the signature of {each.name} is not over this text") from error
            found.append(verifier)
        return found


def sign(text: str, keys: Iterable[SigningKey]) -> SignedNote:
    """The text with a signature of each of these keys."""
    signatures = []
    for name, private in keys:
        verifier = Verifier(name, private.public_key().public_bytes_raw())
        signatures.append(Signature(name, verifier.key_id, private.sign(text.encode())))
    return SignedNote(text, tuple(signatures))


def read_note(written: str) -> SignedNote:
    """Read a signed note; what is not exactly of the form raises NotANote."""
    text, blank, block = written.rpartition("\n\n")
    lines = block.split("\n")
    if not blank or not text or lines.pop() or not lines:
        raise NotANote("this is no signed note: a text, an empty line, and signatures")
    if any(character < " " and character != "\n" for character in written):
        raise NotANote("a signed note holds no control characters")
    if len(lines) > _MOST_SIGNATURES:
        raise NotANote("too many signatures")
    return SignedNote(f"{text}\n", tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _bytes(encoded, "a signature")
    if dash != "—" or not _is_name(name) or len(raw) < 5:
        raise NotANote("a signature line is “— name signature”")
    return Signature(name, raw[:4], raw[4:])


def _is_name(name: str) -> bool:
    return bool(name) and not any(character.isspace() or character == "+" for character in name)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(encoded: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotANote(f"{what} is not base64") from error
    if _text(raw) != encoded:
        raise NotANote(f"{what} is not base64 as it is written")
    return raw
