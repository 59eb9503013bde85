"""Checkpoints of the log in C2SP's form (c2sp.org/tlog-checkpoint): how long it is and its root, in one signed note."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from tracker.archive import signing_keys
from tracker.archive.notes import NotANote, SignedNote, SigningKey, Verifier, read_note, sign
from tracker.archive.signing_keys import WrongSecret
from tracker.config import Settings
from tracker.db import reading, writing
from tracker.eventstore import tree
from tracker.eventstore.append import lock_head
from tracker.eventstore.merkle import HASH_BYTES, Hash
from tracker.instants import Instant
from tracker.numbers import whole

_GREATEST_SIZE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its first `size` events have this root."""

    origin: str
    size: int
    root: Hash

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def of(cls, note: SignedNote) -> "Checkpoint":
        """The checkpoint that a note's text is; further lines are let stand. Raises NotANote."""
        origin, *rest = note.text.removesuffix("\n").split("\n")
        if not origin or len(rest) < 2 or not all(rest):
            raise NotANote("this is no checkpoint: origin, size and root, each on a line")
        return cls(origin, _size(rest[0]), _root(rest[1]))


def now(connection: Connection, origin: str) -> Checkpoint:
    """The checkpoint of the log as it is."""
    kept = tree.frontier(connection)
    return Checkpoint(origin, kept.size, kept.root())


def signed(engine: Engine, settings: Settings, when: Instant, *, new_key: bool = False) -> SignedNote:
    """The log as it is, signed; the key is made when one is first needed.

    With `new_key` the key is replaced, and this one note is signed with the old and the new: the old one's last
    signature vouches for its successor. Raises WrongSecret where the secret is another and no new key is asked for.
    """
    with reading(engine) as connection:
        checkpoint = now(connection, settings.origin)
        keys = [] if new_key else signing_keys.signing(connection, settings)
    return sign(str(checkpoint), keys or _with_new_key(engine, settings, when, another=new_key))


def _with_new_key(engine: Engine, settings: Settings, when: Instant, *, another: bool) -> list[SigningKey]:
    with writing(engine) as connection:
        lock_head(connection)  # of two that find no key, one makes it
        keys = _as_far_as_known(connection, settings) if another else signing_keys.signing(connection, settings)
        if another or not keys:
            keys = [*keys, signing_keys.replace(connection, settings, when)]
        return keys


def _as_far_as_known(connection: Connection, settings: Settings) -> list[SigningKey]:
    """The keys in use; none where their secret is lost, which is when a new one is wanted most."""
    try:
        return signing_keys.signing(connection, settings)
    except WrongSecret:
        return []


def believed(written: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint that a note holds, signed by one of these keys. Raises NotANote where none of them signed it."""
    checkpoint, note = read_checkpoint(written)
    signed_by = note.signed_by(verifiers)
    if not signed_by:
        raise NotANote(f"forged, or another log’s: no known key signed the checkpoint of {checkpoint.size:,} events")
    if all(verifier.name != checkpoint.origin for verifier in signed_by):
        raise NotANote(f"the checkpoint is of the log {checkpoint.origin}, and was not signed in its name")
    return checkpoint


def read_checkpoint(written: str) -> tuple[Checkpoint, SignedNote]:
    """A signed checkpoint, and the note for whoever checks its signatures. Raises NotANote."""
    note = read_note(written)
    return Checkpoint.of(note), note


def document(note: SignedNote, keys: Sequence[str]) -> dict[str, Any]:
    """A signed checkpoint as plain values: what it says, the note itself, and the keys to check it with."""
    checkpoint = Checkpoint.of(note)
    return {
        "origin": checkpoint.origin, "size": checkpoint.size, "root": base64.b64encode(checkpoint.root).decode(),
        "note": str(note), "keys": list(keys),
    }  # fmt: skip


def _size(written: str) -> int:
    if not (written.isascii() and written.isdigit()) or (written[0] == "0" and written != "0"):
        raise NotANote("the second line of a checkpoint is its size, without leading zeros")
    size = whole(written, digits=19)
    if size is None or size > _GREATEST_SIZE:
        raise NotANote("no log is that long")
    return size


def _root(written: str) -> Hash:
    try:
        root = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotANote("the third line of a checkpoint is its root in base64") from error
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != written:
        raise NotANote("the third line of a checkpoint is its root, 32 bytes in base64")
    return root
